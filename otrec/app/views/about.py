"""About: what otrec is, what it is not, and how a score comes about."""

from __future__ import annotations

import streamlit as st

from otrec.app import layout, state
from otrec.app.language import say
from otrec.features import FEATURES


def page() -> None:
    layout.head(say("About otrec"), say("What it is and is not, how a list comes about, and what stays private."))
    _what()
    _how()
    _lights()
    _privacy()
    _inside()
    layout.foot()


def _what() -> None:
    is_it, is_not = st.columns(2, border=True)
    is_it.header(say("What it is"), anchor=False)
    is_it.markdown(
        say(
            "Decision support for a qualified person: an occupational therapist, or a student with a supervisor. It "
            "suggests activities for one client, says why, and holds back what is unsafe."
        )
    )
    is_not.header(say("What it is not"), anchor=False)
    is_not.markdown(
        say(
            "It is **not** a medical device, a diagnosis, an eligibility decision or a replacement for judgment. **No "
            "clinician has reviewed the library yet.** Links, strengths and rules were written by its authors from "
            "published findings and clinical convention; where no finding is attached it says so."
        )
    )


def _how() -> None:
    layout.section(say("How a list comes about"))
    steps = (
        say(
            "**Screen.** Named safety rules take activities out before anything is scored. Each exclusion is listed "
            "with its rule and source. No weight can outvote a rule."
        ),
        say(
            "**Score.** Each remaining activity gets thirteen features between 0 and 1. The score is their weighted "
            "sum, shown as 0-100. The weights are an expert prior: an assumption with a reason beside each, not a "
            "measurement."
        ),
        say("**Arrange.** The list goes by score and prefers barriers and goals that are not covered yet."),
        say(
            "**Explain.** What each feature adds against an average activity comes from the very numbers that made the "
            "score. *Linked to* never means *causes*."
        ),
    )
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))
    st.markdown(
        say(
            "The **fit** is not a probability of success. The **tier** says how stable an activity's place is when the "
            "weights vary by about a third. An activity may move up by the weights; never past a rule."
        )
    )
    layout.section(say("The thirteen features and their weights"))
    lines = [
        f"- **{say(feature.label)}** ({feature.prior:.2f}): {feature.meaning}. *{say('Why')}*: {feature.why}."
        for feature in FEATURES
    ]
    st.markdown("\n".join(lines))


def _lights() -> None:
    layout.section(say("What the evidence lights mean"))
    lines = (
        say(
            "**● Green**: for people like this client, a strong or moderate supporting finding, or two controlled ones."
        ),
        say("**◐ Yellow**: any other finding: mixed, weakly graded, or about other people."),
        say("**✕ Red**: a finding for people like this client advises against it."),
        say("**○ None found**: no finding is attached. That is no verdict; it is printed, not hidden."),
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def _privacy() -> None:
    layout.section(say("Privacy"))
    st.markdown(
        say(
            "Profiles are pseudonymous: there is no field for a name or a birth date. A profile stays in your browser "
            "session and is gone when you close it; it is not written to a disk, a log or an address. The app opens no "
            "connection to other machines. Study progress stays in this browser, and only there."
        )
    )


def _inside() -> None:
    library = state.engine().library
    layout.section(say("What is inside"))
    st.markdown(
        say(
            "{activities} activities, {barriers} barriers, {techniques} techniques, {tools} tools, {links} "
            "barrier-technique links, {rules} safety rules, {findings} findings.",
            activities=len(library.activities),
            barriers=len(library.barriers),
            techniques=len(library.techniques),
            tools=len(library.tools),
            links=len(library.addressed_by),
            rules=len(library.rules),
            findings=len(library.evidence),
        )
    )
