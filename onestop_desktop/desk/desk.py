"""The desk as window and command line see it: each method is one thing a clerk does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onestop_desktop.clock import BUILT_ON
from onestop_desktop.desk import board, certify, intake, lookup, paper, steps, upkeep
from onestop_desktop.desk.admin import Admin
from onestop_desktop.desk.arrivals import Arrivals
from onestop_desktop.desk.carry import Carry
from onestop_desktop.desk.close_day import CloseDay
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.course import Course
from onestop_desktop.desk.export import Export
from onestop_desktop.desk.files import Files
from onestop_desktop.desk.link import Link
from onestop_desktop.desk.papers import Papers
from onestop_desktop.desk.seat import Seat
from onestop_desktop.desk.views import (
    Changes,
    DossierRow,
    Forecast,
    Identity,
    KnownPerson,
    PaperJob,
    Pending,
    Received,
    Scanned,
    Tile,
)  # fmt: skip
from onestop_desktop.domain.catalogue import Catalogue
from onestop_desktop.domain.deadclock import ClockView, offset_for, suspicion
from onestop_desktop.domain.deadline import Remaining
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import recorded
from onestop_desktop.domain.office import Office, office_on, rules_on
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.store import drafts, journal
from onestop_desktop.store import lookup as rows


class Desk:
    """An open desk with a clerk at it; every method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.link = Link(core)
        self.carry = Carry(core, self.link)
        self.arrivals = Arrivals(core)
        self.close_day = CloseDay(core, self.link, self.carry)
        self.admin = Admin(core)
        self.seat = Seat(core)
        self.papers = Papers(core)
        self.files = Files(core)
        self.export = Export(core)
        self.course = Course(core)

    # -- who and when ---------------------------------------------------------------------------------------

    @property
    def identity(self) -> Identity:
        """Return whose desk this is today."""
        core = self.core
        today = core.now().date()
        office = office_on(core.setup.offices, today)
        return Identity(
            office=office.name, upper=office.upper, agency=office.agency,
            counter=rules_on(core.seed.rules, today).counter, desk=core.store.meta.desk, user=core.user,
            user_name=core.user_name(core.user), training=core.training,
        )  # fmt: skip

    def now(self) -> datetime:
        """Return the corrected civil time."""
        return self.core.now()

    def clock_suspicion(self) -> str | None:
        """Return why the PC's clock cannot be right, as a code; None when nothing speaks against it."""
        view = ClockView(
            pc_now=self.core.now(),
            last_entry_at=self.core.store.read(rows.last_corrected),
            build_on=BUILT_ON,
            hub_last=self.link.hub_time(),
        )
        return suspicion(view)

    def set_today(self, day: date) -> None:
        """Record a person's answer to "Hôm nay là ngày nào?"; codes and dates use the corrected time from now on."""
        pc = self.core.store.clock.now()
        before = self.core.store.read(rows.last_corrected)
        self.core.record("clock", {"answer": day.isoformat(), "offset_ms": offset_for(day, pc, before)})

    # -- procedures and people ------------------------------------------------------------------------------

    def suggest_procedures(self, text: str, limit: int = 12) -> tuple[Procedure, ...]:
        """Return procedures by what is typed, those used last first."""
        recent = self.core.store.read(rows.recent_procedures)
        return self.core.catalogue.suggest(text, recent, self.core.now().date(), limit)

    def procedure(self, code: str) -> Procedure:
        """Return a procedure as it is today; raises InvalidInput `procedure.unknown`."""
        return self.admin.current(code)

    @property
    def catalogue(self) -> Catalogue:
        """Return the shipped procedures with this desk's own changes."""
        return self.core.catalogue

    def suggest_people(self, text: str, limit: int = 8) -> tuple[KnownPerson, ...]:
        """Return people who were here before."""
        return lookup.people(self.core, text, limit)

    # -- dossiers -------------------------------------------------------------------------------------------

    def scan(self, text: str) -> Scanned:
        """Say what a scan is; raises InvalidInput `scan.check`, `scan.not_here`, `idcard.…`."""
        return lookup.scan(self.core, text)

    def find(self, text: str, limit: int = 50) -> tuple[DossierRow, ...]:
        """Return dossiers by number or words, newest first."""
        return lookup.find(self.core, text, limit)

    def one(self, number: str) -> str:
        """Return the id of the dossier that a number names; raises InvalidInput `dossier.unknown`."""
        return lookup.one(self.core, number)

    def show(self, dossier: str) -> Mapping[str, Any]:
        """Return everything known of a dossier."""
        return lookup.show(self.core, dossier)

    def listing(
        self, states: Sequence[str] = (), before: int | None = None, limit: int = 50
    ) -> tuple[tuple[DossierRow, ...], int | None]:
        """Return a page of dossiers and the key of the next."""
        return lookup.listing(self.core, states, before, limit)

    def chips(self) -> tuple[board.Chip, ...]:
        """Return the board's chips with their true counts."""
        return board.counts(self.core)

    def board(self, chip: str = "held", **narrowed: Any) -> board.Page:
        """Return a page of the board: `board.page` says what narrows it and which page it is."""
        return board.page(self.core, chip, **narrowed)

    def choices(self, column: str) -> list[str]:
        """Return the officers or villages that the board can be narrowed by."""
        return self.core.store.read(lambda c: rows.choices(c, column))

    def unsent(self, dossier: str) -> bool:
        """Say whether the hub, by its last answer, lacks an entry of a dossier."""
        return self.core.store.read(lambda c: rows.is_unsent(c, dossier))

    def dossier(self, dossier: str) -> Dossier:
        """Return a dossier folded from its entries; raises InvalidInput `dossier.unknown`."""
        return paper.state_of(self.core, dossier)

    def remaining(self, row: DossierRow) -> Remaining:
        """Return what is left of a dossier's limit."""
        return board.left(self.core, row)

    def forecast(self, line: Mapping[str, object]) -> Forecast:
        """Say what the receipt would say if it were saved now."""
        return intake.forecast(self.core, line)

    def receive(self, line: Mapping[str, object], *, again: bool = False) -> Received:
        """Take a dossier; raises Refused `intake.again` for the same content within a minute unless `again`."""
        return intake.receive(self.core, line, again=again, limit_kb=self.files.limit_kb)

    def refuse(self, line: Mapping[str, object]) -> Mapping[str, str]:
        """Refuse at the counter."""
        return intake.refuse(self.core, line)

    def act(
        self, dossier: str, step: str, values: Mapping[str, object], second: steps.Second | None = None
    ) -> tuple[Dossier, Changes]:
        """Take a step of a dossier."""
        return steps.act(self.core, dossier, step, values, second, limit_kb=self.files.limit_kb)

    def alone(self, dossier: Dossier) -> steps.Alone:
        """Say what this clerk may take back of a dossier just now without a second person."""
        return steps.alone(self.core, dossier)

    def certify(self, lines: Sequence[Mapping[str, object]]) -> tuple[tuple[certify.Certified, ...], Changes]:
        """Take, finish and hand over several certifications in one transaction."""
        return certify.certify(self.core, lines, limit_kb=self.files.limit_kb)

    def next_book_number(self, procedure: str) -> int:
        """Return the next number in a procedure's certification book."""
        return certify.next_book_number(self.core, procedure)

    # -- papers ---------------------------------------------------------------------------------------------

    def preview(self, line: Mapping[str, object], *, layout: str = "a4") -> bytes:
        """Render the receipt of an intake that is still being typed."""
        return paper.preview(self.core, line, layout=layout)

    def issue_receipt(self, dossier: str, *, layout: str = "a4", out: str = "") -> PaperJob:
        """Return the receipt as issued."""
        return paper.issue_receipt(self.core, dossier, layout=layout, out=out)

    def render_receipt(self, dossier: str, *, layout: str = "a4") -> bytes:
        """Render a receipt from the dossier as it is; equal bytes each time."""
        return paper.receipt_pdf(self.core, paper.state_of(self.core, dossier), layout=layout)

    def keep_receipt(self, dossier: str, pdf: bytes, *, out: str = "") -> PaperJob:
        """Store a rendered receipt encrypted and record its hash."""
        return paper.keep_receipt(self.core, paper.state_of(self.core, dossier), pdf, out=out)

    def paper(self, dossier: str, form: str, *, blank: bool = False, layout: str = "a4") -> tuple[str, bytes]:
        """Return a form of a dossier as (number, PDF); raises Refused `paper.not_happened`."""
        return paper.paper(self.core, dossier, form, blank=blank, layout=layout)

    def register_pdf(self, first: date, last: date) -> bytes:
        """Return the register of the dossiers received on these days, both included."""
        return self.papers.register_pdf(first, last)

    def daily_sheet_pdf(self, day: date, head_code: str = "", head_qr: str = "") -> bytes:
        """Return the sheet of a day; without a signed head it shows the journal's own."""
        return self.papers.daily_sheet_pdf(day, head_code, head_qr)

    def reprint(self, dossier: str, form: str = "receipt") -> PaperJob:
        """Return a stored paper, marked as reprinted when it was printed before."""
        return paper.reprint(self.core, dossier, form)

    def printed(self, job: PaperJob) -> None:
        """Record that a paper came out."""
        paper.printed(self.core, job)

    def unprinted(self) -> tuple[DossierRow, ...]:
        """Return dossiers whose receipt has not come out of a printer."""
        return tuple(map(lookup.row, self.core.store.read(rows.unprinted)))

    # -- drafts ---------------------------------------------------------------------------------------------

    def save_draft(self, form: str, data: Mapping[str, object]) -> None:
        """Keep what is typed in a form; one row a form, encrypted with the store, never sent."""
        at = recorded(self.core.store.clock.now())
        self.core.store.write_plain(lambda c: drafts.save(c, form, data, at), urgent=False)

    def load_draft(self, form: str) -> dict[str, Any] | None:
        """Return what was typed and neither received nor discarded."""
        return self.core.store.read(lambda c: drafts.load(c, form))

    def drop_draft(self, form: str) -> None:
        """Forget what was typed."""
        self.core.store.write_plain(lambda c: drafts.drop(c, form), urgent=False)

    # -- state ----------------------------------------------------------------------------------------------

    def pending(self) -> Pending:
        """Return what waits to be sent: every entry, until a hub has acknowledged it."""
        return self.link.pending()

    def day_counts(self) -> Mapping[str, int]:
        """Return today's figures."""
        now = self.core.now().isoformat()
        return self.core.store.read(lambda c: rows.counts_of_day(c, now[:10], now))

    def verify(self) -> list[Any]:
        """Recompute chain and fold; return every difference."""
        return list(self.core.store.verify())

    def digest(self) -> str:
        """Return the digest of the journal."""
        return self.core.store.read(journal.digest)

    def add_user(self, user: str, name: str, password: str) -> None:
        """Add a user, or give one a new password; raises InvalidInput `user.id`, `user.password_short`."""
        upkeep.add_user(self.core, user, name, password)

    def remove_user(self, user: str) -> None:
        """Take a user's access away; what they did stays under their name."""
        upkeep.remove_user(self.core, user)

    def users(self) -> tuple[Tile, ...]:
        """Return who can log in."""
        return tuple(Tile(*one) for one in self.core.store.keys.users)

    def offices(self) -> tuple[Office, ...]:
        """Return the agencies that the desk belongs to, by date."""
        return self.core.setup.offices

    def import_procedures(self, text: str) -> int:
        """Record procedures from a document in the catalogue's format; return how many."""
        return upkeep.import_procedures(self.core, text)

    def add_office(self, office: Office) -> Office:
        """Record an agency that the desk belongs to between two days; return it as it is kept."""
        return upkeep.add_office(self.core, office)

    def close(self) -> None:
        """Close the store."""
        self.core.store.close()
