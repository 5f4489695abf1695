"""CDS Hooks 2.0: discovery, cards for an open record and for selected orders, and what becomes of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from otrec import Engine
from otrec.server import Counted, hook_forms
from otrec.server.cards import MOST_SUMMARY, escaped, summary
from otrec.server.prefetch import TEMPLATES
from otrec.server.tags import CARD, SUGGESTION, Tags

from .serving import INSTANCE, SECRET, allergy, barrier, call, patient, searched, service, told

VIEW, ORDER = "/cds-services/otrec-patient-view", "/cds-services/otrec-order-select"
VERDICT = "urn:x-otrec:verdict"


@pytest.fixture(scope="module")
def api(engine: Engine) -> Iterator[TestClient]:
    with service(engine) as client:
        yield client


def cards(api: TestClient, body: dict[str, Any], path: str = VIEW) -> list[dict[str, Any]]:
    """The cards of a call, each of the form that CDS Hooks 2.0 asks for."""
    answer = api.post(path, json=body)
    assert answer.status_code == 200, answer.text[:500]
    assert SECRET not in answer.text, "nothing that says who somebody is comes back"
    assert re.search(r"\bnull\b", answer.text) is None, "CDS Hooks 2.0: no null, leave it out"
    found: list[dict[str, Any]] = answer.json()["cards"]
    assert len(found) <= 5
    for card in found:
        hook_forms.Card.model_validate(card, strict=True)
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in ("info", "warning")
        assert "links" not in card
        assert uuid.UUID(card["uuid"]).version in (4, 8)
        assert ("suggestions" in card) == ("selectionBehavior" in card)
        assert all(reason["display"] for reason in card.get("overrideReasons", ()))
        assert "No clinician has reviewed this library yet" in card["detail"]
    return found


def about(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards that suggest something."""
    return [card for card in found if "suggestions" in card]


def test_discovery_names_both_services_and_what_to_send(api: TestClient) -> None:
    found = api.get("/cds-services").json()["services"]
    assert {(one["id"], one["hook"]) for one in found} == {
        ("otrec-patient-view", "patient-view"), ("otrec-order-select", "order-select"),
    }  # fmt: skip
    for one in found:
        assert one["prefetch"] == TEMPLATES
        assert one["title"]
        assert one["description"]
    kinds = {re.split(r"[?/]", query)[0] for query in TEMPLATES.values()}
    assert kinds >= {
        "Patient", "Condition", "Observation", "Goal", "AllergyIntolerance", "ServiceRequest", "CarePlan",
    }  # fmt: skip
    tokens = {token for query in TEMPLATES.values() for token in re.findall(r"{{(.*?)}}", query)}
    assert tokens == {"context.patientId", "context.encounterId"}


def test_patient_view_gives_the_best_activities_of_the_engine(api: TestClient, engine: Engine) -> None:
    from otrec.exchange.fhir import read_bundle

    body = call()
    entries = [{"resource": patient()}, *body["prefetch"]["observations"]["entry"]]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    client = read_bundle(bundle, engine.library).client
    assert client is not None
    expected = engine.recommend(client, k=4).items
    found = about(cards(api, body))
    assert [card["suggestions"][0]["label"].partition(": ")[2] for card in found] == [
        item.activity.name for item in expected
    ]
    for card, item in zip(found, expected, strict=True):
        assert item.activity.name in card["summary"]
        assert f"evidence {item.light}" in card["summary"]
        assert f"**Evidence {item.light}:**" in card["detail"]
        assert escaped(item.why) in card["detail"]
        for citation in item.citations[:1]:
            assert escaped(citation.finding.citation) in card["detail"]
        assert card["source"]["topic"]["code"] == engine.library.version
        assert card["indicator"] == "info"
        assert [one["code"] for one in card["overrideReasons"]] == ["not_helpful", "unsafe", "wrong_age", "wrong_data"]
        assert {one["system"] for one in card["overrideReasons"]} == {VERDICT}
        assert Tags(engine.library).activity(card["uuid"]) == item.activity.id
    assert len({card["uuid"] for card in found}) == len(found)
    again = about(cards(api, body))
    assert not {card["uuid"] for card in found} & {card["uuid"] for card in again}


