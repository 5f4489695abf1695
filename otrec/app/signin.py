"""Who is here: the one person of this machine, or somebody whose identity was checked at this very run.

Streamlit signs the identity cookie and reads it when a page connects. It does not look at the expiry of the identity
token, and keeps the cookie for 30 days; so every run checks the claims again, here. A desk, through which a person's
clients are reached, stands in `st.session_state` alone and is dropped as soon as the identity is another one.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import access
from otrec.app.access import Setting, auth_problems
from otrec.models import OtrecError

if TYPE_CHECKING:
    from otrec.store import Desk, Store, Who

__all__ = ["SignIns", "arrive", "auth_problems", "fault", "forget", "leave", "login", "person", "setting", "who"]

#: How far the provider's clock may run ahead of ours, in seconds.
SKEW: Final = 120.0
#: A moment far beyond any token, some 3,000 years on.
MOST_SECONDS: Final = 1e11
LONGEST_LOGIN: Final = 254
KEPT: Final = ("p_", "s_", "v_")


class SignIns:
    """Which sign-ins this process has seen, when each was last used, and which are over.

    It holds digests and times, nothing about a person. It stands beside `st.session_state` because a new tab begins
    with an empty one: a machine left alone would be open again after a reload.

    >>> seen = SignIns()
    >>> seen.use("a", now=0.0, idle=60.0), seen.use("a", now=59.0, idle=60.0), seen.use("a", now=120.0, idle=60.0)
    ('', '', 'idle')
    >>> seen.use("a", now=121.0, idle=60.0)
    'idle'
    """

    def __init__(self) -> None:
        self._used: dict[str, float] = {}
        self._over: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def use(self, key: str, now: float, idle: float) -> str:
        """Note that a sign-in is used; says `idle` or `left` if it is over, else nothing. Times in seconds."""
        with self._lock:
            self._prune(now)
            if key not in self._over and now - self._used.get(key, now) > idle:
                self._over[key] = (now, "idle")
            if key in self._over:
                return self._over[key][1]
            self._used[key] = now
            return ""

    def end(self, key: str, now: float) -> None:
        """This sign-in is over, in every tab."""
        with self._lock:
            self._over[key] = (now, "left")

    def _prune(self, now: float) -> None:
        oldest = now - access.MOST_HOURS * 3600 - 2 * SKEW  # by then its age alone ends a sign-in
        self._used = {key: at for key, at in self._used.items() if at > oldest}
        self._over = {key: at for key, at in self._over.items() if at[0] > oldest}


_SIGN_INS: Final = SignIns()


@st.cache_resource(show_spinner=False)
def setting() -> Setting:
    """How sign-in is set up, as it was when the app started."""
    return access.read()


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The database of this process; what is in it is reached through a desk alone."""
    from otrec.store import Store

    return Store.open()


def who() -> Desk | None:
    """The desk of the person who is here, checked anew; None if nobody is signed in.

    Whatever runs outside the page's own run (a callback, a fragment) asks again instead of keeping the answer.
    """
    return st.session_state.get("s_desk") if arrive() == "" else None


def arrive() -> str:
    """Let the person of this run in; says why not: `out`, `idle`, `left`, `uninvited`, `store`, or a `fault`."""
    if not setting().wanted:
        return _alone()
    claims: Mapping[str, Any] = st.user.to_dict()
    why = _turned_away(claims)
    if why or st.session_state.get("s_identity", _identity(claims)) != _identity(claims):
        _drop()
    return why or _meet(claims)


def person() -> Who | None:
    """Who is signed in, for the account menu; None on a machine of one person."""
    found: Who | None = st.session_state.get("s_who")
    return found


def leave() -> None:
    """Sign out: nothing of this person stays in the session, and the sign-in is over in every tab."""
    _SIGN_INS.end(_key(st.user.to_dict()), _now())
    forget()
    st.logout()


def forget() -> None:
    """Clear everything that the session keeps about a person."""
    for key in [key for key in st.session_state if str(key).startswith(KEPT)]:
        del st.session_state[key]


