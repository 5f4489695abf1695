"""The JSON API: it answers what the command line prints, and says in words what is wrong with a request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from otrec import Client, Engine, example
from otrec.models import Feedback
from otrec.server import Counted, Kept, answers, plan_answers, record_answers
from otrec.server.listing import one_by_one, rows
from otrec.server.memory import Memory
from otrec.server.reading import DEEPEST, USUAL
from otrec.store import Store

from .commands import otrec
from .serving import SECRET, patient, profile, searched, service, told

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def api(engine: Engine) -> Iterator[TestClient]:
    with service(engine) as client:
        yield client


def test_recommend_why_and_plan_are_what_the_command_line_prints(api: TestClient, engine: Engine) -> None:
    name = engine.recommend(Client.load(example("stroke_neglect")), k=1).items[0].activity.id
    for words, path, body in (
        (("recommend", "stroke_neglect", "-k", 3), "recommend", {"k": 3}),
        (("why", "stroke_neglect", name), "why", {"activity": name}),
        (("plan", "stroke_neglect", "--minutes", 20), "plan", {"minutes": 20}),
    ):
        printed = json.loads(otrec(*words, "--json").stdout)
        assert api.post(f"/api/{path}", json={"client": profile("stroke_neglect"), **body}).json() == printed


def test_every_option_of_a_list_reaches_the_engine(api: TestClient, engine: Engine) -> None:
    client = Client.load(example("pencil_grip"))
    asked: dict[str, Any] = {
        "k": 4, "diversity": 0.5, "include_red": True, "bag_only": True, "phases": ["warm_up", "practice"],
        "arousal": ["calming"], "no_purchase": True, "weights": {"interest": 3.0}, "as_of": "2026-09-01",
    }  # fmt: skip
    given = {**asked, "client": {**profile(), "tools": ["therapy_putty"]}}
    import datetime as dt

    here = engine.recommend(
        client.model_copy(update={"tools": ("therapy_putty",)}), **{**asked, "as_of": dt.date(2026, 9, 1)}
    )
    answer = api.post("/api/recommend", json=given).json()
    assert answer == json.loads(json.dumps(here.to_dict()))
    assert answer["model_version"].endswith("weights of this call")
    plain = api.post("/api/recommend", json={"client": given["client"], "k": 4}).json()
    assert plain["recommendations"] != answer["recommendations"]


@pytest.mark.parametrize(
    ("path", "body", "form"),
    [
        ("compare", {"first": "name_labels_that_stay", "second": "weighted_vest_trial"}, answers.Comparison),
        ("programme", {"weeks": 1, "start": "2026-09-07"}, plan_answers.Block),
        ("plan", {"minutes": 45, "state": "over"}, plan_answers.Plan),
    ],
)
def test_answers_about_one_client_have_the_form_that_is_documented(
    api: TestClient, path: str, body: dict[str, Any], form: Any
) -> None:
    answer = api.post(f"/api/{path}", json={"client": profile(), **body})
    assert answer.status_code == 200, answer.text
    form.model_validate(answer.json())


def test_compare_is_what_the_engine_says_in_that_order(api: TestClient, engine: Engine) -> None:
    pair = ("name_labels_that_stay", "weighted_vest_trial")
    here = engine.recommend(Client.load(example("pencil_grip"))).compare(*pair)
    body = {"client": profile(), "first": pair[0], "second": pair[1]}
    assert api.post("/api/compare", json=body).json() == json.loads(json.dumps(here.to_dict()))


def test_answers_about_several_clients(api: TestClient) -> None:
    both = [profile(id="c001"), profile(id="c002", interests=("trains",))]
    group = api.post("/api/plan-group", json={"clients": both, "minutes": 30}).json()
    assert plan_answers.GroupPlan.model_validate(group).client_ids == ["c001", "c002"]
    found = api.post("/api/groups", json={"clients": both, "free": {"c001": ["Mon"], "c002": ["Mon"]}, "most": 2})
    assert [plan_answers.Suggestion.model_validate(one).clients for one in found.json()] == [["c001", "c002"]]
    apart = api.post("/api/groups", json={"clients": both, "free": {"c001": ["Mon"], "c002": ["Tue"]}})
    assert apart.json() == []
    day = api.post("/api/pack", json={"clients": both, "start": "08:30", "between": 10}).json()
    assert [plan.starts_at for plan in plan_answers.Day.model_validate(day).plans] == ["08:30", "09:10"]


def test_a_batch_is_the_lists_of_recommend(api: TestClient, engine: Engine) -> None:
    clients = [profile("pencil_grip"), profile("fall_at_home")]
    answer = api.post("/api/batch", json={"clients": clients, "k": 3}).json()
    answers.Lists.model_validate(answer)
    for client in clients:
        alone = api.post("/api/recommend", json={"client": client, "k": 3}).json()["recommendations"]
        mine = [line for line in answer["rows"] if line["client_id"] == client["id"]]
        assert [line["activity_id"] for line in mine] == [item["activity_id"] for item in alone]
        assert [line["score"] for line in mine] == pytest.approx([item["score"] for item in alone], abs=1e-3)
    read = [Client.parse(one) for one in clients]
    options = {"k": 3, "as_of": None}
    slow, quick = one_by_one(engine, read, options), rows(engine, read, options)
    assert [{**line, "score": 0} for line in slow] == [{**line, "score": 0} for line in quick]


def test_a_batch_names_the_clients_that_cannot_be_used(api: TestClient) -> None:
    bad = [profile(), {"age_years": 5}, {**profile(), "barriers": {"nonsense": 2}}]
    assert told(api.post("/api/batch", json={"clients": bad[:2]}), 422)["problems"] == [
        "client 2: setting: missing; it has to be given"
    ]
    wrong = told(api.post("/api/batch", json={"clients": [bad[0], bad[2]]}), 422)
    assert wrong["problems"] == ["client 2: barriers: 'nonsense' is no barrier"]
    many = told(api.post("/api/batch", json={"clients": [{}] * 1000}), 422)
    assert len(many["problems"]) == 20
    assert "at most 1,000" in told(api.post("/api/batch", json={"clients": [{}] * 1001}), 422)["message"]


def test_activities_are_found_and_shown_whole(api: TestClient, engine: Engine) -> None:
    found = answers.Activities.model_validate(api.get("/api/activities", params={"q": "putty", "limit": 2}).json())
    assert len(found.activities) == 2 < found.total < len(engine.library.activities)
    whole = api.get(f"/api/activities/{found.activities[0].id}").json()
    assert whole == engine.library.activities[found.activities[0].id].model_dump(mode="json")
    assert "Did you mean" in told(api.get("/api/activities/weighted_vest_tria"), 404)["message"]
    assert told(api.get("/api/activities?limit=0"), 422)["where"] == "query.limit"


def test_what_answers_here(api: TestClient, engine: Engine) -> None:
    assert api.get("/api/health").json() == {"status": "ok"}
    version = api.get("/api/version").json()
    assert (version["model"], version["library"]) == (engine.version, engine.library.version)


def test_goals_and_gas_are_those_of_the_command_line(api: TestClient) -> None:
    text = "The student will improve handwriting."
    review = api.post("/api/goal-lint", json={"text": text, "wording": "school"}).json()
    assert review == json.loads(otrec("goal", "lint", text, "--wording", "school", "--json").stdout)
    plan_answers.GoalReview.model_validate(review)
    body = {"scores": [0, 1, -1], "weights": [2, 1, 1], "baseline": [-1, -1, -2]}
    printed = otrec("gas", "0", "1", "-1", "--weights", "2,1,1", "--baseline=-1,-1,-2", "--json")
    assert api.post("/api/gas", json=body).json() == json.loads(printed.stdout)
    assert "from -2" in told(api.post("/api/gas", json={"scores": [3]}), 422)["message"]


def test_plain_words_and_fhir_come_in_and_go_out(api: TestClient, engine: Engine) -> None:
    draft = api.post("/api/intake", json={"text": "Seven-year-old with ASD. No seizures."}).json()
    record_answers.Draft.model_validate(draft)
    assert (draft["client"]["age_years"], draft["client"]["conditions"]) == (7, ["autism"])
    sent = searched(patient("2019-01-01"))
    found = api.post("/api/fhir/import?as_of=2026-01-01", json=sent)
    record_answers.Imported.model_validate(found.json())
    assert found.json()["client"]["age_years"] == 7
    assert SECRET not in found.text
    made = api.post("/api/fhir/export", json={"what": "client", "client": profile()})
    assert made.headers["content-type"] == "application/fhir+json"
    back = api.post("/api/fhir/import", content=made.content, headers={"content-type": "application/fhir+json"})
    assert Client.parse(back.json()["client"]) == Client.parse(profile())


@pytest.mark.parametrize(
    ("what", "kind"),
    [("plan", "CarePlan"), ("programme", "PlanDefinition"), ("questionnaire", "Questionnaire"), ("library", "Bundle")],
)
def test_fhir_exports(api: TestClient, what: str, kind: str) -> None:
    body: dict[str, Any] = {"what": what, "weeks": 1, "start": "2026-09-07"}
    if what in ("plan", "programme"):
        missing = told(api.post("/api/fhir/export", json=body), 422)
        assert "client is missing" in missing["message"]
        body["client"] = profile()
    made = api.post("/api/fhir/export", json=body)
    assert made.status_code == 200, made.text[:500]
    assert made.json()["resourceType"] == kind
    if what == "plan":
        assert made.json()["created"].startswith("2026-09-07")


def test_progress_goes_out_as_goals_and_observations(api: TestClient) -> None:
    from otrec.progress import ProgressFile

    record = ProgressFile.load(example("progress_pencil_grip")).model_dump(mode="json", by_alias=True)
    made = api.post("/api/fhir/export", json={"what": "progress", "record": record}).json()
    assert {entry["resource"]["resourceType"] for entry in made["entry"]} == {"Goal", "Observation"}
    assert "record is missing" in told(api.post("/api/fhir/export", json={"what": "progress"}), 422)["message"]


def test_what_is_wrong_with_a_client_is_told_as_for_a_file(api: TestClient) -> None:
    bad = {**profile(), "age_years": 300, "setting": "schol", "colour": "red"}
    found = told(api.post("/api/recommend", json={"client": bad}), 422)
    assert found["where"] == "client"
    assert len(found["problems"]) == 3
    assert any("Did you mean 'school'?" in problem for problem in found["problems"])
    assert (
        "neither a barrier nor a goal"
        in told(api.post("/api/recommend", json={"client": profile(barriers={}, goals=())}), 422)["message"]
    )


def test_what_is_wrong_with_a_request_is_told_with_what_is_allowed(api: TestClient) -> None:
    found = told(api.post("/api/recommend", json={"client": profile(), "kk": 3}), 422)
    assert found["where"] == "kk"
    assert "k" in found["allowed"]
    assert told(api.post("/api/recommend", json={"client": profile(), "k": 0}), 422)["where"] == "k"
    assert told(api.post("/api/recommend", json={}), 422)["problems"] == ["client: missing; it has to be given"]
    phase = told(api.post("/api/recommend", json={"client": profile(), "phases": ["warmup"]}), 422)
    assert "Did you mean 'warm_up'?" in phase["message"]
    assert (
        "no feature"
        in told(api.post("/api/recommend", json={"client": profile(), "weights": {"x": 1}}), 422)["message"]
    )
    unknown = told(api.post("/api/why", json={"client": profile(), "activity": "weighted_vest_tria"}), 404)
    assert "weighted_vest_trial" in unknown["message"]


def test_a_plan_that_cannot_be_says_what_would_help(api: TestClient) -> None:
    body = {"client": profile(), "minutes": 10, "phases": ["warm_up", "targeted", "practice", "reflection"]}
    found = told(api.post("/api/plan", json=body), 422)
    assert "minutes" in found["clash"]
    assert {"constraints", "sentence"} == set(found["changes"][0])
    assert "--" not in json.dumps(found)


def test_long_lists_are_refused_before_they_are_looked_into(api: TestClient) -> None:
    many = {**profile(), "tools": ["no_such_tool"] * 201}
    assert "201 entries; give at most 200" in told(api.post("/api/recommend", json={"client": many}), 422)["message"]
    wide = {**profile(), "barriers": {f"b{number}": 1 for number in range(201)}}
    assert "at most 200" in told(api.post("/api/plan", json={"client": wide}), 422)["message"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "there is none"),
        (b"{", "line 1, column 2"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"k": NaN}', "NaN"),
        (b'{"k": -Infinity}', "Infinity"),
        (b'{"k": 1e999}', "too large"),
        (b'{"k": 1' + b"0" * 5000 + b"}", "18 digits"),
        (b'{"k": 1, "k": 2}', "'k' is given twice"),
        (b'{"q": "\\ud800"}', "half of a character"),
        (b'{"\\udc00": 1}', "half of a character"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "100 deep"),
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 5_000, "deep"),
    ],
)
def test_what_is_no_json_is_400(api: TestClient, body: bytes, says: str) -> None:
    assert says in told(api.post("/api/recommend", content=body, headers=JSON), 400)["message"]
    assert api.get("/api/health").status_code == 200


def test_what_is_deep_but_not_too_deep_and_what_needs_two_halves_is_read(api: TestClient) -> None:
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    found = told(api.post("/api/recommend", content=b'{"x":' + deep + b"}", headers=JSON), 422)
    assert "no such field" in found["message"]
    pair = b'{"text": "The client will write \\ud83d\\ude00 letters."}'
    assert api.post("/api/goal-lint", content=pair, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/fhir+json"},
    ],
)
def test_other_content_types_are_415(api: TestClient, headers: dict[str, str]) -> None:
    found = told(api.post("/api/recommend", content=b"{}", headers=headers), 415)
    assert found["allowed"] == ["application/json"]


def test_the_usual_content_types_are_taken(api: TestClient) -> None:
    for kind in ("application/json; charset=UTF-8", 'Application/JSON; charset="utf-8"'):
        told(api.post("/api/recommend", content=b"{}", headers={"content-type": kind}), 422)


def test_a_body_may_be_so_large_and_no_larger(api: TestClient) -> None:
    fits = b'{"q": "' + b"x" * (USUAL - 9) + b'"}'
    assert len(fits) == USUAL
    told(api.post("/api/recommend", content=fits, headers=JSON), 422)
    found = told(api.post("/api/recommend", content=fits + b" ", headers=JSON), 413)
    assert found["allowed"] == ["2,000,000 bytes"]
    pieces = (b" " * 100_000 for _ in range(21))
    told(api.post("/api/recommend", content=pieces, headers=JSON), 413)
    told(api.post("/api/fhir/import", content=b" " * 20_000_001, headers=JSON), 413)
    large = b'{"resourceType": "x' + b"x" * USUAL + b'"}'
    assert api.post("/api/fhir/import", content=large, headers=JSON).status_code == 200


def test_addresses_and_methods_that_there_are_not(api: TestClient) -> None:
    assert "/docs" in told(api.get("/nothing"), 404)["message"]
    told(api.get("/api/recommend/"), 404)
    found = told(api.get("/api/recommend"), 405)
    assert found["allowed"] == ["POST"]
    assert api.delete("/api/health").headers["allow"] == "GET"


def test_every_answer_has_the_headers_of_a_careful_service(api: TestClient) -> None:
    for answer in (api.get("/api/health"), api.get("/nothing"), api.get("/docs"), api.post("/api/why", content=b"x")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


def test_other_origins_are_shut_out_unless_they_are_named(engine: Engine, api: TestClient) -> None:
    asking = {"origin": "https://ehr.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in api.options("/api/recommend", headers=asking).headers
    with service(engine, origins=["https://ehr.example"]) as opened:
        allowed = opened.options("/api/recommend", headers=asking)
        assert allowed.headers["access-control-allow-origin"] == "https://ehr.example"
        other = opened.options("/api/recommend", headers={**asking, "origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_names_that_point_at_this_machine_from_elsewhere_are_refused(engine: Engine) -> None:
    with service(engine, hosts={"localhost", "127.0.0.1", "::1"}) as api:
        for host in ("localhost", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:1"):
            assert api.get("/api/health", headers={"host": host}).status_code == 200
        for host in ("evil.example", "localhost.evil.example", "evil.example:8080", ""):
            told(api.get("/api/health", headers={"host": host}), 421)


def test_verdicts_are_counted_in_bounds_and_kept_where_there_is_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    from otrec.server import memory

    monkeypatch.setattr(memory, "MOST_COUNTED", 2)
    counted = Counted(Memory())
    for name in ("aa", "bb", "cc", "bb"):
        counted.say(Feedback(activity=name, verdict="unsafe"), "v")
    assert [(note["activity_id"], note["count"]) for note in counted.told()] == [("bb", 2), ("aa", 1)]
    store = Store.open("sqlite://")
    kept = Kept(store.desk())
    for verdict in ("unsafe", "wrong_age", "unsafe"):
        kept.say(Feedback(activity="aa", verdict=verdict), "v7")  # type: ignore[arg-type]
    assert [(note["verdict"], note["count"]) for note in kept.told()] == [("unsafe", 2), ("wrong_age", 1)]
    assert {note.library_version for note in store.desk().said.curation()} == {"v7"}


def test_the_page_of_addresses_needs_nothing_from_elsewhere_and_names_every_address(api: TestClient) -> None:
    page, document = api.get("/docs").text, api.get("/openapi.json").json()
    assert not re.findall(r"https?://", page)
    assert "<script" not in page
    assert re.findall(r'<(?:link|img|a)[^>]+(?:href|src)="(?!#)([^"]+)"', page) == ["docs/style.css", "openapi.json"]
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page
    links, anchors = set(re.findall(r'href="#([^"]+)"', page)), re.findall(r' id="([^"]+)"', page)
    assert links <= set(anchors)
    assert len(anchors) == len(set(anchors))
    style = api.get("/docs/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style.text
