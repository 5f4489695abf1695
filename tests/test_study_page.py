"""The Study page: a round of five, what it says after an answer, progress and files."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Engine
from otrec.app import drill, keeper
from otrec.study import KINDS, Progress, Question, Study

PAGE = "from otrec.app.views import study\nstudy.page()"


@pytest.fixture(scope="module")
def study(engine: Engine) -> Study:
    return Study(engine)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def asked(app: AppTest) -> Question:
    """The question on the page."""
    questions: tuple[Question, ...] = app.session_state["s_round"]
    return questions[len(app.session_state["s_given"])]


def answer(app: AppTest, right: bool) -> Question:
    """Give one answer to a question with buttons."""
    question = asked(app)
    option = next(option for option in question.options if option.right == right)
    app.button(key=f"s_opt_{question.id}_{option.id}").click().run()
    assert not app.exception
    return question


def told(app: AppTest) -> str:
    return " ".join(text.value for text in (*app.header, *app.markdown)).replace("\\", "")


def test_five_cards_take_five_presses_and_each_is_talked_over(app: AppTest) -> None:
    app.button_group(key="v_quiz").set_value("card").run()
    for number in range(5):
        assert any(f"Question {number + 1} of 5" in caption.value for caption in app.caption)
        question = answer(app, right=number != 2)
        wrong = next(option for option in question.options if not option.right)
        right = next(option for option in question.options if option.right)
        assert right.feedback in told(app)
        assert (wrong.feedback in told(app).split(question.lesson)[0]) == (number == 2)
        assert question.lesson in told(app)
    assert any(head.value == "4 of 5 right" for head in app.header)
    app.button(key="s_next").click().run()
    assert any("Question 1 of 5" in caption.value for caption in app.caption)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_asked_and_answered(app: AppTest, kind: str) -> None:
    app.button_group(key="v_quiz").set_value(kind).run()
    question = asked(app)
    assert question.kind == kind
    if question.choose == 1:
        answer(app, right=True)
    else:
        check = app.button(key=f"s_check_{question.id}")
        assert check.disabled
        for option in question.options:
            if option.right:
                app.checkbox(key=f"s_opt_{question.id}_{option.id}").check()
        app.run()
        app.button(key=f"s_check_{question.id}").click().run()
    assert not app.exception
    assert app.session_state["s_given"][-1].right
    assert "**Right**" in told(app)


def test_an_answer_can_be_taken_back_and_felt_hard_or_easy(app: AppTest) -> None:
    app.button_group(key="v_quiz").set_value("card").run()
    question = answer(app, right=True)
    good = app.session_state["s_progress"].records[question.id].due
    app.button(key="s_rate_easy").click().run()
    assert app.session_state["s_progress"].records[question.id].due > good
    assert app.session_state["s_progress"].records[question.id].answers == 1
    app.button(key="s_take_back").click().run()
    assert app.session_state["s_progress"].records == {}
    assert asked(app) == question


def test_progress_counts_the_answers_by_area(app: AppTest) -> None:
    app.button_group(key="v_study").set_value("progress").run()
    assert "No answer yet" in told(app)
    app.button_group(key="v_study").set_value("practise").run()
    app.button_group(key="v_quiz").set_value("card").run()
    questions = [answer(app, right=True), answer(app, right=False)]
    app.button_group(key="v_study").set_value("progress").run()
    assert [metric.value for metric in app.metric] == ["2", "50%", "0"]
    frame = app.dataframe[0].value
    assert frame["seen"].sum() == 2
    assert len(frame) == 9
    assert {question.area for question in questions} == {
        record.area for record in app.session_state["s_progress"].records.values()
    }


def test_due_questions_come_first(app: AppTest, study: Study) -> None:
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    question = study.round_of(Progress(), long_ago, ["path"])[0]
    app.session_state["s_progress"] = Progress().answer(question, False, long_ago)
    app.session_state["s_round_of"] = None
    app.session_state["v_quiz"] = "path"
    app.run()
    assert asked(app).id == question.id


def test_saved_progress_is_taken_over_and_a_broken_file_is_one_message(study: Study) -> None:
    def script(text: str) -> None:
        import streamlit as st

        from otrec.app import keeper

        st.write(keeper.load(text) or f"taken over: {len(keeper.progress().records)}")

    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    saved = Progress().answer(study.round_of(Progress(), moment)[0], True, moment).to_json()

    def said(text: str) -> Any:
        return AppTest.from_function(script, args=(text,), default_timeout=60).run().markdown[0].value

    assert said(saved) == "taken over: 1"
    assert "not readable JSON" in said("{")


def test_an_answer_of_this_session_outlasts_the_one_that_was_kept(study: Study) -> None:
    def script(saved: str, here: str) -> None:
        import streamlit as st

        from otrec.app import keeper
        from otrec.study import Progress

        if "s_progress" not in st.session_state:
            keeper.put(Progress.model_validate_json(here))
            keeper.load(saved)
        st.write(keeper.progress().to_json())

    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    first, second = study.round_of(Progress(), moment)[:2]
    saved = Progress().answer(first, True, moment).answer(second, True, moment).to_json()
    here = Progress().answer(first, False, moment + dt.timedelta(days=1))
    done = AppTest.from_function(script, args=(saved, here.to_json()), default_timeout=60).run()
    assert not done.exception
    after = Progress.from_json(done.markdown[0].value, frozenset(study.known))
    assert after.records[first.id] == here.records[first.id]
    assert second.id in after.records


def test_nothing_is_written_before_the_browser_told_what_it_kept(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    first, second = study.round_of(Progress(), moment)[:2]
    kept, here = Progress().answer(first, True, moment), Progress().answer(second, True, moment)
    sent, answers = [], iter([None, kept.to_json(), None])

    def browser(data: dict[str, Any], **_: Any) -> Any:
        sent.append(data)
        return SimpleNamespace(kept=next(answers))

    monkeypatch.setattr(keeper, "_KEEPER", browser)
    page = AppTest.from_string("from otrec.app import keeper\nkeeper.sync()", default_timeout=60)
    page.session_state["s_progress"] = here
    for _ in range(3):
        page.run()
    assert [data["save"] is None for data in sent] == [True, True, False]
    assert set(Progress.from_json(sent[2]["save"], frozenset(study.known)).records) == {first.id, second.id}


def test_library_text_is_never_read_as_markup() -> None:
    assert drill.plain("a*b_c[d](e) $5 :red") == r"a\*b\_c\[d\](e) \$5 \:red"


def test_now_has_a_time_zone() -> None:
    assert keeper.now().tzinfo is not None