def fault(claims: Mapping[str, Any], asked: Setting, now: float) -> str:
    """Why an identity cannot be used at a moment; empty if it can.

    Parameters
    ----------
    claims
        What the identity token says, as Streamlit keeps it (OpenID Connect Core 1.0, section 2).
    now
        Seconds since 1970.

    Returns
    -------
    str
        `incomplete`, `issuer`, `early`, `expired` or `long`.

    >>> asked = Setting(wanted=True, issuer="https://login.example", client_id="otrec")
    >>> token = {"iss": "https://login.example", "aud": "otrec", "sub": "7", "preferred_username": "ot7"}
    >>> token |= {"iat": 1000, "exp": 4600}
    >>> fault(token, asked, now=4599.0), fault(token, asked, now=4600.0)
    ('', 'expired')
    """
    issued, expires, begins = (_moment(claims.get(name)) for name in ("iat", "exp", "nbf"))
    subject = claims.get("sub")
    if issued is None or expires is None or not isinstance(subject, str) or not subject or not login(claims):
        return "incomplete"
    if not _from(claims, asked):
        return "issuer"
    if expires <= now:
        return "expired"
    if max(issued, begins or issued) > now + SKEW:
        return "early"
    return "long" if now - issued > asked.session else ""


def login(claims: Mapping[str, Any]) -> str:
    """The name under which somebody was invited: a verified e-mail address, else the user name.

    >>> login({"email": "a@clinic.example", "email_verified": "true", "preferred_username": "ot7"})
    'ot7'
    """
    found = claims.get("email") if claims.get("email_verified") is True else None
    found = found or claims.get("preferred_username")
    name = found.strip() if isinstance(found, str) else ""
    return name if len(name) <= LONGEST_LOGIN else ""


def _alone() -> str:
    if "s_desk" not in st.session_state:
        st.session_state["s_desk"] = store().desk()
    return ""


def _turned_away(claims: Mapping[str, Any]) -> str:
    if claims.get("is_logged_in") is not True:
        return "out"
    now = _now()
    return fault(claims, setting(), now) or _SIGN_INS.use(_key(claims), now, setting().idle)


def _drop() -> None:
    """Clear the session of a person who is no longer here; a visitor's own settings stay."""
    if "s_identity" in st.session_state:
        forget()


def _meet(claims: Mapping[str, Any]) -> str:
    """Take the person to their desk; a role that changed meanwhile, or an invitation taken back, counts at once."""
    from otrec.store import NotInvitedError
    from otrec.store.people import ALONE

    known: Who | None = st.session_state.get("s_who")
    if known is None and login(claims).casefold() == ALONE[1]:  # the person of a machine of one was never invited
        return "uninvited"
    try:
        people = store().people
        found = people.known(known) if known else people.sign_in(claims["iss"], claims["sub"], login(claims))
        if found != known:
            st.session_state["s_desk"] = store().desk(found)
    except NotInvitedError:
        _drop()
        return "uninvited"
    except OtrecError:
        _drop()
        return "store"
    st.session_state["s_who"], st.session_state["s_identity"] = found, _identity(claims)
    return ""


def _identity(claims: Mapping[str, Any]) -> tuple[Any, Any]:
    return claims.get("iss"), claims.get("sub")


def _key(claims: Mapping[str, Any]) -> str:
    """One sign-in, told apart from the next one of the same person."""
    parts = [claims.get(name) for name in ("iss", "sub", "iat", "exp", "nonce")]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _from(claims: Mapping[str, Any], asked: Setting) -> bool:
    """Whether the token was made by our provider, for us."""
    meant = claims.get("aud")
    several = meant if isinstance(meant, list) else [meant]
    issuer = str(claims.get("iss", "")).rstrip("/")
    ours = issuer == asked.issuer and asked.client_id in several
    return ours and (len(several) == 1 or claims.get("azp") == asked.client_id)


def _moment(given: Any) -> float | None:
    """Seconds since 1970, or None for what can be none, such as endless or milliseconds."""
    usable = isinstance(given, int | float) and not isinstance(given, bool) and 0 < given < MOST_SECONDS
    return float(given) if usable else None


def _now() -> float:
    return time.time()
