"""The desk's own settings as they follow from its entries: offices and calendar by date, users, the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from onestop_desktop.domain.calendar import DayChange, DayKind, WeekHours, read_spans, read_week
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.procedure import Procedure, read_procedure

KINDS = ("desk", "office", "user", "clock", "procedure", "calendar", "hub")
WEEK = "week"
"""The change of a `calendar` entry that sets weekly hours; the others are the kinds of a day."""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day as this office decided, with the number of its document."""

    change: DayChange
    document: str


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """Weekly hours as this office decided: why, and the number of the document."""

    hours: WeekHours
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class HubPlace:
    """The hub that let this desk in: its name, key and age recipient, where it answers, the TLS keys it may show."""

    name: str
    key: str
    recipient: str
    addresses: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What the desk's entries say of the desk."""

    desk: int = 1
    start: int | None = None
    offices: tuple[Office, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    offset_ms: int = 0
    procedures: tuple[Procedure, ...] = ()
    days: tuple[OwnDay, ...] = ()
    weeks: tuple[OwnWeek, ...] = ()
    hub: HubPlace | None = None
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


def _hub(state: Setup, entry: Entry) -> Setup:
    facts = entry.facts
    place = HubPlace(
        str(facts.get("name", "")), str(facts["key"]), str(facts["recipient"]),
        tuple(map(str, facts.get("addresses", ()))), tuple(map(str, facts.get("pins", ()))),
    )  # fmt: skip
    return replace(state, hub=place, hub_address=str(facts.get("public_address", "")))


def _user(state: Setup, entry: Entry) -> Setup:
    facts = entry.facts
    return replace(state, users={**state.users, str(facts["user"]): str(facts["name"])})


def _clock(state: Setup, entry: Entry) -> Setup:
    return replace(state, offset_ms=int(entry.facts["offset_ms"]))


def _procedure(state: Setup, entry: Entry) -> Setup:
    return replace(state, procedures=(*state.procedures, procedure_of(entry.facts)))


def _calendar(state: Setup, entry: Entry) -> Setup:
    facts = entry.facts
    change, document = str(facts["change"]), str(facts.get("document", ""))
    day, reason = date.fromisoformat(facts["day"]), str(facts.get("reason", ""))
    if change == WEEK:
        week = OwnWeek(read_week(day, facts["week"]), reason, document)
        weeks = tuple(one for one in state.weeks if one.hours.valid_from != day)
        return replace(state, weeks=(*weeks, week))
    if change not in frozenset(DayKind):
        return state  # a change that only a newer program knows
    own = OwnDay(DayChange(day, DayKind(change), reason, read_spans(facts.get("spans", []))), document)
    return replace(state, days=(*(one for one in state.days if one.change.day != day), own))


def procedure_body(field: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry's object of a row: days as ISO text, broken numbers as text, for an entry holds neither."""
    return {"field": field, "row": _plain(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return int(value) if value == int(value) else repr(value)
    return value.isoformat() if isinstance(value, date) else value


def procedure_of(body: Mapping[str, Any]) -> Procedure:
    """Read a procedure from an entry: a row of the seed's format as `procedure_body` writes it."""
    row = dict(body["row"])
    for name in ("valid_from", "valid_to"):
        if name in row:
            row[name] = date.fromisoformat(row[name])
    if "limit" in row:
        row["limit"] = _counted(row["limit"])
    if "limits" in row:
        row["limits"] = {channel: _counted(limit) for channel, limit in row["limits"].items()}
    return read_procedure(row, str(body["field"]))


def _counted(limit: Mapping[str, Any]) -> dict[str, Any]:
    return {key: float(value) if key != "kind" and isinstance(value, str) else value for key, value in limit.items()}


_CHANGES = {
    "desk": _desk, "office": _office, "user": _user, "clock": _clock, "procedure": _procedure, "calendar": _calendar,
    "hub": _hub,
}  # fmt: skip
