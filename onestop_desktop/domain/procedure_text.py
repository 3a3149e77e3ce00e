"""A procedure written as the catalogue's files hold it: the row that `read_procedure` reads, and its TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.domain.entry import present
from onestop_desktop.domain.procedure import DAY_MINUTES, Channel, FeeRule, NotToAsk, PaperAsked, Procedure
from onestop_desktop.domain.text import fold

_NOT_IN_NAME = re.compile("[^a-z0-9]+")
_DELETE = "\x7f"


def as_row(procedure: Procedure) -> dict[str, Any]:
    """Return the `[[procedures]]` table of a procedure; what is empty or as usual is absent."""
    row = {
        "code": procedure.code,
        "title": procedure.title,
        "short": procedure.short,
        "keywords": list(procedure.keywords),
        "rank": procedure.rank,
        "level": procedure.level,
        "valid_from": procedure.valid_from,
        "valid_to": procedure.valid_to,
        "channels": [str(channel) for channel in procedure.channels],
        **_limits(procedure),
        "fee": _fee(procedure.fee),
        "certification_book": procedure.certification_book,
        "result": procedure.result,
        "papers": [_paper(paper) for paper in procedure.papers],
        "not_to_ask": [_not_to_ask(paper) for paper in procedure.not_to_ask],
        "note": procedure.note,
        "source": procedure.source,
        "sure": procedure.sure if procedure.sure != "high" else "",
    }
    return present(row)


def limit_row(limit: Limit) -> dict[str, Any]:
    """Return the table of a limit."""
    kind = str(limit.kind)
    if limit.kind is LimitKind.WORKING:
        return {"kind": kind, "days": _number(limit.minutes / DAY_MINUTES)}
    if limit.kind is LimitKind.HOURS:
        return {"kind": kind, "hours": _number(limit.minutes / 60)}
    return {"kind": kind, "days": limit.days} if limit.kind is LimitKind.CALENDAR else {"kind": kind}


def to_toml(field: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Write one document of the catalogue: its field (lĩnh vực) and its rows."""
    parts = [f"field = {_value(field)}\n"]
    for row in rows:
        lines = [f"{key} = {_tables(value) if _is_tables(value) else _value(value)}\n" for key, value in row.items()]
        parts.append("\n[[procedures]]\n" + "".join(lines))
    return "".join(parts)


def file_name(field: str) -> str:
    """Return the name of a field's file, in ASCII."""
    return (_NOT_IN_NAME.sub("-", fold(field)).strip("-")[:60].rstrip("-") or "linh-vuc") + ".toml"


def _limits(procedure: Procedure) -> dict[str, Any]:
    limits = procedure.limits
    different = set(limits.values())
    if len(different) == 1 and set(limits) == set(procedure.channels or Channel):
        return {"limit": limit_row(different.pop())}
    return {"limits": {str(channel): limit_row(limit) for channel, limit in limits.items()}}


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _fee(fee: FeeRule) -> dict[str, Any]:
    amounts = {name: value for name, value in (("amount", fee.amount), ("cap", fee.cap)) if value is not None}
    texts = {"unit": fee.unit, "set_by": fee.set_by, "free": fee.free, "note": fee.note}
    return present({"per_page": [list(step) for step in fee.per_page]}) | amounts | present(texts)


def _paper(paper: PaperAsked) -> dict[str, Any]:
    row: dict[str, Any] = {"name": paper.name}
    row |= present({"original": paper.original, "certified": paper.certified, "copy": paper.copy})
    if not paper.required:
        row["required"] = False
    return row | present({"forbidden": paper.forbidden, "case": paper.case, "note": paper.note})


def _not_to_ask(paper: NotToAsk) -> dict[str, Any]:
    return {"paper": paper.paper, "database": paper.database} | present({"owner": paper.owner})


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _tables(rows: Iterable[Mapping[str, Any]]) -> str:
    return "[\n" + "".join(f"  {_value(row)},\n" for row in rows) + "]"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # JSON's escapes are TOML's too; only U+007F may stand bare in JSON.
        return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
    return json.dumps(value)
