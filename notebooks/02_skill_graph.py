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
# # 2. The skill graph
#
# The library links tools, techniques, barriers, occupations and activities. This notebook counts the links, walks a few
# of them, and shows where the graph is thin.
#
# Keep in mind: the links were drawn by the authors from practice texts and published findings. Strengths are their
# numbers. A link says that somebody gave a reason for it. Evidence, where there is any, is shown beside it.

# %%
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import SVG

from otrec import load_library
from otrec.explain import lit_map
from otrec.graph import build_graph, chain, key, neighbourhood, routes, sentences, table, view
from otrec.graph.drawing import to_svg
from otrec.graph.layout import columns

TEAL, CLAY, GREY = "#0b625b", "#c2763c", "#5f6664"
plt.rcParams.update({"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
pd.set_option("display.max_colwidth", None)

# %% [markdown]
# ## What is in it
#
# How many nodes and links of each kind are there? The graph is a networkx `MultiDiGraph`, so every function of networkx
# works on it. It is frozen: nobody changes it by accident.

# %%
library = load_library()
graph = build_graph(library)
print(graph)
pd.Series(Counter(kind for _, kind in graph.nodes(data="kind")), name="nodes").to_frame()

# %%
pd.Series(Counter(kind for *_, kind in graph.edges(keys=True)), name="links").sort_values(ascending=False).to_frame()

# %% [markdown]
# Most links belong to activities. The links that carry a strength, a reason and evidence are `addressed_by`, from a
# barrier to a technique. The counts describe this library. They are no picture of the profession.

# %% [markdown]
# ## How links are spread
#
# Are some nodes linked to nearly everything, and others to little?

# %%
degrees = pd.DataFrame([{"kind": kind, "links": graph.degree(node)} for node, kind in graph.nodes(data="kind")])
fig, ax = plt.subplots(figsize=(8, 4.5))
styles = zip(
    degrees.groupby("kind"), ((TEAL, "-"), (CLAY, "--"), (GREY, ":"), (TEAL, "-."), (CLAY, (0, (7, 2, 1, 2, 1, 2))))
)
for (kind, group), (colour, line) in styles:
    ax.ecdf(group["links"], complementary=True, color=colour, linestyle=line, linewidth=2.2, label=kind)
ax.set(xscale="log", xlabel="Links of a node (count, log scale)", ylabel="Share of nodes with at least as many")
ax.legend(frameon=False, title="kind of node")
plt.show()

# %%
degrees.groupby("kind")["links"].describe(percentiles=[0.1, 0.5, 0.9]).round(1)

# %% [markdown]
# A node with many links is one that the authors wrote much about. It is not thereby more important. Route search and
# ranking make such hubs count less for that reason.

# %% [markdown]
# ## What is near one barrier
#
# What is linked directly to weak grip or pinch? First as a picture, then as sentences. Lines carry a mark and a dash
# for their evidence, so the picture can be read without colour.

# %%
skills = lit_map(library)
near = view(skills, key("barriers", "grip_pinch_strength"))
SVG(to_svg(columns(near), "Weak grip or pinch", "Links of the library; evidence over all populations"))

# %%
for said in sentences(near)[:6]:
    print("-", said.text)

# %% [markdown]
# The same as a table, with sources. A light here counts every finding as if it were about this client. For one client
# a light can be lower, since a finding about another population is only indirect.

# %%
table(near).query("link == 'is addressed by'")[["to", "strength", "approach", "evidence", "sources"]].head(8)

# %% [markdown]
# What is left out of a picture is counted, never dropped silently. For analyses of your own, take the part of the
# networkx graph around a node:

# %%
print("left out of the picture:", near.left_out or "nothing")
print(neighbourhood(graph, key("tools", "therapy_putty"), hops=1))

# %% [markdown]
# ## What is usually looked at before
#
# Which abilities does buttoning build on, by the authors' account?

# %%
table(chain(skills, key("barriers", "fastenings"), steps=1))[["from", "link", "to", "why"]]

# %% [markdown]
# This is an order of thought, not a programme. No finding was sought for these links, so they have no light. They do
# not say that the prerequisite has to be treated first.

# %% [markdown]
# ## Routes
#
# How could therapy putty have to do with buttoning? A route is as strong as its weakest link.

# %%
found = routes(skills, key("tools", "therapy_putty"), key("barriers", "fastenings"))
pd.DataFrame([{"route": one.sentence, "weakest strength": one.strength, "weakest light": one.light} for one in found])

# %% [markdown]
# A route is a line of thought made of links that are each known. That every link is known does not show that the whole
# way works. Strength and light in a row are those of the graded links alone.

# %% [markdown]
# ## How much evidence there is
#
# Which share of the barrier-technique links has evidence, and of what colour? Green: graded or repeated support.
# Yellow: any other finding. Red: a finding advises against. None found: nobody attached a finding.

# %%
links = pd.DataFrame(
    [
        {"barrier": link.source, "light": link.light, "strength": link.strength, "approach": link.basis}
        for link in skills.links
        if link.type == "addressed_by"
    ]
)
lights = links["light"].value_counts().reindex(["green", "yellow", "red", "none found"], fill_value=0)
fig, ax = plt.subplots(figsize=(8, 3))
bars = ax.barh(lights.index, 100 * lights / lights.sum(), color=[TEAL, CLAY, "white", "#c9c6bd"], edgecolor="black")
for bar, hatch in zip(bars, ("", "//", "xx", "..")):
    bar.set_hatch(hatch)
ax.bar_label(bars, [f"{share:.0%} ({count})" for share, count in zip(lights / lights.sum(), lights)], padding=4)
ax.invert_yaxis()
ax.margins(x=0.2)
ax.set_xlabel(f"Share of {len(links)} barrier-technique links (%)")
plt.show()

# %% [markdown]
# "None found" is the honest name: the search was the authors' own and not a systematic review. It is no evidence that a
# technique fails. Nor does green say that it works for a given person.
#
# Do strengths and lights go together? They should to some degree, since both come from the same authors.

# %%
links.groupby("light")["strength"].describe()[["count", "mean", "min", "50%", "max"]].reindex(lights.index).round(2)

# %% [markdown]
# Agreement here is no check from outside. It only shows whether the authors were consistent.

# %% [markdown]
# ## Where the graph is thin
#
# Which barriers have the fewest techniques?

# %%
names = {key("barriers", name): barrier.name for name, barrier in library.barriers.items()}
per_barrier = (
    links.assign(with_finding=links["light"] != "none found")
    .groupby("barrier")
    .agg(techniques=("light", "size"), with_finding=("with_finding", "sum"), strongest=("strength", "max"))
    .reindex(list(names))
    .fillna({"techniques": 0, "with_finding": 0})
)
per_barrier.rename(index=names).sort_values(["techniques", "with_finding"]).head(12)

# %% [markdown]
# A client whose main barrier stands in this table gets a list that rests on fewer links than others. And which barriers
# have no finding on any of their links?

# %%
bare = per_barrier.query("with_finding == 0").rename(index=names)
print(f"{len(bare)} of {len(per_barrier)} barriers have no finding at all: {', '.join(bare.index) or 'none'}")

# %% [markdown]
# How does the number of techniques spread over all barriers?

# %%
fig, ax = plt.subplots(figsize=(8, 3.5))
ax.hist(
    per_barrier["techniques"], bins=np.arange(-0.5, per_barrier["techniques"].max() + 1), color=TEAL, edgecolor="white"
)
ax.axvline(per_barrier["techniques"].median(), color=CLAY, linestyle="--", linewidth=2, label="median")
ax.set(xlabel="Techniques linked to a barrier (count)", ylabel="Barriers (count)")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# Few techniques may mean that little is known, or that the authors looked less. The figure cannot tell which.
# Notebook 3 asks whether lists that rest on this graph rank better than others.
