"""Plans as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from otrec.console import NOT_REVIEWED

if TYPE_CHECKING:
    from otrec.planning import Block, Day, GroupPlan, Plan, Suggestion

PHASES: Final = {
    "warm_up": "Warm-up", "targeted": "Targeted", "practice": "Practice", "reflection": "Reflection",
}  # fmt: skip


def show_plan(console: Console, plan: Plan) -> None:
    """A session: what is done when, why, with what, and what holds it back."""
    told = plan.to_dict()
    console.print(
        f"[bold]Session of {told['minutes']} minutes[/]  {told['total_minutes']} planned; "
        f"each minute is worth {plan.objective:.0f} of 100"
    )
    _warnings(console, told["warnings"])
    console.print(_timeline(told["phases"]))
    for slot in told["phases"]:
        console.print(f"\n[bold]{escape(slot['name'])}[/] [dim]{slot['activity_id']}[/]")
        console.print(f"   {escape(slot['why'])}")
        if slot["shortened"]:
            console.print(f"   Shorter form: {escape(slot['shortened'])}")
        for caution in slot["cautions"]:
            console.print(f"   [yellow]! {escape(caution)}[/]")
    console.print(f"\nTo close: {escape(told['reflection_question'])}")
    _lists(console, told)
    if told["binding"]:
        console.print("\n[bold]What holds it back[/]")
        for item in told["binding"]:
            console.print(f"   {escape(item['sentence'])}")
    if told["runner_up"]:
        names = " · ".join(escape(slot["name"]) for slot in told["runner_up"]["phases"])
        console.print(f"\nRunner-up ({told['runner_up']['objective']:.0f} of 100): {names}")
    console.print(f"\n[dim]{NOT_REVIEWED}[/]")


def _timeline(phases: list[dict[str, Any]]) -> Table:
    table = _table("from", "min", "phase", "activity", "demand", "if it fails")
    for slot in phases:
        table.add_row(
            str(slot["start_minute"]),
            str(slot["minutes"]),
            PHASES[slot["phase"]],
            escape(slot["name"]),
            f"{slot['level']} of 5",
            escape(slot["backup_name"] or "its easier form"),
        )
    return table


def _lists(console: Console, told: dict[str, Any]) -> None:
    console.print("\n[bold]Get out[/]")
    for item in told["materials"]:
        note = f" ({escape(item['note'])})" if item["note"] else ""
        if not item["optional"]:
            console.print(f"   {escape(item['name'])}{note}")
    optional = [escape(item["name"].lower()) for item in told["materials"] if item["optional"]]
    if optional:
        console.print(f"   If wanted: {', '.join(optional)}")
    spare = [escape(item["name"]) for item in told.get("backup_materials", []) if not item["optional"]]
    if spare:
        console.print(f"   For the back-ups also: {', '.join(spare)}")
    for title, key in (("Set up", "set_up"), ("Measure", "measure"), ("Clear away", "clean_up")):
        if told[key]:
            console.print(f"\n[bold]{title}[/]")
            for line in told[key]:
                console.print(f"   {escape(line)}")


def show_group(console: Console, plan: GroupPlan) -> None:
    """A group session: the timeline, then each member's step, goal and role."""
    told = plan.to_dict()
    console.print(
        f"[bold]Group of {len(told['client_ids'])}, {told['minutes']} minutes[/]  the worst-off member gets "
        f"{told['worst']:.0f} of 100"
    )
    _warnings(console, told["warnings"])
    table = _table("from", "min", "phase", "activity")
    for slot in told["phases"]:
        table.add_row(str(slot["start_minute"]), str(slot["minutes"]), PHASES[slot["phase"]], escape(slot["name"]))
    console.print(table)
    names = {slot["activity_id"]: slot["name"] for slot in told["phases"]}
    for member in told["members"]:
        console.print(
            f"\n[bold]{escape(member['client_id'])}[/]  {member['value']:.0f} of 100, share {member['share']:.0%}; "
            f"goal: {escape(member['goal'])}; {member['role']['name']}: {escape(member['role']['task'])}"
        )
        for name, step in member["grades"].items():
            console.print(f"   {escape(names[name])}: {escape(step['text'])}")
            for caution in member["cautions"][name]:
                console.print(f"   [yellow]! {escape(caution)}[/]")
    _lists(console, told)
    console.print(f"\n[dim]{NOT_REVIEWED}[/]")


def show_groups(console: Console, found: tuple[Suggestion, ...]) -> None:
    """Suggested groups, the best first."""
    if not found:
        return console.print("Nobody of these would be served well enough together. Try other times or --most.")
    table = _table("together", "when", "on", "the worst-off keeps")
    for one in found:
        table.add_row(", ".join(one.clients), ", ".join(one.free) or "any time", escape(one.name), f"{one.worst:.0%}")
    return console.print(table)


def show_day(console: Console, day: Day) -> None:
    """A day: the bag, then client by client."""
    told = day.to_dict()
    proof = "no smaller bag serves all plans" if day.proved else "a smaller bag may exist"
    tools = "1 tool" if len(day.bag) == 1 else f"{len(day.bag)} tools"
    console.print(f"[bold]Bag: {tools}[/] for {len(day.plans)} clients; {proof}")
    for item in told["packing"]:
        console.print(f"   {escape(item['name'])}: {', '.join(item['for_clients'])}")
    for plan in told["plans"]:
        starts = f"{plan['starts_at']}  " if plan["starts_at"] else ""
        console.print(f"\n{starts}[bold]{escape(plan['client_id'])}[/]  {plan['place']}, {plan['minutes']} minutes")
        console.print(_timeline(plan["phases"]))
    for failed in told["failed"]:
        console.print(f"[yellow]Client {failed['client']}: {escape(failed['reason'])}[/]")
    if told["unlocks"]:
        console.print("\n[bold]One more tool[/]")
        for item in told["unlocks"][:5]:
            console.print(
                f"   {escape(item['name'])} unlocks {item['activities']} activities for {item['clients']} clients"
            )
    console.print(f"\n[dim]{NOT_REVIEWED}[/]")


def show_programme(console: Console, block: Block) -> None:
    """A block of weeks, session by session, with reviews and what is for home."""
    console.print(f"[bold]{block.weeks} weeks, {len(block.sessions)} sessions[/]")
    for session in block.sessions:
        console.print(f"\n[bold]Session {session.number}[/]  week {session.week}, {session.date}")
        for item in session.plan.activities:
            back = " (comes back)" if item.id in session.returns else ""
            console.print(f"   {escape(item.name)}{back}: {escape(session.steps[item.id].text)}")
    for review in block.reviews:
        console.print(f"\n[bold]Review after week {review.week}[/]  {review.date}")
        for line in review.measure:
            console.print(f"   {escape(line)}")
    console.print("\n[bold]For home[/]")
    for thing in block.home:
        who = f", with {escape(thing.with_whom)}" if thing.with_whom else ""
        console.print(f"   {escape(thing.activity.name)}: {escape(thing.when)}{who}; {thing.often}")
        console.print(f"      {escape(thing.activity.family)}")
    for note in block.notes:
        console.print(f"[yellow]{escape(note)}[/]")
    console.print(f"\n[dim]{NOT_REVIEWED}[/]")


def _warnings(console: Console, warnings: list[str]) -> None:
    for line in warnings:
        console.print(f"[yellow]! {escape(line)}[/]")


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table
