"""`python -m otrec.cli`."""

from otrec.cli import main

main()
