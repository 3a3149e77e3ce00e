"""What every use-case of the desk stands on: the open store, who sits here, the corrected clock, the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from onestop_desktop.clock import BUILT_ON, HANOI
from onestop_desktop.desk import login
from onestop_desktop.desk.setup import KINDS, Setup, fold_setup
from onestop_desktop.domain.calendar import Calendar
from onestop_desktop.domain.catalogue import Catalogue
from onestop_desktop.domain.context import Context
from onestop_desktop.domain.entry import Entry, Happening
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.errors import Refused
from onestop_desktop.store import journal, keys, lookup
from onestop_desktop.store.seed import Seed
from onestop_desktop.store.store import Store
from onestop_desktop.store.transaction import Transaction, Writing

T = TypeVar("T")
_DEAD_MS = 60 * 86_400_000
"""A clock this far behind was dead, not slow: once it shows a time past the last entry, somebody has set it."""


class Core:
    """An open store with somebody at the desk."""

    def __init__(self, store: Store, user: str, seed: Seed | None = None) -> None:
        self.store = store
        self.user = user
        self.seed = seed or Seed()
        self._catalogue: tuple[tuple[Procedure, ...], Catalogue] | None = None
        self._calendar: tuple[Setup, Calendar] | None = None
        self.setup: Setup = store.read(
            lambda c: fold_setup(entry for kind in KINDS for entry in journal.entries(c, kind=kind))
        )

    @property
    def catalogue(self) -> Catalogue:
        """Return the shipped procedures with this desk's own changes."""
        if self._catalogue is None or self._catalogue[0] is not self.setup.procedures:
            changed = self.seed.catalogue.with_changes(self.setup.procedures) if self.setup.procedures else None
            self._catalogue = (self.setup.procedures, changed or self.seed.catalogue)
        return self._catalogue[1]

    @property
    def calendar(self) -> Calendar:
        """Return the shipped calendar with this office's own days and weeks."""
        held, setup = self._calendar, self.setup
        if held is None or held[0].days is not setup.days or held[0].weeks is not setup.weeks:
            days, weeks = [one.change for one in setup.days], [one.hours for one in setup.weeks]
            shipped = self.seed.calendar
            held = self._calendar = (setup, shipped.with_changes(days, weeks) if days or weeks else shipped)
        return held[1]

    def read_ahead(self) -> None:
        """Read now what is otherwise read when it is first asked for: the catalogue takes 0.25 s."""
        _ = self.catalogue, self.calendar, self.seed.provinces

    @property
    def training(self) -> bool:
        """Say whether this is a training desk."""
        return self.store.keys.training

    def now(self) -> datetime:
        """Return the corrected civil time."""
        return (self.store.clock.now() + timedelta(milliseconds=self.setup.offset_ms)).astimezone(HANOI)

    def user_name(self, user: str) -> str:
        """Return a user's name as the desk's entries know it."""
        return self.setup.users.get(user, user)

    def settle_clock(self) -> None:
        """Drop the correction of a clock that somebody has set right: it is past the last entry by itself."""
        last = self.store.read(lookup.last_corrected)
        now = self.store.clock.now()
        if self.setup.offset_ms > _DEAD_MS and last is not None and last <= now and now.date() >= BUILT_ON:
            self.setup = replace(self.setup, offset_ms=0)
            self.record("clock", {"offset_ms": 0, "repaired": True})

    def context(self, now: datetime) -> Context:
        """Return what a decision may look at."""
        return Context(now=now, calendar=self.calendar, actor=self.user, find_procedure=self.find_procedure)

    def find_procedure(self, code: str, day: date) -> Procedure:
        """Return a procedure as it is on a day; raises InvalidInput `procedure.unknown`, Refused as `Catalogue.get`."""
        return self.catalogue.get(code, day)

    def writing(self, second: tuple[str, bytes] | None = None) -> Writing:
        """Return who writes, by the PC's own clock; a correction of the clock stands in each entry."""
        clock = {"offset_ms": self.setup.offset_ms} if self.setup.offset_ms else None
        return Writing(self.store.meta.desk, self.user, self.store.clock.now(), second, clock)

    def write(self, job: Callable[[Transaction], T], second: tuple[str, bytes] | None = None) -> T:
        """Run a use-case in one durable transaction."""
        return self.store.write(job, self.writing(second))

    def record(self, kind: str, body: Mapping[str, object]) -> None:
        """Append an entry of the desk itself and apply it to its settings."""
        self.record_all(kind, [body])

    def record_all(self, kind: str, bodies: Sequence[Mapping[str, object]]) -> None:
        """Append several entries of one kind in one transaction and apply them to the desk's settings."""
        now = self.now()

        def job(transaction: Transaction) -> list[Entry]:
            for body in bodies:
                transaction.append(Happening(kind, body, now))
            return list(transaction.entries)

        self.setup = fold_setup(self.write(job), self.setup)

    def second(self, user: str, password: str) -> tuple[str, bytes]:
        """Return the second person of a two-person act and the key of their MAC.

        Raises:
            Refused: `step.same_person`, `login.unknown`, `login.wrong`, `login.wait`.
        """
        if user == self.user:
            raise Refused("step.same_person")
        if user == keys.RECOVERY:
            raise Refused("login.unknown", user=user)
        login.wait_over(self.store.keys, user, self.store.clock)
        try:
            return user, keys.second_key(self.store.keys, user, password)
        except Refused as error:
            if error.code == "login.wrong":
                self.store.keys = login.count_failure(self.store.site.data, user, self.store.clock)
            raise
