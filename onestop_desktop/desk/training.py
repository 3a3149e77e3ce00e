"""The training desk: real procedures, made-up people; nothing of it can ever be sent or counted."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol

from onestop_desktop import paths
from onestop_desktop.clock import HANOI, Clock, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.calendar import Calendar
from onestop_desktop.domain.office import Office
from onestop_desktop.store.seed import Seed


class Opener(Protocol):
    """The part of a door that makes a desk."""

    def create(self, new: NewDesk) -> tuple[Desk, str]:
        """Make a desk."""
        ...


_FORMS: Mapping[str, Mapping[str, object]] = {
    "ask-supplement": {"items": ["Giấy tờ chứng minh nơi cư trú"], "reason": "Thiếu giấy tờ"},
}


def make_training(door: Callable[[Clock], Opener], clock: Clock) -> None:
    """Make the training desk, its clerks and the dossiers of the two working days before.

    Only a training desk may be given another day than the PC's: its past is played on a clock set to those days.
    """
    plan = tomllib.loads(paths.db("seed", "demo", "training.toml").read_text(encoding="utf-8"))
    today = clock.now().astimezone(HANOI).date()
    days = _working_days_before(today, 2, Seed().calendar)
    played = SetClock(datetime.combine(days[-1], time(7, 0), HANOI))
    first, *others = plan["users"]
    user = FirstUser(first["id"], first["name"], plan["password"])
    offices = tuple(Office.from_body(row) for row in plan["offices"])
    desk, _code = door(played).create(NewDesk(offices, 1, user, training=True))
    try:
        for one in others:
            desk.add_user(one["id"], one["name"], plan["password"])
        for row in plan["dossiers"]:
            played.put(datetime.combine(days[row["day"] - 1], time.fromisoformat(row["at"]), HANOI))
            _play(desk, row)
    finally:
        desk.close()


def _play(desk: Desk, row: Mapping[str, Any]) -> None:
    line = {key: value for key, value in row.items() if key not in {"day", "at", "steps"}}
    taken = desk.receive(line, again=True)
    desk.printed(desk.issue_receipt(taken.id))
    for step in row.get("steps", ()):
        desk.act(taken.id, step, _FORMS.get(step, {}))


def _working_days_before(today: date, count: int, calendar: Calendar) -> list[date]:
    days: list[date] = []
    day = today
    while len(days) < count:
        day = date.fromordinal(day.toordinal() - 1)
        if calendar.is_working(day):
            days.append(day)
    return days
