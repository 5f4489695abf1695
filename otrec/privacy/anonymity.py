"""k-anonymity: how many rows look alike to somebody who knows a few facts, and rows made alike until k of them do.

L. Sweeney. Achieving k-anonymity privacy protection using generalization and suppression. International Journal on
Uncertainty, Fuzziness and Knowledge-based Systems 10 (5), 2002; 571-588.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from otrec.models import Frozen, OptionError
from otrec.models.ages import band_of
from otrec.models.wording import in_words

#: Classes of at least this size, unless more is asked (an author's choice; fewer than 2 hides nobody).
K: Final = 5
#: Values are made coarser while more than this share of the rows would have to be left out.
SHARE_LEFT_OUT: Final = 0.05


class KReport(Frozen):
    """How well rows hide among each other.

    `smallest` is the size of the smallest class of equal quasi-identifiers (0 without rows), `below` the number of
    classes smaller than `k`, `to_suppress` the rows in them.
    """

    k: int
    rows: int
    classes: int
    smallest: int
    below: int
    to_suppress: int

    @property
    def holds(self) -> bool:
        """Whether every row is one of at least k that look alike; true without rows."""
        return not self.to_suppress


class Step(NamedTuple):
    """One step of a ladder: a column, and how its values are made coarser. `says` is the step in words."""

    column: str
    coarser: Callable[[Any], Any]
    says: str


class Generalised(NamedTuple):
    """Rows made coarser, the report on them, the steps taken in words, and how many rows were left out."""

    rows: tuple[dict[str, Any], ...]
    report: KReport
    steps: tuple[str, ...]
    suppressed: int


def k_anonymity(rows: Any, quasi_identifiers: Sequence[str], k: int = K) -> KReport:
    """How many rows share the values of the columns by which somebody could be recognised.

    Parameters
    ----------
    rows
        A list of dicts or a pandas frame, one row a person.
    quasi_identifiers
        The columns that an outsider may know. A missing value is a value of its own; an order in a list does not count.
    k
        The size asked of every class, at least 2.

    Raises
    ------
    OptionError
        If k is no whole number of at least 2, no column is given, or a column is not in the rows.

    Examples
    --------
    >>> report = k_anonymity([{"age": 7}, {"age": 7}, {"age": 8}], ["age"], k=2)
    >>> report.smallest, report.classes, report.to_suppress, report.holds
    (1, 2, 1, False)
    """
    found, columns = _listed(rows), tuple(quasi_identifiers)
    check(found, columns, k)
    sizes = Counter(_class(row, columns) for row in found)
    small = [size for size in sizes.values() if size < k]
    return KReport(
        k=k, rows=len(found), classes=len(sizes), smallest=min(sizes.values(), default=0), below=len(small),
        to_suppress=sum(small),
    )  # fmt: skip


def generalise(rows: Any, k: int, ladder: Sequence[Step], share: float = SHARE_LEFT_OUT) -> Generalised:
    """Rows in which every class has at least k rows, or none.

    The steps of the ladder are taken in their order, until at most a `share` of the rows would have to be left out;
    then those rows are left out. The columns of the ladder are the quasi-identifiers. The same rows give the same
    result, in the order given.

    Raises
    ------
    OptionError
        As for `k_anonymity`, and if the ladder has no step.

    Examples
    --------
    >>> coarser = Step("age", lambda years: "child" if years < 18 else "adult", "age as child or adult")
    >>> made = generalise([{"age": 7}, {"age": 9}, {"age": 40}], 2, [coarser], share=0.4)
    >>> made.rows, made.suppressed, made.report.smallest
    (({'age': 'child'}, {'age': 'child'}), 1, 2)
    """
    found = _listed(rows)
    columns = tuple(dict.fromkeys(step.column for step in ladder))
    check(found, columns, k)
    taken = []
    for step in ladder:
        if k_anonymity(found, columns, k).to_suppress <= share * len(found):
            break
        found = [row | {step.column: step.coarser(row[step.column])} for row in found]
        taken.append(step.says)
    sizes = Counter(_class(row, columns) for row in found)
    kept = [row for row in found if sizes[_class(row, columns)] >= k]
    return Generalised(tuple(kept), k_anonymity(kept, columns, k), tuple(taken), len(found) - len(kept))


def check(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], k: int) -> None:
    """Refuse a k or columns that make no sense, every problem at once."""
    problems = []
    if not isinstance(k, int) or k < 2:
        problems.append(
            f"k is {k!r}; give a whole number of at least 2, since a class of one hides nobody ({K} is usual)"
        )
    if not columns:
        problems.append("no column is named by which somebody could be recognised; name at least one, such as age")
    missing = sorted({name for row in rows for name in columns if name not in row})
    if missing:
        problems.append(f"not every row has {in_words(missing)}; give every row the same columns")
    if problems:
        raise OptionError("; ".join(problems))


def _listed(rows: Any) -> list[dict[str, Any]]:
    return rows.to_dict("records") if hasattr(rows, "to_dict") else [dict(row) for row in rows]


def _class(row: Mapping[str, Any], columns: Sequence[str]) -> Hashable:
    """What a row looks like; texts, so that 1 and True, which read differently, are two values."""
    return tuple(_told(row[name]) for name in columns)


def _told(value: Any) -> str:
    if value is None or value != value:
        return "not recorded"
    if isinstance(value, list | tuple | set | frozenset):
        return f"({', '.join(sorted(map(_told, value)))})"
    return repr(value.item() if hasattr(value, "item") else value)


def age_band(years: Any) -> Any:
    """An age as its band; a band, or an age that is not recorded, stays what it is."""
    return band_of(min(years, 104)) if isinstance(years, int | float) and years == years else years


def _setting_group(name: Any) -> Any:
    if name == "school":
        return "education"
    outside = ("home", "community", "workplace", "teletherapy")
    return name and ("home or community" if name in outside else "health care")


def _grown(band: Any) -> Any:
    return band and ("adult" if band in ("adult", "older_adult") else "child or teenager")


#: From fine to coarse, in the order in which detail is given up: conditions first, as they are the rarest.
LADDER: Final = (
    Step("age", age_band, "age in bands"),
    Step("conditions", lambda names: names if len(names) < 2 else ("several",), "several conditions as one word"),
    Step("setting", _setting_group, "settings in three groups"),
    Step("conditions", lambda names: ("one or more",) if names else (), "conditions as none or some"),
    Step("age", _grown, "age as under 18 or adult"),
    Step("conditions", lambda _: (), "no conditions"),
    Step("setting", lambda _: "any", "no setting"),
    Step("age", lambda _: "all ages", "no age"),
)
