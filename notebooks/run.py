"""Run every notebook of this folder from top to bottom; fails with the cell that fails."""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
from nbclient import NotebookClient

HERE = Path(__file__).parent


def main() -> int:
    for path in sorted(HERE.glob("[0-9]*.py")):
        notebook = jupytext.read(path)
        NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": HERE}}).execute()
        print(f"ok    {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
