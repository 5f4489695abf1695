"""The model card's section on evaluation, written from the report, each figure with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from otrec.evaluation.cases import FEWEST
from otrec.evaluation.page import label, spread
from otrec.evaluation.report import RIVALS
from otrec.models import OptionError

START, END = "<!-- evaluation start -->", "<!-- evaluation end -->"
STAMP: Final = "*Rests on automated readers' grades of invented cases.*"


def renewed(card: str, report: Mapping[str, Any]) -> str:
    """A model card with its section on evaluation written anew.

    Raises
    ------
    OptionError
        If the card has no marks for the section.
    """
    if START not in card or END not in card:
        raise OptionError(f"the model card has to hold the lines {START} and {END}, between which figures are written")
    return re.sub(f"{START}.*?{END}", lambda _: f"{START}\n{section(report)}\n{END}", card, flags=re.S)


def section(report: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    meta, agreement = report["meta"], report["agreement"]
    parts = [
        f"**Figures** come from `otrec evaluate` ({meta['model_version']}; library {meta['library_version']}; cases "
        f"{meta['cases_version']}; seed {meta['seed']}). They rest on {meta['rests_on']}.",
        f"**Verdict.** {report['verdict']} {STAMP}",
        _table(report),
    ]
    if agreement["units"]:
        parts.append(
            f"**Raters.** Ordinal Krippendorff alpha {spread(agreement, 2, mean='alpha')} over {agreement['units']} "
            f"pairs judged at least twice; {agreement['judged_once']} pairs were judged once. The raters are alike in "
            f"kind: this tells how repeatable the rubric is, not that the grades are right. {STAMP}"
        )
    if "shuffles" in report:
        parts += _slow(report)
    if report["calibration"]:
        told = report["calibration"]
        parts.append(
            f"**P(top 10)** is about weights. Read as the chance of a good grade it is off: Brier "
            f"{told['brier']:.3f}, against {told['brier_of_base_rate']:.3f} for stating the base rate. {STAMP}"
        )
    told = report["published"]
    parts.append(
        f"**Published guidelines.** Of the techniques that {told['n']} guideline cases chose, the graph has "
        f"{spread(told['masked']['recall@10'], 2)} among its first ten once the links that cite the guideline itself "
        f"are masked ({spread(told['unmasked']['recall@10'], 2)} with them). *Rests on published cases, mapped by the "
        "authors.*"
    )
    parts.append(_weak(report))
    return "\n\n".join(parts)


def _table(report: Mapping[str, Any]) -> str:
    rows = ["| system | nDCG@10, test | otrec ahead by | p (Holm) |", "|---|---|---|---|"]
    against = {row["b"]: row for row in report["comparisons"] if row["split"] == "test"}
    shown = sorted(
        (name for name in report["systems"] if "test" in report["systems"][name]),
        key=lambda name: -report["systems"][name]["test"]["ndcg@10"]["mean"],
    )
    for name in shown:
        row, told = against.get(name), report["systems"][name]["test"]["ndcg@10"]
        ahead = f"{spread(row, sign='+', mean='delta')} | {row['p_holm']:.4f}" if row else "|"
        rows.append(f"| {label(name)}{' (rival)' if name in RIVALS else ''} | {spread(told)} | {ahead} |")
    return "\n".join(rows)


def _slow(report: Mapping[str, Any]) -> list[str]:
    shuffles, jitters, learning = report["shuffles"], report["jitters"], report["learning"]
    half = report["scrambles"]["50%"]["rbo@10"]
    learned = learning["learners"]["learned"]
    steps = ", ".join(
        f"{told['minus_prior']['mean']:+.3f} after {size}" for size, told in learned.items() if size != "0"
    )
    worst = min(told["minus_prior"]["high"] for size, told in learned.items() if size != "0")
    never = (
        "At no number is it worse than the prior beyond noise"
        if worst >= 0
        else "At some number it is worse than the prior"
    )
    return [
        f"**Does the graph matter?** With its links exchanged at random, every degree kept, nDCG@10 falls from "
        f"{shuffles['real']:.3f} to {shuffles['mean']:.3f} ({shuffles['runs']} graphs, p {shuffles['p']:.3f}). {STAMP}",
        f"**Do the weights matter?** Each up to 30% off: nDCG@10 stays within {jitters['ndcg@10']['low']:.3f} to "
        f"{jitters['ndcg@10']['high']:.3f}. Half of a profile wrong: overlap with the true list (RBO@10) "
        f"{spread(half, 2)}. {STAMP}",
        f"**Learning.** Against the prior, nDCG@10 moves by {steps} preferences ({learning['seeds']} seeds). {never} "
        "(95% interval over cases). "
        "*Simulation: preferences drawn from the grades of development cases.*",
    ]


def _weak(report: Mapping[str, Any]) -> str:
    found = [
        (told["mean"], told["n"], name)
        for kind in ("age", "setting")
        for name, told in report["slices"][kind].items()
        if told["n"] >= FEWEST
    ]
    worst = ", ".join(f"{name.replace('_', ' ')} {mean:.2f} (n {n})" for mean, n, name in sorted(found)[:3])
    worst = worst or "none is large enough"
    return f"**Where it is weakest** (nDCG@10 of slices with at least {FEWEST} cases): {worst}. {STAMP}"
