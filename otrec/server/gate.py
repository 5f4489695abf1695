"""Who may call: bearer tokens as CDS Hooks 2.0 has them, checked against keys of a local file.

No key is ever fetched: `jku` and every other address in a token are left alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from otrec.models import OptionError
from otrec.server.errors import RequestError
from otrec.server.memory import Full, Memory

if TYPE_CHECKING:
    from jwt import PyJWK

#: Signatures that CDS Hooks 2.0 recommends -> the kind of key; none and HS* are not among them, nor is anything else.
ALGORITHMS: Final = {"ES384": "EC", "RS384": "RSA"}
#: How far ahead a token may end, and how far two clocks may be apart, in seconds.
LONGEST, APART = 300, 10
LEAST_RSA_BITS: Final = 2048
MOST_CHARACTERS: Final = 8_000
MOST_FILE_BYTES: Final = 1_000_000
REQUIRED: Final = ("iss", "aud", "exp", "iat", "jti")


@dataclass(frozen=True)
class Gate:
    """What a token has to be; all issuers have the same rights.

    Parameters
    ----------
    keys
        Key id -> public key.
    issuers
        Who may have issued a token.
    audience
        The address by which callers reach this service, such as https://cds.clinic.example.
    """

    keys: Mapping[str, PyJWK]
    issuers: tuple[str, ...]
    audience: str
    memory: Memory = field(default_factory=Memory, repr=False)

    @classmethod
    def of(cls, file: Path, issuers: Iterable[str], audience: str, memory: Memory | None = None) -> Gate:
        """The gate of a JWKS file.

        Raises
        ------
        OptionError
            With everything that is wrong with the file, the issuers or the audience.
        """
        keys, problems = _keys(file)
        named = tuple(dict.fromkeys(issuer.strip() for issuer in issuers if issuer.strip()))
        if not named:
            problems.append("--issuer names nobody who may issue tokens; give at least one")
        if not audience.strip():
            problems.append("--audience is missing: the address by which callers reach this service")
        if problems:
            raise OptionError("\n".join(["who may call is not set up:", *(f"  - {problem}" for problem in problems)]))
        return cls(keys, named, audience.strip().rstrip("/"), memory or Memory())

    def check(self, header: str | None, path: str) -> None:
        """Let a request pass, or say why not.

        Raises
        ------
        RequestError
            401 with `WWW-Authenticate`; 503 while too many tokens are remembered.
        """
        token = _token(header)
        claims = self._claims(token, self._audiences(path))
        now = time.time()
        if not all(type(claims[name]) in (int, float) for name in ("exp", "iat")):
            raise _refusal("exp and iat have to be numbers")
        if claims["iss"] not in self.issuers:
            raise _refusal("its issuer is not among those who may call")
        if claims["exp"] > now + LONGEST + APART:
            raise _refusal(f"it ends more than {LONGEST // 60} minutes ahead")
        if not isinstance(claims["jti"], str) or not 1 <= len(claims["jti"]) <= 200:
            raise _refusal("jti has to be a text of 1 to 200 characters")
        try:
            first = self.memory.first(claims["iss"], claims["jti"], claims["exp"] + APART, now)
        except Full:
            raise RequestError(503, "too many callers at once; try again", headers={"Retry-After": "5"}) from None
        if not first:
            raise _refusal("it was used before; make a new token for each request")

    def _audiences(self, path: str) -> list[str]:
        """The address that is called; the JSON API also takes that of the service."""
        return [self.audience + path, *([self.audience] if path.startswith("/api/") else [])]

    def _claims(self, token: str, audiences: list[str]) -> dict[str, Any]:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError):
            raise _refusal("it is no JSON Web Token") from None
        algorithm, key = header.get("alg"), self.keys.get(str(header.get("kid")))
        if algorithm not in ALGORITHMS:
            raise _refusal(f"it has to be signed with {' or '.join(ALGORITHMS)}")
        if header.get("typ", "JWT") != "JWT" or "crit" in header:
            raise _refusal("its header asks for something that is not known here")
        if key is None or key.key_type != ALGORITHMS[algorithm]:
            raise _refusal("its key (kid) is not known here")
        try:
            found: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=[algorithm], audience=audiences, leeway=APART,
                options={"require": list(REQUIRED)},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise _refusal(_WHY.get(type(error).__name__, "its signature or its claims are not right")) from None
        return found


#: What is wrong with a token, by the name of PyJWT's error.
_WHY: Final = {
    "ExpiredSignatureError": "it has ended",
    "ImmatureSignatureError": "it is of a time to come; check the clocks",
    "InvalidIssuedAtError": "iat has to be a number",
    "InvalidAudienceError": "it is for another address (aud)",
    "InvalidSignatureError": "its signature is not right",
    "MissingRequiredClaimError": f"it needs {', '.join(REQUIRED)}",
}


def _refusal(why: str) -> RequestError:
    challenge = f'Bearer realm="otrec", error="invalid_token", error_description="{why}"'
    return RequestError(401, f"the token is refused: {why}", where="authorization",
                        headers={"WWW-Authenticate": challenge})  # fmt: skip


def _token(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        text = "send a token: Authorization: Bearer <JSON Web Token>"
        raise RequestError(401, text, where="authorization", headers={"WWW-Authenticate": 'Bearer realm="otrec"'})
    if len(token) > MOST_CHARACTERS:
        raise _refusal("it is too long")
    return token.strip()


def _keys(file: Path) -> tuple[dict[str, PyJWK], list[str]]:
    """The public keys of a file, and what is wrong with it."""
    try:
        raw = file.read_bytes()
        found: Any = json.loads(raw) if len(raw) <= MOST_FILE_BYTES else None
        listed = found["keys"]
    except OSError as error:
        return {}, [f"{file.name}: cannot be read ({error.strerror}); check --jwks"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}, [f'{file.name}: is no JWK Set; write {{"keys": [...]}} with the public keys of those who may call']
    keys: dict[str, PyJWK] = {}
    problems: list[str] = []
    for place, item in enumerate(listed if isinstance(listed, list) else [], 1):
        told = _told(item, keys)
        if isinstance(told, str):
            problems.append(f"{file.name}, key {place}: {told}")
        else:
            keys[item["kid"]] = told
    if not keys and not problems:
        problems.append(f"{file.name}: there is no key in it")
    return keys, problems


def _told(item: Any, before: Mapping[str, Any]) -> PyJWK | str:
    """A public key, or what is wrong with it."""
    import jwt

    if not isinstance(item, dict) or not isinstance(item.get("kid"), str) or not item["kid"]:
        return "it has no kid, by which tokens name it"
    kind, algorithm = item.get("kty"), item.get("alg")
    if item["kid"] in before:
        return "its kid stands there twice"
    if "d" in item or kind == "oct":
        return "it is secret; write the public key alone"
    allowed = [name for name, of in ALGORITHMS.items() if of == kind]
    if not allowed or algorithm not in (None, *allowed) or item.get("use", "sig") != "sig":
        return "it has to be an EC key for ES384 (P-384) or an RSA key for RS384, for signatures"
    try:
        key = jwt.PyJWK(item, allowed[0])
    except (jwt.PyJWTError, ValueError, TypeError):
        return "it is no key"
    if kind == "EC" and item.get("crv") != "P-384":
        return "ES384 needs the curve P-384"
    if kind == "RSA" and key.key.key_size < LEAST_RSA_BITS:
        return f"it is too short; RSA keys have at least {LEAST_RSA_BITS} bits"
    return key
