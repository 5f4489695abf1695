"""Start the app with the packaged settings, from any folder: on this machine, or for others once they must sign in."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from otrec.models.errors import OptionError

HOST = "127.0.0.1"


def flags(settings: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Settings of config.toml as command-line flags.

    >>> list(flags({"server": {"headless": True, "allowedHosts": ["a", "b"]}}))
    ['--server.headless=true', '--server.allowedHosts=a', '--server.allowedHosts=b']
    """
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from flags(value, f"{prefix}{name}.")
        else:
            for one in value if isinstance(value, list) else [value]:
                yield f"--{prefix}{name}={str(one).lower() if isinstance(one, bool) else one}"


def arguments(port: int, browser: bool, address: str = HOST, hosts: Sequence[str] = ()) -> list[str]:
    """What streamlit is asked to run, with the packaged settings; what guards sign-in is never left to a default."""
    home = files("otrec.app")
    settings = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    server = settings["server"]
    server |= {"port": port, "headless": not browser, "address": address}
    server["allowedHosts"] = list(dict.fromkeys([*server["allowedHosts"], *hosts]))
    server |= {"enableXsrfProtection": True, "enableCORS": True, "enableAgentApi": False, "trustedUserHeaders": "{}"}
    return ["run", str(home / "main.py"), *flags(settings)]


def launch(port: int, browser: bool, address: str = HOST, hosts: Sequence[str] = ()) -> None:
    """Serve the app in this process until it is stopped with Ctrl+C.

    Parameters
    ----------
    port, address
        Where to listen. Any address but one of this machine alone asks for sign-in and for people who were invited.
    hosts
        Further names by which browsers reach it, besides this machine's own and the host of `redirect_uri`.

    Raises
    ------
    OptionError
        If the port is taken, or the app may not be served there; every reason is named.
    """
    if _taken(address, port):
        raise OptionError(f"port {port} on {address} is in use; choose another, for example --port {port + 1}")
    named = _allowed(address, hosts)
    from streamlit.web.cli import main

    shown = f"[{address}]" if ":" in address else address
    print(f"otrec is at http://{shown}:{port} (stop with Ctrl+C)", flush=True)
    main(arguments(port, browser, address, named), standalone_mode=False)


def _allowed(address: str, hosts: Sequence[str]) -> list[str]:
    """The names by which the app may be reached, once it is clear that it may be served at all."""
    from otrec.app import access

    setting = access.read()
    named = [*([setting.host] if setting.host else []), *([address] if access.loopback(address) else []), *hosts]
    reasons = access.refusals(address, setting, named, _has_people)
    if hosts and not setting.wanted:
        reasons.append("--host names a way in for others, and there is no sign-in: leave it out, or set up [auth]")
    if reasons:
        count = "1 reason" if len(reasons) == 1 else f"{len(reasons)} reasons"
        lines = "\n".join(f"  - {reason}" for reason in reasons)
        raise OptionError(f"otrec is not opened at {address}: {count}\n{lines}\nHow to set it up: {access.GUIDE}")
    return named


def _has_people() -> bool:
    from otrec.store import Store

    return Store.open().people.any()


def _taken(address: str, port: int) -> bool:
    """Whether something answers there already; an address that stands for all is asked at this machine's own."""
    asked = {"0.0.0.0": HOST, "::": "::1"}.get(address, address)  # noqa: S104  # to ask, not to listen
    try:
        with socket.socket(socket.AF_INET6 if ":" in asked else socket.AF_INET) as probe:
            probe.settimeout(2)
            return probe.connect_ex((asked, port)) == 0
    except OSError:  # no IPv6 here, or a name that nobody knows: streamlit will say so
        return False
