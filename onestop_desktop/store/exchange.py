"""What desk and hub tell each other about the journal: leaves, paths, runs to send, entries that come from outside.

The journal is a set of entries in which each but the first stands behind another. A *leaf* has nothing behind it; the
*closure* of some hashes is those entries and everything before them. What was last heard from the hub stands in
`peer`; it shortens the next session and is shown, and nothing breaks when it is wrong or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import msgspec

from onestop_desktop.domain.entry import Entry, entry_hash, open_entry
from onestop_desktop.errors import Damaged, InvalidInput
from onestop_desktop.store import fold, journal, marks
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.epoch import begin_epoch
from onestop_desktop.store.left import SENT
from onestop_desktop.store.meta import Meta
from onestop_desktop.store.told import registered, told

_SENT_BEYOND = "sent_beyond"
"""In `meta`: how many rows above it are, too."""
HUB = "hub"
"""The secret that holds the hub's public key."""
SLICE = 24
"""Foreign entries in one transaction: about 50 ms on a slow PC, so that the counter never waits longer."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """An entry from outside, as bytes in a place of a chain; the packet's signature vouches for it."""

    epoch: str
    seq: int
    envelope: bytes
    body: bytes
    prev: bytes


@dataclass(frozen=True, slots=True)
class Summary:
    """What is held here at one moment: how many entries, their digest (32 bytes), their hashes."""

    count: int
    digest: bytes
    hashes: frozenset[bytes]


def summary(connection: Connection) -> Summary:
    """Return what is held here, from one look at the rows."""
    rows = connection.execute("SELECT epoch, seq, hash FROM journal").fetchall()
    return Summary(len(rows), journal.digest_of(rows), frozenset(bytes(row[2]) for row in rows))


def has(connection: Connection, value: bytes) -> bool:
    """Say whether an entry of this hash is here."""
    return connection.execute("SELECT 1 FROM journal WHERE hash = ?", (value,)).fetchone() is not None


def links(connection: Connection) -> dict[bytes, bytes]:
    """Return the hash before each entry, by the entry's own."""
    return {bytes(value): bytes(prev) for value, prev in connection.execute("SELECT hash, prev FROM journal")}


def closure(before: Mapping[bytes, bytes], heads: Iterable[bytes]) -> set[bytes]:
    """Return the entries at or before some heads; heads that are not here give nothing."""
    found: set[bytes] = set()
    for head in heads:
        value = head
        while value in before and value not in found:
            found.add(value)
            value = before[value]
    return found


def sampled(before: Mapping[bytes, bytes], leaf: bytes) -> Iterator[bytes]:
    """Give the hashes 0, 1, 2, 4, 8 … steps before a leaf, the leaf first, and the very first entry last."""
    step, wanted, last = 0, 0, b""
    while leaf in before:
        if step == wanted:
            yield leaf
            wanted = wanted * 2 or 1
            last = leaf
        step, oldest, leaf = step + 1, leaf, before[leaf]
    if step and oldest != last:
        yield oldest


def leaves(before: Mapping[bytes, bytes]) -> list[bytes]:
    """Return the hashes that nothing follows."""
    return sorted(before.keys() - set(before.values()))


def to_send(connection: Connection, held: Set[bytes]) -> list[int]:
    """Return the positions of entries that are not held outside, in the order of arrival: parents come first."""
    rows = connection.execute("SELECT position, hash FROM journal ORDER BY position")
    return [int(position) for position, value in rows if bytes(value) not in held]


def entries_at(connection: Connection, positions: Iterable[int]) -> list[Entry]:
    """Return the entries at some positions."""
    found = []
    for position in positions:
        epoch, seq, envelope, body, prev, kind = connection.execute(
            "SELECT epoch, seq, envelope, body, prev, kind FROM journal WHERE position = ?", (position,)
        ).fetchone()
        one = Foreign(str(epoch), int(seq), bytes(envelope), bytes(body), bytes(prev))
        found.append(_entry(one, read=bool(kind)))
    return found


def _entry(at: Foreign, *, read: bool = True) -> Entry:
    """Return an entry; of bytes that nobody could read only their place is known."""
    if read:
        return open_entry(at.envelope, at.body, at.prev)
    value = entry_hash(at.prev, at.envelope, at.body)
    return Entry(at.envelope, at.body, at.prev, value, {"epoch": at.epoch, "seq": at.seq}, {})


# -- entries from outside ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Taken:
    """What came in: how many entries were new, which dossiers they touched, whether a new epoch had to start."""

    new: int = 0
    dossiers: frozenset[str] = frozenset()
    forked: bool = False


