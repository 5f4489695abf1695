"""The figures of `docs/explanation/speed.md`: kept as JSON, and written between the marks of the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from timing import told

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
PAGE: Final = ROOT / "docs" / "explanation" / "speed.md"
START, END = "<!-- speed start -->", "<!-- speed end -->"


def keep(name: str, found: dict[str, Any]) -> None:
    """Keep the figures of one run, and write the page anew from all that are kept."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, mark, rest = page.partition(START)
    _, closing, after = rest.partition(END)
    if not mark or not closing:
        raise SystemExit(f"{PAGE.name} has to hold the lines {START} and {END}")
    PAGE.write_text(f"{before}{START}\n\n{_written()}\n\n{END}{after}", encoding="utf-8")


def _written() -> str:
    parts: list[str] = []
    many, growth = (_kept(name) for name in ("many", "growth"))
    if many:
        parts += ["## Many clients", _where(many), *_table(many)]
    if growth:
        parts += ["## How it grows", _where(growth), *(part for one in growth["curves"] for part in _curve(one))]
    return "\n\n".join(parts)


def _kept(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _where(found: dict[str, Any]) -> str:
    return f"Measured on: {told(found['machine'])}."


def _lines(heads: list[str], rows: list[list[str]]) -> str:
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, marks, *rows])


def _table(found: dict[str, Any]) -> list[str]:
    rows = [
        [row["name"], f"{row['clients']:,}", short(row["us"]), short(row["ratio"]), f"{row['per_second']:,.0f}",
         f"{row['peak_mib']:,.0f}" if "peak_mib" in row else ""] for row in found["rows"]
    ]  # fmt: skip
    told_first = (
        f"{found['clients']:,} invented clients (systems that take long were given fewer), the bundled library of "
        f"{found['activities']:,} activities, the first ten for each client; median of rounds taken in turn."
    )
    heads = ["", "clients", "µs a client", "times the floor", "clients a second", "peak memory, MiB"]
    aims = [f"- {aim['aim'][0].upper()}{aim['aim'][1:]}: {aim['found']}, {'met' if aim['met'] else '**not met**'}."
            for aim in found["aims"]]  # fmt: skip
    left_out = [f"`{name}` was not installed and is left out." for name in found["missing"]]
    return [told_first, _lines(heads, rows), *left_out, "What was aimed at:", "\n".join(aims)]


def short(value: float) -> str:
    """About three figures that count.

    >>> short(12345.6), short(12.345), short(0.012345)
    ('12,346', '12.3', '0.0123')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def _curve(one: dict[str, Any]) -> list[str]:
    head = f"{one['up'][0].upper()}{one['up'][1:]} by {one['across']}"
    says = "; ".join(
        f"{label}: {short(values[0])} at {one['sizes'][0]:,}, {short(values[-1])} at {one['sizes'][-1]:,}"
        for label, values in one["series"].items()
    )
    pictures = "\n".join(
        f"![{head}, both axes logarithmic. {says}.](../images/speed_{one['name']}{end}.svg#only-{theme}){{ .shot }}"
        for end, theme in (("", "light"), ("_dark", "dark"))
    )
    rows = [
        [label, *(short(value) for value in values), f"{one['exponents'][label]:.2f}", f"{one['last'][label]:.2f}"]
        for label, values in one["series"].items()
    ]
    if "ratios" in one:
        rows.append(["ratio of the two", *(short(ratio) for ratio in one["ratios"]), "", ""])
    heads = ["", *(f"{size:,}" for size in one["sizes"]), "exponent", "of the last step"]
    return [f"### {head}", pictures, _lines(heads, rows)]
