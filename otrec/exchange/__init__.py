"""Caseloads and data points as CSV and Excel sheets: read with a preview, written so that reading gives the same."""

from otrec.exchange.caseload import Preview, Row, read_caseload, template, write_caseload
from otrec.exchange.columns import COLUMNS, Column
from otrec.exchange.errors import MAX_BYTES, MAX_ROWS, SheetError
from otrec.exchange.points import PointRow, PointsPreview, read_points
from otrec.exchange.wordlist import guide

__all__ = [
    "COLUMNS",
    "Column",
    "MAX_BYTES",
    "MAX_ROWS",
    "PointRow",
    "PointsPreview",
    "Preview",
    "Row",
    "SheetError",
    "guide",
    "read_caseload",
    "read_points",
    "template",
    "write_caseload",
]
