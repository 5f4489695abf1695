"""The whole pool of study questions, held against the library itself: no second right answer, no giveaway."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import get_args

import pytest

from otrec import Client, Engine, Library
from otrec.evidence import GRADED, UNCONTROLLED, age_range
from otrec.models import Activity, Finding
from otrec.models.terms import SEVERITY_WORDS, OtpfArea
from otrec.models.wording import in_sentence, in_words
from otrec.safety.rules import applies, matches
from otrec.study import KINDS, Question, Study
from otrec.study.grading import ENTWINED
from otrec.study.links import PLACE_WORDS

Pool = dict[str, list[Question]]


@pytest.fixture(scope="module")
def study(engine: Engine) -> Study:
    return Study(engine)


@pytest.fixture(scope="module")
def pool(study: Study) -> Pool:
    """Every question by topic."""
    found: Pool = defaultdict(list)
    for question in study.questions():
        found[question.topic].append(question)
    return found


@pytest.fixture(scope="module")
def kin(library: Library) -> dict[str, set[str]]:
    """Barrier -> itself, its parts and its wholes."""
    found = {name: {name} for name in library.barriers}
    for _ in range(5):
        for part in library.part_of:
            found[part.whole] |= {name for name, wholes in found.items() if part.whole in wholes}
            found[part.barrier] |= {part.whole, *(x.whole for x in library.part_of if x.barrier in found[part.barrier])}
        for name, others in found.items():
            for other in others:
                found[other].add(name)
    return found


def parts(question: Question) -> list[str]:
    return question.id.split(":")[2:]


def wrong(question: Question) -> list[str]:
    return [option.id for option in question.options if not option.right]


def right(question: Question) -> str:
    (only,) = question.right
    return only


def test_every_kind_covers_every_area(study: Study, pool: Pool) -> None:
    made = Counter((question.kind, question.area) for questions in pool.values() for question in questions)
    for kind, area in itertools.product(KINDS, get_args(OtpfArea)):
        assert made[kind, area] >= 8, (kind, area)
    assert sum(made.values()) >= 0.99 * len(study.known)


def test_options_are_few_distinct_and_explained(pool: Pool) -> None:
    for question in itertools.chain(*pool.values()):
        ids, labels = ([getattr(option, name) for option in question.options] for name in ("id", "label"))
        assert len(set(ids)) == len(set(map(str.lower, labels))) == (6 if question.kind == "case" else 4), question.id
        assert question.choose == len(question.right) == (3 if question.kind == "case" else 1), question.id
        assert all(len(option.feedback) > 15 for option in question.options), question.id
        assert question.prompt[-1] in "?.", question.id
        assert question.lesson[-1] == ".", question.id


def test_no_text_is_ill_made(pool: Pool) -> None:
    ill = re.compile(
        r"\ba (?!one\b|uni|us|eu)[aeio]|\ban [^aeiouhAEIOUHFLMNRSX]|  | [,.;](?!\.\.)|(?<!\.)\.\.(?!\.)"
        r"|\bNone\b(?! found| of)|[{}]|(?<!_)_(?!_)|: \."
    )
    for question in itertools.chain(*pool.values()):
        for text in (question.prompt, question.lesson, *(option.feedback for option in question.options)):
            assert not ill.search(text), (question.id, text)
            assert text[0].isupper() or not text[0].isalpha(), (question.id, text)


def test_neither_place_nor_length_gives_the_answer_away(pool: Pool) -> None:
    for topic, questions in pool.items():
        if len(questions) < 60 or topic in ("evidence_light", "choose_three"):
            continue
        places = Counter([option.right for option in question.options].index(True) for question in questions)
        assert max(places.values()) <= 0.42 * len(questions), (topic, places)
        longest = sum(max(q.options, key=lambda option: len(option.label)).right for q in questions)
        assert longest <= 0.42 * len(questions), (topic, longest / len(questions))


def test_words_are_asked_without_giving_them_away(pool: Pool, kin: dict[str, set[str]]) -> None:
    for topic in ("barrier_named", "barrier_meant"):
        for question in pool[topic]:
            (barrier,) = parts(question)
            assert right(question) == barrier
            assert not kin[barrier] & set(wrong(question)), question.id
    for question in pool["barrier_named"] + pool["technique_named"] + pool["tool_named"]:
        (label,) = (option.label for option in question.options if option.right)
        assert label.lower() not in question.facts[0].lower(), question.id


def test_no_wrong_icf_code_belongs_to_the_barrier(library: Library, pool: Pool, kin: dict[str, set[str]]) -> None:
    for question in pool["icf_code"]:
        (barrier,) = parts(question)
        chapters = {code[:2] for name in kin[barrier] for code in library.barriers[name].icf}
        assert right(question) in library.barriers[barrier].icf
        assert not chapters & {code[:2] for code in wrong(question)}, question.id


def test_no_wrong_technique_is_linked(library: Library, pool: Pool, kin: dict[str, set[str]]) -> None:
    links = {(edge.barrier, edge.technique): edge for edge in library.addressed_by}
    for question in pool["main_technique"] + pool["reasoning"]:
        barrier, technique = parts(question)
        assert right(question) == technique
        linked = [name for name in wrong(question) if any((other, name) in links for other in kin[barrier])]
        assert not linked, (question.id, linked)
    assert all(links[parts(q)[0], parts(q)[1]].basis == "main" for q in pool["main_technique"] + pool["acts_directly"])
    for question in pool["acts_directly"]:
        barrier, _ = parts(question)
        assert {links[barrier, name].basis for name in wrong(question)} == {"supporting"}, question.id


def test_no_wrong_prerequisite_stands_in_the_chain(library: Library, pool: Pool) -> None:
    needs = {(need.barrier, need.prerequisite) for need in library.requires}

    def below(barrier: str) -> set[str]:
        found: set[str] = set()
        queue = [barrier]
        while queue:
            here = queue.pop()
            queue += [low for top, low in needs if top == here and low not in found]
            found |= {low for top, low in needs if top == here}
        return found

    for question in pool["rests_on"]:
        barrier, need = parts(question)
        assert right(question) == need
        assert (barrier, need) in needs
        assert not below(barrier) & set(wrong(question)), question.id


def test_no_wrong_occupation_is_limited_or_practised(library: Library, pool: Pool) -> None:
    limits = {(limit.barrier, limit.occupation) for limit in library.limits}
    practised = {
        (barrier, occupation)
        for activity in library.activities.values()
        for barrier in (*activity.primary, *activity.secondary)
        for occupation in activity.occupations
    }
    for question in pool["limits_most"]:
        barrier, _ = parts(question)
        assert (barrier, right(question)) in limits
        assert not any((barrier, name) in limits | practised for name in wrong(question)), question.id


def with_tool(library: Library) -> set[tuple[str, str]]:
    """Techniques with the tools that they use, by the graph or in an activity."""
    pairs = {(use.technique, use.tool) for use in library.uses}
    for activity in library.activities.values():
        pairs |= set(itertools.product(activity.techniques, (*activity.tools, *activity.tools_optional)))
    return pairs


def test_no_wrong_tool_does_the_job(library: Library, pool: Pool) -> None:
    pairs = with_tool(library)
    swaps = {frozenset((swap.tool, swap.instead_of)) for swap in library.substitutes}
    for question in pool["tool_for"]:
        technique, tool = parts(question)
        assert (technique, right(question)) in pairs
        assert not any((technique, name) in pairs or {tool, name} in swaps for name in wrong(question)), question.id
    for question in pool["stands_in"]:
        wanted, stand_in = parts(question)
        assert right(question) == stand_in
        assert {wanted, stand_in} in swaps
        assert not any({wanted, name} in swaps for name in wrong(question)), question.id


def light_by_hand(findings: list[Finding], library: Library, age: float, diagnosis: str | None) -> str:
    """The written rule of the evidence light, said once more in plain loops."""
    tags = set(library.conditions[diagnosis].evidence) if diagnosis else set()
    known = {tag for condition in library.conditions.values() for tag in condition.evidence}
    direct = []
    for finding in findings:
        low, high = age_range(finding)
        about = set(finding.conditions) & known
        if low <= age <= high and (not about or about & tags):
            direct.append(finding)
    if any(finding.direction == "against" for finding in direct):
        return "red"
    good = [finding for finding in direct if finding.direction == "supports"]
    sources = {finding.id for finding in good if finding.kind not in UNCONTROLLED}
    if len(good) == len(direct) and (any(finding.strength in GRADED for finding in good) or len(sources) > 1):
        return "green"
    return "yellow" if findings else "none_found"


def test_lights_follow_the_rule_from_what_is_shown(library: Library, pool: Pool) -> None:
    links = {(edge.barrier, edge.technique): edge for edge in library.addressed_by}
    diagnoses = {condition.name: condition.id for condition in library.conditions.values()}
    seen = Counter()
    for question in pool["evidence_light"]:
        barrier, technique, _ = parts(question)
        age, diagnosis = re.fullmatch(r"Client: (.+) old; (?:diagnosis: )?(.+)", question.facts[1]).groups()  # type: ignore[union-attr]
        findings = [library.evidence[name] for name in links[barrier, technique].evidence]
        light = light_by_hand(findings, library, years(age), diagnoses.get(diagnosis))
        assert right(question) == light, question.id
        assert len(question.facts) == 2 + max(len(findings), 1)
        seen[light] += 1
    assert max(seen.values()) <= 0.5 * seen.total()
    assert set(seen) == {"green", "yellow", "red", "none_found"}


def years(words: str) -> float:
    figure, unit = words.split()
    return float(figure) / 12 if unit.startswith("month") else float(figure)


def test_only_one_change_is_in_the_direction_and_on_the_axis(library: Library, pool: Pool) -> None:
    for direction, other in (("easier", "harder"), ("harder", "easier")):
        for question in pool[direction]:
            activity = library.activities[parts(question)[0]]
            steps = {"easier": activity.grade_down, "harder": activity.grade_up}
            here = {step.change: step.axis for step in steps[direction]}
            (label,) = (option.label for option in question.options if option.right)
            assert f"on this axis only: {here[label]} (" in question.prompt, question.id
            against = {step.change for step in steps[other]}
            for option in question.options:
                if not option.right:
                    beside = {here.get(option.label, ""), here[label]}
                    assert option.label in against or (len(beside) == 2 and beside not in ENTWINED), question.id


def test_only_one_name_fits_a_change(library: Library, pool: Pool) -> None:
    for question in pool["which_axis"]:
        activity = library.activities[parts(question)[0]]
        change = question.facts[-1].removeprefix("Change: ")
        true = {f"Easier, by {step.axis}" for step in activity.grade_down if step.change == change}
        true |= {f"Harder, by {step.axis}" for step in activity.grade_up if step.change == change}
        assert {option.label for option in question.options if option.right} == true
        axes = {option.label.split(", by ")[1] for option in question.options}
        assert axes not in ENTWINED, question.id
        assert len(axes) == 2, question.id


def read_client(library: Library, question: Question, activity: Activity) -> Client:
    """The client of a vignette, read back from its lines as a student reads them."""
    age, place = re.fullmatch(r"Client: (.+) old, seen (.+)", question.facts[0]).groups()  # type: ignore[union-attr]
    given: dict[str, tuple[str, ...]] = {}
    for line, terms in ((question.facts[1], library.conditions), (question.facts[2], library.precautions)):
        label, _, text = line.partition(": ")
        found = [term for term in terms.values() if term.name in text and text != "none recorded"]
        found = [one for one in found if not any(one.name in two.name and one != two for two in found)]
        found.sort(key=lambda term: text.index(term.name))
        assert in_words(term.name for term in found) == text.replace("none recorded", "")
        given[label.lower()] = tuple(term.id for term in found)
    return Client(
        age_years=years(age),
        setting=next(name for name, words in PLACE_WORDS.items() if words == place),
        group_size=activity.group_min,
        **given,  # type: ignore[arg-type]
    )


def test_only_the_right_activity_is_held_back(library: Library, engine: Engine, pool: Pool) -> None:
    for question in pool["held_back"]:
        rule_id, fact, name = parts(question)
        client = read_client(library, question, library.activities[name])
        screening = engine.screen(client)
        held = {item.activity_id for item in screening.exclusions}
        assert right(question) == name, question.id
        assert not held & set(wrong(question)), question.id
        for other in wrong(question):
            about = [
                rule.id
                for rule in library.rules
                if matches(rule, library.activities[other])
                and fact in (*rule.when.precautions, *rule.when.conditions)
                and applies(rule.when, client) is not False
            ]
            assert not about, (question.id, other, about)
        assert [item.rule for item in screening.exclusions if item.activity_id == name] == [rule_id]


def test_only_the_right_feature_concerns_the_client(library: Library, pool: Pool) -> None:
    rules = {rule.id: rule for rule in library.rules}
    for question in pool["which_feature"]:
        rule_id, _, name = parts(question)
        activity = library.activities[name]
        assert right(question) in set(activity.hazards) & set(rules[rule_id].what.hazards), question.id
        client = read_client(library, question, activity)
        concerned = {
            hazard
            for rule in library.rules
            if applies(rule.when, client) is not False
            for hazard in (*rule.what.hazards, *rule.what.and_hazards)
        }
        assert not concerned & set(wrong(question)), question.id


def test_only_the_right_key_opens_the_gate(library: Library, pool: Pool) -> None:
    rules = {rule.id: rule for rule in library.rules}
    for question in pool["what_opens"]:
        unless = rules[parts(question)[0]].unless
        keys = {*unless.clearances, *unless.competencies, *unless.assessments}
        assert right(question) in keys, question.id
        assert not keys & set(wrong(question)), question.id


def test_no_wrong_path_holds(library: Library, pool: Pool) -> None:
    pairs = with_tool(library)
    links = {(edge.technique, edge.barrier) for edge in library.addressed_by}
    limits = {(limit.barrier, limit.occupation) for limit in library.limits}

    def holds(tool: str, technique: str, barrier: str, occupation: str) -> bool:
        return (tool, technique) in tools and (technique, barrier) in links and (barrier, occupation) in limits

    tools = {(tool, technique) for technique, tool in pairs}
    places = ("tool", "technique", "barrier", "occupation")
    for place, topic in enumerate(f"missing_{name}" for name in places):
        for question in pool[topic]:
            chain = parts(question)
            assert holds(*chain), question.id
            assert right(question) == chain[place], question.id
            for name in wrong(question):
                assert not holds(*chain[:place], name, *chain[place + 1 :]), (question.id, name)
    for question in pool["whole_path"]:
        tool, *rest = parts(question)
        assert holds(tool, *rest)
        others = [name.split("-") for name in wrong(question)]
        assert not any(holds(tool, *other) for other in others), question.id
        for column in zip(rest, *others, strict=True):
            assert sorted(Counter(column).values()) == [2, 2], question.id


def read_case(library: Library, question: Question, activity: Activity) -> Client:
    """The whole client of a case, read back from its lines."""
    client = read_client(library, question, activity)
    barriers = {
        name: severity
        for name, term in library.barriers.items()
        for severity, word in SEVERITY_WORDS.items()
        if re.search(rf"(?:: |, | and ){re.escape(f'{in_sentence(term.name)} ({word})')}", question.facts[3])
    }
    goals = [
        {"occupation": name, "importance": importance}
        for name, term in library.occupations.items()
        for importance in (6, 9)
        if re.search(rf"(?:: | and ){re.escape(f'{in_sentence(term.name)} ({importance} of 10)')}", question.facts[4])
    ]
    assert question.facts[3].count(" (") >= len(barriers) > 0 < len(goals) <= 2
    minutes = int(question.facts[5].split()[1])
    return Client.parse({**client.model_dump(exclude={"id"}), "barriers": barriers, "goals": goals, "minutes": minutes})


def test_wrong_choices_of_a_case_are_clearly_lower_or_held_back(library: Library, engine: Engine, pool: Pool) -> None:
    held = 0
    for question in pool["choose_three"]:
        client = read_case(library, question, library.activities[parts(question)[0]])
        result = engine.recommend(client, k=3)
        assert {item.activity.id for item in result.items} == question.right, question.id
        least = min(item.score for item in result.items)
        for name in wrong(question):
            why = result.why(name)
            held += why.status == "excluded"
            assert why.status == "excluded" or (why.score is not None and why.score <= least - 12), (question.id, name)
    assert held >= len(pool["choose_three"])
