"""Who may call: every claim of a token wrong once, alone; keys from a local file; nothing fetched."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from otrec import Engine
from otrec.models import OptionError
from otrec.server import Gate
from otrec.server.gate import APART, LONGEST
from otrec.server.launch import Setup, refusals, serve
from otrec.server.memory import Memory

from .serving import call, profile, service, told

BASE, ISSUER = "https://cds.example", "https://ehr.example"
VIEW = "/cds-services/otrec-patient-view"
EC, RSA = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)
STRANGER = ec.generate_private_key(ec.SECP384R1())


def public(key: Any, kid: str, algorithm: str, **more: Any) -> dict[str, Any]:
    """The public half of a key as a JWK."""
    kind = jwt.algorithms.ECAlgorithm if algorithm.startswith("ES") else jwt.algorithms.RSAAlgorithm
    found: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
    return {**found, "kid": kid, "alg": algorithm, "use": "sig", **more}


KEYS = {"keys": [public(EC, "ec", "ES384"), public(RSA, "rsa", "RS384")]}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    file.write_text(json.dumps(KEYS))
    return Gate.of(file, [ISSUER, "https://other.example"], BASE + "/")


@pytest.fixture(scope="module")
def api(engine: Engine, gate: Gate) -> Iterator[TestClient]:
    with service(engine, gate=gate) as client:
        yield client


def claims(path: str = VIEW, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    given = {"iss": ISSUER, "aud": BASE + path, "iat": now, "exp": now + 120, "jti": f"{time.time_ns()}", **changes}
    return {name: value for name, value in given.items() if value is not None}


def token(
    key: Any = EC,
    algorithm: str = "ES384",
    kid: str | None = "ec",
    header: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    head = {**({"kid": kid} if kid else {}), **(header or {})}
    return jwt.encode(claims(**changes), key, algorithm, headers=head)


def sent(api: TestClient, bearer: str, path: str = VIEW) -> Any:
    return api.post(path, json=call(), headers={"authorization": f"Bearer {bearer}"})


def test_a_right_token_of_either_kind_of_key_passes(api: TestClient) -> None:
    assert sent(api, token()).status_code == 200
    assert sent(api, token(RSA, "RS384", "rsa")).status_code == 200
    assert sent(api, token(iss="https://other.example")).status_code == 200
    assert sent(api, token(aud=["https://elsewhere.example", BASE + VIEW])).status_code == 200
    assert sent(api, token(header={"jku": "http://127.0.0.1:9/keys"})).status_code == 200, "jku is left alone"
    listed = api.get("/cds-services", headers={"authorization": f"bearer {token(aud=BASE + '/cds-services')}"})
    assert listed.status_code == 200


NOW = time.time
WRONG: dict[str, Callable[[], str]] = {
    "issuer": lambda: token(iss="https://evil.example"),
    "issuer of another kind": lambda: signed({**claims(), "iss": [ISSUER]}),
    "claims of another kind": lambda: signed([]),
    "audience": lambda: token(aud="https://cds.example/cds-services/other"),
    "audience of another service": lambda: token(aud="https://evil.example" + VIEW),
    "audience of the whole service": lambda: token(aud=BASE),
    "expired": lambda: token(iat=int(NOW()) - 500, exp=int(NOW()) - APART - 5),
    "too long": lambda: token(exp=int(NOW()) + LONGEST + APART + 30),
    "no end": lambda: token(exp=None),
    "end is no number": lambda: token(exp="soon"),
    "end is text": lambda: token(exp=str(int(NOW()) + 60)),
    "issue is text": lambda: token(iat=str(int(NOW()))),
    "end is endless": lambda: token(exp=float("inf")),
    "issued in the future": lambda: token(iat=int(NOW()) + APART + 60),
    "no issue": lambda: token(iat=None),
    "issue is no number": lambda: token(iat="now"),
    "not before": lambda: token(nbf=int(NOW()) + 100),
    "no issuer": lambda: token(iss=None),
    "no audience": lambda: token(aud=None),
    "no nonce": lambda: token(jti=None),
    "empty nonce": lambda: token(jti=""),
    "long nonce": lambda: token(jti="x" * 201),
    "nonce is no text": lambda: token(jti=7),
    "signed by another": lambda: token(STRANGER),
    "unknown key": lambda: token(kid="none"),
    "no key": lambda: token(kid=None),
    "key of the other kind": lambda: token(kid="rsa"),
    "another algorithm": lambda: token(ec.generate_private_key(ec.SECP256R1()), "ES256"),
    "another RSA algorithm": lambda: token(RSA, "RS256", "rsa"),
    "no algorithm": lambda: token(None, "none"),
    "another type": lambda: token(header={"typ": "at+jwt"}),
    "something critical": lambda: token(header={"crit": ["x"], "x": 1}),
    "public key as a secret": lambda: forged(),
    "no token": lambda: "nonsense",
    "empty parts": lambda: "..",
    "long": lambda: "x" * 9000,
}


def signed(content: Any) -> str:
    """A token with claims that a library would not write."""
    return jwt.PyJWS().encode(json.dumps(content).encode(), EC, "ES384", headers={"kid": "ec"})


def forged() -> str:
    """A token signed by HS256 with the public key, the oldest trick of all."""
    secret = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def packed(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    head = packed(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "ec"}).encode())
    body = packed(json.dumps(claims()).encode())
    return f"{head}.{body}.{packed(hmac.new(secret, f'{head}.{body}'.encode(), hashlib.sha256).digest())}"


@pytest.mark.parametrize("what", WRONG)
def test_each_wrong_thing_alone_is_401_and_says_so(api: TestClient, what: str) -> None:
    answer = sent(api, WRONG[what]())
    found = told(answer, 401)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="otrec", error="invalid_token"')
    assert found["where"] == "authorization"


@pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Bearer", "Bearer "])
def test_without_a_token_it_is_401_before_anything_is_read(api: TestClient, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    for answer in (
        api.post(VIEW, content=b"{", headers=headers), api.get("/cds-services", headers=headers),
        api.get("/openapi.json", headers=headers), api.get("/docs", headers=headers),
        api.get("/api/curation", headers=headers), api.get("/nothing", headers=headers),
    ):  # fmt: skip
        told(answer, 401)
        assert answer.headers["www-authenticate"] == 'Bearer realm="otrec"'
    assert api.get("/api/health", headers=headers).status_code == 200


def test_a_token_passes_once(api: TestClient) -> None:
    bearer = token()
    assert sent(api, bearer).status_code == 200
    assert "used before" in told(sent(api, bearer), 401)["message"]
    same = claims(jti="same")
    assert sent(api, token(jti="same", iss=ISSUER)).status_code == 200
    told(sent(api, token(jti="same", iss=ISSUER)), 401)
    assert sent(api, token(jti=same["jti"], iss="https://other.example")).status_code == 200, "of another issuer"


def test_a_token_that_is_refused_uses_nothing_up(api: TestClient) -> None:
    told(sent(api, token(jti="mine", aud="https://evil.example")), 401)
    assert sent(api, token(jti="mine")).status_code == 200


def test_clocks_may_be_a_little_apart(api: TestClient) -> None:
    now = int(time.time())
    assert sent(api, token(iat=now + APART - 3)).status_code == 200
    assert sent(api, token(iat=now - 200, exp=now - APART + 5)).status_code == 200


def test_the_json_api_takes_the_address_of_the_service_too(api: TestClient) -> None:
    for audience in (BASE, BASE + "/api/recommend"):
        headers = {"authorization": f"Bearer {token(aud=audience)}"}
        assert api.post("/api/recommend", json={"client": profile(), "k": 1}, headers=headers).status_code == 200
    headers = {"authorization": f"Bearer {token(aud=BASE + '/api/why')}"}
    told(api.post("/api/recommend", json={"client": profile()}, headers=headers), 401)


def test_used_tokens_are_remembered_in_bounds_until_they_end(engine: Engine, gate: Gate) -> None:
    memory = Memory(most=2)
    assert memory.first("i", "a", until=10, now=0)
    assert memory.first("i", "b", until=20, now=0)
    small = Gate(gate.keys, gate.issuers, gate.audience, Memory(most=1))
    with service(engine, gate=small) as api:
        assert sent(api, token()).status_code == 200
        answer = sent(api, token())
        told(answer, 503)
        assert answer.headers["retry-after"]
    assert not memory.first("i", "b", until=20, now=11), "room for more once a token has ended"
    assert memory.first("i", "a", until=30, now=12)


def test_several_workers_remember_together(tmp_path: Path) -> None:
    one, other = Memory(tmp_path / "memory.db"), Memory(tmp_path / "memory.db")
    assert one.first("i", "a", until=10, now=0)
    assert not other.first("i", "a", until=10, now=1)
    one.count("aa", "unsafe")
    other.count("aa", "unsafe")
    assert one.counts() == [("aa", "unsafe", 2)]
    assert b"issuer" not in (tmp_path / "memory.db").read_bytes()


SMALL = rsa.generate_private_key(65537, 1024)
FAULTS: dict[str, tuple[Any, str]] = {
    "no object": ([], "is no JWK Set"),
    "no keys": ({"keys": []}, "there is no key in it"),
    "no list": ({"keys": {}}, "there is no key in it"),
    "no kid": ({"keys": [{**KEYS["keys"][0], "kid": None}]}, "key 1: it has no kid"),
    "kid twice": ({"keys": [KEYS["keys"][0], KEYS["keys"][0]]}, "key 2: its kid stands there twice"),
    "private": ({"keys": [{**KEYS["keys"][0], "d": "x"}]}, "it is secret"),
    "symmetric": ({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}, "it is secret"),
    "curve": ({"keys": [public(ec.generate_private_key(ec.SECP256R1()), "a", "ES384", crv="P-256")]}, "P-384"),
    "algorithm": ({"keys": [{**KEYS["keys"][0], "alg": "ES256"}]}, "an EC key for ES384"),
    "use": ({"keys": [{**KEYS["keys"][0], "use": "enc"}]}, "for signatures"),
    "short": ({"keys": [public(SMALL, "a", "RS384")]}, "at least 2048 bits"),
    "broken": ({"keys": [{"kty": "EC", "crv": "P-384", "x": "!", "y": "!", "kid": "a"}]}, "it is no key"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_file_of_keys_that_cannot_be_used_is_told(tmp_path: Path, what: str) -> None:
    content, says = FAULTS[what]
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(content))
    with pytest.raises(OptionError, match=says):
        Gate.of(file, [ISSUER], BASE)


def test_everything_that_is_wrong_with_the_set_up_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        Gate.of(tmp_path / "none.json", [" "], "")
    assert str(caught.value).count("\n  - ") == 3
    (tmp_path / "text.json").write_text("no json")
    with pytest.raises(OptionError, match="is no JWK Set"):
        Gate.of(tmp_path / "text.json", [ISSUER], BASE)


def test_other_machines_are_let_in_only_with_tokens() -> None:
    open_door = Setup(address="0.0.0.0", local=False)
    assert "nobody would have to show a token" in refusals(open_door)[0]
    with pytest.raises(OptionError, match=r"is not served at 0\.0\.0\.0"):
        serve(open_door, 0)
    assert refusals(Setup(address="0.0.0.0", local=False, jwks=Path("k"), issuers=("i",), audience="a")) == []
    assert "belong to --jwks" in refusals(Setup(issuers=("i",)))[0]
    for wrong in ("*", "https://a.example/", "ehr.example", "https://*.example", "file:///x", "https://"):
        assert "--origin" in refusals(Setup(origins=(wrong,)))[0], wrong
    assert refusals(Setup(origins=("https://ehr.example:8443",))) == []


def test_the_document_says_that_a_token_is_needed(api: TestClient) -> None:
    document = api.get("/openapi.json", headers={"authorization": f"Bearer {token(aud=BASE + '/openapi.json')}"}).json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == (path != "/api/health")
            assert ("401" in operation["responses"]) == (path != "/api/health")
