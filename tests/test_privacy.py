"""Identifiers in free text: an exam with labelled sentences, what is ordinary, warnings that repeat nothing, and time.

`identifiers_labelled.csv` holds invented sentences in which each identifier is marked as `[[kind|words]]`. The rules
were tuned on the set `tuning`. The set `blind` was written after they were frozen: in that first run 42 of 51
identifiers were found whole, 44 of 46 findings were right, and 1 of 40 ordinary sentences raised an alarm. After
mends that it prompted the set `second` was written: 19 of 24 found, 19 of 20 right, 1 alarm in
20. What was missed are names that are in no list and stand without a cue. The floors below hold what is reached now.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otrec.privacy import KINDS, SAFE_HARBOR, find_identifiers, kinds_in, phones, redact, warning_for
from otrec.privacy.dates import dates
from otrec.privacy.word_lists import fold, words_of

EXAM: Final = Path(__file__).with_name("identifiers_labelled.csv")
MARKED: Final = re.compile(r"\[\[(\w+)\|([^\]]+)\]\]")
#: Set -> at least so many identifiers found whole, at most so many false findings, at most so many alarmed sentences.
FLOORS: Final = {"tuning": (85, 0, 0), "blind": (48, 0, 0), "second": (22, 1, 1)}
Labelled = tuple[str, list[tuple[str, int, int]]]


def read(line: str) -> Labelled:
    """A sentence without its marks, and the kind and place of each identifier."""
    text, labels, at = "", [], 0
    for found in MARKED.finditer(line):
        text += line[at : found.start()]
        labels.append((found[1], len(text), len(text) + len(found[2])))
        text, at = text + found[2], found.end()
    return text + line[at:], labels


@pytest.fixture(scope="module")
def exam() -> dict[str, list[Labelled]]:
    sets: dict[str, list[Labelled]] = {}
    with EXAM.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sets.setdefault(row["set"], []).append(read(row["text"]))
    return sets


def kinds(text: str) -> list[str]:
    return [item.kind for item in find_identifiers(text)]


# The exam


def test_the_exam_is_large_enough_and_has_every_kind(exam: dict[str, list[Labelled]]) -> None:
    assert sum(map(len, exam.values())) >= 150
    assert len(exam["blind"]) + len(exam["second"]) >= 50
    for rows in exam.values():
        assert 0.4 <= sum(not labels for _, labels in rows) / len(rows) <= 0.6
    assert {kind for rows in exam.values() for _, labels in rows for kind, _, _ in labels} == set(KINDS)


@pytest.mark.parametrize("part", sorted(FLOORS))
def test_recall_and_precision_hold(exam: dict[str, list[Labelled]], part: str) -> None:
    found_least, false_most, alarms_most = FLOORS[part]
    whole = false = alarms = 0
    for text, labels in exam[part]:
        found = find_identifiers(text)
        whole += sum(any(item.start <= start and item.end >= end for item in found) for _, start, end in labels)
        false += sum(not any(item.start < end and item.end > start for _, start, end in labels) for item in found)
        alarms += bool(found and not labels)
    assert (whole >= found_least, false <= false_most, alarms <= alarms_most) == (True, True, True), (
        whole,
        false,
        alarms,
    )


def test_what_is_found_has_the_right_kind(exam: dict[str, list[Labelled]]) -> None:
    wrong = [
        (kind, item.kind, text)
        for rows in exam.values()
        for text, labels in rows
        for kind, start, end in labels
        for item in find_identifiers(text)
        if item.start <= start and item.end >= end and item.kind != kind
    ]
    assert len(wrong) <= 1, wrong


def test_the_purposes_of_the_library_raise_few_alarms(library: object) -> None:
    texts = [item.purpose for item in library.activities.values()]  # type: ignore[attr-defined]
    assert len(texts) > 500
    alarmed = [text for text in texts if find_identifiers(text)]
    assert len(alarmed) <= len(texts) // 500, alarmed


# Single rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my son Oliver", ["Oliver"]),
        ("Seen with Maria de la Cruz today", ["Maria de la Cruz"]),
        ("Liam and Noah's mum", ["Liam", "Noah"]),
        ("mr jones called", ["jones"]),
        ("Will held it. Will try again.", ["Will"]),
        ("May held it. May need help.", ["May"]),
        ("her name is Grace", ["Grace"]),
        ("dad, Mark, came", ["Mark"]),
        ("with Grace Thompson", ["Grace Thompson"]),
        ("Ask Q. Smith.", ["Q. Smith"]),
        ("Oliver Smythe came. Smythe was late.", ["Oliver Smythe", "Smythe"]),
        ("José dijo que no", ["José"]),
        ("JOSE wrote", ["JOSE"]),
        ("Mark the line. In May and June. With Velcro.", []),
        ("MS symptoms, OT plan, mum Monday", []),
        ("a book called Emmet and a game called Twister", []),
        ("child. Hair back", []),
        ("Peter Pan and Simon Says", []),
        ("Will put it away. May cut along the line.", []),
        ("Client Will: sit", []),
    ],
)
def test_names(text: str, words: list[str]) -> None:
    assert [item.words for item in find_identifiers(text)] == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("on 2026-09-14.", "date"), ("2026/9/14", "date"), ("14.09.2026", "date"), ("9-14-2026", "date"),
        ("20260914", "date"), ("3rd of March", "date"), ("Mar. 3", "date"), ("5 may", ""), ("3 de mayo", "date"),
        ("2026-13-14", ""), ("45/45/26", ""), ("3/5 of 10", ""), ("on 3/5 trials", ""), ("March 10 steps", ""),
        ("in 2026", ""), ("March", ""), ("5-10-15 reps", ""), ("D.O.B. 2.3.18", "date"), ("birthday: 4.5.", "date"),
        ("aged 89", ""), ("aged 90", "age"), ("90 years of work", ""), ("aged 90 seconds", ""), ("101-year-old", "age"),
        ("89-year-old", ""), ("a hundred years old", "age"), ("edad: 95", "age"), ("turn 95 degrees", ""),
        ("1 2 3 4 5 6 7 8 9 10", ""), ("+49 30 901820", "phone"), ("tel 901820", "phone"), ("901820 steps", ""),
        ("901/902 8123", ""), ("300.1.1.1", ""), ("10.0.0.1", "ip"), ("10:30:45", ""), ("::1", ""), ("fe80::1", "ip"),
        ("a.b@example.org", "email"), ("see example.org/a", "url"), ("e.g. this", ""),
        ("00:1B:44:11:3A:B7", "device_number"), ("12.34567, -1.23456", "address"), ("Sesame Street", ""),
        ("lives in Texas", ""), ("lives in Leeds", "place"), ("Kent County", "place"), ("The High School", ""),
        ("the Royal Infirmary", "organisation"), ("4111 1111 1111 1111", "account_number"), ("policy 2026", ""),
        ("policy number 2026", "plan_number"), ("MRN 12", ""), ("serial no. 812", "device_number"), ("card 12", ""),
        ("patient 4417", ""), ("patient number 4417", "record_number"), ("account 123", ""), ("account 2026", ""),
        ("account number 2026", "account_number"),
    ],
)  # fmt: skip
def test_kinds(text: str, kind: str) -> None:
    assert kinds(text) == ([kind] if kind else [])


def test_a_year_of_birth_that_tells_an_age_over_89_is_found() -> None:
    today = dt.date(2026, 6, 1)
    assert [kind for *_, kind in dates("born in 1936", today)] == ["age"]
    assert not list(dates("born in 1937", today))


def test_overlapping_findings_become_one_piece_of_the_stronger_kind() -> None:
    assert redact("fax 212-555-0199") == "fax [fax]"
    assert redact("liam.garcia@example.org") == "[email]"
    assert redact("St Oliver's Hospital, 12 Oliver Street") == "[organisation], [address]"


# Warnings and redaction


def test_a_warning_names_kinds_and_never_the_words(exam: dict[str, list[Labelled]]) -> None:
    for rows in exam.values():
        for text, labels in rows:
            told = warning_for(text)
            assert (told is None) == (not find_identifiers(text))
            if told is None:
                continue
            assert told.endswith(".")
            assert "\n" not in told
            assert all(KINDS[kind].called in told and KINDS[kind].instead in told for kind in kinds_in(text))
            named = {text[start:end] for kind, start, end in labels if kind != "name" or end - start > 4}
            assert not any(words in told for words in named)


def test_a_finding_does_not_print_its_words() -> None:
    (found,) = find_identifiers("my son Oliver")
    assert found.words == "Oliver"
    assert "Oliver" not in f"{found} {found!r}"


def test_an_ordinary_text_is_not_changed(exam: dict[str, list[Labelled]]) -> None:
    plain = [text for text, labels in exam["tuning"] if not labels]
    assert [redact(text) for text in plain] == plain
    assert warning_for("Needs two verbal prompts.") is None


PIECES: Final = (
    "Oliver", "son", "Mrs.", "14/9/26", "Oak", "Street", "12", "MRN", "call", "212-555-0142", "with", "@", "x.org",
    "St", "Hospital", "born", "May", "is", ",", "\n", "É", "-",
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_findings_lie_in_order_apart_and_within_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    found = find_identifiers(text)
    ends = [0, *(place for item in found for place in (item.start, item.end)), len(text)]
    assert ends == sorted(ends)
    assert all(item.words == text[item.start : item.end] and item.words for item in found)
    rest = redact(text)
    for planted in ("Oliver", "14/9/26", "212-555-0142"):
        assert planted not in rest


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert len(redact(text)) >= 0
    assert {item.kind for item in find_identifiers(text)} <= set(KINDS)


# The lists


def test_the_tables_cover_the_18_kinds() -> None:
    assert [letter for letter, _, _ in SAFE_HARBOR] == list("ABCDEFGHIJKLMNOPQR")
    assert {kind.letter for kind in KINDS.values()} == set("ABCDEFGHIJKLMNOPQR") - set("PQ")
    assert all(kind and how for _, kind, how in SAFE_HARBOR)


def test_a_name_is_sure_or_ambiguous_never_both() -> None:
    assert len(words_of("given")) > 300
    assert not words_of("given") & (words_of("given_ambiguous") | words_of("capitals"))
    assert not words_of("family") & (words_of("family_ambiguous") | words_of("capitals"))
    assert words_of("given_mostly") | words_of("given_months") <= words_of("given_ambiguous")
    assert {"will", "may", "grace", "mark", "hope", "joy", "art", "faith", "sky"} <= words_of("given_ambiguous")
    assert fold("Zoë") in words_of("given")


# Time


HOSTILE: Final = {
    "one word": lambda n: "a" * n,
    "digits": lambda n: "1" * n,
    "spaced digits": lambda n: "1 " * (n // 2),
    "signs": lambda n: "a@" * (n // 2),
    "domains": lambda n: "aa.com." * (n // 7),
    "capitals": lambda n: "Aa " * (n // 3),
    "names": lambda n: "Oliver " * (n // 7),
    "cues": lambda n: "my son " * (n // 7),
    "streets": lambda n: "12 Aa " * (n // 6),
    "schools": lambda n: "Aa of the " * (n // 10),
    "numbers": lambda n: "policy number " * (n // 14),
    "brackets": lambda n: "(1" * (n // 2),
    "phones": lambda n: "212 555 0142 " * (n // 13),
    "colons": lambda n: "a:" * (n // 2),
    "spaces": lambda n: " " * n,
}


def best(made: Callable[[int], str], size: int) -> float:
    """The least CPU time of a few runs, in seconds."""
    text, times = made(size), []
    for _ in range(3):
        before = time.process_time()
        find_identifiers(text)
        times.append(time.process_time() - before)
    return min(times)


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_the_time_grows_with_the_text_and_not_with_its_square(made: Callable[[int], str]) -> None:
    small, large = best(made, 12_000), best(made, 48_000)
    assert large < 10 * small + 0.02, "four times the text may take about four times as long; a square takes 16 times"


def test_the_numbering_plans_are_asked_so_many_times_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(phones, "_in_a_plan", lambda piece: asked.append(piece) or [])
    text = "; ".join(f"20{place:05d}1" for place in range(2 * phones.CHECKED))
    found = list(phones.phones(text))
    assert len(asked) == phones.CHECKED
    assert len(found) == phones.CHECKED, "past the limit every piece counts as a phone number: the safe side"
