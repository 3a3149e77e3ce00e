"""The desk's own settings as they follow from its entries: offices by date, who works here, the clock's correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.procedure import Procedure, read_procedure

KINDS = ("desk", "office", "user", "clock", "procedure")


@dataclass(frozen=True, slots=True)
class Setup:
    """What the desk's entries say of the desk."""

    desk: int = 1
    start: int | None = None
    offices: tuple[Office, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    offset_ms: int = 0
    procedures: tuple[Procedure, ...] = ()
    hub_address: str = ""
    hotline: str = ""


def fold_setup(entries: Iterable[Entry], setup: Setup | None = None) -> Setup:
    """Apply the desk's entries in order; kinds that are not the desk's are passed over."""
    state = setup or Setup()
    for entry in entries:
        change = _CHANGES.get(entry.kind)
        if change:
            state = change(state, entry)
    return state


def _desk(state: Setup, entry: Entry) -> Setup:
    facts = entry.facts
    start = facts.get("start")
    return replace(
        state,
        desk=int(facts.get("desk", state.desk)),
        start=int(start) if start is not None else state.start,
        hub_address=str(facts.get("hub_address", state.hub_address)),
        hotline=str(facts.get("hotline", state.hotline)),
    )


def _office(state: Setup, entry: Entry) -> Setup:
    office = Office.from_body(entry.facts)
    others = tuple(one for one in state.offices if (one.agency, one.valid_from) != (office.agency, office.valid_from))
    return replace(state, offices=(*others, office))


def _user(state: Setup, entry: Entry) -> Setup:
    facts = entry.facts
    return replace(state, users={**state.users, str(facts["user"]): str(facts["name"])})


def _clock(state: Setup, entry: Entry) -> Setup:
    return replace(state, offset_ms=int(entry.facts["offset_ms"]))


def _procedure(state: Setup, entry: Entry) -> Setup:
    return replace(state, procedures=(*state.procedures, procedure_of(entry.facts)))


def procedure_of(body: Mapping[str, Any]) -> Procedure:
    """Read a procedure from an entry: a row of the seed's format, its days as ISO text."""
    row = dict(body["row"])
    for name in ("valid_from", "valid_to"):
        if name in row:
            row[name] = date.fromisoformat(row[name])
    return read_procedure(row, str(body["field"]))


_CHANGES = {"desk": _desk, "office": _office, "user": _user, "clock": _clock, "procedure": _procedure}
