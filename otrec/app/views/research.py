"""Research: two rankings side by side on the judged development cases, with weights that can be moved."""

from __future__ import annotations

import json
from typing import Final

import pandas as pd
import streamlit as st

from otrec.app import layout, state, weights
from otrec.app.language import say
from otrec.evaluation.workbench import MODELS, Outcome, Workbench
from otrec.features import FEATURES
from otrec.models.ages import BAND_NAMES
from otrec.models.terms import SETTING_NAMES

KEEP: Final = "session"
NOTEBOOK: Final = "notebooks/03_tune_and_test.py"


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """The bundled cases with their judgments; nothing of any client of a user."""
    from otrec.evaluation.cases import load_cases

    return Workbench(state.engine(), load_cases(state.engine().library))


def page() -> None:
    layout.head(
        say("Research"), say("Move the weights, and see at once what that does on the judged development cases.")
    )
    st.info(
        say(
            "Grades 0-3 were given by automated readers of the authors to invented cases. No clinician has judged. "
            "The test cases are not used here; they are for one final report: `otrec evaluate`."
        ),
        icon=":material/science:",
    )
    bench = workbench()
    results, sliders = st.columns([2, 1], gap="large")
    with sliders:
        own = _weights()
    with results:
        first, second = _models()
        outcome = bench.compare(first, second, own)
        _result(outcome)
        _moves(bench, outcome, own)
        _slices(outcome)
        _download(bench, outcome, own)
    layout.foot()


def _weights() -> dict[str, float]:
    layout.section(say("Own weights"))
    st.caption(say("The numbers are shares; they are scaled to 1."))
    weights.back("v_r_", key="s_research_reset")
    return {feature.name: weights.slider(feature.name, key=f"v_r_{feature.name}") for feature in FEATURES}


def _models() -> tuple[str, str]:
    names = list(MODELS)
    found = []
    for column, title, key, place in zip(
        st.columns(2),
        (say("First model"), say("Second model")),
        ("v_model_first", "v_model_second"),
        (0, 1),
        strict=True,
    ):
        with column:
            found.append(
                st.selectbox(
                    title, names, index=place, format_func=lambda name: say(MODELS[name]), key=key, persist_state=KEEP
                )
            )
    return found[0], found[1]


def _spread(told: dict[str, float], sign: str = "") -> str:
    return say(
        "{mean} ({low} to {high})",
        mean=f"{told['mean']:{sign}.3f}",
        low=f"{told['low']:{sign}.3f}",
        high=f"{told['high']:{sign}.3f}",
    )


def _result(outcome: Outcome) -> None:
    one, two = (say(MODELS[name]) for name in outcome.models)
    rows = [
        {say("model"): one, "nDCG@10 (95 %)": _spread(outcome.first)},
        {say("model"): two, "nDCG@10 (95 %)": _spread(outcome.second)},
        {say("model"): say("second less first"), "nDCG@10 (95 %)": _spread(outcome.delta, "+")},
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("nDCG@10 of both models with intervals"))
    told = say(
        "Difference {delta} over {n} cases; p {p} by a paired sign-flip test, for one comparison: after trying many, "
        "it flatters.",
        delta=f"{outcome.delta['mean']:+.3f}",
        n=outcome.delta["n"],
        p=f"{outcome.p:.4f}",
    )
    layout.announce(told)


def _moves(bench: Workbench, outcome: Outcome, own: dict[str, float]) -> None:
    layout.section(say("What moves, in one case"))
    stories = {case.id: case.story for case in bench.cases}
    chosen = st.selectbox(
        say("Case"), list(stories), format_func=lambda name: f"{stories[name][:90]} …", key="v_case", persist_state=KEEP
    )
    st.markdown(f":small[{stories[chosen]}]")
    case = next(case for case in bench.cases if case.id == chosen)
    rows = [
        {
            say("activity"): item.name,
            say("first"): str(item.first or "–"),
            say("second"): str(item.second or "–"),
            say("grade"): "–" if item.grade is None else f"{item.grade:g}",
        }
        for item in bench.moved(case, *outcome.models, own)
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Places in the first ten of both models, with grades"))


def _slices(outcome: Outcome) -> None:
    with st.expander(say("Slices by age and setting"), icon=":material/table_rows:"):
        words: dict[str, str] = {str(name): text for name, text in (*BAND_NAMES.items(), *SETTING_NAMES.items())}
        rows = [
            {
                say("slice"): words.get(name, name),
                "n": told["n"],
                say("second less first"): _spread(told, "+") if told["claim"] else say("no claim below 10 cases"),
            }
            for slices in outcome.slices.values()
            for name, told in slices.items()
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Slices by age and setting"))


def _download(bench: Workbench, outcome: Outcome, own: dict[str, float]) -> None:
    run = bench.run(outcome, own)
    st.download_button(
        say("Save this run"),
        json.dumps(run, indent=1),
        f"otrec-run-{run['hash']}.json",
        "application/json",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption(say("Run {hash}. The same in a notebook: `{notebook}`.", hash=run["hash"], notebook=NOTEBOOK))
