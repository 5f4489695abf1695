"""Files in which nobody can be told apart: one's own records without identifiers, and rows for research."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from otrec.app import state
from otrec.library import every_id

if TYPE_CHECKING:
    from otrec.store import Desk


def words() -> frozenset[str]:
    """Every id of the library."""
    return every_id(state.engine().library)


def own(found: Desk) -> bytes:
    """One's own records without the 18 identifiers of Safe Harbor and without free text, as JSON."""
    from otrec.privacy import Codes, strip

    codes, known = Codes(), words()
    clients = found.whole.content()["clients"]
    records = [strip(_record(one["profile"], one["record"]), vocabulary=known, codes=codes) for one in clients]
    return json.dumps({"records": records}, indent=1, ensure_ascii=False, default=str).encode()


def research(found: Desk, k: int) -> bytes:
    """Rows of the whole organisation for research, each client one of at least k who look alike, as a workbook."""
    from otrec.exchange.workbook import write_workbook
    from otrec.privacy import research_export

    kept = found.research.records_for_research()
    records = [
        _record(
            one.client.model_dump(mode="json", by_alias=True),
            None if one.file is None else one.file.model_dump(mode="json"),
        )
        for one in kept
    ]
    made = research_export(records, k, vocabulary=words())
    return write_workbook(
        {"clients": table(made.rows), "points": table(made.points), "report": _told(made.report.model_dump())}
    )


def _record(profile: Mapping[str, Any], progress: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"profile": profile, **({"progress": progress} if progress else {})}


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows with a heading of every field that one of them has; lists stand in one cell."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([_cell(row.get(name)) for name in names] for row in rows)]


def _told(report: Mapping[str, Any]) -> list[list[Any]]:
    flat = {**report, **report["k"]}
    return [["what", "found"], *([name, _cell(value)] for name, value in flat.items() if not isinstance(value, dict))]


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "; ".join("" if one is None else str(one) for one in value)
    return "" if value is None else value
