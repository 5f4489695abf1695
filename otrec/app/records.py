"""One page a record: what it is, what it is linked to, and on what grounds."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from otrec.app import cards, layout, routes, state
from otrec.app.keeping import stars
from otrec.app.language import say
from otrec.app.names import ICONS, KINDS, VALUES
from otrec.graph import Link, SkillMap, sentence
from otrec.graph.walk import PLACES
from otrec.library import Library, default_data
from otrec.library.search import Entry
from otrec.models import Finding, Rule
from otrec.models.terms import AREA_NAMES
from otrec.models.wording import in_words

#: Kinds of the library's pages -> kinds of the graph's nodes.
NODES = {
    "activities": "activity", "barriers": "barrier", "techniques": "technique", "tools": "tool",
    "occupations": "occupation",
}  # fmt: skip
KIND_OF = {single: plural for plural, single in NODES.items()}
MOST_LINKS = 6
MOST_LISTED = 25


def page(item: str) -> None:
    """The page of one record, by `kind:id`; a wrong address says so."""
    kind, _, name = item.partition(":")
    kind = KIND_OF.get(kind, kind)
    entry = next((entry for entry in state.catalogue().entries.get(kind, ()) if entry.id == name), None)
    if entry is None:
        layout.head(say("Library"))
        layout.empty(
            say("No such page"), say("The library has no record {item}. It may have been renamed.", item=f"“{item}”")
        )
        routes.link("library", say("To the library"), ":material/arrow_back:")
        return
    layout.head(entry.name)
    with st.container(horizontal=True, gap="medium"):
        routes.link("library", say("All: {kind}", kind=say(KINDS[kind])), ":material/arrow_back:", v_kind=kind)
        if kind in NODES:
            routes.link("graph", say("In the graph"), ":material/hub:", v_node=f"{NODES[kind]}:{name}")
        if kind == "activities":
            stars.star(name, "page", name=entry.name)
    _body(entry)
    layout.foot(f"{kind}:{name}.")


def _body(entry: Entry) -> None:
    library = state.engine().library
    if entry.kind == "activities":
        activity = entry.record
        st.markdown(activity.purpose)
        cards.run_it(activity, library)
        _held_by(entry, library)
    elif entry.kind == "findings":
        return _finding(entry.record)
    elif entry.kind == "rules":
        return _rule(entry.record)
    else:
        _term(entry.record, entry.kind, library)
    _links(state.skills(), f"{NODES[entry.kind]}:{entry.id}")
    if entry.kind == "activities" and entry.record.evidence:
        layout.section(say("Findings about it"))
        for name in entry.record.evidence:
            finding = library.evidence[name]
            _linked(f"findings:{name}", f"{finding.authors_short} {finding.year}", finding.finding)


def told(entry: Entry) -> tuple[str, ...]:
    """A record in one or two lines, for a list."""
    record = entry.record
    if entry.kind == "activities":
        return record.purpose, cards.facts(record)
    if entry.kind == "findings":
        direction = say(VALUES["direction"][record.direction])
        return f"{record.authors_short} {record.year}. {direction}; {record.population}.", record.finding
    if entry.kind == "rules":
        return (f"{say(VALUES['effect'][record.effect])}. {record.reason}",)
    if entry.kind == "occupations":
        return (f"{say(AREA_NAMES[record.area])}: {record.otpf}",)
    return (record.definition,)


def _term(term: Any, kind: str, library: Library) -> None:
    if kind == "occupations":
        st.markdown(f"{say(AREA_NAMES[term.area])}: {term.otpf} (OTPF-4)")
    else:
        st.markdown(f"{term.definition}  \n:small[{say(VALUES['group'][term.group])}]")
    if term.aliases:
        st.caption(say("Also found as: {words}.", words=", ".join(term.aliases)))
    if kind == "barriers":
        st.caption(say("ICF: {codes}.", codes=", ".join(term.icf)))
    if kind == "tools":
        swaps = [swap.swap for swap in library.household_swaps if swap.tool == term.id]
        if swaps:
            st.markdown(say("At home instead: {swaps}.", swaps=in_words(swaps, say("or"))))


def _links(skills: SkillMap, node: str) -> None:
    """Every link of a node as a sentence, under the heads that the picture of the graph has."""
    heads: dict[str, list[Link]] = {}
    for link in skills.near[node]:
        heads.setdefault(PLACES[link.type, link.source == node][1], []).append(link)
    for head, links in heads.items():
        layout.section(f"{say(head)} ({len(links)})")
        strongest = sorted(links, key=lambda link: -(link.strength or 0))
        _sentences(skills, node, strongest[:MOST_LINKS])
        if links[MOST_LINKS:]:
            rest = st.expander(
                say("{count} more", count=len(links) - MOST_LINKS), key=f"s_more_{node}_{head}", on_change="rerun"
            )
            if rest.open:
                with rest:
                    _sentences(skills, node, strongest[MOST_LINKS:])


def _sentences(skills: SkillMap, node: str, links: list[Link]) -> None:
    for link in links:
        other = skills.node(link.other(node))
        _linked(other.key, other.name, sentence(skills, link))


def _linked(item: str, name: str, text: str) -> None:
    """A link to another page of the library, with a sentence on it."""
    kind = item.partition(":")[0]
    with st.container(gap=None):
        routes.link("library", name, ICONS.get(kind) or ICONS[KIND_OF[kind]], item=item)
        st.markdown(f":small[{text}]")


def _held_by(entry: Entry, library: Library) -> None:
    """Which rules can hold an activity back, for some clients."""
    rules = state.engine().screen.rules_about(entry.id)
    hazards = in_words((library.hazards[name].name.lower() for name in entry.record.hazards), say("and"))
    layout.section(say("Safety"))
    st.markdown(say("Hazards: {hazards}.", hazards=hazards) if hazards else say("No hazard is tagged."))
    if rules:
        with st.expander(say("{count} rules look at it", count=len(rules)), icon=ICONS["rules"]):
            for rule in rules:
                effect = say(VALUES["effect"][rule.effect])
                _linked(f"rules:{rule.id}", rule.id.replace("_", " "), f"{effect}. {rule.reason}")


def _finding(finding: Finding) -> None:
    st.markdown(finding.finding)
    rows = {
        say("Source"): cards.cite(finding.citation),
        say("Journal"): finding.journal,
        say("Study"): say(VALUES["study"].get(finding.kind, finding.kind)),
        say("Population"): finding.population,
        say("Intervention"): finding.intervention,
        say("Outcome"): finding.outcome,
        say("Direction"): say(VALUES["direction"][finding.direction]),
        say("Strength"): say(VALUES["strength"][finding.strength or "not graded"]),
    }
    st.markdown("\n".join(f"- **{name}**: {value}" for name, value in rows.items() if value))
    library, skills = state.engine().library, state.skills()
    links = [edge for edge in library.addressed_by if finding.finding_id in edge.evidence]
    layout.section(f"{say('Links that cite it')} ({len(links)})")
    if not links:
        st.markdown(say("No link of the graph cites it."))
    for edge in links:
        link = next(
            link
            for link in skills.near[f"barrier:{edge.barrier}"]
            if link.type == "addressed_by" and link.other(f"barrier:{edge.barrier}") == f"technique:{edge.technique}"
        )
        _linked(f"barrier:{edge.barrier}", library.barriers[edge.barrier].name, sentence(skills, link))


def _rule(rule: Rule) -> None:
    st.markdown(rule.reason)
    rows = {
        say("Effect"): say(VALUES["effect"][rule.effect]),
        say("When"): _condition(rule.when.model_dump(exclude_defaults=True)),
        say("What"): _condition(rule.what.model_dump(exclude_defaults=True)),
        say("Opens with"): _condition(rule.unless.model_dump(exclude_defaults=True)),
        say("Source"): rule.source,
    }
    st.markdown("\n".join(f"- **{name}**: {value}" for name, value in rows.items() if value))
    hit = state.engine().screen.activities_under(rule)
    layout.section(f"{say('Activities it looks at')} ({len(hit)})")
    for item in hit[:MOST_LISTED]:
        routes.link("library", item.name, ICONS["activities"], item=f"activity:{item.id}")
    if hit[MOST_LISTED:]:
        st.caption(say("{count} more", count=len(hit) - MOST_LISTED))


def _condition(fields: dict[str, Any]) -> str:
    """A condition of a rule as the file says it, ids in plain letters."""
    parts = []
    for name, value in fields.items():
        if isinstance(value, dict):
            given = ", ".join(f"{key.replace('_', ' ')} ≥ {degree}" for key, degree in value.items())
        elif isinstance(value, (list, tuple)):
            given = ", ".join(str(one).replace("_", " ") for one in value)
        else:
            given = f"{value:g}" if isinstance(value, float) else str(value).lower()
        parts.append(f"{name.replace('_', ' ')}: {given}")
    return "; ".join(parts)


def data_card() -> None:
    """Pictures and blind spots of the data card."""
    folder = default_data()
    text = (folder / "README.md").read_text(encoding="utf-8")
    pictures = dict(re.findall(r"!\[([^\]]+)\]\(pictures/([a-z_]+\.svg)\)", text))
    for alt, name in pictures.items():
        st.image(str(folder / "pictures" / name), alt=alt, caption=alt)
    blind = re.search(r"## Blind spots\n(.*?)(?=\n## |\Z)", text, flags=re.S)
    if blind:
        layout.section(say("Blind spots"))
        st.markdown(blind.group(1).replace("<!-- coverage end -->", ""))
