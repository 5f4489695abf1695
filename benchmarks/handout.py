"""How fast a handout is: `python benchmarks/handout.py`.

A sheet of two pages for a family, as PDF and as Word. Warm: in a process that has printed one before, each time another
activity, in turn with a bare typst document of two pages. Cold: a whole process from start to file, in turn with one
that only reads the library. Nothing here is a test; figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

import typst

from otrec import load_library
from otrec.handout import handout
from otrec.handout.sheets import steps_fit_family

WARM_TURNS, COLD_TURNS = 40, 5
BARE = b"#set document(title: [Bare])\n= Bare\n#lorem(300)\n#pagebreak()\n#lorem(300)"
READ = "from otrec import load_library; library = load_library()"
PRINT = READ + "; from otrec.handout import handout; handout(library, ['onion_bed_from_my_own_plan'])"


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def told(name: str, values: list[float]) -> None:
    print(f"  {name:34} median {statistics.median(values):8.1f} ms   longest {max(values):8.1f} ms")


def warm() -> None:
    library = load_library()
    names = [item.id for item in library.activities.values() if steps_fit_family(item)]
    sheets = [handout(library, [name]) for name in names[: WARM_TURNS + 10]]
    pages = [(len(sheet.pages_png(20)), sheet) for sheet in sheets]
    two = [sheet for count, sheet in pages if count == 2][:WARM_TURNS]
    pdf, word, bare, blocks = [], [], [], []
    for number, sheet in enumerate(two):
        bare.append(timed(lambda number=number: typst.compile(BARE + str(number).encode(), format="pdf")))
        blocks.append(timed(lambda sheet=sheet: handout(library, [names[two.index(sheet)]])))
        pdf.append(timed(sheet.pdf))
        word.append(timed(sheet.docx))
    print(f"\nwarm, {len(two)} family sheets of two pages, each once")
    told("content of a sheet", blocks)
    told("PDF/UA-1", pdf)
    told("Word", word)
    told("bare typst document, two pages", bare)


def cold() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    jobs = {"only reading the library": READ, "to the PDF": PRINT + ".pdf()", "to the Word file": PRINT + ".docx()"}
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(COLD_TURNS + 1):
        for name, code in jobs.items():
            run = [sys.executable, "-c", code]
            found[name].append(timed(lambda run=run: subprocess.run(run, check=True, env=environment)))  # noqa: S603
    print(f"\ncold, a whole process, {COLD_TURNS} in turn after one that writes byte code")
    for name, values in found.items():
        told(name, values[1:])


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, typst {version('typst')}, {os.cpu_count()} processors")
    warm()
    cold()
