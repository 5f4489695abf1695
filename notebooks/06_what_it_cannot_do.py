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
# # 6. What it cannot do
#
# Every figure of the other notebooks has limits. Here they are shown with numbers, one by one. Read this one before
# citing any of the others.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from otrec import Client, Engine, example
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import FEWEST, RESTS_ON, Judgment, load_cases
from otrec.evaluation.metrics import GOOD, brier, judged
from otrec.evaluation.robustness import jitters, scrambles
from otrec.evaluation.statistics import krippendorff, resampled, told
from otrec.features import NAMES, PRIOR

TEAL, CLAY = "#0b625b", "#c2763c"
plt.rcParams.update({"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
pd.set_option("display.max_colwidth", None)

# %%
engine = Engine()
cases = load_cases(engine.library)
development = cases.of("development")
bench = Bench.of(engine, cases)
prior = bench.of_weights(PRIOR, development)
print("Every figure here rests on", RESTS_ON + ".")

# %% [markdown]
# ## There are no outcomes
#
# What is known of each judgment? A case, an activity, a rater and a grade:

# %%
list(Judgment.model_fields)

# %% [markdown]
# No client took part, nothing was measured before and after, and no list was used in a visit. No analysis of these data
# can tell whether anybody does better with the tool. That takes a study with clients.
#
# ## The cases are invented
#
# Which ages and settings do they have? The authors made them to reach every barrier in every age group.

# %%
pd.DataFrame(
    [
        {"setting": one.client.setting, "barriers": len(one.client.barriers), "goals": len(one.client.goals)}
        for one in cases.of()
    ]
).groupby("setting").agg(
    cases=("goals", "size"), mean_barriers=("barriers", "mean"), mean_goals=("goals", "mean")
).round(1)

# %% [markdown]
# These shares are the authors' choice. They are not those of any caseload, so no mean over the cases is the mean of a
# clinic. And every story says all that the profile says, which a referral seldom does.
#
# ## The raters are alike in kind
#
# Who judged, and how far do they agree?

# %%
pd.DataFrame([one.model_dump() for one in cases.raters.values()]).groupby(["kind", "clinician"]).size().to_frame(
    "raters"
)

# %%
units = [unit for unit in cases.ratings.values() if len(unit) > 1]
print(f"alpha {krippendorff(units):.2f} over {len(units)} pairs judged more than once")
print("graded by how many:", dict(pd.Series([len(unit) for unit in cases.ratings.values()]).value_counts()))

# %% [markdown]
# Readers of one kind can share one error. A high alpha then shows that the rubric is repeatable for them, and leaves
# open whether a therapist would grade the same way. Notebook 5 shows how to add judgments of people.
#
# ## What nobody judged counts as bad
#
# How much of the first ten was judged at all?

# %%
share = {
    name: [judged(bench.first(one, bench.tables[one.id] @ weights), cases.grades[one.id]) for one in development]
    for name, weights in {"prior weights": PRIOR, "goals alone": np.array(NAMES) == "goal_match"}.items()
}
pd.DataFrame({name: told(values) for name, values in share.items()}).T.round(3)

# %% [markdown]
# An unjudged activity counts 0, however good it may be. The first row is of a ranking whose places were sent
# to the raters, the second of one whose places were not. A ranking that comes later is at a disadvantage that no
# interval shows.
#
# ## A wrong profile gives a wrong list
#
# What if a quarter or a half of the barriers and goals is wrong? Each case gets others at random, twice, and the list
# is compared with the one for the true profile (RBO@10, 1 means the same list).

# %%
scrambled = scrambles(bench, development, runs=2)
rows = {"0%": {"rbo@10": told(np.ones(len(development))), "ndcg@10": told(prior)}, **scrambled}
fig, ax = plt.subplots(figsize=(8, 4))
for metric, colour, marker, line in (("ndcg@10", TEAL, "o", "-"), ("rbo@10", CLAY, "s", "--")):
    found = pd.DataFrame({share: row[metric] for share, row in rows.items()}).T
    away = [found["mean"] - found["low"], found["high"] - found["mean"]]
    ax.errorbar(
        found.index,
        found["mean"],
        yerr=away,
        color=colour,
        marker=marker,
        linestyle=line,
        capsize=5,
        markersize=8,
        label=metric,
    )
ax.set(
    xlabel="Share of barriers and goals that is wrong (at least one of each)",
    ylabel="Mean over cases (95% interval)",
    ylim=(0, 1.05),
)
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The tool has no way to notice that a profile is wrong: the wrong list comes with the same kind of scores and reasons.
# Errors in practice are not random, so these figures say that input matters. They do not say how much is lost in a
# clinic.
#
# ## The weights are somebody's opinion
#
# What if every weight is up to 30% off, at random, twenty times?

# %%
jittered = jitters(bench, development, runs=20)
print(f"nDCG@10 of the prior weights {jittered['real']:.3f}")
pd.DataFrame({metric: jittered[metric] for metric in ("ndcg@10", "rbo@10")}).T.rename(
    columns={"low": "lowest", "high": "highest"}
).round(3)

# %% [markdown]
# Compare this table with the figure above: is the list more sensitive to weights or to the profile? Little change means
# that the exact weights matter little for these grades. It does not mean that they are right. Larger errors, or a
# feature that is missing altogether, are not tried here.
#
# ## P(top 10) is no chance of success
#
# The engine can state how often an activity is among the first ten when the weights vary. Somebody may read that as the
# chance that the activity is good. How far off is that reading? Judged activities of the development cases, by the
# stated share.

# %%
stated = []
for one in development:
    scored = engine.recommend(one.client, k=1, as_of=one.as_of).scored
    chances = (scored.ranks([engine.space.place[name] for name in cases.grades[one.id]]) <= 10).mean(axis=1)
    stated.append(
        pd.DataFrame(
            {"case": one.id, "stated": chances, "good": [grade >= GOOD for grade in cases.grades[one.id].values()]}
        )
    )
stated = pd.concat(stated)
bins = stated.groupby(pd.cut(stated["stated"], np.linspace(0, 1, 6), include_lowest=True), observed=True)
spans = [resampled([one["good"].tolist() for _, one in group.groupby("case")], np.mean, draws=300) for _, group in bins]
table = bins.agg(judged=("good", "size"), stated=("stated", "mean"), good=("good", "mean")).assign(
    low=[s[0] for s in spans], high=[s[1] for s in spans]
)
table.round(2)

# %%
fig, ax = plt.subplots(figsize=(6, 5))
ax.plot([0, 1], [0, 1], "--", color=CLAY, linewidth=2, label="if it could be read as a chance")
ax.errorbar(
    table["stated"],
    table["good"],
    yerr=[table["good"] - table["low"], table["high"] - table["good"]],
    fmt="o-",
    color=TEAL,
    capsize=5,
    markersize=8,
    label="share with grade 2 or 3",
)
ax.set(
    xlabel="Stated P(top 10), from doubt about weights",
    ylabel="Share of good grades (95% interval over cases)",
    xlim=(-0.03, 1.03),
    ylim=(-0.03, 1.03),
)
ax.legend(frameon=False, loc="upper left")
plt.show()
base = stated["good"].mean()
print(
    f"Brier score {brier(stated['stated'], stated['good']):.3f}; always saying the base rate: {base * (1 - base):.3f}"
)

# %% [markdown]
# A lower Brier score is better, and the points should lie on the dashed line if the reading were fair. Where they lie
# below it, the share promises more than the grades give. So read P(top 10) as steadiness of a place, and never as a
# chance to help. The interval around a score has the same limit.
#
# ## Small groups say little
#
# How does the figure differ by setting? Groups with fewer than ten cases are marked, and nothing should be claimed of
# them.

# %%
by_setting = pd.Series(prior, index=[one.client.setting for one in development]).groupby(level=0)
slices = pd.DataFrame({name: told(values) for name, values in by_setting}).T.sort_values("mean")
enough = slices["n"] >= FEWEST
fig, ax = plt.subplots(figsize=(8, 4.2))
ax.hlines(slices.index, slices["low"], slices["high"], color=TEAL, linewidth=2)
ax.plot(slices["mean"][enough], slices.index[enough], "o", color=TEAL, markersize=9, label=f"{FEWEST} cases or more")
ax.plot(
    slices["mean"][~enough],
    slices.index[~enough],
    "s",
    color=CLAY,
    markersize=8,
    fillstyle="none",
    markeredgewidth=2,
    label="fewer: no claim",
)
for name, row in slices.iterrows():
    ax.annotate(f"n = {row['n']:.0f}", (1.02, name), va="center", annotation_clip=False)
ax.set(xlim=(0, 1), xlabel="nDCG@10, prior weights (mean, 95% interval)")
ax.legend(frameon=False, loc="upper left", fontsize=10)
plt.show()

# %% [markdown]
# Intervals from a handful of cases are not to be relied on and often too narrow, and a group of one has none. That a
# setting stands high or low here can be chance or the way its cases were written.
#
# ## A precaution that is not recorded cannot act
#
# The safety screen knows what the profile tells. The same invented client after a fall, with all that is recorded, with
# an answer that nothing is the matter, and without an answer:

# %%
client = Client.load(example("fall_at_home"))
told_all = engine.recommend(client)
profiles = {"as recorded": client.precautions, "recorded as none": (), "not recorded": None}
lists = {name: engine.recommend(client.model_copy(update={"precautions": given})) for name, given in profiles.items()}
known = {item.activity.name for item in told_all.items}
pd.DataFrame(
    [
        {
            "precautions": name,
            "allowed": one.pool,
            "cautions in the list": sum(len(item.cautions) for item in one.items),
            "new in the first eight": "; ".join(
                item.activity.name for item in one.items if item.activity.name not in known
            ),
            "warning": " ".join(one.warnings),
        }
        for name, one in lists.items()
    ]
)

# %% [markdown]
# Without an answer nothing more is held back: the tool warns, and adds to activities what to ask first. Whoever
# reads past the warning is no safer than after a wrong "none", and with a wrong "none" there is nothing to warn about.
#
# How much can hang on one line? The same client, with one more precaution each. Some of them do not go with an
# 82-year-old; they are tried all the same.

# %%
more = pd.Series(
    {
        precaution.name: told_all.pool
        - engine.recommend(client.model_copy(update={"precautions": (*client.precautions, name)})).pool
        for name, precaution in engine.library.precautions.items()
        if name not in client.precautions
    }
)
top = more.nlargest(10).iloc[::-1]
fig, ax = plt.subplots(figsize=(8, 4.2))
bars = ax.barh(top.index, top, color=TEAL)
ax.bar_label(bars, padding=3)
ax.margins(x=0.1)
ax.set_xlabel(f"Activities held back in addition, of {told_all.pool} allowed (count)")
plt.show()

# %% [markdown]
# Each bar is what would be offered to this client if that precaution were true and left out. The rules are the authors'
# and were not checked by a clinician against all activities. A screen that lets an activity through does not make it
# safe.
#
# ## What may be said
#
# That, on invented cases, one ranking is closer than another to the grades of automated readers; how steady a list is;
# which link, rule and source stand behind each place in it. What may not be said: that the lists are right, that they
# are safe without a therapist, that they fit your clients, or that they help.
