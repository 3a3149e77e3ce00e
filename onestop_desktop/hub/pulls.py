"""Giving entries back to a desk that lacks them: the packets it once signed, parents first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from onestop_desktop.hub.chains import Spot, Tree, read_tree, spots
from onestop_desktop.hub.desks import Desk
from onestop_desktop.hub.tables import JOURNAL, SIGNED_HEAD
from onestop_desktop.wire.messages import Parcel
from onestop_desktop.wire.packet import MOST, Item, repack

LARGEST_PARCEL = 64 * 1024
_LARGEST_RUN = 192 * 1024
"""Bytes of entries that are put together into one packet, unless one signed run alone is more."""
_HEADS = 64


def parcel(connection: Connection, desk: Desk, have: Sequence[bytes]) -> Parcel:
    """Return packets of what does not lie at or before one of the hashes; what the hub does not know is passed over."""
    tree = read_tree(connection, desk.id)
    known = spots(connection, desk.commune, desk.id, have) if have else {}
    packets: list[bytes] = []
    size = 0
    for packet in _packets(connection, desk, tree, list(known.values())):
        if packets and size + len(packet) > LARGEST_PARCEL:
            return Parcel(tuple(packets), more=True)
        packets.append(packet)
        size += len(packet)
    return Parcel(tuple(packets), more=False)


def known(connection: Connection, desk: Desk, have: Sequence[bytes]) -> tuple[bool, ...]:
    """Say of each hash whether the hub has it, with everything before it."""
    found = spots(connection, desk.commune, desk.id, have) if have else {}
    return tuple(value in found for value in have)


def _packets(connection: Connection, desk: Desk, tree: Tree, have: Sequence[Spot]) -> Iterator[bytes]:
    """Give packets branch by branch: a branch's number is above that of the branch it leaves, so parents come first."""
    reached = tree.before(have)
    for number in sorted(tree.branches):
        branch = tree.branches[number]
        at = max(reached.get(number, 0), branch.fork)
        while at < branch.height:
            packet, at = _run(connection, desk, number, at)
            yield packet


def _run(connection: Connection, desk: Desk, branch: int, at: int) -> tuple[bytes, int]:
    """Return the packet that starts above height `at`, and the height it reaches: the end of a signed run."""
    heads = connection.execute(
        select(SIGNED_HEAD)
        .where(SIGNED_HEAD.c.desk == desk.id, SIGNED_HEAD.c.branch == branch, SIGNED_HEAD.c.height > at)
        .order_by(SIGNED_HEAD.c.height)
        .limit(_HEADS)
    ).all()
    near = [head for head in heads if head.epoch == heads[0].epoch and (head is heads[0] or head.height - at <= MOST)]
    journal = JOURNAL.c
    rows = connection.execute(
        select(journal.height, journal.seq, journal.prev, journal.hash, journal.envelope, journal.body)
        .where(
            journal.commune == desk.commune,
            journal.desk == desk.id,
            journal.branch == branch,
            journal.height > at,
            journal.height <= near[-1].height,
        )
        .order_by(journal.height)
    ).all()
    size, reached = 0, {}
    for row in rows:
        size += len(row.envelope) + len(row.body)
        reached[row.height] = size
    fitting = [head for head in near if reached[head.height] <= _LARGEST_RUN]
    head = fitting[-1] if fitting else near[0]
    items = [
        Item(bytes(row.envelope), bytes(row.body), bytes(row.prev), bytes(row.hash))
        for row in rows
        if row.height <= head.height
    ]
    first = rows[0]
    packet = repack(items, desk.code, head.epoch, first.seq, bytes(first.prev), bytes(head.key), bytes(head.signature))
    return packet, head.height
