"""What the hub let know: answers to dossiers, notices, changes of settings, as the journal recorded them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.entry import AGAIN, Entry
from onestop_desktop.domain.number import short_code
from onestop_desktop.store import journal, lookup
from onestop_desktop.store.connect import Connection

_LONGEST = 300


class About(StrEnum):
    """What a message from above is about."""

    ANSWER = "answer"
    """It answers a dossier that was passed up."""

    NOTE = "note"
    """It says something of a dossier."""

    SETTINGS = "settings"
    """It changed the calendar or a procedure here."""

    NOTICE = "notice"
    """It is for whoever sits here."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message from above: its number, what it is about, the dossier by id and by its short number, and its text.

    Dossier and short number are empty where it is about none; the text is cut after 300 characters.
    """

    number: int
    about: About
    dossier: str = ""
    short: str = ""
    text: str = ""


class Arrivals:
    """What has come from above; every method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def last(self) -> int:
        """Return the number of the newest message that is recorded here, 0 where there is none."""
        return self._core.store.read(journal.inbox)

    def since(self, number: int) -> tuple[Arrival, ...]:
        """Return the messages that were recorded after the one of this number, in their order."""

        def job(connection: Connection) -> tuple[Arrival, ...]:
            told = [one for one in journal.messages(connection, number) if one[1].facts.get("topic") != AGAIN]
            return tuple(_arrival(connection, *one) for one in told)

        return self._core.store.read(job)


def _arrival(connection: Connection, number: int, entry: Entry) -> Arrival:
    text = str(entry.facts.get("text", ""))[:_LONGEST]
    row = lookup.by_id(connection, entry.dossier) if entry.dossier else None
    if row is not None:
        about = About.ANSWER if entry.kind == "answer" else About.NOTE
        return Arrival(number, about, row.id, short_code(row.number), text)
    return Arrival(number, About.NOTICE if entry.kind == "notice" else About.SETTINGS, text=text)
