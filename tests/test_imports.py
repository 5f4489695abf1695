"""The floors of the house: imports run strictly downward, and `import otrec` does no work."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import otrec

HOME = Path(otrec.__file__).parent
FLOORS = {
    "models": 0,
    "privacy": 1,
    "library": 1,
    "extras": 1,
    "evidence": 2,
    "safety": 2,
    "ranking": 1,
    "goals": 1,
    "graph": 2,
    "progress": 2,
    "features": 3,
    "store": 3,
    "compiled": 4,
    "explain": 4,
    "engine": 5,
    "intake": 5,
    "planning": 6,
    "study": 6,
    "evaluation": 6,
    "handout": 7,
    "exchange": 7,
    "batch": 8,
    "console": 8,
    "cli": 9,
    "app": 9,
    "server": 9,
}


def module_of(path: Path) -> str:
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("otrec.")}


def test_every_module_has_a_floor_and_imports_run_downward() -> None:
    for path in sorted(HOME.rglob("*.py")):
        here = module_of(path)
        if here == "__init__":
            continue
        assert here in FLOORS, f"{path.name}: give its module a floor"
        for other in imported(path) - {here}:
            allowed = FLOORS[other] < FLOORS[here] or (here, other) in {("cli", "app"), ("cli", "server")}
            assert allowed, f"{path.relative_to(HOME)} imports {other}, which is not below it"


def test_only_the_app_knows_streamlit() -> None:
    for path in HOME.rglob("*.py"):
        if module_of(path) != "app":
            assert "streamlit" not in path.read_text(), path


#: What the pages may take from the floors that score, screen and explain: results, never the means to make them.
SHOWN = {
    "engine": {
        "Change",
        "Comparison",
        "Engine",
        "Item",
        "Moves",
        "Recommendation",
        "Sufficiency",
        "Why",
        "inferred",
    },
    "explain": {"LABELS", "Path", "lit_map"},
    "features": {"FEATURES"},
    "goals": {
        "CopmScores",
        "Finding",
        "GasScale",
        "GoalDraft",
        "GoalReview",
        "MEASURES",
        "PARTS",
        "PART_NAMES",
        "Subject",
        "THRESHOLDS",
        "build_goal",
        "copm_change",
        "gas_change",
        "gas_table",
        "help_levels",
        "lint",
        "wordings_of",
    },
    "progress": {
        "GoalRecord",
        "HEADINGS",
        "PROMPTS",
        "PROMPT_WORDS",
        "ProgressError",
        "ProgressFile",
        "RULE_SOURCES",
        "Report",
        "Role",
        "SOURCES",
        "Sentence",
        "SessionRecord",
        "Trend",
        "Wording",
        "aimline",
        "daily_note",
        "day",
        "days",
        "decision",
        "progress_report",
        "soap",
        "trend",
    },
    "planning": {
        "Block",
        "Day",
        "GroupPlan",
        "HomeItem",
        "Material",
        "Member",
        "Plan",
        "day_of",
        "pack_day",
        "plan_group",
        "plan_programme",
        "plan_session",
        "suggest_groups",
        "time_of",
    },
    "safety": {"Exclusion"},
    "evidence": set(),
    "ranking": set(),
}


def test_no_score_rule_or_validation_in_a_page() -> None:
    for path in set((HOME / "app").rglob("*.py")) - {HOME / "app" / "launch.py"}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("otrec."):
                floor = node.module.split(".")[1]
                taken = {alias.name for alias in node.names}
                assert taken <= SHOWN.get(floor, taken), f"{path.name} takes {taken} from {node.module}"
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            heavy = {name.split(".")[0] for name in names} & {"numpy", "scipy", "sklearn", "networkx", "pydantic"}
            assert not heavy, f"{path.name} computes with {heavy}"
            assert not isinstance(node, ast.Raise), f"{path.name}: a page checks nothing itself"


def test_import_otrec_does_no_work() -> None:
    code = (
        "import sys; before = set(sys.modules); import otrec; "
        "print(sorted(m.split('.')[0] for m in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    heavy = {"pandas", "numpy", "sklearn", "scipy", "networkx", "pydantic", "yaml", "typer", "rich", "streamlit"}
    assert not loaded & heavy


def test_the_app_starts_without_what_only_learning_needs() -> None:
    code = (
        "import sys; from otrec.app.views import about, explore, goals, graph, library, plan; "
        "from otrec.app.views import research, settings, study; print(set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in ast.literal_eval(done.stdout)}
    assert not loaded & {"sklearn", "scipy", "matplotlib", "lightgbm", "optuna"}


def test_no_file_grows_without_a_second_idea() -> None:
    for path in HOME.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 400, path
