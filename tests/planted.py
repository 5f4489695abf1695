"""What several tests share: a data folder with defects planted in it, and a profile with every gate to a vest open."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, str]

#: A client for whom nothing but the evidence holds a weighted vest back.
VEST: dict[str, Any] = {
    "age_years": 8,
    "setting": "school",
    "conditions": ["autism"],
    "barriers": {"attention": 2},
    "precautions": [],
    "assessments": [{"name": "sensory_profile"}],
    "clearances": ["weight_removal_checked"],
}


def edit(folder: Path, change: Callable[[list[Row]], None], name: str = "activities.csv") -> None:
    """Rewrite a CSV file after a change to its rows."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    change(rows)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def replace(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first place of a text that has to be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text, old
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def append(folder: Path, name: str, section: str, line: str) -> None:
    """Add a record at the head of a YAML section."""
    replace(folder, name, f"\n{section}:\n", f"\n{section}:\n{line}\n")


#: Cells of activities.csv: (row, column, value, words of the report).
CELLS = [
    (0, "primary", "pencil_grip", "'pencil_grip' is no barrier. Did you mean 'grasp_pattern' (pencil grip)?"),
    (1, "techniques", "task_specific_practise", "Did you mean 'task_specific_practice'?"),
    (2, "tools", "hammer_drill_9000", "'hammer_drill_9000' is no tool"),
    (3, "occupations", "hand_writing", "Did you mean 'handwriting'?"),
    (4, "hazards", "smal_parts", "Did you mean 'small_parts'?"),
    (5, "interests", "dinosours", "Did you mean 'dinosaurs'?"),
    (6, "evidence", "nobody-1999", "'nobody-1999' is no finding"),
    (7, "age_min", "110", "is not below age_max"),
    (8, "age_max", "old", "age_max"),
    (9, "settings", "scool", "choose from hospital"),
    (10, "delivery", "by_post", "'by_post' is not allowed"),
    (11, "phases", "cool_down", "'cool_down' is not allowed"),
    (12, "difficulty", "7", "less than or equal to 5"),
    (13, "minutes", "900", "less than or equal to 120"),
    (14, "cost", "medum", "Did you mean 'medium'?"),
    (15, "supervision", "", "supervision: missing"),
    (16, "arousal", "sleepy", "choose from alerting"),
    (17, "steps", "", "steps"),
    (18, "steps", "Only one step.", "at least 3 items"),
    (19, "grade_down", "cues: One. | tool: Two.", "at least 3 items"),
    (20, "grade_up", "colour: A. | cues: B. | tool: C.", "'colour' is not allowed"),
    (21, "name", "=HYPERLINK(1)", "spreadsheet formula"),
    (22, "purpose", "", "purpose: missing"),
    (23, "id", "Bad Id", "is not an id"),
    (24, "group_min", "12", "is above group_max"),
    (25, "secondary", "attention; attention", "'attention' is given twice"),
    (26, "demand_space", "", "demands.space"),
    (27, "space", "moon", "'moon' is not allowed"),
]
#: Lines of the YAML files: (file, section, line, words of the report).
LINES = [
    ("skill_graph.yaml", "barriers", "- {id: attention, name: Again, group: motor, icf: [b140], definition: Twice.}",
     "'attention' is already given"),
    ("skill_graph.yaml", "barriers", "- {id: no_code, name: No code, group: motor, icf: [], definition: None.}",
     "icf: Tuple should have at least 1 item"),
    ("skill_graph.yaml", "requires", "- {barrier: sleep_routine, prerequisite: handwriting, reason: Planted circle.}",
     "goes in a circle"),
    ("skill_graph.yaml", "addressed_by",
     "- {barrier: attention, technique: co_op, strength: 1.5, rationale: Too strong., target: tissue}",
     "strength: Input should be less than or equal to 1"),
    ("skill_graph.yaml", "addressed_by",
     "- {barrier: attention, technique: co_op, strength: 0.5, rationale: Odd., target: muscles}",
     "'muscles' is not allowed"),
    ("skill_graph.yaml", "limits", "- {barrier: attention, occupation: daydreaming, strength: 0.5}",
     "'daydreaming' is no occupation"),
    ("skill_graph.yaml", "substitutes", "- {tool: therapy_putty, instead_of: therapy_putty, fit: 1}",
     "points to itself"),
    ("skill_graph.yaml", "uses", "- just a sentence", "found str"),
    ("safety.yaml", "hazards", "- {id: lava, name: Lava, note: The floor., colour: red}", "colour: no such field"),
    ("safety.yaml", "rules",
     "- {id: planted_gate, when: {always: true}, what: {hazards: [heat]}, effect: require, reason: R., source: S.,"
     " catches: {}, spares: {}}", "needs 'unless'"),
    ("safety.yaml", "rules",
     "- {id: planted_hazard, when: {precautions: [latex]}, what: {hazards: [lattex]}, effect: exclude, reason: R.,"
     " source: S., catches: {}, spares: {}}", "'lattex' is no hazard"),
    ("safety.yaml", "rules",
     "- {id: planted_case, when: {age_below: 3}, what: {hazards: [heat]}, effect: caution, reason: R., source: S.,"
     " catches: {age: 2}, spares: {}}", "age: no such field"),
    ("profile.yaml", "conditions", "- {id: adhd_two, aliases: []}", "name: missing"),
]  # fmt: skip


def plant(source: Path, target: Path) -> list[str]:
    """Copy a data folder, plant every defect, and return the words that the report has to hold."""
    shutil.copytree(source, target)

    def spoil(rows: list[Row]) -> None:
        for row, column, value, _ in CELLS:
            rows[row][column] = value
        rows.append(dict(rows[30]))

    edit(target, spoil)
    for file, section, line, _ in LINES:
        append(target, file, section, line)
    edit(target, lambda rows: rows[0].update(direction="helps"), "evidence.csv")
    said = [words for *_, words in CELLS] + [words for *_, words in LINES]
    return [*said, "is already given in activities.csv row 32", "'helps' is not allowed"]
