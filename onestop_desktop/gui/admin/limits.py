"""The limit of a procedure by channel: at the desk, and where post and online differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onestop_desktop.domain.deadline import LimitKind
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.domain.procedure_text import limit_row
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.admin.form import text_of
from onestop_desktop.gui.admin.typed import number_of, written_number
from onestop_desktop.gui.widgets.fields import AllMarked, Choice, Field
from onestop_desktop.words import Words

SAME, CLOSED = "same", "closed"
_NUMBERED: Mapping[str, str] = {"working": "days", "calendar": "days", "hours": "hours"}


class Limits:
    """Three pairs of fields, kind and number; `fields` holds them by name for the form."""

    def __init__(self, words: Words) -> None:
        kinds = [(str(kind), words.say(f"admin.limit.{kind}")) for kind in LimitKind]
        more = {name: (name, words.say(f"admin.limit.{name}")) for name in (SAME, CLOSED)}
        self._kinds: dict[Channel, Choice] = {}
        self._numbers: dict[Channel, AllMarked] = {}
        self.fields: dict[str, Field] = {}
        for channel in Channel:
            extra = [more[CLOSED]] if channel is Channel.DESK else [more[SAME], more[CLOSED]]
            first, last = ([], extra) if channel is Channel.DESK else (extra[:1], extra[1:])
            kind, number = Choice([*first, *kinds, *last]), AllMarked(limit=8)
            self._kinds[channel], self._numbers[channel] = kind, number
            self.fields[f"kind_{channel}"] = Field(words.say(f"admin.limit_of.{channel}"), kind)
            self.fields[f"number_{channel}"] = Field(words.say("admin.limit_number"), number)
            kind.currentIndexChanged.connect(lambda _at, channel=channel: self._show(channel))
            self._show(channel)

    def _show(self, channel: Channel) -> None:
        self._numbers[channel].setEnabled(self._kinds[channel].value() in _NUMBERED)
        if self._kinds[channel].value() not in _NUMBERED:
            self._numbers[channel].put("")
            self.fields[f"number_{channel}"].wrong("")

    def put(self, procedure: Procedure | None) -> None:
        """Show the limits of a procedure."""
        desk = procedure.limits.get(Channel.DESK) if procedure else None
        for channel in Channel:
            kind, number = str(LimitKind.NONE), ""
            limit = procedure.limits.get(channel) if procedure else None
            if procedure and procedure.channels and channel not in procedure.channels:
                kind = CLOSED
            elif channel is not Channel.DESK and limit == desk:
                kind = SAME
            elif limit is not None:
                row = limit_row(limit)
                kind = str(limit.kind)
                number = written_number(row[_NUMBERED[kind]]) if kind in _NUMBERED else ""
            self._kinds[channel].put(kind)
            self._numbers[channel].put(number)

    def row(self) -> dict[str, Any]:
        """Return the parts of the catalogue's row.

        Raises:
            InvalidInput: `window.number_typed` at a number that cannot be read.
        """
        offered = [channel for channel in Channel if self._kinds[channel].value() != CLOSED]
        if not offered:
            raise InvalidInput("admin.no_channel", field=f"kind_{Channel.DESK}")
        limits = {str(channel): limit for channel in offered if (limit := self._limit(channel)) is not None}
        row: dict[str, Any] = {"channels": [str(channel) for channel in offered]}
        known = list(limits.values())
        if known and len(limits) == len(offered) and all(limit == known[0] for limit in known):
            return row | {"limit": known[0]}
        return row | ({"limits": limits} if limits else {})

    def _limit(self, channel: Channel) -> dict[str, Any] | None:
        kind = self._kinds[channel].value()
        if kind == SAME:
            return self._limit(Channel.DESK)
        if kind in {CLOSED, str(LimitKind.NONE)}:
            return None
        if kind not in _NUMBERED:
            return {"kind": kind}
        value = number_of(text_of(self._numbers[channel]), f"number_{channel}")
        if kind == LimitKind.CALENDAR and not isinstance(value, int):
            raise InvalidInput(
                "window.number_typed", field=f"number_{channel}", text=text_of(self._numbers[channel])[:20]
            )
        return {"kind": kind, _NUMBERED[kind]: value}
