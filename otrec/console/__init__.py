"""Results as text for a terminal, with Rich; colour is never the only sign."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from otrec.models.terms import SEVERITY_WORDS
from otrec.models.wording import in_words

if TYPE_CHECKING:
    from otrec.engine import Comparison, Item, Recommendation, Why
    from otrec.library import Problem

LIGHT_SIGNS: Final = {
    "green": "[green]● green[/]",
    "yellow": "[yellow]◐ yellow[/]",
    "red": "[red]✖ red[/]",
    "none found": "○ none found",
}
NOT_REVIEWED: Final = (
    "Decision support for a qualified person. No clinician has reviewed this library yet; see MODEL_CARD.md."
)


def show_recommendation(console: Console, result: Recommendation, title: str) -> None:
    """The list, the reasons, what was held back, and where to go next."""
    client, library = result.client, result.engine.library
    barriers = in_words(
        f"{library.barriers[name].name.lower()} ({SEVERITY_WORDS[degree]})" for name, degree in client.barriers.items()
    )
    console.print(f"[bold]{escape(title)}[/]  age {client.age_years:g}, {client.setting}, {client.minutes} minutes")
    if barriers:
        console.print(f"Barriers: {barriers}")
    if client.goals:
        goals = in_words(f"{library.occupations[goal.occupation].name} {goal.importance}/10" for goal in client.goals)
        console.print(f"Goals: {goals}")
    console.print()
    if result.items:
        console.print(_list(result))
        for item in result.items:
            console.print(_reasons(item))
    console.print(_held_back(result))
    for warning in result.warnings:
        console.print(f"[yellow]Note:[/] {escape(warning)}")
    if result.shortfall:
        console.print(f"[yellow]Fewer than asked:[/] {escape(result.shortfall)}")
    console.print(f"\n[dim]{result.model_version}; library {library.version}. {NOT_REVIEWED}[/]")


def _list(result: Recommendation) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in (
        ("", "right"),
        ("Activity", "left"),
        ("Fit", "right"),
        ("Tier", "left"),
        ("Place", "left"),
        ("Best evidence", "left"),
    ):
        table.add_column(name, justify=justify, no_wrap=name != "Activity")  # type: ignore[arg-type]
    for item in result.items:
        sign = "=" if item.tie else ""
        place = f"{item.rank_low}-{item.rank_high}" if item.rank_low != item.rank_high else f"{item.rank_low}"
        table.add_row(
            f"{item.rank}{sign}",
            f"[bold]{escape(item.activity.name)}[/]",
            f"{item.score:.0f}",
            item.tier,
            place,
            LIGHT_SIGNS[item.light],
        )
    return table


def _reasons(item: Item) -> RenderableType:
    lines = [
        Text.from_markup(f"\n[bold]{item.rank}. {escape(item.activity.name)}[/] [dim]{item.activity.id}[/]"),
        Text(item.why),
    ]
    if item.citations:
        cited = "; ".join(dict.fromkeys(citation.finding.citation for citation in item.citations[:2]))
        lines.append(Text(f"Best evidence {item.light}: {cited}", style="dim"))
    else:
        lines.append(Text("Evidence: none found for these links", style="dim"))
    lines += [Text(f"! {caution}", style="yellow") for caution in item.cautions]
    return Group(lines[0], *(Padding(line, (0, 0, 0, 3)) for line in lines[1:]))


def _held_back(result: Recommendation) -> RenderableType:
    """Held-back activities by rule, those held for safety first and in full."""
    rules = Counter((item.effect != "fit", item.rule) for item in result.excluded)
    if not rules:
        return Text("\nNothing was held back.")
    sample = {item.rule: item for item in result.excluded}
    names: dict[str, list[str]] = {item.rule: [] for item in result.excluded}
    for item in result.excluded:
        names[item.rule].append(result.engine.library.activities[item.activity_id].name)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", title_justify="left")
    for heading in ("Held back", "Rule", "Why"):
        table.add_column(heading, justify="right" if heading == "Held back" else "left")
    for (_, rule), count in sorted(rules.items(), key=lambda entry: (not entry[0][0], -entry[1], entry[0][1])):
        example = sample[rule]
        reason = example.reason if example.effect != "fit" else _fit_reason(rule, names[rule])
        table.add_row(str(count), f"{rule} [dim]{example.effect}[/]", escape(reason))
    return Group(Text(), table)


def _fit_reason(rule: str, names: list[str]) -> str:
    words = {
        "age_range": "Outside their age range",
        "setting": "Written for other places",
        "only_for": "Written for other conditions",
        "group_size": "Need a larger group",
        "telehealth": "Cannot be run by video",
        "not_again": "Marked 'not again'",
        "not_in_bag": "Need tools that are not at hand",
    }
    return f"{words.get(rule, rule)}, for example {names[0]}."


def show_why(console: Console, why: Why) -> None:
    """One activity: where it stands and why."""
    console.print(f"[bold]{escape(why.name)}[/] [dim]{why.activity_id}, {why.status}[/]")
    for sentence in why.sentences:
        console.print(escape(sentence))
    for caution in why.cautions:
        console.print(f"[yellow]! {escape(caution)}[/]")
    if why.contributions:
        console.print(f"\nPool mean {why.base:.1f} + contributions = {why.score:.1f}")
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for name, value in sorted(why.contributions.items(), key=lambda entry: -abs(entry[1])):
            table.add_row(f"{value:+.1f}", name.replace("_", " "))
        console.print(table)


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Two activities, feature by feature."""
    for sentence in comparison.sentences:
        console.print(escape(sentence))
    if comparison.differences:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for heading in ("", comparison.first.name, comparison.second.name, "difference"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, value in comparison.differences.items():
            first, second = comparison.first.contributions[name], comparison.second.contributions[name]
            table.add_row(name.replace("_", " "), f"{first:+.1f}", f"{second:+.1f}", f"{value:+.1f}")
        console.print(table)


def show_problems(console: Console, problems: list[Problem], counts: dict[str, int]) -> None:
    """Every problem, errors first, then what was read."""
    for problem in sorted(problems, key=lambda item: item.level != "error"):
        colour = "red" if problem.level == "error" else "yellow"
        console.print(f"[{colour}]{problem.level}[/] {escape(str(problem))}", soft_wrap=True, highlight=False)
    errors = sum(problem.level == "error" for problem in problems)
    read = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    console.print(f"Read: {read}.")
    verdict = "The data can be used." if not errors else "The data cannot be used until the errors are mended."
    console.print(f"{errors} errors, {len(problems) - errors} warnings. {verdict}")


def show_report(console: Console, report: dict[str, Any]) -> None:
    """An evaluation in the terminal: verdict, systems, and what it rests on."""
    from otrec.evaluation.page import label, spread

    split = next((name for name in ("test", "development") if report["meta"]["cases"][name]), None)
    console.print(f"[bold]{escape(report['verdict'])}[/]\n")
    if split:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for heading in (f"{split} split", "nDCG@10 (95%)", "otrec ahead by", "p (Holm)"):
            table.add_column(heading)
        against = {row["b"]: row for row in report["comparisons"] if row["split"] == split}
        rows = {name: given[split]["ndcg@10"] for name, given in report["systems"].items()}
        for name in sorted(rows, key=lambda one: -rows[one]["mean"]):
            row = against.get(name)
            told = (f"{row['delta']:+.3f}", f"{row['p_holm']:.4f}") if row else ("", "")
            table.add_row(label(name), spread(rows[name]), *told)
        console.print(table)
    if report["agreement"]["units"]:
        console.print(f"\nRaters agree: ordinal Krippendorff alpha {report['agreement']['alpha']:.2f}.")
    console.print(f"[dim]Rests on {escape(report['meta']['rests_on'])}.[/]")
    for name in report["meta"]["left_out"]:
        console.print(f"[yellow]Left out:[/] {escape(name)}")


def show_tuning(console: Console, found: dict[str, Any]) -> None:
    """The best settings that a search has found, beside the present ones."""
    console.print(
        f"{found['trials']} settings tried. Best nDCG@10 on held-out development cases {found['best']:.3f}; "
        f"the present ones have {found['present']:.3f}."
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("setting", "best", "present"):
        table.add_column(heading)
    for name, value in found["settings"].items():
        table.add_row(name, f"{value:.3f}", f"{found['now'][name]:.3f}")
    console.print(table)
    console.print("[dim]Chosen on the development cases: the figure flatters, and only the test split may judge it.[/]")
