"""What the file says of itself, and its counters after an accident."""

from __future__ import annotations

from dataclasses import dataclass

from onestop_desktop.domain.entry import Parent
from onestop_desktop.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Meta:
    """What the file says of itself."""

    store: str
    desk: str
    epoch: str
    starts: int
    identity: str
    parent: Parent | None


def lift_counters(connection: Connection, ceilings: dict[str, int], *, registers: bool) -> list[dict[str, str | int]]:
    """Continue above whatever may have been told: days at the next full hundred, yearly series after the ceiling.

    Returns:
        The numbers of the registers that are lost: they stand in the book as "mất do sự cố".
    """
    known = {str(name): int(last) for name, last in connection.execute("SELECT name, last FROM counter")}
    lost: list[dict[str, str | int]] = []
    for name in sorted(known.keys() | ceilings.keys()):
        last, used = known.get(name, 0), max(known.get(name, 0), ceilings.get(name, 0))
        yearly = name.startswith(("register|", "form|"))
        if yearly and (not registers or used == last):
            continue
        if name.startswith("register|"):
            lost.append({"from": last + 1, "name": name, "to": used})
        connection.execute(
            "INSERT INTO counter (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            (name, used if yearly else used // 100 * 100 + 99),
        )
    return lost


def read_meta(connection: Connection) -> Meta:
    """Read what the file says of itself."""
    row = dict(connection.execute("SELECT name, value FROM meta"))
    parent = row.get("parent", "")
    made = Parent(*_parent_parts(parent)) if parent else None
    return Meta(row["store"], row["desk"], row["epoch"], int(row["starts"]), row.get("identity", ""), made)


def _parent_parts(text: str) -> tuple[str, int, bytes]:
    epoch, seq, value = text.split(" ")
    return epoch, int(seq), bytes.fromhex(value)


def write_meta(connection: Connection, meta: Meta) -> None:
    """Write what the file says of itself."""
    parent = meta.parent
    rows = {
        "store": meta.store, "desk": meta.desk, "epoch": meta.epoch, "starts": str(meta.starts),
        "identity": meta.identity,
        "parent": f"{parent.epoch} {parent.seq} {parent.hash.hex()}" if parent else "",
    }  # fmt: skip
    connection.executemany(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(rows.items()),
    )
