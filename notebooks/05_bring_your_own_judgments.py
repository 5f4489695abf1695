# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5. Bring your own judgments
#
# Every figure of the evaluation rests on grades. This notebook shows how a clinic adds its own: sheets for raters, a
# folder with two small tables, agreement, and what happens when a row is wrong.
#
# Keep in mind: the two raters below are made up, and so are their grades. They show the form and nothing else. Grades
# of real therapists need consent and a place of their own; they are not sent anywhere by this package.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from otrec import Engine, LibraryError
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import load_cases
from otrec.evaluation.pooling import pool, sheet_item
from otrec.evaluation.statistics import krippendorff
from otrec.evaluation.systems import TfIdf, Weighted
from otrec.features import PRIOR

TEAL, CLAY = "#0b625b", "#c2763c"
plt.rcParams.update({"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
pd.set_option("display.max_colwidth", 80)

# %% [markdown]
# ## Which activities does a rater see?
#
# For one case, take the first six of two rankings and four drawn by chance, all from what the safety screen allows.
# The order is drawn, so that a place in the sheet tells nothing. More systems and a deeper pool are fairer to rankings
# that come later: what nobody judged counts 0.

# %%
engine = Engine()
cases = load_cases(engine.library)
case = cases.of("development")[0]
systems = {"prior": Weighted(engine, PRIOR), "text search": TfIdf(engine)}
brought_by = pool(case, systems, engine, depth=6, drawn=4)
print(case.story)
pd.Series(brought_by, name="brought by").rename_axis("activity").to_frame()

# %% [markdown]
# The table above is for the researcher. A rater must not see it.
#
# ## The sheet
#
# What does a rater read? The activity's own text and plain facts: no score, no links, no evidence. The rubric is in
# `data/cases/rubric.md`: 0 not suitable, 1 marginal, 2 good, 3 would choose.

# %%
folder = Path(tempfile.mkdtemp())
sheet = pd.DataFrame([sheet_item(engine.library.activities[name]) for name in brought_by]).assign(grade="")
sheet.to_csv(folder / f"sheet_{case.id}.csv", index=False)
sheet[["activity", "name", "ages", "minutes", "difficulty", "grade"]].head()

# %% [markdown]
# Draw the order anew for each rater, let raters work alone, and write down who they are: training, years of practice,
# whether they know the tool.
#
# ## The panel's folder
#
# Two tables are needed. `raters.csv` says who judged, under names that point to no person. `judgments.csv` has one row
# for each rater, case and activity. Here the grades are made up: one rater runs through 3, 2, 1, 0, the other is now
# and then one grade lower.

# %%
raters = pd.DataFrame({"id": ["p01", "p02"], "kind": "made up for this notebook", "clinician": "false"})
one = np.resize([3, 2, 1, 0], len(brought_by))
two = np.clip(one - np.resize([0, 1, 0], len(brought_by)), 0, 3)
judgments = pd.concat(
    pd.DataFrame({"case": case.id, "activity": list(brought_by), "rater": rater, "grade": grades})
    for rater, grades in (("p01", one), ("p02", two))
)
raters.to_csv(folder / "raters.csv", index=False)
judgments.to_csv(folder / "judgments.csv", index=False)
print((folder / "raters.csv").read_text())
print((folder / "judgments.csv").read_text()[:200])

# %% [markdown]
# ## Reading it
#
# Is the folder accepted, and what does it add to the bundled judgments?

# %%
both = load_cases(engine.library, panels=[folder])
print(
    f"{len(cases.judgments)} judgments before, {len(both.judgments)} with the panel; version {cases.version} -> {both.version}"
)
pd.DataFrame([rater.model_dump() for rater in both.raters.values()]).groupby(["kind", "clinician"]).size().to_frame(
    "raters"
)

# %% [markdown]
# The version is a hash of all cases and judgments. Cite it with a figure, so that others can tell which data it had.
#
# ## Do the raters agree?
#
# Krippendorff's alpha for ordered grades: 1 is full agreement, 0 what chance would give.

# %%
wide = judgments.pivot(index="activity", columns="rater", values="grade")
bundled = [unit for unit in cases.ratings.values() if len(unit) > 1]
pd.DataFrame(
    {
        "pairs of case and activity": [len(wide), len(bundled)],
        "alpha": [krippendorff(wide.to_numpy().tolist()), krippendorff(bundled)],
    },
    index=["panel (made up)", "bundled (automated readers)"],
).round(2)

# %%
crossed = pd.crosstab(wide["p01"], wide["p02"]).reindex(index=range(4), columns=range(4), fill_value=0)
fig, ax = plt.subplots(figsize=(4.4, 4))
ax.imshow(crossed, cmap="Greens", origin="lower", vmax=crossed.to_numpy().max() * 1.6)
for (row, column), count in np.ndenumerate(crossed):
    ax.text(column, row, count, ha="center", va="center")
ax.set(xticks=range(4), yticks=range(4), xlabel="Grade of rater p02 (0 to 3)", ylabel="Grade of rater p01 (0 to 3)")
plt.show()

# %% [markdown]
# Off the diagonal lie the pairs that raters saw differently. Alpha over one case says next to nothing. Even a high
# alpha says that raters read the rubric alike, not that the grades are right. The bundled readers are alike in kind, so
# their agreement is not that of independent people.
#
# ## What do the new grades change?
#
# The grade of a pair is the median over all raters. How does the case look under the bundled readers, under both, and
# under the panel alone?

# %%
panel = both
for rater in cases.raters:
    panel = panel.without_rater(rater)
bench = Bench.of(engine, both)
graded = {"bundled readers": cases.grades, "bundled and panel": both.grades, "panel alone": panel.grades}
pd.DataFrame(
    [
        {
            "grades": name,
            "activities judged": len(grades[case.id]),
            **{system: bench.regraded(grades).ndcg(case, scores(case)) for system, scores in systems.items()},
        }
        for name, grades in graded.items()
    ]
).round(3)

# %% [markdown]
# The columns are nDCG@10 of two rankings for this one case. With made-up grades they mean nothing. With real ones, a
# single case still says little: the bundled cases differ from each other far more than rankings do. Notebook 3 shows
# how to compare over many cases.
#
# ## When a row is wrong
#
# Every row is checked, and every problem is named at once. What does a bad file say?

# %%
wrong = pd.DataFrame(
    {
        "case": [case.id, "case_nobody_knows"],
        "activity": ["no_such_activity", next(iter(brought_by))],
        "rater": ["p01", "p09"],
        "grade": [5, 2],
    }
)
pd.concat([judgments, judgments.head(1), wrong]).to_csv(folder / "judgments.csv", index=False)
try:
    load_cases(engine.library, panels=[folder])
except LibraryError as error:
    print(error)

# %% [markdown]
# A row whose grade is out of range is not read any further, so its other mistakes show once the grade is mended.
# Nothing is guessed and no row is skipped: a file with a problem is not used at all.
#
# ## From here
#
# `otrec evaluate --panel FOLDER` runs the whole comparison with the panel's grades. Plan before you collect: how many
# cases, who rates, how many raters per pair, what difference would matter. Two raters on a few cases are a rehearsal.
# And grades of lists, even by therapists, are not outcomes of clients.