def test_a_suggestion_creates_a_valid_draft_of_a_care_plan(api: TestClient) -> None:
    from fhir.resources.R4B.careplan import CarePlan

    for card in about(cards(api, call())):
        (action,) = card["suggestions"][0]["actions"]
        plan = action["resource"]
        CarePlan.model_validate(plan)
        assert action["type"] == "create"
        assert (plan["status"], plan["subject"]) == ("draft", {"reference": "Patient/p1"})
        assert plan["activity"][0]["detail"]["status"] == "not-started"


def test_safety_comes_first_and_what_is_held_back_for_this_client_is_a_warning(api: TestClient) -> None:
    plain = cards(api, call())
    assert {card["indicator"] for card in plain} == {"info"}
    body = call()
    body["prefetch"]["allergies"] = searched(allergy("Latex"))
    first = cards(api, body)[0]
    assert first["indicator"] == "warning"
    assert "hold" in first["summary"]
    assert "latex" in first["detail"].lower()


def test_an_unknown_age_gives_one_card_that_asks(api: TestClient) -> None:
    body = call()
    body["prefetch"]["patient"] = patient(None)
    (card,) = cards(api, body)
    assert "How old is this client?" in card["summary"]


def test_nothing_to_go_by_gives_one_card_that_asks(api: TestClient) -> None:
    body = call()
    body["prefetch"]["observations"] = None
    (card,) = cards(api, body)
    assert "barrier or a goal" in card["summary"]


def test_what_was_not_sent_is_named_and_null_is_an_answer(api: TestClient) -> None:
    body = call()
    del body["prefetch"]["goals"]
    body["prefetch"]["plans"] = {"resourceType": "OperationOutcome", "issue": []}
    note = cards(api, body)[-1]
    assert "Not sent with this call, and so not known: goals and care plans." in note["detail"]
    whole = "\n".join(card["detail"] for card in cards(api, call()))
    assert "Not sent" not in whole
    assert "Precautions were not recorded" in whole, "an empty list of allergies says nothing of precautions"


@pytest.mark.parametrize("prefetch", [None, {}, {"patient": None}, {"conditions": None}])
def test_without_a_patient_it_is_412_and_nobody_is_called_back(api: TestClient, prefetch: Any) -> None:
    body = call(prefetch=prefetch, fhirServer="http://127.0.0.1:9/fhir", fhirAuthorization={"access_token": SECRET})
    found = told(api.post(VIEW, json=body), 412)
    assert found["where"] == "prefetch.patient"


def test_a_patient_without_an_id_is_the_one_of_the_context(api: TestClient) -> None:
    body = call()
    del body["prefetch"]["patient"]["id"]
    assert about(cards(api, body))


def test_another_patient_than_that_of_the_context_is_refused(api: TestClient) -> None:
    body = call(context={"patientId": "p2"})
    assert "other than the one whose record is open" in told(api.post(VIEW, json=body), 422)["message"]


@pytest.mark.parametrize("value", ["text", 7, [], {"no": "type"}, {"resourceType": 7}])
def test_a_prefetch_of_something_else_is_refused_by_its_key(api: TestClient, value: Any) -> None:
    body = call()
    body["prefetch"]["goals"] = value
    assert told(api.post(VIEW, json=body), 422)["where"] == "prefetch.goals"


def test_a_long_record_is_read_and_one_that_is_too_long_is_refused(api: TestClient) -> None:
    body = call()
    sent = [{**barrier("grasp_pattern", 3), "id": f"o{number}"} for number in range(400)]
    body["prefetch"]["observations"] = searched(*sent)
    assert len(about(cards(api, body))) == 4
    body["prefetch"]["observations"] = searched(*sent * 5)
    assert "send at most 2,000" in told(api.post(VIEW, json=body), 422)["message"]


