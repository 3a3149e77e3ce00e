"""Protocol bugs planted one by one; the simulation must catch each.

A bug is what somebody could well write: one rule of the protocol forgotten or turned round. Each patches the real
code for as long as a seed runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import update

from onestop_desktop.desk.link import Link
from onestop_desktop.domain import order
from onestop_desktop.domain.entry import Entry
from onestop_desktop.hub import accept, chains, folding, hello, pulls
from onestop_desktop.hub import messages as hub_messages
from onestop_desktop.hub.chains import GROUND
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import DESK
from onestop_desktop.store import epoch, exchange, fold, journal, marks, store
from onestop_desktop.store.left import SENT
from onestop_desktop.sync.session import Session
from tests.simulation.machines import HubMachine, in_memory

Patch = AbstractContextManager[object]
_patch = mock.patch.object


def closure_by_count() -> Patch:
    """The desk believes that the hub holds as many of its oldest entries as the hub's answer counts."""
    real = Session._send

    def send(self: Session, answer: Any) -> None:
        def first(before: Mapping[bytes, bytes], _heads: object) -> set[bytes]:
            return set(list(before)[: answer.count])

        with _patch(exchange, "closure", first):
            real(self, answer)

    return _patch(Session, "_send", send)


def own_pointer() -> Patch:
    """The desk never sends again what the hub once acknowledged."""
    real = exchange.to_send

    def to_send(connection: Any, held: Any) -> list[int]:
        row = connection.execute("SELECT value FROM meta WHERE name = ?", (SENT,)).fetchone()
        return [position for position in real(connection, held) if position > int(row[0] if row else 0)]

    return _patch(exchange, "to_send", to_send)


def resend_off_by_one() -> Patch:
    """What is sent begins one entry too late."""
    real = exchange.to_send
    return _patch(exchange, "to_send", lambda connection, held: real(connection, held)[1:] or real(connection, held))


def epoch_not_renewed() -> Patch:
    """A desk that was put back goes on in its epoch; only one that was moved starts another."""
    real = epoch.why_new_epoch

    def why(*given: Any, **more: Any) -> str:
        found = real(*given, **more)
        return "" if found == "restored" else found

    return _patch(store, "why_new_epoch", why)


def counters_not_lifted() -> Patch:
    """A new epoch goes on with the counters of the file as it was put back."""
    return _patch(epoch, "lift_counters", lambda *_given, **_more: [])


def marks_only_in_the_file() -> Patch:
    """The ceilings that lie outside of the file are not looked at."""
    return _patch(marks.Marks, "all", lambda _self: {})


def counters_not_lifted_by_what_comes() -> Patch:
    """What comes from the hub leaves the counters as they are."""
    return _patch(exchange.Intake, "_lift", lambda *_given: None)


@contextmanager
def ack_before_commit() -> Iterator[None]:
    """The hub answers a packet before its transaction is durable: a kill takes it back."""
    before: list[Any] = []
    real, greeted, forget = Ledger.packet, Ledger.hello, HubMachine._forget_uncommitted

    def packet(self: Ledger, data: bytes, **more: Any) -> bytes:
        copy = in_memory(self.database.engine.raw_connection().driver_connection)
        answer = real(self, data, **more)
        before[:] = [copy]
        return answer

    def hello_commits(self: Ledger, data: bytes) -> bytes:
        before.clear()
        return greeted(self, data)

    def forget_uncommitted(self: HubMachine) -> None:
        forget(self)
        if before:
            before.pop().backup(self.raw)

    with (
        _patch(Ledger, "packet", packet),
        _patch(Ledger, "hello", hello_commits),
        _patch(HubMachine, "_forget_uncommitted", forget_uncommitted),
    ):
        yield


def dedup_dropped() -> Patch:
    """The hub takes every entry of a packet for new."""
    real = chains.spots

    def spots(connection: Any, commune: int, desk: int, asked: Any) -> Any:
        return {value: spot for value, spot in real(connection, commune, desk, asked).items() if value == asked[0]}

    return _patch(accept, "spots", spots)


