"""Every text of the interface has its Spanish, and nothing is translated that is not said."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from otrec.app import cards, feedback, form, intake, language, lists, names, state
from otrec.app.caseload import client, history, sharing, trail
from otrec.app.goals import builder, chart, copm, gas, notes, points, progress, reading
from otrec.app.keeping import activity_form, people
from otrec.app.plans import session, sheets
from otrec.app.views import explore, goals, plan, settings, study
from otrec.engine.sufficiency import LABELS as FACTS
from otrec.evaluation.workbench import MODELS
from otrec.explain import LABELS
from otrec.features import FEATURES
from otrec.goals import ASSIST_LEVELS, MEASURES, PROMPT_LEVELS
from otrec.goals.review import PART_NAMES
from otrec.graph.walk import PLACES
from otrec.models.terms import AREA_NAMES, SETTING_NAMES, SEVERITY_WORDS, GradingAxis
from otrec.progress.wording import PROMPT_WORDS
from otrec.store import ROLE_WORDS
from otrec.study import KIND_NAMES

HOME = Path(language.__file__).parent
#: Texts that stand in tables and reach `say` by a name.
TABLES = [
    *state.EXAMPLES.values(), *names.KINDS.values(), *names.FACETS.values(), *form.SIDE_NAMES.values(),
    *(word for words in names.VALUES.values() for word in words.values()), *cards.PHASES.values(),
    *cards.TIERS.values(), *cards.AROUSALS.values(), *cards.SUPERVISIONS.values(), *cards.COSTS.values(),
    *(words for _, _, words in cards.LIGHTS.values()), *lists.READINGS.values(), *lists.EFFECTS.values(),
    *lists.MISFITS.values(), *explore.VIEWS.values(), *study.VIEWS.values(), *FACTS.values(), *KIND_NAMES.values(),
    *(feature.label for feature in FEATURES), *(label.capitalize() for label in LABELS.values()),
    *AREA_NAMES.values(), *SETTING_NAMES.values(), *SEVERITY_WORDS.values(), *get_args(GradingAxis),
    *(head for _, head in PLACES.values()), "Data card",
    *(words for words, _ in feedback.VERDICTS.values()), *MODELS.values(), *plan.VIEWS.values(),
    *session.STATES.values(), *sheets.AUDIENCES.values(), *sheets.WHAT.values(), *sheets.SOURCES.values(),
    *goals.VIEWS.values(), *builder.WORDINGS.values(), *builder.WHEN.values(), *PART_NAMES.values(), *PROMPT_WORDS,
    *(words for _, _, words in reading.STATES.values()), *gas.LEVELS.values(), *gas.BASELINES.values(),
    *gas.RATINGS.values(), *copm.COLUMNS.values(), *points.MEASURES.values(), *points.WAYS.values(),
    *points.ROLES.values(), *chart.KEY.values(), *(words for _, words in progress.VERDICTS.values()),
    *progress.WORDINGS.values(), *notes.KINDS.values(), *notes.HOME.values(),
    *(kind.name for kind in MEASURES.values()), *(kind.unit for kind in MEASURES.values()),
    *(level.name for level in (*ASSIST_LEVELS, *PROMPT_LEVELS)),
    *settings.VIEWS.values(), *activity_form.SPACES.values(), *activity_form.COSTS.values(),
    *activity_form.DEMANDS.values(), *people.ROLE_NAMES.values(), *ROLE_WORDS.values(),
    *client.PARTS.values(), *history.FIELDS.values(), *trail.ACTIONS.values(), *sharing.MAY.values(),
    *intake.PARTS.values(), *intake.STATUS.values(), *intake.ANSWERS.values(),
]  # fmt: skip


def said() -> set[str]:
    """Every text that a page hands to `say` as it stands."""
    found = set()
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(first.value)
    return found


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_text_has_its_spanish_and_no_spanish_is_idle() -> None:
    spanish = language.catalogue("es")
    texts = said() | set(TABLES)
    assert len(texts) > 300
    assert sorted(texts - set(spanish)) == []
    assert sorted(set(spanish) - texts) == []


def test_spanish_fills_the_same_places() -> None:
    for text, told in language.catalogue("es").items():
        assert places(text) == places(told), text
        assert told.strip()
        assert text[-1:] == told[-1:] or text[-1:] not in ".:?…", text


@pytest.mark.parametrize("page", ["explore", "goals", "plan", "graph", "study", "library", "about"])
def test_pages_speak_spanish_and_miss_no_word(page: str, missing: set[str]) -> None:
    app = AppTest.from_string(f"from otrec.app.views import {page}\n{page}.page()", default_timeout=60)
    app.session_state["v_lang"] = "es"
    for name in ("safety", "person", "place", "history", "weights"):
        app.session_state[f"v_open_{name}"] = True
    app.run()
    assert not app.exception
    assert missing == set()
    assert language.catalogue("es")[{"explore": "Activities for one client", "about": "About otrec"}.get(
        page,
        {
            "graph": "Skill graph", "goals": "Goals & progress", "plan": "Plan", "study": "Study",
            "library": "Library",
        }.get(page, "")
    )] == app.title[0].value  # fmt: skip
