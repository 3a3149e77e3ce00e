"""The hub's side of the sync: one request in, one signed answer out, and nothing kept between two requests.

Time, randomness, keys and database are handed in. An answer leaves only after the commit of what it acknowledges.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from onestop_desktop.clock import Clock
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import accept, digests, hello, incidents, lives, messages, pulls
from onestop_desktop.hub.chains import Tree, read_tree
from onestop_desktop.hub.database import Database
from onestop_desktop.hub.desks import Desk, KeyState, by_key
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.keys import HubKeys
from onestop_desktop.hub.lives import Life, Seen
from onestop_desktop.hub.tables import DESK, JOURNAL
from onestop_desktop.wire.messages import ANSWER, Answer, Ask, Known, Parcel, decode, sign_message
from onestop_desktop.wire.packet import unpack
from onestop_desktop.wire.signing import check

CARRIERS = ("network", "usb", "mail")
MOST_ASKED = 2_000
"""Hashes in one question."""


@dataclass(frozen=True, slots=True)
class Change:
    """One journal row for a reader that follows the hub; `number` is its cursor."""

    number: int
    commune: int
    desk: int
    epoch: str
    seq: int
    hash: bytes
    kind: str
    dossier: str
    accepted_ms: int
    code: str
    envelope: bytes
    body: bytes


class Ledger:
    """The hub's journal and what speaks to desks."""

    def __init__(
        self,
        database: Database,
        keys: HubKeys,
        clock: Clock,
        *,
        seen: Seen | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.database = database
        self.keys = keys
        self.clock = clock
        self.random = random
        self._seen = seen or Seen(None)
        with database.writing() as connection:
            life = lives.settle(connection, database.dialect, self._seen, lambda: random(lives.BYTES), self.now_ms())
        self._seen.put(life.incarnation, life.number)

    def now_ms(self) -> int:
        """Return the hub's clock in milliseconds UTC."""
        return int(self.clock.now().timestamp() * 1000)

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a writing transaction of the hub's database."""
        return self.database.writing()

    def reading(self) -> AbstractContextManager[Connection]:
        """Give one state of the hub's database."""
        return self.database.reading()

    # -- what a desk asks ---------------------------------------------------------------------------------

    def hello(self, data: bytes) -> bytes:
        """Answer a greeting: whether both sides are the same, else which heads the hub has; and messages.

        Raises:
            InvalidInput: `wire.message`, `wire.signature`, `wire.protocol`.
            Refused: `hub.unknown_desk`, `hub.revoked`.
            TryLater: the database is not ready.
        """
        now = self.now_ms()
        with self.writing() as connection:
            said, desk = hello.read_hello(connection, data)
            life = self._life(connection)
            hello.note_hello(connection, self.database.dialect, desk, said, now)
            tree = read_tree(connection, desk.id)
            same = hello.is_same(connection, desk, said)
            answer = self._answer(
                connection, life, tree, same=same, quarantined=hello.quarantined(connection, desk),
                messages=messages.after(connection, desk.id, said.inbox), token=self.keys.token(desk.key, now),
                notices=incidents.notices(connection, desk.id), copies=self.database.dialect.copies(connection),
            )  # fmt: skip
        return sign_message(ANSWER, said.nonce, answer, self.keys.sign)

    def packet(self, data: bytes, *, carrier: str = "network", reviewed_by: str = "") -> bytes:
        """Take a packet; the same one again is a success without effect.

        `reviewed_by` names who answers for taking entries of a revoked key.

        Raises:
            InvalidInput: `packet.*`; nothing of the packet was taken.
            Refused: `hub.unknown_desk`, `hub.revoked`, `hub.held_full`.
            TryLater: the database is not ready.
        """
        now = self.now_ms()
        packet = unpack(data)
        coming = accept.read_packet(packet, data, "reviewed" if reviewed_by else carrier, now)
        with self.writing() as connection:
            desk = by_key(connection, packet.key)
            self._check_sender(desk, coming, reviewed_by)
            if reviewed_by:
                note = incidents.seen(desk.id, Kind.REVIEWED, packet.head_hash.hex(), now, by=reviewed_by)
                incidents.note(connection, self.database.dialect, note)
            taken = accept.Acceptance(connection, self.database.dialect, desk).take(coming)
            life = self._life(connection, taken)
            answer = self._answer(
                connection, life, taken.tree, same=False, quarantined=tuple(taken.quarantined),
                notices=incidents.told(desk.troubles | ({Kind.FORK} if taken.forked else set())), copies=taken.copies,
            )  # fmt: skip
        self._seen.put(life.incarnation, life.number)
        return sign_message(ANSWER, accept.nonce_of(data), answer, self.keys.sign)

    def pull(self, token: bytes, data: bytes) -> bytes:
        """Give back packets that a desk lacks: a signed Parcel; raises as `known`."""
        ask = self._ask(data)
        with self.reading() as connection:
            found: Parcel = pulls.parcel(connection, self._by_token(connection, token), ask.have)
        return sign_message(ANSWER, ask.nonce, found, self.keys.sign)

    def known(self, token: bytes, data: bytes) -> bytes:
        """Say which hashes the hub has: a signed Known.

        Raises:
            InvalidInput: `wire.message`.
            Refused: `hub.token` (greet again), `hub.revoked`.
        """
        ask = self._ask(data)
        with self.reading() as connection:
            found = pulls.known(connection, self._by_token(connection, token), ask.have)
        return sign_message(ANSWER, ask.nonce, Known(found), self.keys.sign)

    def desk_of_token(self, token: bytes) -> Desk:
        """Return the desk whose session a token opens; raises Refused `hub.token`, `hub.revoked`."""
        with self.reading() as connection:
            return self._by_token(connection, token)

    def reply(self, desk: Desk, inbox: int) -> Answer:
        """Return what the hub has of a desk and for it, as it goes onto a stick; `inbox` is what the desk recorded."""
        with self.reading() as connection:
            tree = read_tree(connection, desk.id)
            return self._answer(
                connection, lives.read_life(connection), tree, same=False,
                quarantined=hello.quarantined(connection, desk), messages=messages.after(connection, desk.id, inbox),
                notices=incidents.notices(connection, desk.id), copies=self.database.dialect.copies(connection),
            )  # fmt: skip

    # -- what the hub does --------------------------------------------------------------------------------

    def send(self, desk: int | str, kind: str, body: Mapping[str, Any], *, author: str = "") -> int:
        """Put a message for a desk, given by its number here, and return the message's number.

        Raises:
            InvalidInput: `hub.no_desk`, `hub.message_size`, `entry.value`.
        """
        with self.writing() as connection:
            return messages.put(
                connection, self.database.dialect, int(desk), kind, messages.marked(body, self.random),
                author=author, at_ms=self.now_ms(),
            )  # fmt: skip

    def changes(self, after: int, limit: int = 500) -> list[Change]:
        """Return the journal rows that follow a cursor, in order of commit; none is ever skipped or comes later."""
        journal = JOURNAL.c
        names = Change.__slots__
        query = select(*(journal[name] for name in names)).where(journal.number > after)
        with self.reading() as connection:
            rows = connection.execute(query.order_by(journal.number).limit(min(limit, 5_000)))
            return [Change(**row) for row in rows.mappings()]

    def digest(self, desk: int) -> str:
        """Return a desk's digest in hex, computed from its rows now."""
        with self.reading() as connection:
            commune = connection.execute(select(DESK.c.commune).where(DESK.c.id == desk)).scalar_one()
            return digests.digest(connection, commune, desk).hex()

    def whole_digest(self) -> str:
        """Return the digest of all desks in hex."""
        with self.reading() as connection:
            return digests.whole_digest(connection).hex()

    def restored(self, why: str = "command") -> None:
        """Start a new incarnation: the database was put back from a copy. Desks refill it by themselves."""
        with self.writing() as connection:
            lives.renew(connection, self.database.dialect, self.random(lives.BYTES), self.now_ms(), why)
            life = lives.read_life(connection)
        self._seen.put(life.incarnation, life.number)

    def close(self) -> None:
        """Close the database."""
        self._seen.close()
        self.database.close()

    # -- parts --------------------------------------------------------------------------------------------

    def _life(self, connection: Connection, taken: accept.Taken | None = None) -> Life:
        """Return the hub's row; what a packet took just now does not hide that the hub went back before."""
        mark = self._seen.mark  # before the row is read: what others commit meanwhile is no step back
        life = (taken and taken.life) or lives.read_life(connection)
        added = taken.added if taken else 0
        if mark.is_ahead(replace(life, number=life.number - added)):  # a standby was promoted that had less
            lives.renew(connection, self.database.dialect, self.random(lives.BYTES), self.now_ms(), "failover")
            life = lives.read_life(connection)
        return life

    def _check_sender(self, desk: Desk, coming: accept.Coming, reviewed_by: str) -> None:
        packet = coming.packet
        if packet.desk != desk.code:
            raise InvalidInput("packet.desk")
        if not check(desk.public)(packet.signature, packet.head):
            raise InvalidInput("packet.signature")
        if desk.state is KeyState.REVOKED and not reviewed_by:
            raise Refused("hub.revoked")

    def _ask(self, data: bytes) -> Ask:
        ask = decode(data, Ask)
        if len(ask.have) > MOST_ASKED:
            raise InvalidInput("wire.message")
        return ask

    def _by_token(self, connection: Connection, token: bytes) -> Desk:
        key = self.keys.key_of_token(token, self.now_ms())
        if key is None:
            raise Refused("hub.token")
        desk = by_key(connection, key)
        if desk.state is not KeyState.ACTIVE:
            raise Refused("hub.revoked")
        return desk

    def _answer(
        self, connection: Connection, life: Life, tree: Tree, *, same: bool, **more: Sequence[Any] | bytes | int
    ) -> Answer:
        return Answer(
            incarnation=life.incarnation,
            time_ms=self.now_ms(),
            same=same,
            count=tree.entries,
            heads=() if same else tree.heads(),
            missing=accept.missing(connection, tree),
            **more,  # type: ignore[arg-type]
        )
