"""The curves of growth as pictures, in the colours of both themes of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
#: Theme -> paper, ink, lines of the grid, and one colour for each line; marks differ too, so colour says nothing alone.
THEMES: Final = {
    "": ("#fffdf9", "#0f1211", "#e2d8c6", ("#0b625b", "#8a4a12")),
    "_dark": ("#141a19", "#f3f1ec", "#36413f", ("#7bd8c9", "#f0b37e")),
}
MARKS: Final = ("o", "s")
WIDTH, HEIGHT = 6.4, 3.8


def draw(curves: list[dict[str, Any]]) -> list[Path]:
    """One picture for each curve and theme; returns where they lie."""
    return [_one(curve, theme) for curve in curves for theme in THEMES]


def _one(curve: dict[str, Any], theme: str) -> Path:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    paper, ink, line, colours = THEMES[theme]
    style = {"svg.fonttype": "none", "svg.hashsalt": "otrec", "font.family": "sans-serif", "font.size": 10,
             "text.color": ink, "axes.labelcolor": ink, "axes.edgecolor": line, "xtick.color": ink, "ytick.color": ink,
             "figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper}  # fmt: skip
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        for (label, values), colour, mark in zip(curve["series"].items(), colours, MARKS, strict=False):
            told = f"{label}, exponent {curve['exponents'][label]:.2f}"
            axes.loglog(curve["sizes"], values, color=colour, marker=mark, linewidth=2, label=told)
        axes.set_xlabel(curve["across"])
        axes.set_ylabel(curve["up"])
        axes.grid(True, which="major", color=line, linewidth=0.8)
        axes.minorticks_off()
        axes.set_xticks(curve["sizes"], [f"{size:,}" for size in curve["sizes"]])
        axes.legend(frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"speed_{curve['name']}{theme}.svg"
        about = {"Date": None, "Creator": "otrec", "Description": f"{curve['up']} by {curve['across']}"}
        figure.savefig(path, format="svg", metadata=about)
    return path
