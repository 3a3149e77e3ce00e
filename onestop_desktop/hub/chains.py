"""A desk's entries as a tree of branches: where an entry stands, what is a leaf, what lies before what.

Entries that follow one another form a branch, over the border of epochs too. A second child of one entry starts a
new branch. The height of an entry is the number of entries before it, itself included. So the newest entries are
the branches' heads, and everything before an entry is one height in its branch and one in each branch below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from onestop_desktop.domain.entry import GENESIS
from onestop_desktop.hub.tables import BRANCH, DESK, JOURNAL
from onestop_desktop.wire.messages import Position


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: it leaves `parent` (0: none) above height `fork`, and its head stands at `height`."""

    id: int
    parent: int
    fork: int
    height: int
    epoch: str
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry stands; `branch` 0 is the ground under the first entries."""

    branch: int
    height: int
    epoch: str
    seq: int
    hash: bytes


GROUND = Spot(0, 0, "", 0, GENESIS)


@dataclass(slots=True)
class Tree:
    """One desk's branches, how many entries they hold, and how many packets are held for a gap."""

    desk: int
    branches: dict[int, Branch] = field(default_factory=dict)
    entries: int = 0
    waiting: int = 0

    def leaf(self, value: bytes) -> Spot | None:
        """Return where a hash stands if nothing follows it."""
        for one in self.branches.values():
            if one.hash == value:
                return Spot(one.id, one.height, one.epoch, one.seq, one.hash)
        return None

    def heads(self) -> tuple[Position, ...]:
        """Return every entry that nothing follows, in order of place."""
        places = [Position(bytes.fromhex(one.epoch), one.seq, one.hash) for one in self.branches.values()]
        return tuple(sorted(places))

    def before(self, spots: Iterable[Spot]) -> dict[int, int]:
        """Return up to which height of each branch everything lies at or before one of the spots."""
        reached: dict[int, int] = {}
        for spot in spots:
            branch, height = spot.branch, spot.height
            while branch and reached.get(branch, 0) < height:
                reached[branch] = height
                branch, height = self.branches[branch].parent, self.branches[branch].fork
        return reached


def read_tree(connection: Connection, desk: int) -> Tree:
    """Read a desk's branches."""
    tree = Tree(desk)
    for row in connection.execute(_TREE, {"of": desk}):
        tree.entries, tree.waiting = int(row.entries), int(row.waiting)
        if row.id is not None:
            tree.branches[row.id] = Branch(
                row.id, row.parent, row.fork, row.height, row.epoch, row.seq, bytes(row.hash)
            )
    return tree


def spots(connection: Connection, commune: int, desk: int, hashes: Sequence[bytes]) -> dict[bytes, Spot]:
    """Return where those of the hashes stand that this desk's entries have."""
    return {
        bytes(row.hash): Spot(row.branch, row.height, row.epoch, row.seq, bytes(row.hash))
        for row in connection.execute(_SPOTS, {"in_commune": commune, "of": desk, "hashes": list(hashes)})
    }


_TREE = (
    select(DESK.c.entries, DESK.c.waiting, *BRANCH.c)
    .select_from(DESK.outerjoin(BRANCH, BRANCH.c.desk == DESK.c.id))
    .where(DESK.c.id == bindparam("of"))
)
_SPOTS = select(JOURNAL.c.hash, JOURNAL.c.branch, JOURNAL.c.height, JOURNAL.c.epoch, JOURNAL.c.seq).where(
    JOURNAL.c.commune == bindparam("in_commune"),
    JOURNAL.c.desk == bindparam("of"),
    JOURNAL.c.hash.in_(bindparam("hashes", expanding=True)),
)