class Intake:
    """Takes entries from outside into the journal inside the writer's transactions."""

    def __init__(self, desk: str, start: int | None, number_marks: marks.Marks, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._start = start
        self._marks = number_marks
        self._now = now

    def take(
        self, connection: Connection, meta: Meta, head: journal.Head, foreign: Sequence[Foreign]
    ) -> tuple[Taken, Meta, journal.Head]:
        """Insert the entries that are not here, refold what they touch, lift the counters past what they told.

        An entry in the epoch that this desk is writing was made by a copy of it: a new epoch starts before it.

        Raises:
            InvalidInput: `exchange.gap` for an entry whose predecessor is not here; nothing of the slice is kept.
        """
        taken, touched = Taken(), set()
        for one in foreign:
            value = entry_hash(one.prev, one.envelope, one.body)
            if has(connection, value):
                continue
            if one.epoch == meta.epoch:
                meta, head = begin_epoch(connection, meta, head, "fork", self._marks, self._now)
                taken.forked = True
            entry = self._opened(one)
            _check_place(connection, one, entry)
            _insert(connection, one, value, entry)
            taken.new += 1
            if entry is not None:
                self._lift(connection, entry)
                if entry.dossier:
                    fold.put_people(connection, entry)
                    touched.add(entry.dossier)
        for dossier in sorted(touched):
            fold.refold(connection, dossier, journal.dossier_of(connection, dossier))
        taken.dossiers = frozenset(touched)
        return taken, meta, head

    def _opened(self, one: Foreign) -> Entry | None:
        """Return the entry, or None for bytes that are no entry of this place; they are kept all the same."""
        try:
            entry = open_entry(one.envelope, one.body, one.prev)
        except Damaged:
            return None
        there = (entry.epoch, entry.seq, entry.fields.get("desk")) == (one.epoch, one.seq, self._desk)
        return entry if there and entry.kind else None

    def _lift(self, connection: Connection, entry: Entry) -> None:
        if entry.kind == "desk":
            self._start = entry.facts.get("start")
        for name, index in told(entry, self._start):
            # Past the hundred, as after any accident: more may have been told than ever arrived here.
            _lift(connection, name, index, index if name.startswith("form|") else index // 100 * 100 + 99)
        for name, index in registered(entry):
            _lift(connection, name, index, index)


def _lift(connection: Connection, name: str, index: int, last: int) -> None:
    row = connection.execute("SELECT last FROM counter WHERE name = ?", (name,)).fetchone()
    if row is None or int(row[0]) < index:
        connection.execute(
            "INSERT INTO counter (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            (name, last),
        )


def _check_place(connection: Connection, one: Foreign, entry: Entry | None) -> None:
    """Nothing is kept whose predecessor is not here: every set of entries stays closed."""
    if one.seq > 1:
        known = connection.execute("SELECT epoch, seq FROM journal WHERE hash = ?", (one.prev,)).fetchone()
        fits = known is not None and tuple(known) == (one.epoch, one.seq - 1)
    else:
        parent = entry.fields.get("parent") if entry is not None else None
        fits = has(connection, one.prev) if parent or any(one.prev) else True
    if not fits:
        raise InvalidInput("exchange.gap", epoch=one.epoch[:8], seq=one.seq)


def _insert(connection: Connection, one: Foreign, value: bytes, entry: Entry | None) -> None:
    kind, dossier = (entry.kind, entry.dossier) if entry is not None else ("", "")
    connection.execute(
        "INSERT INTO journal (epoch, seq, prev, hash, kind, dossier, envelope, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (one.epoch, one.seq, one.prev, value, kind, dossier, one.envelope, one.body),
    )


# -- what was heard from the hub --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What the hub last said; empty before its first answer."""

    incarnation: bytes = b""
    held: int = 0
    heads: tuple[bytes, ...] = ()
    at: str = ""
    """The PC's own time of the last answer, as entries write it."""
    offset_ms: int = 0
    """The hub's clock minus this PC's."""
    same_at: str = ""
    """When both sides last held the same."""
    copies: int = 0
    notices: tuple[str, ...] = ()
    quarantined: int = 0
    packet_size: int = 0


def heard(connection: Connection) -> Heard:
    """Return what the hub last said."""
    row = connection.execute("SELECT value FROM peer WHERE name = 'hub'").fetchone()
    try:
        return msgspec.msgpack.decode(bytes(row[0]), type=Heard) if row else Heard()
    except msgspec.MsgspecError:
        return Heard()


def keep_heard(connection: Connection, said: Heard) -> None:
    """Keep what the hub said."""
    _put(connection, "peer", "hub", msgspec.msgpack.encode(said))


def keep_sent(connection: Connection, held: Set[bytes]) -> None:
    """Keep up to which position the hub has every row, and how many above."""
    position, beyond = _sent_of(connection, held)
    _put(connection, "meta", SENT, str(position))
    _put(connection, "meta", _SENT_BEYOND, str(beyond))


def _put(connection: Connection, table: str, name: str, value: str | bytes) -> None:
    connection.execute(
        f"INSERT INTO {table} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",  # noqa: S608
        (name, value),
    )


def _sent_of(connection: Connection, held: Set[bytes]) -> tuple[int, int]:
    """Return the highest position up to which every row is held outside, and how many rows above it are."""
    rows = connection.execute("SELECT position, hash FROM journal ORDER BY position").fetchall()
    position = next((int(at) - 1 for at, value in rows if bytes(value) not in held), int(rows[-1][0]) if rows else 0)
    return position, sum(1 for at, value in rows[position:] if bytes(value) in held)


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many entries the hub lacks, and since when the oldest waits (the PC's own time; empty for none)."""

    entries: int
    oldest: str = ""


def unsent(connection: Connection) -> Unsent:
    """Return what waits to be sent, by what the hub last said."""
    known = dict(connection.execute("SELECT name, value FROM meta WHERE name IN (?, ?)", (SENT, _SENT_BEYOND)))
    position, beyond = int(known.get(SENT, 0)), int(known.get(_SENT_BEYOND, 0))
    newest = int(connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()[0])
    waiting = max(0, newest - position - beyond)
    row = connection.execute("SELECT envelope FROM journal WHERE position = ?", (position + 1,)).fetchone()
    if not waiting or row is None:
        return Unsent(waiting)
    try:
        return Unsent(waiting, str(msgspec.json.decode(bytes(row[0]))["recorded_at"]))
    except (msgspec.MsgspecError, KeyError, TypeError):
        return Unsent(waiting)


def secret(connection: Connection, name: str) -> bytes | None:
    """Return a secret, or None for one that is not there."""
    row = connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
    return bytes(row[0]) if row else None


def told_certificate(connection: Connection, address: str) -> bytes:
    """Return the certificate that was last seen at an address; empty for none."""
    row = connection.execute("SELECT value FROM peer WHERE name = ?", (f"certificate {address}",)).fetchone()
    return bytes(row[0]) if row else b""


def keep_certificate(connection: Connection, address: str, certificate: bytes) -> None:
    """Keep the certificate seen at an address: the next session needs no handshake to learn it."""
    _put(connection, "peer", f"certificate {address}", certificate)


_FILES = "files sent"
_WITH_FILES = {"receive": "attachments", "attach": "files"}


def files_to_send(connection: Connection) -> tuple[list[str], int]:
    """Return the attachments (SHA-256) that entries after the last whole sending name, and the newest position."""
    row = connection.execute("SELECT value FROM peer WHERE name = ?", (_FILES,)).fetchone()
    rows = connection.execute(
        "SELECT position, kind, body FROM journal WHERE position > ? AND kind IN ('receive', 'attach')"
        " ORDER BY position",
        (int(row[0]) if row else 0,),
    ).fetchall()
    found: dict[str, None] = {}
    for _position, kind, body in rows:
        facts = msgspec.json.decode(bytes(body))
        for one in facts.get(_WITH_FILES[kind], ()) if isinstance(facts, dict) else ():
            if isinstance(one, dict) and isinstance(one.get("sha256"), str):
                found[one["sha256"]] = None
    return list(found), int(rows[-1][0]) if rows else 0


def keep_files_sent(connection: Connection, position: int) -> None:
    """Keep up to which position every attachment is at the hub."""
    if position:
        _put(connection, "peer", _FILES, str(position).encode())


def keep_secret(connection: Connection, name: str, value: bytes) -> None:
    """Keep a secret in place of the one before."""
    _put(connection, "secret", name, value)


def renew_desk_key(connection: Connection, seed: bytes) -> None:
    """Sign with another secret from now on; the one before stays known, for packets that come back from the hub."""
    now = secret(connection, "desk")
    if now is None or now == seed:
        return
    count = connection.execute("SELECT count(*) FROM secret WHERE name LIKE 'desk-before-%'").fetchone()[0]
    keep_secret(connection, f"desk-before-{count + 1:04d}", now)
    keep_secret(connection, "desk", seed)


def keep_hub(connection: Connection, public: bytes) -> None:
    """Keep the hub's public key; another one than before is another hub, of which nothing is known."""
    if secret(connection, HUB) not in {None, public}:
        connection.execute("DELETE FROM peer")
        keep_sent(connection, frozenset())
    _put(connection, "secret", HUB, public)


def desk_seeds(connection: Connection) -> list[bytes]:
    """Return the desk's signing secrets: the current one first, then those it signed with before."""
    rows = connection.execute("SELECT name, value FROM secret WHERE name = 'desk' OR name LIKE 'desk-before-%'")
    found = {str(name): bytes(value) for name, value in rows}
    if "desk" not in found:
        raise Damaged("store.unreadable")
    return [found.pop("desk"), *(found[name] for name in sorted(found, reverse=True))]