def fork_dropped() -> Patch:
    """What bears an epoch and places that the hub has filled is taken for a repetition, whatever it says."""
    real = accept.Acceptance._take_one

    def take_one(self: accept.Acceptance, coming: Any, taken: Any) -> Any:
        packet = coming.packet
        filled = any(one.epoch == packet.epoch and one.seq >= packet.last for one in taken.tree.branches.values())
        return () if filled else real(self, coming, taken)

    return _patch(accept.Acceptance, "_take_one", take_one)


def gap_applied() -> Patch:
    """The hub applies a packet though it lacks what comes before."""
    return _patch(accept.Acceptance, "_hold", lambda self, coming, taken: self._put(coming, GROUND, taken))


def digest_from_the_peer() -> Patch:
    """The hub keeps the digest that a desk tells as its own."""
    real = hello.is_same

    def is_same(connection: Any, desk: Any, said: Any) -> bool:
        values = {"digest": said.digest, "digested": said.count, "entries": said.count}
        connection.execute(update(DESK).where(DESK.c.id == desk.id).values(values))
        return real(connection, desk, said)

    return _patch(hello, "is_same", is_same)


def digest_by_count() -> Patch:
    """Two sides with as many entries are taken for the same."""
    return _patch(hello, "is_same", lambda _connection, desk, said: bool(desk.entries == said.count))


def message_twice() -> Patch:
    """The desk records whatever messages an answer holds."""
    real = Link.record

    def record(self: Link, given: Any) -> list[int]:
        before = min(one.n for one in given) - 1
        with _patch(journal, "inbox", lambda _connection: before), _patch(journal, "has_mark", lambda *_given: False):
            return real(self, given)

    return _patch(Link, "record", record)


def message_number_reused() -> Patch:
    """A hub that went back takes a number that its desk has recorded for its own message of that number."""
    return _patch(hub_messages, "_is_recorded", lambda row, entries: row.n in entries)


def fold_by_arrival() -> Patch:
    """A desk folds a dossier in the order in which its entries came."""
    return _patch(journal, "in_fold_order", lambda entries, _parents: list(entries))


def fold_by_clock() -> Patch:
    """The hub folds by the clock alone, whatever an epoch stands behind."""

    def by_clock(entries: list[Entry], _parents: object) -> list[Entry]:
        return sorted(entries, key=order._key)

    return _patch(folding, "in_fold_order", by_clock)


def not_folded_again() -> Patch:
    """What comes from the hub stands in the journal; the tables stay as they were."""
    return _patch(fold, "refold", lambda _connection, _dossier, state: state)


def one_branch_given_back() -> Patch:
    """The hub gives back its first branch only."""
    real = pulls._packets

    def packets(connection: Any, desk: Any, tree: Any, have: Any) -> Any:
        tree.branches = {number: branch for number, branch in tree.branches.items() if number == 1}
        return real(connection, desk, tree, have)

    return _patch(pulls, "_packets", packets)


def foreign_counted() -> Patch:
    """The hub counts what names an agency that is not the desk's."""
    return _patch(accept, "is_foreign", lambda *_given: False)


BUGS: tuple[Callable[[], Patch], ...] = (
    closure_by_count, own_pointer, resend_off_by_one, epoch_not_renewed, counters_not_lifted, marks_only_in_the_file,
    counters_not_lifted_by_what_comes, ack_before_commit, dedup_dropped, fork_dropped, gap_applied,
    digest_from_the_peer, digest_by_count, message_twice, message_number_reused, fold_by_arrival, fold_by_clock,
    not_folded_again, one_branch_given_back, foreign_counted,
)  # fmt: skip

RARE: Mapping[str, int] = {
    "own_pointer": 3088, "digest_by_count": 124, "message_number_reused": 156, "fold_by_clock": 208,
}  # fmt: skip
"""The first seeds that show what few seeds show; `make simulate` looks for them from the first seed on.

A change of the protocol changes what a seed tells: then these are found anew by `python -m tests.simulation --planted`.
"""
