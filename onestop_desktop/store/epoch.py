"""A new epoch: why one starts, and starting it, when a store is opened and while it is in use."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from onestop_desktop.domain.entry import Happening, Parent
from onestop_desktop.store import journal, marks
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.meta import Meta, lift_counters, write_meta
from onestop_desktop.store.transaction import Transaction, Writing

ACTOR = "system"


def why_new_epoch(meta: Meta, identity: str, known: marks.Installation | None, *, lacks: bool) -> str:
    """Return why the file cannot go on in its epoch, as an `epoch` entry's cause; empty when it can.

    `lacks` says that the last head seen here is not in the file. A file that was put back and moved was put back:
    only then are the numbers that it does not know of passed over.
    """
    own = known is not None and known.identity == identity
    if lacks or (own and known is not None and known.starts > meta.starts + 1):
        return "restored"
    return "" if own and meta.identity in {"", identity} else "moved"


def begin_epoch(
    connection: Connection,
    meta: Meta,
    head: journal.Head,
    cause: str,
    number_marks: marks.Marks,
    now: Callable[[], datetime],
) -> tuple[Meta, journal.Head]:
    """Start an epoch behind a head inside a transaction; every known day continues at its next full hundred.

    Returns:
        What the file says of itself, and the head, once the transaction is committed.
    """
    parent = Parent(head.epoch, head.seq, head.hash)
    meta = replace(meta, epoch=secrets.token_hex(16), parent=parent)
    write_meta(connection, meta)
    lost = lift_counters(connection, number_marks.all(), registers=cause == "restored")
    body = {"cause": cause, "lost": lost} if lost else {"cause": cause}
    at = now()
    first = journal.Head(meta.epoch, 0, head.hash, parent)
    transaction = Transaction(connection, first, number_marks, Writing(meta.desk, ACTOR, at))
    transaction.append(Happening("epoch", body, at))
    return meta, transaction.head
