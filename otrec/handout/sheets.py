"""One activity as a sheet for a family, a client, a teacher or a therapist. The library's words stay as written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from otrec.handout.art import art_for
from otrec.handout.blocks import (
    Block,
    Box,
    Bullets,
    Heading,
    Line,
    Lines,
    Panel,
    Panels,
    Paragraph,
    Span,
    Step,
    Steps,
    Table,
    ours,
    theirs,
)
from otrec.handout.care import safety_box, stop_box
from otrec.handout.language import Translator, mark
from otrec.handout.needs import need_lines
from otrec.handout.reading import FAMILY_GRADE, easy, grade
from otrec.handout.sheet import Look
from otrec.library import Library
from otrec.models import Activity
from otrec.models.terms import SETTING_NAMES

N_ = mark
#: Grade that no single step of a family sheet may pass. The formula is meant for passages, so one step gets more room.
STEP_GRADE: Final = 8.0
DAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@dataclass(frozen=True)
class Desk:
    """What a sheet is written with: the library, the look, and the heading level of sections."""

    library: Library
    look: Look
    level: int = 2

    @property
    def say(self) -> Translator:
        """The translator of the sheet."""
        return self.look.say

    def heading(self, text: str) -> Heading:
        """A heading of a section, in the language of the sheet."""
        return Heading(level=self.level, line=(ours(self.say(text)),))


def steps_fit_family(activity: Activity) -> bool:
    """Whether the steps may stand on a sheet for a family or client as they are.

    Together they read at grade 6 or below, no single one above grade 8, and no therapist has to be there.

    >>> from otrec.library import load_library
    >>> steps_fit_family(load_library().activity("onion_bed_from_my_own_plan"))
    True
    """
    together = easy(activity.steps, FAMILY_GRADE)
    return activity.supervision != "clinician" and together and max(map(grade, activity.steps)) <= STEP_GRADE


def steps_block(desk: Desk, activity: Activity) -> Steps:
    """The steps with their pictures."""
    language = desk.look.language
    return Steps(items=tuple(Step(line=(theirs(text),), art=art_for(text, language)) for text in activity.steps))


def body(desk: Desk, activity: Activity, audience: str) -> list[Block]:
    """Everything of a sheet below the name of its activity."""
    return AUDIENCES[audience](desk, activity)


def _family(desk: Desk, activity: Activity) -> list[Block]:
    say, safe = desk.say, safety_box(desk.library, [activity], desk.say, desk.look.language)
    blocks: list[Block] = [Paragraph(line=(theirs(activity.family),), style="lead"), _facts(desk, activity), safe]
    blocks += _needs(desk, activity)
    blocks += _simple_steps(desk, activity, N_("What to do, step by step"))
    blocks += _grading(desk, activity)
    return [
        *blocks,
        stop_box(say),
        desk.heading(N_("Ask your therapist")),
        Bullets(
            items=(
                (ours(say("How often should we do this, and for how long?")),),
                (ours(say("What should we look out for?")),),
                (ours(say("When should we stop or change it?")),),
            )
        ),
        Lines(label=(ours(say("Our notes and questions:")),), count=2),
    ]


def _client(desk: Desk, activity: Activity) -> list[Block]:
    say = desk.say
    names = [desk.library.occupations[name].name for name in activity.occupations]
    blocks: list[Block] = [
        Paragraph(
            line=(ours(say("You can use this to practise:") + " "), theirs(", ".join(names) + ".")), style="lead"
        ),
        _facts(desk, activity),
        safety_box(desk.library, [activity], say, desk.look.language),
    ]
    blocks += _needs(desk, activity)
    blocks += _simple_steps(desk, activity, N_("How you do it"))
    blocks += _grading(desk, activity)
    blocks += [
        stop_box(say),
        Box(title=(ours(say("For the person who helps you")),), items=((theirs(activity.family),),)),
        desk.heading(N_("How it went")),
        Paragraph(line=(ours(say("Tick the days. Write how it felt: 1 is hard, 5 is easy.")),), keep=True),
        Table(
            header=tuple((ours(say(day)),) for day in (N_("Day"), *DAYS)),
            rows=tuple(_blank(say(text)) for text in LOG),
            widths=(3, *(2,) * 7),
            row_mm=11,
        ),
    ]
    return blocks


LOG: Final = (N_("I did it"), N_("1 to 5"))


def _blank(label: str) -> tuple[Line, ...]:
    return ((ours(label),), *(((),) * len(DAYS)))


def _teacher(desk: Desk, activity: Activity) -> list[Block]:
    say, language = desk.say, desk.look.language
    blocks: list[Block] = []
    if activity.teacher:
        blocks.append(Paragraph(line=(theirs(activity.teacher),), style="lead"))
    else:
        honest = say("No teacher wording has been written for this one. Here are its purpose and steps as written.")
        blocks.append(Paragraph(line=(ours(honest),)))
        blocks.append(Paragraph(line=(theirs(activity.purpose),), style="lead"))
    blocks += [_facts(desk, activity), safety_box(desk.library, [activity], say, language)]
    blocks += _needs(desk, activity)
    if activity.supervision == "clinician":
        blocks.append(Paragraph(line=(ours(say(NOT_ALONE)),)))
    else:
        blocks += [desk.heading(N_("Step by step")), steps_block(desk, activity)]
    blocks += _grading(desk, activity)
    return [
        *blocks,
        desk.heading(N_("What to look for")),
        Paragraph(line=(theirs(activity.measure),)),
        desk.heading(N_("How to note it")),
        Paragraph(line=(ours(say("Write what you count and what helped. No names on this sheet.")),), keep=True),
        Table(
            header=tuple((ours(say(text)),) for text in (N_("Date"), N_("What I counted"), N_("What helped"))),
            rows=(((), (), ()),) * 5,
            widths=(2, 4, 5),
            row_mm=10,
        ),
    ]


def _therapist(desk: Desk, activity: Activity) -> list[Block]:
    library, say = desk.library, desk.say
    hazards = tuple(
        (theirs(f"{library.hazards[name].name}: {library.hazards[name].note}"),) for name in activity.hazards
    )
    found = tuple((theirs(library.evidence[name].citation),) for name in activity.evidence)
    blocks: list[Block] = [Paragraph(line=(theirs(activity.purpose),), style="lead"), _profile(desk, activity)]
    blocks.append(safety_box(library, [activity], say, desk.look.language))
    blocks += _needs(desk, activity)
    blocks += [desk.heading(N_("Step by step")), steps_block(desk, activity), desk.heading(N_("Grading"))]
    blocks += [
        Table(
            header=tuple((ours(say(text)),) for text in (N_("What changes"), N_("Easier"), N_("Harder"))),
            rows=tuple(
                ((theirs(f"{down.axis} / {up.axis}"),) if down.axis != up.axis else (theirs(down.axis),),
                 (theirs(down.change),), (theirs(up.change),))
                for down, up in zip(activity.grade_down, activity.grade_up, strict=True)
            ),
            widths=(3, 5, 5),
        ),
        desk.heading(N_("What to measure")),
        Paragraph(line=(theirs(activity.measure),)),
    ]  # fmt: skip
    if hazards:
        blocks += [desk.heading(N_("Hazards, for the safety screen")), Bullets(items=hazards)]
    none = (ours(say("None found for this activity itself; see the technique's evidence in otrec.")),)
    blocks += [desk.heading(N_("Evidence")), Bullets(items=found) if found else Paragraph(line=none)]
    blocks += [desk.heading(N_("Wording for the family")), Paragraph(line=(theirs(activity.family),))]
    if activity.teacher:
        blocks += [desk.heading(N_("Wording for the teacher")), Paragraph(line=(theirs(activity.teacher),))]
    return blocks


AUDIENCES: Final[dict[str, Callable[[Desk, Activity], list[Block]]]] = {
    "family": _family,
    "client": _client,
    "teacher": _teacher,
    "therapist": _therapist,
}


def _facts(desk: Desk, activity: Activity) -> Paragraph:
    """Minutes and, where more than one, people."""
    say = desk.say
    told = say("About {minutes} minutes.").format(minutes=activity.minutes)
    if activity.preparation_minutes:
        told += " " + say("Allow {minutes} minutes to get ready.").format(minutes=activity.preparation_minutes)
    if activity.group_min > 1:
        told += " " + say("For {count} people or more.").format(count=activity.group_min)
    if "home" not in activity.settings and "home" not in activity.delivery:
        told += " " + say("It was not written for the home; ask before you do it there.")
    return Paragraph(line=(ours(told),))


def _needs(desk: Desk, activity: Activity) -> list[Block]:
    lines = need_lines(desk.library, activity, desk.say)
    return [desk.heading(N_("What you need")), Bullets(items=lines, short=True)] if lines else []


NOT_ALONE: Final = N_("The steps are not printed here: a therapist has to be there.")
SHOWN: Final = N_("Your therapist shows you the steps. They are not printed here, as they are written for therapists.")


def _simple_steps(desk: Desk, activity: Activity, title: str) -> list[Block]:
    """Steps if they read easily; otherwise a sentence that says why there are none."""
    if steps_fit_family(activity):
        return [desk.heading(title), steps_block(desk, activity)]
    reason = NOT_ALONE if activity.supervision == "clinician" else SHOWN
    return [desk.heading(title), Paragraph(line=(ours(desk.say(reason)),))]


def _grading(desk: Desk, activity: Activity) -> list[Block]:
    """Changes that read easily, in two cards."""
    say = desk.say
    sides = ((N_("If it is too hard"), activity.grade_down), (N_("If it is too easy"), activity.grade_up))
    panels = tuple(
        Panel(label=(ours(say(label)),), lines=lines)
        for label, grades in sides
        if (lines := tuple((theirs(step.change),) for step in grades if grade(step.change) <= STEP_GRADE))
    )
    return [desk.heading(N_("Make it fit")), Panels(items=panels)] if panels else []


def _profile(desk: Desk, activity: Activity) -> Table:
    """What a therapist wants to see at a glance."""
    library, say = desk.library, desk.say
    barriers = [library.barriers[name].name for name in activity.primary]
    more = [library.barriers[name].name for name in activity.secondary]
    people = f"{activity.group_min}-{activity.group_max}" if activity.group_max > 1 else "1"
    rows: tuple[tuple[str, Span], ...] = (
        (N_("Works on"), theirs(", ".join(barriers) + (f" (also {', '.join(more)})" if more else ""))),
        (N_("Techniques"), theirs(", ".join(library.techniques[name].name for name in activity.techniques))),
        (N_("Occupations"), theirs(", ".join(library.occupations[name].name for name in activity.occupations))),
        (N_("Age"), ours(f"{activity.age_min:g}-{activity.age_max:g}")),
        (N_("Minutes"), ours(f"{activity.minutes} (+ {activity.preparation_minutes})")),
        (N_("People"), ours(people)),
        (N_("Level of demand"), ours(f"{activity.difficulty} / 5")),
        (N_("Places"), theirs(", ".join(SETTING_NAMES[name] for name in activity.settings))),
    )
    if activity.only_for:
        names = [library.conditions[name].name for name in activity.only_for if name in library.conditions]
        rows += ((N_("Only for"), theirs(", ".join(names) or ", ".join(activity.only_for))),)
    return Table(
        header=((ours(say(N_("Fact"))),), (ours(say(N_("Activity"))),)),
        rows=tuple(((ours(say(label)),), (span,)) for label, span in rows),
        widths=(3, 9),
    )
