"""The desk's link to its hub: one session, what waits to be sent, what was last heard, and the hub's clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.setup import KINDS, Setup, fold_setup
from onestop_desktop.desk.views import Pending
from onestop_desktop.domain.deadclock import hub_time_now
from onestop_desktop.domain.entry import AGAIN, MARK, Entry, Happening
from onestop_desktop.errors import KnownError, Refused
from onestop_desktop.store import exchange, journal
from onestop_desktop.store.transaction import Transaction

if TYPE_CHECKING:
    from onestop_desktop.sync.session import Peer, Report
    from onestop_desktop.wire.messages import Answer, Message

_SETTINGS = frozenset({"calendar", "procedure"})
"""Messages that change the desk's settings: recorded as entries of their own kind."""
Progress = Callable[[int, int, int, int], None]
"""Told (sent, waiting, received) entries and the bytes sent so far."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the window shows of the link: when the hub last answered, when both held the same, what it noticed."""

    enrolled: bool
    heard_at: datetime | None
    same_at: datetime | None
    notices: tuple[str, ...]
    quarantined: int
    copies: int


class Link:
    """The desk's link to its hub; every method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def enrol(self, hub: bytes) -> None:
        """Keep the hub's public key (32 bytes); another one than before is another hub, of which nothing is known."""
        self._core.store.write_plain(lambda c: exchange.keep_hub(c, hub))

    def hub(self) -> bytes:
        """Return the hub's public key; raises Refused `link.not_enrolled`."""
        found = self._core.store.read(lambda c: exchange.secret(c, exchange.HUB))
        if found is None:
            raise Refused("link.not_enrolled")
        return found

    def sync(self, peer: Peer, progress: Progress | None = None) -> Report:
        """Hold one session with the hub behind `peer`; `progress` is told how far it is.

        Raises:
            TryLater: the link broke; what was done stays done, the next session goes on from there.
            Refused: `link.not_enrolled`, `hub.unknown_desk`, `hub.revoked`.
        """
        from onestop_desktop.sync.session import Session, Settings  # noqa: PLC0415  imported on first use

        core = self._core
        settings = Settings(hub=self.hub(), record=self.record, now=core.store.clock.now, start=core.setup.start)
        if progress is not None:
            settings = Settings(settings.hub, settings.record, settings.now, settings.start, progress)
        session = Session(core.store, peer, settings)
        try:
            return session.run()
        finally:
            self._read_setup(session.report)

    def take_reply(self, answer: Answer, packets: Sequence[bytes]) -> Report:
        """Take the hub's answer as it came on a stick; raises TryLater `link.garbled`, Refused `link.not_enrolled`."""
        from onestop_desktop.sync.session import NoPeer, Session, Settings  # noqa: PLC0415  imported on first use

        core = self._core
        settings = Settings(hub=self.hub(), record=self.record, now=core.store.clock.now, start=core.setup.start)
        report = Session(core.store, NoPeer(), settings).take_reply(answer, packets)
        self._read_setup(report)
        return report

    def _read_setup(self, report: Report) -> None:
        if report.received:
            core = self._core
            core.setup = core.store.read(
                lambda c: fold_setup(entry for kind in KINDS for entry in journal.entries(c, kind=kind))
            )

    # -- messages from above ------------------------------------------------------------------------------------

    def record(self, messages: Sequence[Message]) -> list[int]:
        """Record what the hub lets know, each message once, in order; return the numbers recorded now."""
        core = self._core
        now = core.now()

        def job(transaction: Transaction) -> tuple[list[int], list[Entry]]:
            last, done = transaction.inbox(), []
            for message in sorted(messages, key=lambda one: one.n):
                if message.n != last + 1:
                    continue
                transaction.record(_happening(transaction, message, now, core.setup))
                last = message.n
                done.append(last)
            return done, list(transaction.entries)

        done, entries = core.write(job)
        core.setup = fold_setup(entries, core.setup)
        return done

    # -- what is known without asking ---------------------------------------------------------------------------

    def pending(self) -> Pending:
        """Return how many entries the hub lacks by its last answer, and since when the oldest waits."""
        found = self._core.store.read(exchange.unsent)
        return Pending(found.entries, found.oldest)

    def state(self) -> LinkState:
        """Return what the window shows of the link."""
        said = self._core.store.read(exchange.heard)
        enrolled = self._core.store.read(lambda c: exchange.secret(c, exchange.HUB)) is not None
        return LinkState(
            enrolled, _instant(said.at), _instant(said.same_at), said.notices, said.quarantined, said.copies
        )

    def hub_time(self) -> datetime | None:
        """Return the hub's time now, as far as its last answer and this PC's clock since then tell it."""
        said = self._core.store.read(exchange.heard)
        then = _instant(said.at)
        if then is None:
            return None
        return hub_time_now(then + timedelta(milliseconds=said.offset_ms), then, self._core.store.clock.now())


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _happening(transaction: Transaction, message: Message, now: datetime, setup: Setup) -> Happening:
    """Say what a message is in the journal: a change of settings, the answer to a dossier, or else a notice."""
    body = _body(message) | {"message": message.n}
    mark = str(body.get(MARK, ""))
    if mark and transaction.has_mark(mark):
        # A hub that went back gave it another number: that is used up, and nobody is told a second time.
        return Happening("notice", {"message": message.n, MARK: mark, "topic": AGAIN}, now)
    if message.kind in _SETTINGS and _readable(message.kind, body, now, setup):
        return Happening(message.kind, body, now)
    named = body.pop("dossier", "")
    state = transaction.dossier(named) if isinstance(named, str) and named else None
    if state is None:
        return Happening("notice", body | {"topic": message.kind}, now)
    if message.kind == "answer" and state.state is not None and "answer" in state.state.next:
        return Happening("answer", body, now, state.id)
    return Happening("notice", body | {"topic": message.kind}, now, state.id)


def _body(message: Message) -> dict[str, Any]:
    try:
        found = json.loads(message.body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"text": message.body.decode("utf-8", "replace")[:2000]}


def _readable(kind: str, body: Mapping[str, Any], now: datetime, setup: Setup) -> bool:
    """Say whether the desk's settings can take a change in: else it is only shown."""
    try:
        fold_setup([Entry(b"", b"", b"", b"", {"kind": kind, "happened_at": now.isoformat()}, body)], setup)
    except (KnownError, KeyError, TypeError, ValueError, AttributeError):
        return False
    return True
