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
# # A first look at a ranking, and how to tune it
#
# One client, the expert prior, and what happens when the weights move. Everything here calls the same
# function as the app and the command line. The weights are an assumption, stated with a reason each.

# %%
import pandas as pd

from otrec import ActivityRanker, Client, Engine, example
from otrec.features import FEATURES

engine = Engine()
client = Client.load(example("pencil_grip"))
result = engine.recommend(client, k=8)
result.table[["rank", "name", "score", "low", "high", "p_top5", "tier", "evidence"]].round(2)

# %% [markdown]
# ## Where a score comes from
#
# Base value (the pool's mean) plus contributions is the score, exactly.

# %%
first = result.items[0]
contributions = pd.Series(first.contributions).sort_values(ascending=False)
print(first.activity.name)
print(f"base {100 * result.scored.base:.2f} + {contributions.sum():.2f} = {first.score:.2f}")
contributions.round(2)

# %%
print(result.why(first.activity.id))

# %% [markdown]
# ## The prior, and a sensitivity check
#
# Each weight alone is halved and doubled; how many of the eight change?

# %%
before = {item.activity.id for item in result.items}
rows = []
for feature in FEATURES:
    row = {"feature": feature.name, "prior": feature.prior, "why": feature.why}
    for factor in (0.5, 2.0):
        moved = engine.recommend(client, k=8, weights={feature.name: feature.prior * factor})
        row[f"changed at x{factor}"] = len(before - {item.activity.id for item in moved.items})
    rows.append(row)
pd.DataFrame(rows)

# %% [markdown]
# ## Learning from preferences
#
# A small simulation, labelled as such: a simulated therapist who cares twice as much about goals. The learned
# weights move from the prior towards that taste. It shows that the machinery works, nothing about real therapists.

# %%
import numpy as np

table = engine.space(client)
pool = result.scored.allowed
prior = np.array([feature.prior for feature in FEATURES])
taste = prior * np.where([feature.name == "goal_match" for feature in FEATURES], 2.0, 1.0)
taste /= taste.sum()
grades = pd.qcut(table.values[pool] @ taste, 4, labels=False, duplicates="drop")
learned = ActivityRanker(prior=prior).fit(table.values[pool], grades)
pd.DataFrame({"prior": prior, "taste": taste, "learned": learned.coef_}, index=[f.name for f in FEATURES]).round(3)

# %% [markdown]
# ## What one changed fact would do

# %%
pd.DataFrame([change.to_dict() for change in result.what_would_change()])
