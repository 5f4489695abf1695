"""Library: everything that otrec knows, by plain words and facets; one page a record, which can be linked to."""

from __future__ import annotations

from typing import Final

import streamlit as st

from otrec.app import address, layout, records, routes, state
from otrec.app.keeping import stars
from otrec.app.language import say
from otrec.app.names import FACETS, ICONS, KINDS, VALUES
from otrec.library import search

KEEP: Final = "session"
PAGE: Final = 25


def page() -> None:
    given = st.query_params.get("item")
    if given:
        return records.page(given)
    layout.head(say("Library"), say("Every activity, technique, tool, finding and rule that otrec knows."))
    kinds = {**KINDS, "card": "Data card"}
    kind = layout.switch(say("Kind"), kinds, "v_kind")
    if kind == "card":
        records.data_card()
    else:
        _browse(kind)
    layout.foot()


def _browse(kind: str) -> None:
    catalogue = state.catalogue()
    words = st.text_input(
        say("Search"),
        key="v_find",
        bind="query-params",
        persist_state=KEEP,
        icon=":material/search:",
        placeholder=say("Plain words: pencil grip, putty, after a fall, toothbrush"),
        max_chars=80,
    )
    chosen = _facets(catalogue, kind)
    found = catalogue.find(kind, words or "", chosen)
    layout.announce(say("{found} of {all} found.", found=len(found), all=len(catalogue.entries[kind])))
    if not found:
        return layout.empty(
            say("Nothing found"),
            say("Every word has to be found, and every filter has to hold. Take one out")
            + (catalogue.instead(kind, words or "") or "."),
        )
    pages = -(-len(found) // PAGE)
    page = st.pagination(pages, key=f"s_page_{kind}") if pages > 1 else 1
    for entry in found[PAGE * (page - 1) : PAGE * page]:
        _row(entry)


def _facets(catalogue: search.Catalogue, kind: str) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    told = any(name.startswith(f"v_f_{kind}_") for name in st.query_params)
    st.session_state.setdefault(f"v_open_{kind}", told)
    with st.expander(say("Filters"), icon=":material/filter_alt:", key=f"v_open_{kind}", on_change="rerun") as part:
        names = list(search.FACETS[kind])
        if not part.open:
            return {name: st.session_state.get(f"v_f_{kind}_{name}") or [] for name in names}
        for place, column in enumerate(st.columns(min(len(names), 3))):
            for name in names[place::3]:
                with column:
                    chosen[name] = _facet(catalogue, kind, name)
    return chosen


def _facet(catalogue: search.Catalogue, kind: str, name: str) -> list[str]:
    words, there, key = VALUES[name], catalogue.values(kind, name), f"v_f_{kind}_{name}"
    address.opened(key, words, several=True)
    picked: list[str] = st.multiselect(
        say(FACETS[name]),
        [value for value in words if value in there],
        format_func=lambda value: say(words[value]),
        key=key,
        persist_state=KEEP,
        placeholder=say("All"),
    )
    address.write(key)
    return picked


def _row(entry: search.Entry) -> None:
    with st.container(border=True, gap=None, key=f"row_{entry.kind}_{entry.id}"):
        routes.link("library", entry.name, ICONS[entry.kind], item=f"{entry.kind}:{entry.id}")
        first, *more = records.told(entry)
        st.markdown("  \n".join([f":small[{first}]", *(f":gray[:small[{line}]]" for line in more)]))
        if entry.kind == "activities":
            stars.star(entry.id, "row", name=entry.name)
