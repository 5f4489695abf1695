"""Pictures of the data card, as SVG: what is covered how well. Colour only repeats the number in each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from otrec.library.coverage import LEAST, OCCURS, barriers_by_age, settings_by_age
from otrec.models import OptionError
from otrec.models.ages import BAND_NAMES, BANDS
from otrec.models.terms import AREA_NAMES, SETTING_NAMES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from otrec.library import Library

FOLDER: Final = "pictures"
INK, PAPER, LINE = "#0f1211", "#fffdf9", "#e2d8c6"
#: Sequential colours of one hue, readable with dark ink on top, in print and with any colour vision.
SHADES: Final = ("#fffdf9", "#e3f1ee", "#bfe0da", "#94cbc2", "#63b1a6")
THIN: Final = "#f6d9b8"
STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "otrec",
    "text.color": INK,
    "axes.edgecolor": LINE,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
}


def draw(library: Library, folder: Path) -> list[Path]:
    """Draw every picture of the data card into a folder.

    Raises
    ------
    OptionError
        If matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
    except ImportError:
        raise OptionError("pictures need matplotlib: python -m pip install 'otrec[research]'") from None
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, (_, picture) in PICTURES.items():
        with matplotlib.rc_context(STYLE):
            figure = picture(library)
            FigureCanvasSVG(figure)
            path = folder / f"{name}.svg"
            about = {"Date": None, "Creator": "otrec", "Description": f"otrec library {library.version}"}
            figure.savefig(path, format="svg", metadata=about, bbox_inches="tight")
        paths.append(path)
    return paths


def drawn_from(picture: Path) -> str:
    """The library version that a picture names."""
    _, _, rest = picture.read_text(encoding="utf-8").partition("otrec library ")
    return rest[:12]


def _barriers_by_age(library: Library) -> Figure:
    count = barriers_by_age(list(library.activities.values()))
    cells = [
        [(count[name, band], LEAST["barrier and age, without bought equipment"] if band in barrier.common_in else None)
         for band in BANDS]
        for name, barrier in library.barriers.items()
    ]  # fmt: skip
    names = [barrier.name for barrier in library.barriers.values()]
    return _grid(cells, names, [BAND_NAMES[band] for band in BANDS])


def _settings_by_age(library: Library) -> Figure:
    count = settings_by_age(list(library.activities.values()))
    least = LEAST["setting and age"]
    cells = [
        [(count[place, band], least if band in bands else None) for band in BANDS] for place, bands in OCCURS.items()
    ]
    return _grid(cells, [SETTING_NAMES[place] for place in OCCURS], [BAND_NAMES[band] for band in BANDS])


def _areas(library: Library) -> Figure:
    of = {name: term.area for name, term in library.occupations.items()}
    held = [{of[name] for name in item.occupations} for item in library.activities.values()]
    counts = [sum(area in areas for areas in held) for area in AREA_NAMES]
    return _bars({"activities": counts}, list(AREA_NAMES.values()), ["#63b1a6"])


def _evidence(library: Library) -> Figure:
    groups = list(dict.fromkeys(barrier.group for barrier in library.barriers.values()))
    cited, none = dict.fromkeys(groups, 0), dict.fromkeys(groups, 0)
    for edge in library.addressed_by:
        (cited if edge.evidence else none)[library.barriers[edge.barrier].group] += 1
    parts = {"with a finding": list(cited.values()), "none found": list(none.values())}
    return _bars(parts, [group.replace("_", " ") for group in groups], ["#63b1a6", "#f3eadb"])


#: Picture -> what it shows, in words that also serve as alternative text; and the function that draws it.
PICTURES: Final[dict[str, tuple[str, Callable[[Library], Figure]]]] = {
    "barriers_by_age": (
        "Activities without bought equipment for each barrier and age band. Bold: a pair that is common, "
        "with an aim of 6; on orange: below it.",
        _barriers_by_age,
    ),
    "settings_by_age": (
        "Activities for each setting and age band. Bold: the setting occurs there, with an "
        "aim of 20; on orange: below it.",
        _settings_by_age,
    ),
    "occupations": (
        "Activities that practise an occupation of each OTPF-4 area; one activity may count in several.",
        _areas,
    ),
    "evidence": ("Barrier-technique links with and without a finding, by group of barriers.", _evidence),
}


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def _grid(cells: Sequence[Sequence[tuple[int, int | None]]], rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """A table of counts; each cell is `(count, aim or None)`."""
    from matplotlib.colors import to_rgb

    figure, axes = _axes(8.6, 0.9 + 0.22 * len(rows))
    axes.imshow([[to_rgb(_shade(*cell)) for cell in row] for row in cells], aspect="auto", interpolation="nearest")
    for y, row in enumerate(cells):
        for x, (count, aim) in enumerate(row):
            weight = "normal" if aim is None else "bold"
            axes.text(x, y, str(count), ha="center", va="center", fontsize=8, fontweight=weight)
    axes.set_xticks(range(len(columns)), ["\n".join(name.rsplit(" ", 1)) for name in columns])
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def _shade(count: int, aim: int | None) -> str:
    if aim is not None and count < aim:
        return THIN
    return SHADES[(count > 0) + (count >= 6) + (count >= 20) + (count >= 60)]


def _bars(parts: dict[str, list[int]], names: Sequence[str], colours: Sequence[str]) -> Figure:
    """Horizontal bars, stacked; the number stands in each."""
    figure, axes = _axes(8.6, 0.9 + 0.32 * len(names))
    left = [0] * len(names)
    for (label, counts), colour in zip(parts.items(), colours, strict=True):
        axes.barh(names, counts, left=left, color=colour, edgecolor=INK, linewidth=0.4, label=label)
        for y, (start, count) in enumerate(zip(left, counts, strict=True)):
            axes.text(start + count / 2, y, str(count), ha="center", va="center", fontsize=8)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.set_xlabel("count")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if len(parts) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
