"""About: what otrec is, what it is not, and how a score comes about."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from otrec.app import state
from otrec.features import FEATURES

WHAT = """
otrec suggests occupational-therapy activities for one client, says why, and holds back what is unsafe.

**It is** decision support for a qualified person: an occupational therapist, or a student with a supervisor.

**It is not** a medical device, a diagnosis, an eligibility decision or a replacement for judgment. **No clinician has
reviewed the library yet.** Links, strengths and rules were written by its authors from published findings and clinical
convention; where no finding is attached it says so.
"""
HOW = """
1. **Screen.** Named safety rules take activities out before anything is scored. Each exclusion is listed with its rule
   and source. No weight can outvote a rule.
2. **Score.** Each remaining activity gets twelve features between 0 and 1. The score is their weighted sum, shown as
   0-100. The weights are an expert prior: an assumption with a reason beside each, not a measurement.
3. **Arrange.** The list goes by score and prefers barriers and goals that are not covered yet.
4. **Explain.** What each feature adds against an average activity comes from the very numbers that made the score.
   *Linked to* never means *causes*.

The **fit** is not a probability of success. The **tier** says how stable an activity's place is when the weights vary
by about a third.
"""
PRIVACY = """
Profiles are pseudonymous: there is no field for a name or a birth date. A profile stays in your browser session and is
gone when you close it; it is not written to a disk, a log or an address. The app opens no connection to other machines.
"""


def page() -> None:
    st.title("About otrec", anchor=False)
    st.markdown(WHAT)
    st.header("How a list comes about", anchor=False)
    st.markdown(HOW)
    rows = [
        {"feature": feature.label, "weight": feature.prior, "meaning": feature.meaning, "why this weight": feature.why}
        for feature in FEATURES
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="The twelve features with weight, meaning and reason")
    st.header("Privacy", anchor=False)
    st.markdown(PRIVACY)
    library = state.engine().library
    st.header("What is inside", anchor=False)
    st.markdown(
        f"{len(library.activities)} activities, {len(library.barriers)} barriers, "
        f"{len(library.techniques)} techniques, {len(library.tools)} tools, "
        f"{len(library.addressed_by)} barrier-technique links, {len(library.rules)} safety rules, "
        f"{len(library.evidence)} findings. Library version {library.version}."
    )
