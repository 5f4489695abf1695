"""Finding records of the library by plain words and facets."""

from __future__ import annotations

import pytest

from otrec import Library
from otrec.library.search import FACETS, KINDS, Catalogue, plain
from otrec.models import OptionError


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Catalogue:
    return Catalogue(library)


def test_every_record_is_there_and_found_by_its_own_name(catalogue: Catalogue, library: Library) -> None:
    sizes = {kind: len(catalogue.entries[kind]) for kind in KINDS}
    assert sizes == {
        **{kind: len(getattr(library, kind)) for kind in KINDS[:5]},
        "findings": len(library.evidence),
        "rules": len(library.rules),
    }
    for kind in KINDS:
        for entry in catalogue.entries[kind][::7]:
            assert entry in catalogue.find(kind, entry.name)


def test_every_word_has_to_be_found(catalogue: Catalogue) -> None:
    both = catalogue.find("activities", "putty museum")
    assert [entry.id for entry in both][:1] == ["putty_fossil_museum"]
    for entry in both:
        assert all(any(f" {word}" in text for text in entry.words) for word in ("putty", "museum"))
    assert catalogue.find("activities", "putty xyzzy") == []


def test_plain_words_reach_what_they_are_an_alias_of(catalogue: Catalogue, library: Library) -> None:
    found = catalogue.find("activities", "pencil grip")
    assert any("grasp_pattern" in entry.record.primary for entry in found)
    assert catalogue.find("barriers", "buttoning")[0].id == "fastenings"


def test_a_name_counts_more_than_a_mention(catalogue: Catalogue) -> None:
    weights = [entry.weight(["weighted", "vest"]) for entry in catalogue.find("activities", "weighted vest")]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_facets_narrow_and_their_counts_are_true(catalogue: Catalogue, kind: str) -> None:
    every = catalogue.entries[kind]
    for facet in FACETS[kind]:
        counts = catalogue.counts(every, facet)
        assert set(counts) == set(catalogue.values(kind, facet))
        for value, count in counts.items():
            assert len(catalogue.find(kind, facets={facet: [value]})) == count > 0
    one, *rest = FACETS[kind]
    if rest:
        first, second = catalogue.values(kind, one)[0], catalogue.values(kind, rest[0])[0]
        both = catalogue.find(kind, facets={one: [first], rest[0]: [second]})
        assert all(first in entry.facets[one] and second in entry.facets[rest[0]] for entry in both)


def test_a_slip_of_the_pen_gets_a_hint(catalogue: Catalogue) -> None:
    assert catalogue.find("tools", "tweezrs") == []
    assert "tweezers" in catalogue.instead("tools", "tweezrs")
    assert catalogue.instead("tools", "tweezers") == ""


def test_words_without_accents_or_case() -> None:
    assert plain("PIÑATA, Öl & 2 sticks") == " pinata ol 2 sticks"


def test_unknown_kinds_and_facets_are_named(catalogue: Catalogue) -> None:
    with pytest.raises(OptionError, match=r"'activites' is no kind\. Did you mean 'activities'"):
        catalogue.find("activites")
    with pytest.raises(OptionError, match=r"'ages' is no facet\. Did you mean 'age'"):
        catalogue.find("activities", facets={"ages": ["adult"]})