def test_unknown_services_and_other_hooks(api: TestClient) -> None:
    found = told(api.post("/cds-services/otrec-nothing", json=call()), 404)
    assert found["allowed"] == ["otrec-patient-view", "otrec-order-select"]
    told(api.post("/cds-services/otrec-nothing/feedback", json=overridden("x", "unsafe")), 404)
    wrong = told(api.post(VIEW, json=call("order-sign")), 422)
    assert (wrong["where"], wrong["allowed"]) == ("hook", ["patient-view"])
    told(api.get(VIEW), 405)
    told(api.post(VIEW, json={"hook": "patient-view"}), 422)


def test_words_of_a_record_stay_words_in_markdown() -> None:
    nasty = "![x](http://e.example/p.png) <img src=x> `a` www.e.example a@e.example\n# head"
    safe = escaped(nasty)
    assert "\n" not in safe
    assert re.findall(r"(?<!\\)[!\[\]<>`#@]", safe) == []
    for piece in ("http://", "www.e"):
        assert piece not in safe
    assert safe.replace("\\", "") == " ".join(nasty.split())


def test_a_summary_is_a_sentence_that_fits() -> None:
    assert summary("name", "x" * 10, "y" * 200, "z") == f"name: {'x' * 10}; z"
    long = summary("word " * 60)
    assert len(long) <= MOST_SUMMARY
    assert long.endswith("word…")


def drafts(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def order(activity: str, how: str = "code", name: str = "o1") -> dict[str, Any]:
    """A draft order that names an activity in one of the ways that are read."""
    made: dict[str, Any] = {
        "resourceType": "ServiceRequest", "id": name, "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/p1"},
    }  # fmt: skip
    if how == "code":
        made["code"] = {"coding": [{"system": "urn:x-otrec:activity", "code": activity}]}
    elif how == "canonical":
        made["instantiatesCanonical"] = [f"urn:x-otrec:activity:{activity}|0.1.0"]
    else:
        made["code"] = {"text": activity}
    return made


def selecting(*resources: dict[str, Any], selected: list[str] | None = None) -> dict[str, Any]:
    body = call("order-select")
    chosen = [f"{one['resourceType']}/{one['id']}" for one in resources] if selected is None else selected
    body["context"] |= {"selections": chosen, "draftOrders": drafts(*resources)}
    return body


def test_order_select_says_where_an_ordered_activity_stands(api: TestClient, engine: Engine) -> None:
    name = "name_labels_that_stay"
    for how, given in (("code", name), ("canonical", name), ("text", engine.library.activities[name].name.upper())):
        (card,) = cards(api, selecting(order(given, how)), ORDER)
        assert engine.library.activities[name].name in card["summary"]
        assert "place" in card["summary"]
        assert card["indicator"] == "info"
        assert "Linked to" in card["detail"]
        assert Tags(engine.library).activity(card["uuid"]) == name


def test_order_select_says_which_rule_holds_an_activity_back_and_offers_others(api: TestClient, engine: Engine) -> None:
    (card,) = cards(api, selecting(order("weighted_vest_trial")), ORDER)
    assert card["indicator"] == "warning"
    assert "is held back" in card["summary"]
    rules = [rule.id for rule in engine.screen.rules_about("weighted_vest_trial")]
    assert any(escaped(rule) in card["detail"] for rule in rules)
    assert "source:" in card["detail"]
    assert len(card["suggestions"]) == 2
    best = api.post(VIEW, json=call()).json()["cards"][0]
    assert card["suggestions"][0]["label"] == best["suggestions"][0]["label"]
    assert "Fits this client" in card["detail"]


def test_order_select_names_what_ranks_higher_and_nothing_for_the_best(api: TestClient, engine: Engine) -> None:
    body = call()
    best = Tags(engine.library).activity(about(cards(api, body))[0]["uuid"])
    assert best is not None
    (top,) = cards(api, selecting(order(best)), ORDER)
    assert "Fits this client better" not in top["detail"]
    assert "suggestions" not in top
    other = next(
        name
        for name in engine.library.activities
        if name not in (best, "weighted_vest_trial")
        and ": place" in cards(api, selecting(order(name)), ORDER)[0]["summary"]
    )
    (lower,) = cards(api, selecting(order(other)), ORDER)
    assert "Fits this client better" in lower["detail"]


