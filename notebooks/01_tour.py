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
# # 1. A tour: one client, one list
#
# This notebook follows one invented client from the profile to the list, and asks the list for its reasons. Every cell
# calls the same functions as the app and the command line.
#
# Keep in mind while reading: the weights behind the list are an assumption of the authors, stated with a reason each.
# A score says how well an activity fits what the profile tells. It does not say that the activity helps. The list is
# a start for a therapist's own judgment.

# %%
import matplotlib.pyplot as plt
import pandas as pd

from otrec import Client, Engine, example
from otrec.features import FEATURES, NAMES, PRIOR

TEAL, CLAY = "#0b625b", "#c2763c"
plt.rcParams.update({"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
pd.set_option("display.max_colwidth", None)

# %% [markdown]
# ## The client
#
# What does the profile say? Barriers are graded 0 (none) to 4 (complete), as in the ICF; goals have an importance of
# 1 to 10. The six-year-old is invented. `otrec terms` on the command line prints the words that a profile may use.

# %%
engine = Engine()
client = Client.load(example("pencil_grip"))
client.model_dump(exclude_defaults=True)

# %% [markdown]
# ## The list
#
# Which eight activities come first for this client?

# %%
result = engine.recommend(client, k=8)
result.table[["rank", "name", "score", "low", "high", "p_top5", "tier", "evidence"]].round(2)

# %% [markdown]
# `score` lies on a scale of 0 to 100. `low` and `high` hold the middle 90% of scores when the weights vary about as
# much as the authors think they may be wrong (a third either way). `p_top5` is the share of those weights under which
# the activity is among the first five. These numbers speak of doubt about the weights. They hold no doubt about the
# profile, the library or the effect of an activity. The list is also arranged so that it covers several barriers and
# goals, so a lower place can have a higher score.
#
# How far do the intervals of neighbours overlap?

# %%
shown = result.table.iloc[::-1]
fig, ax = plt.subplots(figsize=(8, 4))
ax.hlines(shown["name"], shown["low"], shown["high"], color=TEAL, linewidth=3)
ax.plot(shown["score"], shown["name"], "D", color=CLAY, markersize=7)
ax.set_xlabel("Score (points of 100); line: middle 90% over the weights")
plt.show()

# %% [markdown]
# Where lines overlap widely, the order of two activities is not settled by the profile. The scores of two activities
# also move together, so overlapping lines alone do not make a tie. The list marks a tie where two neighbours change
# places in 40 to 60% of the draws:

# %%
pd.DataFrame([{"rank": item.rank, "name": item.activity.name, "tie with next": item.tie} for item in result.items])

# %% [markdown]
# ## Where a score comes from
#
# What makes the first activity stand first? Its score is the mean of everything allowed for this client (the base) plus
# one contribution for each of the thirteen features. The parts add up exactly.

# %%
first = result.items[0]
contributions = pd.Series(first.contributions).sort_values()
print(first.activity.name)
print(f"base {100 * result.scored.base:.2f} + contributions {contributions.sum():.2f} = score {first.score:.2f}")

# %%
fig, ax = plt.subplots(figsize=(8, 4.5))
bars = ax.barh(contributions.index, contributions, color=[TEAL if value >= 0 else CLAY for value in contributions])
ax.bar_label(bars, fmt="%+.1f", padding=3)
ax.axvline(0, color="black", linewidth=0.8)
ax.margins(x=0.15)
ax.set_xlabel("Contribution to the score (points of 100)")
plt.show()

# %% [markdown]
# The bars tell how this score was made. They do not tell what in the activity works. The same in sentences, with the
# links of the skill graph and their evidence:

# %%
print(result.why(first.activity.id))

# %% [markdown]
# ## Why not something else?
#
# A colleague asks for a weighted vest. Why is it not in the list?

# %%
print(result.why_not("weighted_vest_trial"))

# %% [markdown]
# It is held back by rules, and the answer names what has to be documented first. An activity that is allowed but stands
# lower gets another kind of answer: how far behind it is, and through which features.

# %%
lower = engine.recommend(client, k=30).items[-1].activity
print(lower.name, "\n")
print(result.why_not(lower.id))

# %% [markdown]
# ## What would change the list?
#
# If one fact of the profile were different, which one would matter most?

# %%
pd.DataFrame([change.to_dict() for change in result.what_would_change()])[["fact", "changed", "enters"]]

# %% [markdown]
# Each row changes one fact alone and makes the list again. `changed` counts places out of eight. It shows which facts
# are worth a second look before the list is used. It does not show which facts matter for the client. Where nothing
# enters, the library has nothing for this age in that place. The place itself is rarely in doubt, so the rows about
# barriers and goals tell more.

# %% [markdown]
# ## Does the profile say enough?
#
# Which facts are still open, and could one of them change the first ten places? Here for the client above, and for the
# same client known by age, place and barriers alone.

# %%
bare = Client(age_years=client.age_years, setting=client.setting, barriers=client.barriers)
open_facts = [
    {
        "profile": name,
        "open fact": item.label,
        "places it can change, at most": item.most,
        "with the value": item.instance,
    }
    for name, one in (("full", client), ("bare", bare))
    for item in engine.recommend(one).sufficiency().missing
]
pd.DataFrame(open_facts)

# %% [markdown]
# The count is the largest over the values that were tried. How likely each value is for this client is not known. A
# zero means that no tried value changed the list, not that the fact is unimportant for therapy.

# %% [markdown]
# ## How much hangs on the weights?
#
# Each of the thirteen weights alone is halved and doubled. How many of the eight activities are then others?

# %%
before = {item.activity.id for item in result.items}
moved = pd.DataFrame(
    {
        f"x{factor:g}": [
            len(
                before
                - {item.activity.id for item in engine.recommend(client, k=8, weights={name: weight * factor}).items}
            )
            for name, weight in zip(NAMES, PRIOR)
        ]
        for factor in (0.5, 2.0)
    },
    index=NAMES,
)
table = pd.DataFrame([{"feature": f.name, "prior weight": f.prior, "reason": f.why} for f in FEATURES]).set_index(
    "feature"
)
table.join(moved.rename(columns="others, weight {}".format))

# %%
fig, ax = plt.subplots(figsize=(8, 4.5))
ax.plot(moved["x0.5"], moved.index, "o", color=TEAL, markersize=9, fillstyle="none", markeredgewidth=2, label="halved")
ax.plot(moved["x2"], moved.index, "x", color=CLAY, markersize=8, markeredgewidth=2, label="doubled")
ax.invert_yaxis()
ax.set(xlim=(-0.3, 8.3), xlabel="Activities of the first eight that are replaced (count)")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# This is one client and one weight at a time. Notebook 6 moves all weights together over many cases. A list that stays
# the same is steady. It is not thereby right.
#
# Weights never touch the safety rules. Is everything that a rule kept out still out under a bold weight?

# %%
bold = engine.recommend(client, weights={"interest": 5.0})
held, held_by_bold = (
    {item.activity_id for item in one.excluded if item.effect in ("exclude", "require")} for one in (result, bold)
)
print(f"held back by a safety rule: {len(held)}; the same set under the bold weight: {held == held_by_bold}")

# %% [markdown]
# Next: notebook 2 looks at the graph that the paths come from.
