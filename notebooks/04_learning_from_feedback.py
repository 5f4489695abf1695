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
# # 4. Learning from feedback
#
# A therapist may say which of two activities suits a client better. This notebook shows what such preferences move, how
# to take them back, how a site and a team learn apart, and how much there is to gain.
#
# Keep in mind: the preferences here are invented, or drawn from the grades of automated readers. No therapist gave
# them. What is learned is a taste in ranking. Whether clients fare better is not known.

# %%
import matplotlib.pyplot as plt
import pandas as pd

from otrec import Client, Engine, OtrecError, Preference, example
from otrec.engine import inferred
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import load_cases
from otrec.evaluation.curves import curves
from otrec.features import NAMES
from otrec.models import Feedback

TEAL, CLAY, GREY = "#0b625b", "#c2763c", "#5f6664"
plt.rcParams.update({"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
pd.set_option("display.max_colwidth", None)

# %%
engine = Engine()
client = Client.load(example("stroke_neglect"))
result = engine.recommend(client, k=8)
result.table[["rank", "activity_id", "name", "score"]].round(1)

# %% [markdown]
# ## A few preferences
#
# An invented therapist finds number six better than the first three. What does the list look like after that?

# %%
names = [item.activity.id for item in result.items]
said = [Preference(client=client, better=names[5], worse=other) for other in names[:3]]
taught = engine.update(said)
moves = taught.moves(result)
print(moves.sentence)

# %%
pd.DataFrame(
    [{"activity": move.name, "before": move.before, "after": move.after, "why": move.why} for move in moves.moves]
)

# %% [markdown]
# Three answers move the weights a little and the list where scores are close. The reasons are read off the weights:
# they say what the model made of the answers, not what the therapist had in mind.
#
# Which weights moved, and how sure is the model of them?

# %%
before, after = engine.posterior, taught.posterior
spread = [posterior.covariance.diagonal() ** 0.5 for posterior in (before, after)]
fig, ax = plt.subplots(figsize=(8, 5))
rows = pd.Series(range(len(NAMES)))
ax.errorbar(before.mode, rows - 0.15, xerr=spread[0], fmt="o", color=TEAL, capsize=3, fillstyle="none", label="before")
ax.errorbar(after.mode, rows + 0.15, xerr=spread[1], fmt="D", color=CLAY, capsize=3, label="after three preferences")
ax.set_yticks(rows, NAMES)
ax.invert_yaxis()
ax.set_xlabel("Weight (share of 1); bar: one standard deviation")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The bars hardly change, and rightly so: three answers about one client say little. A bar may even widen, since the
# model also learns how freely weights should move.
#
# ## Taking it back
#
# `update` makes a new engine and leaves the old one as it was. So everything can be undone, and every list names the
# model that made it.

# %%
print(taught.version)
print(taught.undo().version)
print("the first engine again:", taught.undo() is engine)

# %% [markdown]
# What may not be learned? A preference for something that a rule holds back is refused.

# %%
held = next(item.activity_id for item in result.excluded if item.effect in ("exclude", "require"))
try:
    engine.update([Preference(client=client, better=held, worse=names[0])])
except OtrecError as error:
    print(error)

# %% [markdown]
# ## Site and team
#
# A site learns from everybody, a team from its own. What does a team start from, and what stays with the site?

# %%
site = engine.within("site").update(said)
team = site.within("hand team")
own = [Preference(client=client, better=names[7], worse=other) for other in names[:2]]
team_taught = team.update(own)
levels = {"expert prior": engine, "site": site, "team at its start": team, "team after its own": team_taught}
pd.DataFrame({name: level.posterior.mode for name, level in levels.items()}, index=NAMES).round(3)

# %%
print(team_taught.version)
print("the site has not changed:", team_taught.undo().undo() is site)

# %% [markdown]
# The team starts from the weights of the site and, with few answers, stays near them. The engine keeps differences of
# features and no profile.
#
# ## Verdicts instead of comparisons
#
# Therapists rarely compare pairs. What follows from "this one was helpful"?

# %%
verdicts = [Feedback(activity=names[3], verdict="helpful"), Feedback(activity=names[0], verdict="unsafe")]
pd.DataFrame([one.model_dump(include={"better", "worse", "strength"}) for one in inferred(result, verdicts)])

# %% [markdown]
# What was helpful is put before what stands above it in the list. Each inferred pair counts half. A verdict like
# "unsafe" teaches no weight: it goes to the people who keep the library.
#
# ## What to ask next
#
# Which question would teach the model most? It is the pair on which likely weights disagree most surely.

# %%
question = result.question()
pair = [engine.library.activities[name].name for name in (question.first, question.second)]
print(f"Which suits this client better?\n  A: {pair[0]}\n  B: {pair[1]}")
print(
    f"The model expects A with a chance of {question.chance:.2f}; an answer tells {question.bits:.3f} of at most 1 bit."
)

# %% [markdown]
# The bits show how little a single answer can tell. They speak of the weights alone and not of the client.
#
# ## How much is gained, and how soon?
#
# The development cases are cut in half. Preferences are drawn from the grades of one half, and the ranking is measured
# on the other half. Three learners: the model's own, from the prior; logistic regression without any prior; and, where
# LightGBM is installed, LambdaMART without any prior. The test cases are not touched.

# %%
cases = load_cases(engine.library)
bench = Bench.of(engine, cases)
development = cases.of("development")
found = curves(bench, development[::2], development[1::2], sizes=(0, 10, 25, 50, 100), seeds=5)

# %%
styles = {
    "learned": (TEAL, "o", "-", "from the prior"),
    "logistic": (CLAY, "s", "--", "logistic, no prior"),
    "lambdamart": (GREY, "^", ":", "LambdaMART, no prior"),
}
fig, ax = plt.subplots(figsize=(8, 4.8))
for name, by_size in found["learners"].items():
    colour, marker, line, label = styles[name]
    curve = pd.DataFrame(by_size).drop("minus_prior").T.astype(float)
    sizes = curve.index.astype(int)
    ax.plot(sizes, curve["mean"], color=colour, marker=marker, linestyle=line, linewidth=2, markersize=7, label=label)
    ax.fill_between(sizes, curve["low"], curve["high"], color=colour, alpha=0.2, linewidth=0)
ax.axhline(found["prior"], color="black", linewidth=0.8, label="prior weights, nothing learned")
ax.set(xlabel="Preferences learned from (count)", ylabel="nDCG@10 on the other half", ylim=(0, 1))
ax.legend(frameon=False, loc="upper left", fontsize=10, ncol=2)
plt.show()

# %%
learned = pd.DataFrame({size: row["minus_prior"] for size, row in found["learners"]["learned"].items()}).T
learned.rename_axis("preferences").round(4)

# %% [markdown]
# The bands of the figure hold the doubt from drawing preferences five times, and none about the cases, of which there
# are few. The intervals of the table are over the cases. With nothing learned, a learner without a prior knows no
# order.
#
# What may be taken from it: against these grades, a prior spares a team a bad start. What may not: that learning from
# feedback gains much. The table shows the gain on the prior, and an interval around 0 there means that no gain was
# shown. The prior had already been revised on development cases, and people who disagree with each other would teach
# less for the same number of answers.