def test_order_select_is_silent_about_everything_else(api: TestClient) -> None:
    mine = order("weighted_vest_trial")
    assert cards(api, selecting(order("x-ray of the hand", "text")), ORDER) == []
    assert cards(api, selecting(order("no_such_activity")), ORDER) == []
    assert cards(api, selecting(mine, selected=[]), ORDER) == []
    assert cards(api, selecting(mine, selected=["ServiceRequest/other"]), ORDER) == []
    assert len(cards(api, selecting(mine, order("weighted_vest_trial", name="o2")), ORDER)) == 1
    body = call("order-select")
    assert told(api.post(ORDER, json=body), 422)["where"] == "context.draftOrders"


def overridden(card: str, code: str | None, system: str = VERDICT, **more: Any) -> dict[str, Any]:
    reason = {"reason": {"system": system, "code": code}, "userComment": SECRET} if code else None
    given = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-30T09:00:00Z", **more}
    return {"feedback": [{**given, **({"overrideReason": reason} if reason else {})}]}


def test_verdicts_go_to_curation_and_never_to_weights(engine: Engine) -> None:
    counted = Counted()
    with service(engine, curation=counted) as api:
        before = api.post(
            "/api/recommend", json={"client": {"age_years": 6, "setting": "school", "barriers": {"attention": 2}}}
        )
        card = about(cards(api, call()))[0]["uuid"]
        tags = Tags(engine.library)
        for code, taken in (
            ("unsafe", 1),
            ("wrong_age", 1),
            ("wrong_data", 1),
            ("not_helpful", 0),
            ("other", 0),
            (None, 0),
        ):
            answer = api.post(f"{VIEW}/feedback", json=overridden(card, code))
            assert answer.json() == {"taken": taken}, code
        assert api.post(f"{VIEW}/feedback", json=overridden(card, "unsafe", "urn:other")).json() == {"taken": 0}
        for unknown in (str(uuid.uuid4()), "nonsense", tags.make("weighted_vest_trial", SUGGESTION)):
            assert api.post(f"{ORDER}/feedback", json=overridden(unknown, "unsafe")).json() == {"taken": 0}
        accepted = overridden(card, "unsafe", outcome="accepted", acceptedSuggestions=[{"id": INSTANCE}])
        assert api.post(f"{VIEW}/feedback", json=accepted).json() == {"taken": 0}
        told_now = api.get("/api/curation")
        assert SECRET not in told_now.text
        assert told_now.json()["kept"] is False
        assert {(one["activity_id"], one["verdict"], one["count"]) for one in told_now.json()["notes"]} == {
            (tags.activity(card), verdict, 1) for verdict in ("unsafe", "wrong_age", "wrong_data")
        }
        after = api.post(
            "/api/recommend", json={"client": {"age_years": 6, "setting": "school", "barriers": {"attention": 2}}}
        )
        assert after.content == before.content


def test_feedback_of_the_wrong_form(api: TestClient) -> None:
    told(api.post(f"{VIEW}/feedback", json={"feedback": []}), 422)
    told(api.post(f"{VIEW}/feedback", json=overridden("x", "unsafe", outcome="ignored")), 422)
    many = {"feedback": [1] * 201}
    assert "201 entries" in told(api.post(f"{VIEW}/feedback", json=many), 422)["message"]


def test_cards_name_their_activity_without_anything_being_remembered(engine: Engine) -> None:
    tags = Tags(engine.library)
    for name in engine.library.activities:
        made = tags.make(name, CARD)
        assert uuid.UUID(made).variant == uuid.RFC_4122
        assert tags.activity(made) == name
    assert tags.make(name, CARD) != tags.make(name, CARD)
    assert tags.activity(made[:2] + ("0" if made[2] != "0" else "1") + made[3:]) is None


def test_a_barrier_in_an_order_of_sending_does_not_change_the_cards(api: TestClient) -> None:
    body = call()
    body["prefetch"]["observations"] = searched(barrier("grasp_pattern", 3), barrier("attention", 2))
    one = [card["summary"] for card in cards(api, body)]
    body["prefetch"] = dict(reversed(body["prefetch"].items()))
    assert [card["summary"] for card in cards(api, body)] == one
