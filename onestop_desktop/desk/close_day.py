"""Closing a day: what is to be looked at before, its figures, and what is written: sheet, register, bundle, letter."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from onestop_desktop.desk import day_papers
from onestop_desktop.desk.carry import Carry, written
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.link import Link
from onestop_desktop.desk.views import Pending
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening
from onestop_desktop.domain.number import short_code
from onestop_desktop.domain.office import office_on
from onestop_desktop.domain.status import TO_HAND_OVER
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import days, exchange, journal, lookup
from onestop_desktop.store.transaction import Transaction
from onestop_desktop.words import Words

KIND = "close-day"
_MOST = 500
_NAMED = 3
COPIED_WITHIN = 3
"""Days that work may lie on this PC alone before its clerk is warned: over a week-end, and no longer."""


def _named(dossiers: Sequence[Dossier]) -> str:
    """Name a few dossiers by their short numbers."""
    numbers = [short_code(one.number) for one in dossiers[:_NAMED]]
    return ", ".join([*numbers, "…"] if len(dossiers) > _NAMED else numbers)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: whether it is in order, how many (of how many, which), and where it is settled.

    `first` is the id of the first dossier of those that no list of page Hồ sơ shows.
    """

    code: str
    ok: bool
    count: int
    of: int = 0
    action: str = ""
    which: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The day in four numbers; `fees` in đồng collected less refunded.

    `overdue_new`: what ran over since the working day before: due then or since, not finished when the day began.
    """

    received: int
    returned: int
    overdue_new: int
    fees: int


@dataclass(frozen=True, slots=True)
class Closed:
    """What was written; no bundle and no letter where there is no hub or nothing to send."""

    sheet: Path
    register: Path
    bundle: Path | None
    letter: Path | None
    entries: int


class CloseDay:
    """The end of a day at this desk; every method may be called from any thread."""

    def __init__(self, core: Core, link: Link, carry: Carry) -> None:
        self._core = core
        self._link = link
        self._carry = carry

    def figures(self, day: date) -> DayFigures:
        """Return the day's figures."""
        core, text = self._core, day.isoformat()
        counts = core.store.read(lambda c: lookup.counts_of_day(c, text, core.now().isoformat()))
        first = core.calendar.last_working_day(day).isoformat()
        overdue = core.store.read(lambda c: days.newly_overdue(c, first, text))
        return DayFigures(
            counts["received"], counts["returned"], overdue, core.store.read(lambda c: days.fees(c, text))
        )

    def checks(self, day: date) -> tuple[Check, ...]:
        """Return what must be looked at before the day is closed."""
        core = self._core
        unprinted = len(core.store.read(lambda c: lookup.unprinted(c, _MOST)))
        received = self.figures(day).received
        held = core.store.read(lambda c: lookup.counted(c, lookup.Filter(states=tuple(TO_HAND_OVER))))
        sorry = core.store.read(lambda c: days.without_apology(c, core.now()))
        conflicts = core.store.read(days.conflicts)
        unpaid = core.store.read(lambda c: days.unpaid(c, day.isoformat()))
        state, waiting = self._link.state(), self._link.pending()
        alone = self._days_alone(waiting)
        return (
            Check("printed", not unprinted, max(0, received - unprinted), received, "unprinted" if unprinted else ""),
            Check("handed", not held, held, 0, "ready" if held else ""),
            Check("apology", not sorry, sorry, 0, "overdue" if sorry else ""),
            Check("conflicts", not conflicts, conflicts, 0, "conflict" if conflicts else ""),
            Check("quarantined", not state.quarantined, state.quarantined),
            Check("sent", not waiting.entries, waiting.entries, 0, "unsent" if waiting.entries else ""),
            Check("copied", alone <= COPIED_WITHIN, alone, 0, "unsent" if alone > COPIED_WITHIN else ""),
            Check(
                "fees",
                not unpaid,
                len(unpaid),
                0,
                "unpaid" if unpaid else "",
                _named(unpaid),
                unpaid[0].id if unpaid else "",
            ),
        )

    def _days_alone(self, waiting: Pending) -> int:
        """Return for how many days the oldest entry that the hub lacks has been on this PC alone."""
        if not waiting.oldest_at:
            return 0
        oldest = datetime.fromisoformat(waiting.oldest_at)
        now = self._core.now()
        return max(0, (now.date() - oldest.astimezone(now.tzinfo).date()).days)

    def sheet_pdf(self, day: date) -> bytes:
        """Return the sheet of a day, with the code and the QR of the signed head."""
        code, qr = self._signed_head()
        return day_papers.daily_sheet_pdf(self._core, day, code, qr)

    def register_pdf(self, day: date) -> bytes:
        """Return the register of a day."""
        return day_papers.register_pdf(self._core, day, day)

    def _signed_head(self) -> tuple[str, str]:
        """Return the head as 16 characters, and as text that a scanner reads with the desk's signature."""
        from onestop_desktop.wire.packet import head_bytes  # noqa: PLC0415  imported on first use
        from onestop_desktop.wire.signing import sign  # noqa: PLC0415

        store = self._core.store
        head = store.head
        seed = store.read(exchange.desk_seeds)[0]
        signature = sign(seed)(head_bytes(store.meta.desk, head.epoch, head.seq, head.hash))
        signed = base64.b32encode(signature).decode("ascii").rstrip("=")
        return day_papers.head_code_of(head.hash), f"{head.epoch} {head.seq} {head.hash.hex()} {signed}"

    def close(self, day: date, out: Path, words: Words) -> Closed:
        """Record that a day is closed and write its sheet, register, bundle and letter into a folder.

        Raises:
            InvalidInput: `office.none_on_day`, `cli.receipts_inside_data`.
            TryLater: `store.disk_full`, `store.cannot_write`; what was written before stays.
        """
        from onestop_desktop.desk.register_sheet import register_xlsx  # noqa: PLC0415  spreadsheets on first use

        core = self._core
        office_on(core.setup.offices, day)
        if out.resolve().is_relative_to(core.store.site.data.resolve()):
            raise InvalidInput("cli.receipts_inside_data", folder=str(out)[-120:])
        self._record(day)
        name = f"{office_on(core.setup.offices, day).agency}-{core.store.meta.desk}-{day:%y%m%d}"
        sheet = written(out / f"{name}-to-ngay.pdf", self.sheet_pdf(day))
        rows = day_papers.register_of(core, day, day)
        register = written(out / f"{name}-so-theo-doi.xlsx", register_xlsx(rows, day_papers.terms_on(core, day)))
        bundle = letter = None
        entries = 0
        with suppress(Refused):  # no hub, or the hub has everything: the day is closed all the same
            carried = self._carry.write(out)
            bundle, entries = carried.path, carried.entries
            letter = self._carry.letter(out, words).path
        return Closed(sheet, register, bundle, letter, entries)

    def _record(self, day: date) -> None:
        core = self._core
        body = {"day": day.isoformat()}

        def job(transaction: Transaction) -> None:
            transaction.append(Happening(KIND, body, core.now()))

        core.write(job)

    def closed_at(self, day: date) -> datetime | None:
        """Return when a day was last closed."""
        entries = self._core.store.read(lambda c: list(journal.entries(c, kind=KIND)))
        times = [one.happened_at for one in entries if one.facts.get("day") == day.isoformat()]
        return datetime.fromisoformat(times[-1]) if times else None
