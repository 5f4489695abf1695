"""How the tests run commands: in this process, since a new one spends seconds on imports; or in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from otrec.cli import main

Done = subprocess.CompletedProcess[str]


def otrec(*words: object, given: str = "") -> Done:
    """A command in this process, as a shell runs it without a terminal; `given` is its standard input."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    command = ["otrec", *map(str, words)]
    started = patch.multiple(sys, argv=command, stdin=io.StringIO(given))
    with started, redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def shell(*words: object, cwd: Path | None = None) -> Done:
    """A command in a process of its own, as a shell starts it."""
    command = [sys.executable, "-m", "otrec.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
