"""The report as one page for the browser: verdict, charts, tables. It loads nothing from anywhere."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from otrec.features import FEATURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEAL, CLAY, INK, LINE = "#0b625b", "#c2763c", "#0f1211", "#e2d8c6"
STYLE: Final = """
body { font: 16px/1.55 system-ui, sans-serif; color: #0f1211; background: #fffdf9; margin: 2rem auto; max-width: 76rem;
  padding: 0 1rem; }
h1, h2 { line-height: 1.25; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.92rem; }
th, td { text-align: left; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid #e2d8c6; }
td { font-variant-numeric: tabular-nums; } td:first-child { min-width: 12rem; }
.wide { overflow-x: auto; } svg { max-width: 100%; height: auto; }
.verdict { border-left: 0.3rem solid #0b625b; padding: 0.4rem 1rem; background: #f5efe4; }
small { color: #4c5553; }
"""
LABELS: Final = {
    "engine": "otrec, as shown", "prior": "prior weights, plain order", "uniform": "equal weights",
    "tag_overlap": "tag overlap", "tfidf": "TF-IDF text search", "bm25": "BM25 text search",
    "pagerank": "personalised PageRank", "popularity": "popularity", "random": "random",
    "learned": "learned weights", "logistic": "logistic, no prior", "hist_gradient_boosting": "gradient boosting",
    "lambdamart": "LambdaMART", **{f"without_{item.name}": f"without: {item.label.lower()}" for item in FEATURES},
}  # fmt: skip
COLUMNS: Final = (
    "ndcg@5", "ndcg@10", "rr", "recall@10", "judged@10", "diversity@10", "novelty@10", "calibration@10", "violation",
    "coverage@10", "gini@10", "generic@10", "milliseconds",
)  # fmt: skip


def label(name: str) -> str:
    """A system by the name that people read."""
    return LABELS.get(name, name)


def as_html(report: Mapping[str, Any]) -> str:
    """The whole report as HTML, `str`."""
    meta = report["meta"]
    parts = [
        f"<p class='verdict'><strong>{escape(report['verdict'])}</strong></p>",
        f"<p><small>Rests on {escape(meta['rests_on'])}. {escape(meta['model_version'])}; library "
        f"{meta['library_version']}; cases {meta['cases_version']}; seed {meta['seed']}; {_versions(meta)}. "
        f"{escape(meta['ndcg'])}.</small></p>",
        *_systems(report),
        *_comparisons(report),
        *_agreement(report),
        *_learning(report),
        *_robustness(report),
        *_published(report),
        *_calibration(report),
        *_slices(report),
    ]
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><style>{STYLE}</style>"
    body = "\n".join(parts)
    return (
        f"<!doctype html><html lang='en'><head>{head}<title>otrec: evaluation</title></head>"
        f"<body><h1>How well does otrec rank?</h1>{body}</body></html>"
    )


def _versions(meta: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in meta["versions"].items())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{escape(cell)}</th>" for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def spread(told: Mapping[str, Any], places: int = 3, sign: str = "", mean: str = "mean") -> str:
    """A mean with its interval; `sign` "+" for a difference, `mean` the name under which it stands.

    >>> spread({"mean": 0.5, "low": 0.4, "high": 0.61})
    '0.500 (0.400 to 0.610)'
    >>> spread({"delta": 0.1, "low": -0.1, "high": 0.3}, 1, "+", "delta")
    '+0.1 (-0.1 to +0.3)'
    """
    middle, low, high = (f"{told[name]:{sign}.{places}f}" for name in (mean, "low", "high"))
    return f"{middle} ({low} to {high})"


def _systems(report: Mapping[str, Any]) -> list[str]:
    found = []
    for split in ("test", "development"):
        rows = {name: given[split] for name, given in report["systems"].items() if split in given}
        if rows:
            size = report["meta"]["cases"][split]
            found.append(f"<h2>Systems on the {split} split ({size} cases)</h2>")
            found.append(_forest({label(name): row["ndcg@10"] for name, row in rows.items()}, "nDCG@10, 95% interval"))
            cells = ([label(name), *(_figure(row[column]) for column in COLUMNS)] for name, row in rows.items())
            found.append(_table(["system", *COLUMNS], cells))
            meanings = (f"<strong>{name}</strong>: {escape(told)}" for name, told in report["meta"]["metrics"].items())
            found.append(f"<p><small>{'; '.join(meanings)}.</small></p>")
    return found


def _figure(told: Any) -> str:
    """A mean over cases, or a figure of the whole split."""
    return f"{told['mean']:.3f}" if isinstance(told, dict) else f"{told:.3f}"


def _comparisons(report: Mapping[str, Any]) -> list[str]:
    rows = [
        [label(row["b"]), row["split"], spread(row, sign="+", mean="delta"),
         f"{row['p_holm']:.4f}", str(row["n"])]
        for row in sorted(report["comparisons"], key=lambda row: (row["split"] != "test", row["family"], -row["delta"]))
    ]  # fmt: skip
    told = "<p>Paired sign-flip test over cases, Holm-adjusted within rivals and within variants of each split.</p>"
    return ["<h2>otrec against each</h2>", told, _table(["against", "split", "nDCG@10 gained", "p (Holm)", "n"], rows)]


def _agreement(report: Mapping[str, Any]) -> list[str]:
    told = report["agreement"]
    if not told["units"]:
        return []
    alpha = spread(told, 2, mean="alpha")
    return [
        "<h2>How far the raters agree</h2>",
        f"<p>Ordinal Krippendorff alpha {alpha} over {told['units']} pairs of case and activity judged twice or more; "
        f"{told['judged_once']} judged once. {told['far_apart']} were two grades or more apart. The raters are alike "
        "in kind, so that this shows how repeatable the rubric is, not that the grades are right.</p>",
    ]


def _learning(report: Mapping[str, Any]) -> list[str]:
    if "learning" not in report:
        return []
    learning = report["learning"]
    rows = [
        [label(name), size, spread(told), f"{told['minus_prior']['mean']:+.3f}"]
        for name, sizes in learning["learners"].items()
        for size, told in sizes.items()
    ]
    return [
        "<h2>Learning from preferences</h2>",
        f"<p>Preferences are simulated from the judgments of development cases; {learning['seeds']} seeds.</p>",
        _curve(learning),
        _table(["learner", "preferences", "nDCG@10", "less the prior"], rows),
    ]


def _robustness(report: Mapping[str, Any]) -> list[str]:
    if "shuffles" not in report:
        return []
    shuffles, jitters, left = report["shuffles"], report["jitters"], report["left_out_barriers"]
    rows = [
        ["links of the graph exchanged at random, every degree kept", f"nDCG@10 {shuffles['mean']:.3f}, highest of 95% "
         f"{shuffles['high']:.3f}, against {shuffles['real']:.3f}; p {shuffles['p']:.3f} of {shuffles['runs']}"],
        *([f"{share} of barriers and goals wrong",
           f"RBO@10 {spread(told['rbo@10'], 2)}; nDCG@10 {spread(told['ndcg@10'])}"]
          for share, told in report["scrambles"].items()),
        ["each weight up to 30% off", f"nDCG@10 {spread(jitters['ndcg@10'])}, RBO@10 {spread(jitters['rbo@10'], 2)} "
         "(lowest to highest)"],
        ["weights learned without any case of a barrier, on its cases", f"{left['barriers']} barriers, nDCG@10 less "
         f"the prior {spread(left['delta'], sign='+')}"],
    ]  # fmt: skip
    raters = [
        [rater, *(f"{value:+.3f}" for value in told.values())] for rater, told in report["left_out_raters"].items()
    ]
    heads = ["without rater", *next(iter(report["left_out_raters"].values()), {})]
    return ["<h2>How far it holds</h2>", _table(["what was done", "result"], rows), _table(heads, raters)]


def _published(report: Mapping[str, Any]) -> list[str]:
    told = report["published"]
    rows = [[name, *(spread(told[name][metric], 2) for metric in told[name])] for name in ("masked", "unmasked")]
    return [
        "<h2>Techniques that published guidelines chose</h2>",
        f"<p>{told['n']} clients as guidelines describe them. Masked: the links that cite the guideline itself are "
        "taken out first, since the graph would else be asked what it was told. Rests on published cases and on the "
        "authors' mapping of prose to techniques.</p>",
        _table(
            ["links", "recall@10 of techniques", "1 / place of the first", "applied by the first ten activities"], rows
        ),
    ]


def _calibration(report: Mapping[str, Any]) -> list[str]:
    told = report["calibration"]
    if not told:
        return []
    rows = [
        [f"{row['from']:.1f}-{row['to']:.1f}", str(row["n"]), f"{row['stated']:.2f}", f"{row['good']:.2f}"]
        for row in told["bins"]
    ]
    return [
        "<h2>What P(top 10) does not say</h2>",
        "<p>P(top 10) is how often an activity is in the first ten when the weights vary. Read as the chance that it "
        f"is good (grade 2 or 3) it is off: Brier score {told['brier']:.3f}, against "
        f"{told['brier_of_base_rate']:.3f} for stating the share of good ones for each.</p>",
        _table(["P(top 10)", "n", "mean stated", "share good"], rows),
    ]


def _slices(report: Mapping[str, Any]) -> list[str]:
    found = ["<h2>Slices, both splits</h2>", "<p>No claim is made below ten cases.</p>"]
    for kind, slices in report["slices"].items():
        rows = [
            [name.replace("_", " "), str(told["n"]), spread(told) if told["claim"] else f"{told['mean']:.3f}",
             f"{told['over_tfidf']['mean']:+.3f}", "" if told["claim"] else "no claim"]
            for name, told in slices.items()
        ]  # fmt: skip
        found.append(_table([kind, "n", "nDCG@10", "over text search", ""], rows))
    return found


def _svg(figure: Figure, alt: str) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    drawn = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "otrec", "svg.fonttype": "none"}):
        FigureCanvasSVG(figure)
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": "otrec"}, bbox_inches="tight")
    text = drawn.getvalue()
    return f"<figure role='img' aria-label='{escape(alt, quote=True)}'>{text[text.index('<svg') :]}</figure>"


def _forest(rows: Mapping[str, Mapping[str, float]], title: str) -> str:
    """Means with intervals, the best on top."""
    from matplotlib.figure import Figure

    order = sorted(rows, key=lambda name: rows[name]["mean"])
    figure = Figure(figsize=(8, 0.26 * len(order) + 0.8), facecolor="#fffdf9")
    axes = figure.add_subplot()
    for place, name in enumerate(order):
        told, colour = rows[name], TEAL if name == LABELS["engine"] else CLAY
        axes.plot([told["low"], told["high"]], [place, place], color=colour, linewidth=2)
        axes.plot(told["mean"], place, "o", color=colour, markersize=5)
    axes.set_yticks(range(len(order)), order, fontsize=8)
    axes.set_xlabel(title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", color=LINE)
    return _svg(figure, f"{title}: " + "; ".join(f"{name} {rows[name]['mean']:.3f}" for name in reversed(order)))


def _curve(learning: Mapping[str, Any]) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), facecolor="#fffdf9")
    axes = figure.add_subplot()
    signs = zip(learning["learners"].items(), ("o-", "s--", "^:"), (TEAL, CLAY, INK), strict=False)
    for (name, sizes), sign, colour in signs:
        x, y = [int(size) for size in sizes], [told["mean"] for told in sizes.values()]
        axes.plot(x, y, sign, color=colour, label=label(name))
        low, high = ([told[end] for told in sizes.values()] for end in ("low", "high"))
        axes.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.axhline(learning["prior"], color=INK, linewidth=0.8, label="the prior")
    axes.set_xlabel("preferences")
    axes.set_ylabel("nDCG@10")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return _svg(figure, "nDCG@10 by number of preferences, as in the table below")
