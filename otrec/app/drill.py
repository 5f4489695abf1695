"""One question of a round: asked, answered in one press, and talked over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from otrec.app import keeper, layout
from otrec.app.language import say
from otrec.models.terms import AREA_NAMES
from otrec.study import KIND_NAMES, Option, Progress, Question, RatingWord

#: Facts longer than this are folded away.
LONG: Final = 320


@dataclass(frozen=True)
class Answered:
    """A question with what was chosen, and the progress before it, so that the answer can be taken back."""

    question: Question
    chosen: tuple[str, ...]
    before: Progress

    @property
    def right(self) -> bool:
        return self.question.is_right(self.chosen)


def given() -> list[Answered]:
    """The answers of this round."""
    found: list[Answered] = st.session_state.setdefault("s_given", [])
    return found


def answer(question: Question, chosen: tuple[str, ...]) -> None:
    """Note an answer; when the question comes back is up to the scheduler."""
    done = Answered(question, chosen, keeper.progress())
    st.session_state["s_given"] = [*given(), done]
    keeper.put(keeper.progress().answer(question, done.right, keeper.now()))


def rate(word: RatingWord) -> None:
    """How the last right answer felt, which moves the day on which it comes back."""
    last = given()[-1]
    keeper.put(last.before.answer(last.question, last.right, keeper.now(), word))
    st.session_state["s_rated"] = (last.question.id, word)


def take_back() -> None:
    """Undo the last answer."""
    *rest, last = given()
    st.session_state["s_given"] = rest
    keeper.put(last.before)


def plain(text: str) -> str:
    """Text of the library inside markdown: no sign of it is read as markup."""
    for sign in "\\$*_[]`~:<":
        text = text.replace(sign, f"\\{sign}")
    return text


def ask(question: Question, number: int, of: int) -> None:
    """The question with its answers as buttons; a case has boxes to tick."""
    with st.container(border=True, key="card_question"):
        told = say("Question {number} of {of}", number=number, of=of)
        st.caption(f"{told} · {say(KIND_NAMES[question.kind])} · {say(AREA_NAMES[question.area])}")
        layout.section(question.prompt)
        _facts(question)
        if question.choose == 1:
            _buttons(question)
        else:
            _boxes(question)


def _facts(question: Question) -> None:
    short = [fact for fact in question.facts if len(fact) <= LONG]
    st.markdown("  \n".join(map(plain, short)))
    for fact in question.facts:
        if len(fact) > LONG:
            with st.expander(f"{fact[:60].rsplit(' ', 1)[0]} …"):
                st.markdown(plain(fact))


def _buttons(question: Question) -> None:
    for option in question.options:
        st.button(
            f"**{plain(option.label)}**" + (f"  \n:small[{plain(option.detail)}]" if option.detail else ""),
            key=f"s_opt_{question.id}_{option.id}",
            on_click=answer,
            args=(question, (option.id,)),
            width="stretch",
        )


def _boxes(question: Question) -> None:
    chosen = []
    for option in question.options:
        told = f"**{plain(option.label)}**" + (f"  \n{plain(option.detail)}" if option.detail else "")
        if st.checkbox(told, key=f"s_opt_{question.id}_{option.id}"):
            chosen.append(option.id)
    st.button(
        say("Check: {chosen} of {choose} chosen", chosen=len(chosen), choose=question.choose),
        key=f"s_check_{question.id}",
        type="primary",
        disabled=len(chosen) != question.choose,
        on_click=answer,
        args=(question, tuple(chosen)),
    )


def talk(done: Answered, last: bool) -> None:
    """What was right, and the step of reasoning behind each answer."""
    question = done.question
    verdict = say("right").capitalize() if done.right else say("Not yet")
    layout.announce(f"{verdict}. {question.lesson}", shown=False, place=question.id)
    with st.container(border=True, key=f"talk_{'right' if done.right else 'wrong'}"):
        icon = ":material/check_circle:" if done.right else ":material/cancel:"
        st.markdown(f"{icon} **{verdict}** · {plain(question.prompt)}")
        shown = [option for option in question.options if option.right or option.id in done.chosen]
        _told(shown, done)
        st.markdown(f":material/lightbulb: {plain(question.lesson)}")
        rest = [option for option in question.options if option not in shown]
        if rest or question.sources:
            with st.expander(say("The other answers, and sources")):
                _told(rest, done)
                for source in question.sources:
                    st.caption(plain(source))
        if last:
            _after(done)


def _told(options: list[Option], done: Answered) -> None:
    for option in options:
        sign = ":material/check:" if option.right else ":material/close:"
        mine = f" *({say('your choice')})*" if option.id in done.chosen else ""
        st.markdown(f"{sign} **{plain(option.label)}**{mine}  \n{plain(option.feedback)}")


def _after(done: Answered) -> None:
    """Take it back, or say how it felt."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(say("Take it back"), icon=":material/undo:", on_click=take_back, type="tertiary", key="s_take_back")
        if not done.right:
            return
        words: dict[RatingWord, str] = {"hard": say("That was hard"), "easy": say("That was easy")}
        rated = st.session_state.get("s_rated")
        for word, told in words.items():
            st.button(
                told,
                key=f"s_rate_{word}",
                on_click=rate,
                args=(word,),
                type="tertiary",
                icon=":material/check:" if rated == (done.question.id, word) else None,
            )
