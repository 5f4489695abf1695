"""The command line: each command a few lines over the same functions as the app and the notebooks."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from otrec.cli import goals, knowledge, plans, ranking, sheets
from otrec.models.errors import OtrecError

app = typer.Typer(
    help="Occupational-therapy activities for one client: ranked, explained, screened for safety.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (ranking, plans, goals, sheets, knowledge):
    app.add_typer(part.app)


@app.command("app")
def run_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Start the app in the browser, on this machine only."""
    from otrec.app.launch import launch

    launch(port, browser)


def main() -> None:
    """Entry point: errors that otrec raises on purpose become one message and their exit code."""
    try:
        app()
    except OtrecError as error:
        print(f"otrec: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
