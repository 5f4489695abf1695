"""A progress report as a page: sentences with the points they rest on, a chart, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from otrec.handout.blocks import Art, Block, Bullets, Figure, Heading, Line, Paragraph, Table, ours, theirs
from otrec.handout.chart import chart_alt, chart_svg
from otrec.handout.given import ReportGiven, RowGiven, SentenceGiven
from otrec.handout.language import mark
from otrec.handout.sheet import title_of
from otrec.handout.sheets import Desk

N_ = mark
#: Headings for the sections of a report; a section without a heading here is printed under its own name.
SECTIONS: Final = {
    "goal": N_("The goal"),
    "now": N_("From the start to now"),
    "aim": N_("Against the aim"),
    "trend": N_("How it moves"),
    "phases": N_("Phases"),
    "decision": N_("What the data suggest"),
    "notes": N_("Help, places and notes"),
    "limits": N_("What the data cannot say"),
}

#: What stands on the first page, the chart after the first two; all else follows on the next.
FRONT: Final = ("goal", "now", "aim", "decision")
CHART_MM: Final = 165


def report_blocks(desk: Desk, report: ReportGiven, audience: str, chart: str) -> list[Block]:
    """A report for one reader. The client reads the family's words; point ids stand only on the therapist's sheet."""
    say = desk.say
    wording = "family" if audience == "client" else audience
    first = [ours(say("Goal {name}.").format(name=report.goal) + " ")]
    if report.client and audience == "therapist":
        first.insert(0, ours(say("Client {name}").format(name=report.client) + ". "))
    if report.as_of:
        first.append(ours(say("As of {day}.").format(day=report.as_of.isoformat())))
    blocks: list[Block] = [title_of(ours(say("Progress"))), Paragraph(line=tuple(first))]
    held = report.sections.get(wording, {})
    front = [name for name in FRONT if name in held]
    behind = sorted((name for name in held if name not in FRONT), key=lambda name: name != "limits")
    blocks += [block for name in front[:2] for block in _section(desk, name, held[name], wording)]
    blocks += _chart(desk, report, chart)
    blocks += [block for name in front[2:] for block in _section(desk, name, held[name], wording)]
    further = [block for name in behind for block in _section(desk, name, held[name], wording)]
    return [*blocks, *_on_a_new_page([*further, *_points(desk, report)])]


def _section(desk: Desk, name: str, sentences: Sequence[SentenceGiven], wording: str) -> list[Block]:
    lines = tuple(_sentence(item, wording == "therapist") for item in sentences)
    heading = desk.heading(SECTIONS.get(name, name.replace("_", " ").capitalize()))
    return [heading, Paragraph(line=lines[0]) if len(lines) == 1 else Bullets(items=lines)]


def _on_a_new_page(blocks: list[Block]) -> list[Block]:
    """What stands behind the first page begins on a page of its own."""
    if blocks and isinstance(blocks[0], Heading):
        return [blocks[0].model_copy(update={"new_page": True}), *blocks[1:]]
    return blocks


def _sentence(item: SentenceGiven, points: bool) -> Line:
    small = (ours(f" [{runs(item.rests_on)}]", small=True),) if points and item.rests_on else ()
    return (theirs(item.text), *small)


def runs(names: tuple[str, ...]) -> str:
    """Ids for print: neighbours of one goal are drawn together, none is left out.

    >>> runs(("g1.p01", "g1.p02", "g1.p03", "g1.p07", "g1"))
    'g1.p01–p03, g1.p07, g1'
    """
    told: list[list[str]] = []
    for name in names:
        goal, _, place = name.rpartition(".p")
        last, _, before = told[-1][-1].rpartition(".p") if told else ("", "", "")
        if goal and goal == last and place.isdigit() and before.isdigit() and int(place) == int(before) + 1:
            told[-1].append(name)
        else:
            told.append([name])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–p{run[-1].rpartition('.p')[2]}" for run in told)


def _chart(desk: Desk, report: ReportGiven, chart: str) -> list[Block]:
    """The chart; the same as a table stands behind the first page."""
    if not report.rows:
        return [Paragraph(line=(ours(desk.say("There is no point to draw yet.")),))]
    say = desk.say
    drawn = chart or chart_svg(report.rows, say, percent="%" in report.rows[0].aim_shown, large=desk.look.large)
    return [
        desk.heading(N_("Chart")),
        Figure(art=Art(svg=drawn, alt=chart_alt(report.rows, say)), width_mm=CHART_MM),
    ]


def _points(desk: Desk, report: ReportGiven) -> list[Block]:
    return [desk.heading(N_("Every point")), _table(desk, report.rows)] if report.rows else []


def _table(desk: Desk, rows: tuple[RowGiven, ...]) -> Table:
    say = desk.say
    header = (N_("Date"), N_("Value"), N_("Aim"), N_("Phase"), N_("Note"))
    return Table(
        header=tuple((ours(say(text)),) for text in header),
        rows=tuple(
            (
                (ours(row.date.isoformat()),),
                (theirs(row.value),),
                (theirs(row.aim_shown),),
                (theirs(row.phase),) if row.phase else (),
                (theirs("; ".join(part for part in (row.setting, row.note) if part)),),
            )
            for row in rows
        ),
        widths=(4, 7, 3, 5, 6),
    )
