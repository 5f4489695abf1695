"""Who may reach the app: one person on this machine without sign-in, and from elsewhere only people who signed in.

How sign-in is set up stands in two sections of Streamlit's secrets.toml: `[auth]`, which Streamlit reads as well, and
`[otrec]`, which is ours. Both are read once; a change needs a new start, so that a file that is missing for a moment
never opens the door.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

GUIDE: Final = "docs/how-to/clinic.md"
CALLBACK: Final = "/oauth2callback"
#: Where a provider describes itself; what stands before it is its issuer (OpenID Connect Discovery 1.0, section 4).
DISCOVERY: Final = "/.well-known/openid-configuration"
LEAST_SECRET: Final = 32
SESSION_HOURS: Final = 10.0
IDLE_MINUTES: Final = 60.0
#: No sign-in lasts longer than a day, whatever is set.
MOST_HOURS: Final = 24.0
MADE_BY: Final = 'python -c "import secrets; print(secrets.token_hex(32))"'


@dataclass(frozen=True)
class Setting:
    """How sign-in is set up; times in seconds, `host` is the name by which people reach the app."""

    wanted: bool
    problems: tuple[str, ...] = ()
    issuer: str = ""
    client_id: str = ""
    host: str = ""
    session: float = SESSION_HOURS * 3600
    idle: float = IDLE_MINUTES * 60


def loopback(address: str | None) -> bool:
    """Whether only this machine reaches an address; none at all means every address there is.

    >>> [loopback(one) for one in ("127.0.0.2", "::1", "localhost", "0.0.0.0", "::", "192.168.1.4", "clinic.local")]
    [True, True, True, False, False, False, False]
    """
    if not address:
        return False
    if address.lower() == "localhost":
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None)
    return bool((inner or found).is_loopback)


def read() -> Setting:
    """How sign-in is set up in secrets.toml; a file that cannot be read counts as sign-in that is wanted."""
    import streamlit as st

    if st.secrets.load_if_toml_exists():
        return understood(st.secrets.to_dict())
    broken = any(Path(path).exists() for path in st.get_option("secrets.files"))
    told = "secrets.toml is there but cannot be read: it is not valid TOML. Mend it, or take it away to work without it"
    return Setting(wanted=broken, problems=(told,) if broken else ())


def understood(secrets: Mapping[str, Any]) -> Setting:
    """How sign-in is set up, with everything that is wrong with it.

    >>> understood({}).wanted
    False
    """
    if "auth" not in secrets:
        return Setting(wanted=False)
    auth, own = secrets["auth"], secrets.get("otrec", {})
    if not isinstance(auth, Mapping) or not isinstance(own, Mapping):
        return Setting(wanted=True, problems=("[auth] and [otrec] must be sections of their own in secrets.toml",))
    problems = [*auth_problems(auth), *session_problems(own)]
    if problems:
        return Setting(wanted=True, problems=tuple(problems))
    issuer = own.get("issuer") or auth["server_metadata_url"].removesuffix(DISCOVERY)
    return Setting(
        wanted=True,
        issuer=issuer.rstrip("/"),
        client_id=auth["client_id"],
        host=(urlsplit(auth["redirect_uri"].replace("{port}", "1")).hostname or "").lower(),
        session=own.get("session_hours", SESSION_HOURS) * 3600,
        idle=own.get("idle_minutes", IDLE_MINUTES) * 60,
    )


def auth_problems(section: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with the `[auth]` section of secrets.toml, a sentence each; no secret is repeated.

    >>> auth_problems({"client_id": "otrec"})[-1]
    'server_metadata_url is missing: write the address at which your provider describes itself'
    """
    return [
        *_redirect_problems(section.get("redirect_uri")),
        *_secret_problems(section.get("cookie_secret")),
        *_client_problems(section),
        *_surplus(section),
    ]


