"""Skill graph: walk from node to node, find a route between two, see what comes before a barrier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal

import streamlit as st

from otrec.app import skillgraph, state
from otrec.app.cards import LIGHTS
from otrec.app.language import say
from otrec.app.layout import empty, foot, head, section
from otrec.graph import (
    CORE,
    NODE_KINDS,
    Link,
    Node,
    Route,
    View,
    chain,
    route_view,
    routes,
    sentence,
    sentences,
    table,
)
from otrec.graph import view as near
from otrec.models.terms import Light
from otrec.models.wording import in_sentence

Colour = Literal["green", "orange", "red", "gray"]
KEEP: Final = "session"
MODES: Final = ("walk", "path", "before")
#: What stands in the address of the page and what it opens on without one.
DEFAULTS: Final = {
    "v_mode": "walk",
    "v_node": "technique:hand_strengthening",
    "v_hops": "1",
    "v_start": "tool:therapy_putty",
    "v_goal": "barrier:fastenings",
    "v_barrier": "barrier:fastenings",
    "v_steps": "2",
}
COLOURS: Final[dict[Light, Colour]] = {"green": "green", "yellow": "orange", "red": "red", "none found": "gray"}
MOST_SENTENCES, MOST_OF_THE_TRAIL = 6, 5


@st.cache_resource(show_spinner=False)
def names() -> dict[str, str]:
    """How each node is listed: its name and the plain words for it, so that typing either finds it."""
    found = {}
    for kind in ("barrier", "technique", "tool", "occupation", "activity"):
        for node in state.skills().nodes.values():
            if node.kind == kind:
                aliases = f" ({', '.join(node.aliases)})" if node.aliases else ""
                found[node.key] = f"{node.name}{aliases}"
    return found


def page() -> None:
    """Draw the page."""
    _open_address()
    head(say("Skill graph"), say("See what is linked to what, how strongly, and what the evidence says."))
    modes = {"walk": say("Walk"), "path": say("Find a path"), "before": say("What comes first")}
    st.segmented_control(
        say("What to do"),
        MODES,
        format_func=lambda mode: modes[mode],
        required=True,
        key="v_mode",
        persist_state=KEEP,
        label_visibility="collapsed",
    )
    {"walk": _walk, "path": _path, "before": _before}[st.session_state["v_mode"]]()
    _write_address()
    foot(say("Lights are judged over all populations here; for one client they can differ."))


def _allowed(key: str, value: str) -> bool:
    choices = {"v_mode": MODES, "v_hops": ("1", "2"), "v_steps": ("1", "2", "3")}
    if key == "v_barrier":
        return value.startswith("barrier:") and value in state.skills().nodes
    return value in choices.get(key, state.skills().nodes)


def _open_address() -> None:
    """What the address asks for, if it has changed since this page wrote it; ids of the library, nothing else."""
    written = st.session_state.get("v_written", {})
    for key, default in DEFAULTS.items():
        given = st.query_params.get(key)
        if given is not None and given != written.get(key) and _allowed(key, given):
            st.session_state[key] = given
        st.session_state.setdefault(key, default)
    st.session_state.setdefault("v_trail", [])
    st.session_state.setdefault("v_kinds", list(CORE))


def _write_address() -> None:
    of_mode = {"walk": ("v_node", "v_hops"), "path": ("v_start", "v_goal"), "before": ("v_barrier", "v_steps")}
    wanted = ("v_mode", *of_mode[st.session_state["v_mode"]])
    for key in DEFAULTS:
        if key not in wanted and key in st.query_params:
            del st.query_params[key]
        elif key in wanted and st.query_params.get(key) != st.session_state[key]:
            st.query_params[key] = st.session_state[key]
    st.session_state["v_written"] = {key: st.session_state[key] for key in wanted}


def _pick(label: str, key: str, kinds: Iterable[str] = NODE_KINDS, on_change: Callable[[], None] | None = None) -> None:
    told = skillgraph.words()
    kind_of = {kind: told[kind.capitalize()].lower() for kind in NODE_KINDS}
    listed = names()
    nodes, wanted = state.skills().nodes, frozenset(kinds)
    st.selectbox(
        label,
        [name for name in listed if nodes[name].kind in wanted],
        format_func=lambda name: f"{listed[name]} · {kind_of[nodes[name].kind]}",
        key=key,
        persist_state=KEEP,
        on_change=on_change,
        help=say("Type any plain word, such as putty, buttoning or meltdowns."),
    )


def _walk() -> None:
    _pick(say("Start from anything"), "v_node", on_change=_picked)
    kinds, far = st.columns([3, 1])
    with kinds:
        _kinds()
    hops = {"1": say("1 link"), "2": say("2 links")}
    far.segmented_control(
        say("How far"),
        list(hops),
        format_func=lambda name: hops[name],
        required=True,
        key="v_hops",
        persist_state=KEEP,
    )
    _trail()
    node = state.skills().nodes[st.session_state["v_node"]]
    shown = near(state.skills(), node.key, int(st.session_state["v_hops"]), st.session_state["v_kinds"])
    st.session_state["v_at"] = node.key
    section(node.name)
    st.markdown(node.definition)
    if not shown.links:
        empty(say("Nothing of these kinds is linked to it"), say("Choose more kinds above, activities for instance."))
        return
    _picture_and_facts(shown, say("What is linked to {name}", name=node.name), node, _go)


def _kinds() -> None:
    told = skillgraph.words()
    plural = {
        "tool": told["Tools"],
        "technique": told["Techniques"],
        "barrier": told["Barriers"],
        "occupation": told["Occupations"],
        "activity": told["Activities"],
    }
    st.pills(
        say("Show"),
        NODE_KINDS,
        format_func=lambda kind: plural[kind],
        selection_mode="multi",
        key="v_kinds",
        persist_state=KEEP,
        wrap=True,
    )


def _picked() -> None:
    """A node was chosen in the list: the one before it joins the trail."""
    before = st.session_state.get("v_at")
    if before and before != st.session_state["v_node"]:
        st.session_state["v_trail"] = [*st.session_state["v_trail"], before]


def _go(node: str) -> None:
    if node == st.session_state["v_node"]:
        return
    st.session_state["v_trail"] = [*st.session_state["v_trail"], st.session_state["v_node"]]
    st.session_state["v_node"] = node


def _back(place: int) -> None:
    trail = st.session_state["v_trail"]
    st.session_state["v_node"] = trail[place]
    st.session_state["v_trail"] = trail[:place]


def _trail() -> None:
    trail = st.session_state["v_trail"]
    first = max(0, len(trail) - MOST_OF_THE_TRAIL)
    # The row is there even when empty: were it to come and go, the browser would build the picture anew and lose the
    # focus of the keyboard.
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="graph_trail"):
        if not trail:
            return
        st.button(say("Back"), icon=":material/arrow_back:", key="graph_back", on_click=_back, args=(len(trail) - 1,))
        for place in range(first, len(trail)):
            label = state.skills().nodes[trail[place]].name
            st.button(label, key=f"graph_trail_{place}", type="tertiary", on_click=_back, args=(place,))


def _path() -> None:
    start, goal = st.columns(2)
    with start:
        _pick(say("From"), "v_start")
    with goal:
        _pick(say("To"), "v_goal")
    ends = st.session_state["v_start"], st.session_state["v_goal"]
    if ends[0] == ends[1]:
        empty(say("Both ends are the same"), say("Choose another start or goal above."))
        return
    found = routes(state.skills(), *ends)
    if not found:
        empty(say("No path leads from one to the other"), say("Choose other ends, a technique for instance."))
        return
    one, other = (state.skills().nodes[end] for end in ends)
    title = say("From {start} to {goal}", start=in_sentence(one.name), goal=in_sentence(other.name))
    section(title)
    shown = route_view(state.skills(), found)
    said = say("{n} paths from {start} to {goal}.", n=len(found), start=one.name, goal=other.name)
    skillgraph.draw(shown, title, said, f"otrec-{one.id}-{other.id}", _walk_to, "graph_path")
    st.caption(
        say(
            "Short and strong paths come first. A path is a line of thought: that every link is known does not show "
            "that the whole way works."
        )
    )
    for number, route in enumerate(found, 1):
        _route(number, route)
    _table(shown)


def _walk_to(node: str) -> None:
    """Leave the route and walk on from one of its nodes."""
    st.session_state["v_mode"] = "walk"
    _go(node)


def _route(number: int, route: Route) -> None:
    with st.container(border=True, key=f"graph_route_{number}"):
        st.markdown(f"**{number}. {route.sentence}**")
        with st.container(horizontal=True, gap="small"):
            if route.light:
                sign, colour = LIGHTS[route.light][0], COLOURS[route.light]
                st.badge(f"{sign} {say('Weakest evidence: {light}', light=_light_word(route.light))}", color=colour)
            if route.strength is not None:
                st.badge(say("Weakest link {strength}", strength=f"{route.strength:g}"), color="gray")
            if route.by_activity:
                st.badge(say("Through an activity"), color="gray")
        with st.expander(say("Each link, with its reason and sources"), expanded=number == 1):
            for link in route.links:
                st.markdown(_signed(sentence(state.skills(), link), link.light))
                _sources([link])


def _before() -> None:
    _pick(say("Barrier"), "v_barrier", ("barrier",))
    steps = {"1": say("1 step"), "2": say("2 steps"), "3": say("3 steps")}
    st.segmented_control(
        say("How far back"),
        list(steps),
        format_func=lambda name: steps[name],
        required=True,
        key="v_steps",
        persist_state=KEEP,
    )
    node = state.skills().nodes[st.session_state["v_barrier"]]
    section(say("What to look at before or beside {name}", name=in_sentence(node.name)))
    st.markdown(say("A usual order, not a rule: what a person needs today may come first."))
    shown = chain(state.skills(), node.key, int(st.session_state["v_steps"]))
    if not shown.links:
        empty(say("Nothing comes before this one"), say("It stands on its own: start right here, or choose another."))
        return
    title = say("Before or beside {name}", name=in_sentence(node.name))
    said = say("{n} links before {name}.", n=len(shown.links), name=node.name)
    skillgraph.draw(shown, title, said, f"otrec-before-{node.id}", _walk_to, "graph_before")
    if beyond := shown.left_out["barrier"]:
        st.caption(say("Further back and not shown: {n}. Choose more steps to see them.", n=beyond))
    _facts(shown)
    _table(shown)


def _picture_and_facts(shown: View, title: str, node: Node, on_walk: Callable[[str], None]) -> None:
    said = say("Now at {name}: {n} links.", name=node.name, n=len(shown.links))
    wide = len(shown.columns) > 3
    left, right = (st.container(), st.container()) if wide else st.columns([2, 1], gap="medium")
    with left:
        skillgraph.draw(shown, title, said, f"otrec-{node.id}", on_walk, "graph_walk")
        _left_out(shown)
    with right:
        _facts(shown)
    _table(shown)


def _left_out(shown: View) -> None:
    told = skillgraph.words()
    more = [f"{told[kind.capitalize()].lower()}: {n}" for kind, n in shown.left_out.items() if n]
    if more:
        st.caption(say("Left out of the picture, weaker than what is shown: {kinds}.", kinds=", ".join(more)))


def _facts(shown: View) -> None:
    st.markdown(f"**{say('In words')}**")
    lines = [_signed(said.text, said.light) for said in sentences(shown)]
    st.markdown("\n".join(f"- {line}" for line in lines[:MOST_SENTENCES]))
    if len(lines) > MOST_SENTENCES:
        more = len(lines) - MOST_SENTENCES
        with st.expander(say("The other {n} sentences", n=more) if more > 1 else say("One more sentence")):
            st.markdown("\n".join(f"- {line}" for line in lines[MOST_SENTENCES:]))
    if any(link.findings for link in shown.links):
        with st.expander(say("Sources")):
            _sources(shown.links)


def _signed(text: str, light: Light | None) -> str:
    return f":{COLOURS[light]}[{LIGHTS[light][0]}] {text}" if light else text


def _light_word(light: str) -> str:
    return {"green": say("green"), "yellow": say("yellow"), "red": say("red")}.get(light, say("none found"))


def _sources(links: Iterable[Link]) -> None:
    found = dict.fromkeys(finding for link in links for finding in link.findings)
    for finding in found:
        grade = finding.strength or say("not graded")
        where, _, doi = finding.citation.partition("doi.org/")
        cited = f"{where}[doi {doi}](https://doi.org/{doi})" if doi else where
        st.markdown(f":small[{cited} ({finding.direction}, {grade}; {finding.population}). {finding.finding}]")


def _table(shown: View) -> None:
    with st.expander(say("The same as a table"), icon=":material/table:"):
        st.dataframe(table(shown), hide_index=True, alt=say("Every link of the picture with strength and evidence"))
