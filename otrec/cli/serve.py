"""The command that answers other programs: serve."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from otrec.cli.shared import Data

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")] = 8080,
    address: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own asks for tokens.")
    ] = "127.0.0.1",
    data: Data = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes share the work.")] = 1,
    jwks: Annotated[
        Path | None, typer.Option(help="File with the public keys (JWK Set) of those who may call; nothing is fetched.")
    ] = None,
    issuer: Annotated[
        list[str] | None, typer.Option(help="Who may have issued a token (iss). Repeat for several.")
    ] = None,
    audience: Annotated[str, typer.Option(help="Address by which callers reach this service (aud).")] = "",
    origin: Annotated[
        list[str] | None, typer.Option(help="Web origin whose pages may call it from a browser. Repeat for several.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep notes for curation in this user's database.")] = False,
) -> None:
    """Answer record systems and programs: CDS Hooks 2.0 and a JSON API, on this machine or for those with a token."""
    from otrec.app.access import loopback
    from otrec.server import launch

    kept = keep or bool(os.environ.get("OTREC_DATABASE_URL", "").strip())
    setup = launch.Setup(
        address=address,
        local=loopback(address),
        data=data,
        jwks=jwks,
        issuers=tuple(issuer or ()),
        audience=audience,
        origins=tuple(origin or ()),
        keep=kept,
    )
    launch.serve(setup, port, workers)
