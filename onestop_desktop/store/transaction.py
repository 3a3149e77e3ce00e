"""What a use-case may do inside one transaction: allot numbers, append entries, and see them folded at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from onestop_desktop.domain.context import Allotted
from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import Entry, Happening, Place, canonical, recorded
from onestop_desktop.domain.number import barcode_digits, dossier_code, parse_code, pattern_of, sequence_at
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import fold, journal
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.keys import second_mac
from onestop_desktop.store.left import left
from onestop_desktop.store.marks import Marks

LATE_BOOK = "NB"
"""The annex "Sổ nhập bù": late entries into a year that is closed."""
LARGEST_ENTRY = 256 * 1024
"""Bytes of one entry; what is larger could never be sent."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, on which desk, by which clock; `second` is the other person and the key of their MAC."""

    desk: str
    actor: str
    recorded_at: datetime
    second: tuple[str, bytes] | None = None
    clock: Mapping[str, str | int] | None = None


class Transaction:
    """One transaction on the writing connection; its entries are known to the store only after the commit."""

    def __init__(self, connection: Connection, head: journal.Head, marks: Marks, writing: Writing) -> None:
        self._connection = connection
        self._marks = marks
        self._writing = writing
        self.head = head
        self.entries: list[Entry] = []

    def dossier(self, dossier: str) -> Dossier | None:
        """Fold a dossier as it is inside this transaction."""
        return journal.dossier_of(self._connection, dossier)

    def left(self, dossier: str) -> frozenset[str]:
        """Return the kinds of a dossier's entries of which the newest has left the desk in a packet."""
        return left(self._connection, dossier)

    def append(self, happening: Happening, state: Dossier | None = None) -> Dossier | None:
        """Append what happened, fold it, and return the dossier after it.

        Raises:
            InvalidInput: `entry.size` for more than a packet could carry; nothing is kept.
        """
        writing = self._writing
        second = None
        if writing.second:
            user, key = writing.second
            mac = second_mac(key, happening.kind, happening.dossier, canonical(happening.body))
            second = {"mac": mac, "user": user}
        place = Place(
            desk=writing.desk, epoch=self.head.epoch, seq=0, prev=b"", actor=writing.actor,
            recorded_at=writing.recorded_at, second=second, clock=writing.clock,
        )  # fmt: skip
        entry = journal.next_entry(self.head, happening, place)
        if len(entry.envelope) + len(entry.body) > LARGEST_ENTRY:
            raise InvalidInput("entry.size", limit=LARGEST_ENTRY >> 10)
        journal.append(self._connection, entry)
        self.head = journal.Head(entry.epoch, entry.seq, entry.hash)
        self.entries.append(entry)
        if not entry.dossier:
            return None
        fold.put_people(self._connection, entry)
        if self._stands_in_branches(entry):
            # Another branch's entry, by its clock, may count after this one.
            return fold.refold(self._connection, entry.dossier, journal.dossier_of(self._connection, entry.dossier))
        after = evolve(state, entry)
        if after is not None:
            fold.put_dossier(self._connection, after, state)
        return after

    def record(self, happening: Happening) -> Dossier | None:
        """Append something of a dossier, or of none, whose state is not at hand."""
        return self.append(happening, self.dossier(happening.dossier) if happening.dossier else None)

    def inbox(self) -> int:
        """Return the newest message from the hub that is recorded, by the journal alone."""
        return journal.inbox(self._connection)

    def has_mark(self, mark: str) -> bool:
        """Say whether a message from the hub that bears a mark is recorded."""
        return journal.has_mark(self._connection, mark)

    def _stands_in_branches(self, entry: Entry) -> bool:
        return bool(self._connection.execute(
            "SELECT 1 FROM journal WHERE dossier = ? AND epoch <> ? LIMIT 1", (entry.dossier, entry.epoch)
        ).fetchone())  # fmt: skip

    def allot(  # noqa: PLR0913  a number depends on all of these
        self,
        dossier: str,
        agency: str,
        day: date,
        *,
        desk: int,
        start: int | None,
        paper_number: str,
        late: bool,
        today: date,
    ) -> Allotted:
        """Set numbers aside: the paper's own code if it is a valid old code of the agency, else the next one.

        Raises:
            InvalidInput: `number.taken` when the code on the paper belongs to a dossier that is here.
            Refused: `number.exhausted` past 999 of a day under the 2018 pattern.
            TryLater: the marks could not be flushed.
        """
        book = LATE_BOOK if late and day.year < today.year else "01"
        register = f"register|{day.year}|{book}|{desk:02d}"
        no = self._last(register) + 1
        old = _old_code(paper_number, agency, today) if late else None
        if old is None:
            name, index = self._next_place(agency, day, desk, start)
            on, sequence = day, sequence_at(desk, index, pattern_of(agency), start)
            number = dossier_code(agency, day, sequence)
            self._use({name: index, register: no})
        else:
            number, on, sequence = old
            if self._connection.execute("SELECT 1 FROM dossier WHERE number = ?", (number,)).fetchone():
                raise InvalidInput("number.taken", number=number)
            self._use({register: no})
        place = {"book": book, "desk": f"{desk:02d}", "no": no, "year": day.year}
        return Allotted(number, on, sequence, barcode_digits(on, sequence, dossier), place)

    def _next_place(self, agency: str, day: date, desk: int, start: int | None) -> tuple[str, int]:
        """Return the counter of a day and the next index whose number no old code entered late holds already."""
        name = f"{agency}|{day.isoformat()}"
        index = self._last(name) + 1
        while self._connection.execute(
            "SELECT 1 FROM dossier WHERE agency = ? AND day = ? AND sequence = ?",
            (agency, day.isoformat(), sequence_at(desk, index, pattern_of(agency), start)),
        ).fetchone():
            index += 1
        return name, index

    def _use(self, indices: Mapping[str, int]) -> None:
        """Flush the marks where they must be, then count."""
        self._marks.reserve_all(indices)
        for name, index in indices.items():
            self._connection.execute(
                "INSERT INTO counter (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
                (name, index),
            )

    def form_number(self, form: str, year: int) -> int:
        """Return the next number of a form's yearly series (PTC, PBS …)."""
        name = f"form|{year}|{form}"
        no = self._last(name) + 1
        self._use({name: no})
        return no

    def _last(self, name: str) -> int:
        row = self._connection.execute("SELECT last FROM counter WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def remember(self, content: str, dossier: str, at: str, forget_before: str) -> None:
        """Remember what was taken, to ask before it is taken twice; what is older is forgotten."""
        self._connection.execute("DELETE FROM recent WHERE recorded_at < ?", (forget_before,))
        self._connection.execute(
            "INSERT INTO recent (content, recorded_at, dossier) VALUES (?, ?, ?)", (content, at, dossier)
        )

    def last_same(self, content: str, since: str) -> str:
        """Return the newest dossier with this content recorded since an instant, or an empty string."""
        row = self._connection.execute(
            "SELECT dossier FROM recent WHERE content = ? AND recorded_at BETWEEN ? AND ?"
            " ORDER BY recorded_at DESC LIMIT 1",
            (content, since, recorded(self._writing.recorded_at)),
        ).fetchone()
        return str(row[0]) if row else ""


def _old_code(paper_number: str, agency: str, today: date) -> tuple[str, date, int] | None:
    try:
        code = parse_code(paper_number)
    except (InvalidInput, Refused):
        return None
    return (str(code), code.day, code.sequence) if code.agency == agency and code.day <= today else None


def new_dossier_id(now: datetime) -> str:
    """Return a UUIDv7: 48 bits of milliseconds, then random bits (RFC 9562)."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    value = milliseconds << 80 | uuid.uuid4().int & (2**80 - 1)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))
