"""Start the app on this machine only, with the packaged settings, from any folder."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator
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


def arguments(port: int, browser: bool) -> list[str]:
    """What streamlit is asked to run, with the packaged settings."""
    home = files("otrec.app")
    settings = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    settings["server"] |= {"port": port, "headless": not browser}
    return ["run", str(home / "main.py"), *flags(settings)]


def launch(port: int, browser: bool) -> None:
    """Serve the app in this process until it is stopped with Ctrl+C."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise OptionError(f"port {port} on {HOST} is in use; choose another, for example --port {port + 1}")
    from streamlit.web.cli import main

    print(f"otrec is at http://{HOST}:{port} (stop with Ctrl+C)", flush=True)
    main(arguments(port, browser), standalone_mode=False)