def session_problems(section: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with the `[otrec]` section of secrets.toml, a sentence each.

    >>> session_problems({"session_hours": 0})
    ['session_hours must be a number above 0 and at most 24']
    """
    found = [
        f"{name} must be a number above 0 and at most {most:g}"
        for name, most in (("session_hours", MOST_HOURS), ("idle_minutes", MOST_HOURS * 60))
        if not _within(section.get(name, most), most)
    ]
    issuer = section.get("issuer", "https://issuer")
    if _split(issuer) is None:
        found.append(
            "issuer must be the address that your provider writes into its tokens, such as https://login.example"
        )
    unknown = sorted(set(section) - {"session_hours", "idle_minutes", "issuer"})
    return found + [
        f"[otrec] has no setting {name}: session_hours, idle_minutes and issuer are known" for name in unknown
    ]


def refusals(
    address: str | None, setting: Setting, hosts: Iterable[str], has_people: Callable[[], bool] = lambda: True
) -> list[str]:
    """Why the app may not be served at an address; empty if it may.

    Parameters
    ----------
    address
        Where it listens; None for every address of the machine.
    hosts
        The names by which a browser may reach it.
    has_people
        Whether anybody was invited; asked only where other machines reach the address.
    """
    if setting.problems:
        return list(setting.problems)
    open_to_others = not loopback(address)
    found = _names(setting, [host.strip().lower() for host in hosts]) if setting.wanted else []
    if open_to_others and not setting.wanted:
        found.append(
            f"there is no sign-in, and other machines reach {address or 'every address of this machine'}: whoever "
            "opens it would stand where you stand. Write an [auth] section into .streamlit/secrets.toml, or leave "
            "the address at 127.0.0.1"
        )
    if open_to_others and not has_people():
        found.append("nobody has been invited, so nobody could sign in: add people to the database first")
    return found


def loosened(option: Callable[[str], Any], setting: Setting) -> list[str]:
    """Options of Streamlit that would undo the sign-in, a sentence each; `option` gives the value of one."""
    if not setting.wanted:
        return []
    found = [
        f"{name} is off, and with it other sites may speak in a signed-in person's name: leave it on"
        for name in ("server.enableCORS", "server.enableXsrfProtection")
        if not option(name)
    ]
    if option("server.trustedUserHeaders"):
        found.append("server.trustedUserHeaders lets a request name its own user, over the sign-in: take it out")
    if option("server.enableAgentApi"):
        found.append("server.enableAgentApi opens a second way in beside the page: leave it off")
    return found


def _names(setting: Setting, hosts: list[str]) -> list[str]:
    if "*" in hosts or not hosts:
        return [
            "server.allowedHosts admits every name, which lets another site speak through a browser: name the hosts"
        ]
    if any(host == setting.host or (host[:2] == "*." and setting.host.endswith(host[1:])) for host in hosts):
        return []
    return [f"server.allowedHosts lacks {setting.host}, the host of redirect_uri: add it with --host {setting.host}"]


def _redirect_problems(given: Any) -> list[str]:
    if not given:
        return [f"redirect_uri is missing: write the address of the app, followed by {CALLBACK}"]
    parts = _split(given.replace("{port}", "1") if isinstance(given, str) else given)
    if parts is None:
        return [f"redirect_uri must be an address, such as https://otrec.example{CALLBACK}"]
    found = _unsafe("redirect_uri", parts)
    if not parts.path.endswith(CALLBACK) or parts.query or parts.fragment:
        found.append(f"redirect_uri must end with {CALLBACK}")
    return found


def _secret_problems(given: Any) -> list[str]:
    if not given:
        return [f"cookie_secret is missing: {MADE_BY} makes one"]
    if not isinstance(given, str) or len(given) < LEAST_SECRET:
        return [f"cookie_secret must have at least {LEAST_SECRET} random characters: {MADE_BY} makes one"]
    if len(set(given)) < 8:
        return [f"cookie_secret can be guessed, it repeats the same few characters: {MADE_BY} makes a better one"]
    return []


def _client_problems(section: Mapping[str, Any]) -> list[str]:
    found = [
        f"{name} is missing: your provider gave it to you when the app was registered there"
        for name in ("client_id", "client_secret")
        if not isinstance(section.get(name), str) or not section[name].strip()
    ]
    given = section.get("server_metadata_url")
    if not given:
        return [*found, "server_metadata_url is missing: write the address at which your provider describes itself"]
    parts = _split(given)
    if parts is None or not parts.path.endswith(DISCOVERY):
        return [*found, f"server_metadata_url must be an address that ends with {DISCOVERY}"]
    return found + _unsafe("server_metadata_url", parts)


def _surplus(section: Mapping[str, Any]) -> list[str]:
    """What Streamlit would take and otrec does not: a second provider, tokens for the page, no OpenID."""
    found = [
        f"[auth.{name}] is not used, there is one provider: write its lines into [auth] itself"
        for name, value in section.items()
        if isinstance(value, Mapping) and name != "client_kwargs"
    ]
    if section.get("expose_tokens"):
        found.append("expose_tokens hands tokens to the page, which needs none: take the line out")
    more = section.get("client_kwargs", {})
    scope = more.get("scope", "openid") if isinstance(more, Mapping) else ""
    if not isinstance(scope, str) or "openid" not in scope.split():
        found.append('client_kwargs must leave "openid" in its scope, or the provider sends no identity')
    return found


def _split(given: Any) -> SplitResult | None:
    """The parts of a web address, or None if it is none."""
    try:
        parts = urlsplit(given) if isinstance(given, str) else None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
    except ValueError:  # a port that is no number, or half an IPv6 address
        return None
    return None if parts.username or parts.password else parts


def _unsafe(name: str, parts: SplitResult) -> list[str]:
    if parts.scheme == "https" or loopback(parts.hostname):
        return []
    return [f"{name} must begin with https://, or everybody on the way could read who signs in"]


def _within(given: Any, most: float) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 < given <= most
