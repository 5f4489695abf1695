"""The box for plain words on Explore: nothing is used before it is confirmed, and nothing of the text stays."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec.app import intake

TEXT = (
    "7;3, can't do up his buttons. No seizures. ?latex allergy. Peanut allergy. Loves trains. Sleeps on unicorn sheets."
)


@pytest.fixture
def explore() -> AppTest:
    script = "from otrec.app.views import explore\nexplore.page()"
    found = AppTest.from_string(script, default_timeout=60)
    found.session_state["s_intake_open"] = True
    found.run()
    assert not found.exception
    return found


def read(page: AppTest, text: str) -> AppTest:
    page.text_area(key=intake.TEXT).set_value(text).run()
    page.button(key="s_intake_read").click().run()
    assert not page.exception
    return page


def line(page: AppTest, value: str) -> Any:
    return next(box for box in page.checkbox if f":{value}:" in str(box.key))


def answer(page: AppTest, about: str, given: str) -> None:
    """Answer the question about a precaution."""
    next(one for one in page.segmented_control if about in str(one.label)).set_value(given).run()


def held(page: AppTest) -> str:
    return repr(page.session_state._state.filtered_state)


def test_a_referral_is_confirmed_line_by_line_and_fills_the_form(explore: AppTest) -> None:
    before = explore.session_state["p_age_years"]
    read(explore, TEXT)
    assert explore.session_state["p_age_years"] == before, "nothing is used before it is confirmed"
    assert line(explore, "nut_allergy").value
    assert not line(explore, "seizures").value
    assert not [box for box in explore.checkbox if "latex" in str(box.key)], "the question stands for it"
    line(explore, "trains").uncheck().run()
    answer(explore, "Latex", "yes")
    explore.button(key="s_intake_use").click().run()
    assert not explore.exception
    state = explore.session_state
    assert (state["p_age_years"], state["p_interests"]) == (7.25, [])
    assert set(state["p_precautions"]) == {"nut_allergy", "latex_allergy"}
    assert "fastenings" in state["p_barriers"]
    assert state["p_precautions_asked"]


def test_another_meaning_of_a_phrase_can_be_chosen(explore: AppTest) -> None:
    read(explore, "Aged 9. Loses his place when copying sums from the board.")
    which = next(radio for radio in explore.radio if str(radio.key).endswith("_which"))
    other = which.options[1]
    names = {item.name: name for name, item in _barriers().items()}
    which.set_value(names[other]).run()
    explore.button(key="s_intake_use").click().run()
    assert names[other] in explore.session_state["p_barriers"]


def _barriers() -> dict[str, Any]:
    from otrec.app import state

    return state.engine().library.barriers


def test_without_an_age_nothing_is_used(explore: AppTest) -> None:
    before = explore.session_state["p_age_years"]
    read(explore, "A lady in her 70s, furniture-walks at night.")
    explore.button(key="s_intake_use").click().run()
    assert any("Give the age first" in error.value for error in explore.error)
    assert explore.session_state["p_age_years"] == before


@pytest.mark.parametrize(("given", "taken"), [("yes", True), ("unknown", True), ("no", False)])
def test_a_question_about_a_precaution_wants_an_answer(explore: AppTest, given: str, taken: bool) -> None:
    before = explore.session_state["p_age_years"]
    read(explore, TEXT)
    explore.button(key="s_intake_use").click().run()
    assert [error.value for error in explore.error] == ["Answer each question about a precaution."]
    assert explore.session_state["p_age_years"] == before
    answer(explore, "Latex", given)
    explore.button(key="s_intake_use").click().run()
    assert not explore.error
    assert ("latex_allergy" in explore.session_state["p_precautions"]) is taken


def test_all_that_is_missing_is_told_at_once(explore: AppTest) -> None:
    read(explore, "?latex allergy, can't do up his buttons")
    explore.button(key="s_intake_use").click().run()
    (error,) = [error.value for error in explore.error]
    assert "Give the age first" in error
    assert "Answer each question" in error


def test_an_empty_box_says_what_to_do(explore: AppTest) -> None:
    read(explore, "  ")
    assert any("Paste a referral" in error.value for error in explore.error)


@pytest.mark.parametrize("end", ["s_intake_use", "s_intake_discard"])
def test_nothing_of_the_text_stays(explore: AppTest, end: str) -> None:
    read(explore, TEXT)
    answer(explore, "Latex", "no")
    assert "unicorn" in held(explore)
    explore.button(key=end).click().run()
    assert not explore.exception
    assert "unicorn" not in held(explore)
    assert "unicorn" not in repr(explore.query_params)


def test_words_are_shown_as_they_stand(explore: AppTest) -> None:
    read(explore, "Aged 9. Allergies: **nuts** and [latex](http://x.example) :red[eggs]")
    told = " ".join(str(box.label) for box in explore.checkbox)
    assert "](http" not in told
    assert "\\*\\*" in told or "nuts" in told
