"""What the tests of handouts share: files as other parts of otrec write them, every kind of sheet, every look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from otrec.handout import Handout, board, day_sheet, handout, plan_sheet, progress_sheet

ONION, LOAF, BED = "onion_bed_from_my_own_plan", "soda_loaf_counted_with_spoons", "bed_desk_for_one_live_lesson"


def plan(**changes: Any) -> dict[str, Any]:
    """A session as the planner prints it, shortened."""
    return {
        "kind": "session",
        "client_id": "c001",
        "library_version": "abc123",
        "minutes": 30,
        "total_minutes": 28,
        "phases": [
            {"phase": "warm_up", "activity_id": ONION, "name": "Plan an onion bed", "start_minute": 0, "minutes": 8,
             "backup": BED, "cautions": ["Keep a chair behind."]},
            {"phase": "practice", "activity_id": LOAF, "name": "Bake a plain loaf", "start_minute": 8, "minutes": 20,
             "backup": None},
        ],
        "materials": [
            {"name": "potting soil", "tool": None, "for": [ONION], "count": 2, "note": "damp"},
            {"name": "Pegboard", "tool": "pegboard", "for": [ONION], "count": 1, "note": ""},
            {"name": "Big bowl", "tool": None, "for": [LOAF], "count": 1, "note": "", "optional": True},
        ],
        "set_up": ["Allow 12 minutes to set up."],
        "clean_up": ["Wash hands with soap."],
        "measure": ["Onions in the drawn square."],
        "reflection_question": "What helped most?",
        "warnings": ["Precautions were not asked yet."],
        "something_new": 1,
        **changes,
    }  # fmt: skip


def day(**changes: Any) -> dict[str, Any]:
    """A day as the planner prints it, shortened."""
    return {
        "kind": "day",
        "library_version": "abc123",
        "bag": ["pegboard"],
        "packing": [{"tool": "pegboard", "name": "Pegboard", "for_clients": ["c001"], "count": 1}],
        "plans": [plan(place="school", starts_at="09:05"), plan(client_id="c002", place="home", starts_at=None)],
        "unlocks": [{"tool": "visual_timer", "name": "Visual timer", "activities": 3, "clients": 2}],
        "failed": [{"client": 3, "reason": "No session fits."}],
        **changes,
    }


def report(**changes: Any) -> dict[str, Any]:
    """A report as `otrec.progress` gives it, shortened."""
    points = [("2026-09-14", "2 of 5", 0.4, 0.3, ""), ("2026-09-21", "3 of 5", 0.6, 0.5, "new grip"),
              ("2026-09-28", "4 of 5", 0.8, 0.7, "new grip")]  # fmt: skip
    told = {"now": [{"text": "Latest: 4 of 5.", "rests_on": ["g1.p01", "g1.p02", "g1.p03", "g1"]}]}
    rows = [
        {"id": f"g1.p0{at}", "date": date, "value": value, "compared": share, "aim": aim,
         "aim_shown": f"{100 * aim:g} %", "phase": phase, "setting": "class", "note": ""}
        for at, (date, value, share, aim, phase) in enumerate(points, 1)
    ]  # fmt: skip
    family = {"now": [{"text": "Now: 4 of 5.", "rests_on": ["g1.p03"]}]}
    sections = {"therapist": told, "teacher": told, "family": family}
    return {"client": "c001", "goal": "g1", "as_of": "2026-10-01", "sections": sections, "rows": rows, **changes}


MAKERS: dict[str, Callable[..., Handout]] = {
    "family": lambda library, **look: handout(library, [ONION], **look),
    "client": lambda library, **look: handout(library, [LOAF], "client", qr="https://example.org/film", **look),
    "teacher": lambda library, **look: handout(library, [BED], "teacher", **look),
    "therapist": lambda library, **look: handout(library, [LOAF], "therapist", **look),
    "several": lambda library, **look: handout(library, [ONION, LOAF, BED], **look),
    "plan": lambda library, **look: plan_sheet(library, plan(), **look),
    "family plan": lambda library, **look: plan_sheet(library, plan(), "family", **look),
    "day": lambda library, **look: day_sheet(library, day(), **look),
    "progress": lambda library, **look: progress_sheet(library, report(), **look),
    "schedule": lambda library, **look: board("schedule", library, routine="morning", **look),
    "first then": lambda library, **look: board("first_then", library, lines=["Brush teeth", "Read a book"], **look),
    "checklist": lambda library, **look: board("checklist", library, routine="school_bag", **look),
    "narrative": lambda library, **look: board("narrative", library, routine="dentist", **look),
    "narrative of an activity": lambda library, **look: board("narrative", library, activities=[ONION], **look),
    "step cards": lambda library, **look: board("step_cards", library, activities=[ONION], **look),
}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"as_of": dt.date(2026, 9, 1)},
    "Spanish, letter": {"language": "es", "paper": "letter"},
    "large": {"large": True},
}


def arts(block: object) -> Iterator[Any]:
    """The drawings of a block, in reading order."""
    from otrec.handout.blocks import Art
    from otrec.models import Frozen

    if isinstance(block, Art):
        yield block
    elif isinstance(block, tuple):
        for part in block:
            yield from arts(part)
    elif isinstance(block, Frozen):
        for name in sorted(type(block).model_fields, key=lambda name: name != "art"):
            yield from arts(getattr(block, name))
