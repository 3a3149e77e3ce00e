"""The order in which one dossier's entries count: the same on every desk and hub, however they arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from onestop_desktop.domain.entry import Entry, Parent

_Key = tuple[datetime, str, int, bytes]
_UNREADABLE = datetime.min.replace(tzinfo=UTC)


def in_fold_order(entries: Iterable[Entry], parents: Mapping[str, Parent]) -> list[Entry]:
    """Return a dossier's entries in the order in which they are folded; the same effect counts once.

    Each epoch gives its entries by their place in it (two branches of one epoch side by side). An entry waits for
    those that its epoch's parents had before it; of those that do not wait, the one recorded first comes first, by
    the corrected instant in UTC, then epoch, place and hash.

    Args:
        entries: in any order.
        parents: from which entry each epoch started, for these epochs and those before them, as far as they have one.
    """
    chosen = list(entries)
    ordered = chosen if _stand_in_order(chosen) else _merged(chosen, parents)
    return _once(ordered) if any("again" in entry.fields for entry in ordered) else ordered


def _stand_in_order(entries: Sequence[Entry]) -> bool:
    """Say whether all belong to one epoch and stand in their places: nearly every dossier's do."""
    return all(left.epoch == right.epoch and left.seq < right.seq for left, right in pairwise(entries))


def _once(entries: Iterable[Entry]) -> list[Entry]:
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.identity, entry)
    return list(first.values())


def _merged(entries: Iterable[Entry], parents: Mapping[str, Parent]) -> list[Entry]:
    queues: dict[str, list[tuple[_Key, Entry]]] = {}
    for entry in {entry.hash: entry for entry in entries}.values():
        queues.setdefault(entry.epoch, []).append((_key(entry), entry))
    for queue in queues.values():
        queue.sort(key=lambda one: (one[1].seq, one[0]), reverse=True)
    waits = {epoch: _before(epoch, parents) for epoch in queues}
    ordered: list[Entry] = []
    while queues:
        free = [epoch for epoch in queues if not _waiting(waits[epoch], queues)]
        # Epochs that wait for one another come only from forged entries; they too get one order.
        epoch = min(free or queues, key=lambda one: queues[one][-1][0])
        ordered.append(queues[epoch].pop()[1])
        if not queues[epoch]:
            del queues[epoch]
    return ordered


def _waiting(waits: Mapping[str, int], queues: Mapping[str, list[tuple[_Key, Entry]]]) -> bool:
    return any(epoch in queues and queues[epoch][-1][1].seq <= seq for epoch, seq in waits.items())


def _before(epoch: str, parents: Mapping[str, Parent]) -> dict[str, int]:
    """Return up to which place each earlier epoch comes before this one."""
    found: dict[str, int] = {}
    parent = parents.get(epoch)
    while parent is not None and parent.epoch not in found and parent.epoch != epoch:
        found[parent.epoch] = parent.seq
        parent = parents.get(parent.epoch)
    return found


def _key(entry: Entry) -> _Key:
    return _instant(entry.corrected_at), entry.epoch, entry.seq, entry.hash


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return _UNREADABLE
