"""The command line: each command a few lines over the same functions as the app and the notebooks."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from otrec.cli import batch, caseload, files, goals, intake, knowledge, plans, ranking, records, serve, sheets, store
from otrec.models.errors import OtrecError

app = typer.Typer(
    help="Occupational-therapy activities for one client: ranked, explained, screened for safety.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (ranking, intake, batch, plans, goals, sheets, knowledge, caseload, store, files, serve, records):
    app.add_typer(part.app)


@app.command("app")
def run_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    address: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own asks for sign-in.")
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None, typer.Option(help="Name by which browsers reach it, with sign-in. Repeat for several.")
    ] = None,
) -> None:
    """Start the app in the browser: on this machine only, or for others once they must sign in."""
    from otrec.app.launch import launch

    launch(port, browser, address, host or ())


def main() -> None:
    """Entry point: errors that otrec raises on purpose become one message and their exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a letter that the terminal lacks is written out, and stops nothing
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except OtrecError as error:
        print(f"otrec: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:  # a name that is too long, a folder that is not this user's
        what = error.filename or "a file"
        print(f"otrec: {what}: cannot be used ({error.strerror}); check the path", file=sys.stderr)
        sys.exit(OtrecError.exit_code)
