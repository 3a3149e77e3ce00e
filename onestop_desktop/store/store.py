"""The desk's store: created once, opened under one lock, written by one thread, read by each thread for itself."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from onestop_desktop import paths
from onestop_desktop.clock import Clock
from onestop_desktop.errors import Damaged, KnownError, Refused, TryLater
from onestop_desktop.store import journal, keys, marks, schema
from onestop_desktop.store.connect import Connection, connect, from_os, world
from onestop_desktop.store.epoch import begin_epoch, why_new_epoch
from onestop_desktop.store.lock import StoreLock
from onestop_desktop.store.meta import Meta, read_meta, write_meta
from onestop_desktop.store.readers import Readers
from onestop_desktop.store.transaction import Transaction, Writing
from onestop_desktop.store.vault import Vault
from onestop_desktop.store.verify import Difference, named_files, verify
from onestop_desktop.store.writer import Writer, in_transaction, touch

T = TypeVar("T")
FILE = "desk.db"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a store and its state outside of it live."""

    data: Path
    state: Path

    @property
    def exists(self) -> bool:
        """Say whether a store stands here."""
        return (self.data / FILE).exists() or (self.data / keys.FILE).exists()


class Store:
    """An open store. Build it with `create` or `open_store`; close it when done."""

    def __init__(self, site: Site, lock: StoreLock, data_key: bytes, key_file: keys.KeyFile, clock: Clock) -> None:
        self.site = site
        self.clock = clock
        self.keys = key_file
        self._lock = lock
        self._data_key = data_key
        self._file_key = keys.derive(data_key, "onestop/db/1")
        self.vault = Vault(site.data / "vault", keys.derive(data_key, "onestop/vault/1"))
        self._readers = Readers(lambda: connect(site.data / FILE, self._file_key, read_only=True))
        self._closed = False
        self.marks: marks.Marks
        self.last_head: marks.LastHead
        self.meta: Meta
        self.head: journal.Head
        self.writer: Writer

    # -- life ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Upgrade the file, settle epoch and marks, start the writer thread."""
        file = self.site.data / FILE
        if not file.exists() or not file.stat().st_size:
            raise Damaged("store.file_gone", path=str(file))
        schema.upgrade(file, self._file_key, paths.db("desk"))
        with world(), contextlib.closing(connect(file, self._file_key)) as connection:
            self.settle(connection)
        self.writer = Writer(self._open_writing)

    def settle(self, connection: Connection) -> None:
        """Open the marks, settle the epoch by what the state folder knows of this file, and find the head."""
        self.marks = marks.Marks(self.site.state, self.keys.store)
        self.last_head = marks.LastHead(self.site.state, self.keys.store)
        self.meta = self._settle(connection)
        self.head = journal.read_head(connection, self.meta.epoch, self.meta.parent)
        self.last_head.put(self.head.epoch, self.head.seq, self.head.hash)

    def _open_writing(self) -> Connection:
        """Open the writing connection and write once, so that the log's header is flushed before the counter opens."""
        connection = connect(self.site.data / FILE, self._file_key)
        in_transaction(connection, touch)
        return connection

    def _settle(self, connection: Connection) -> Meta:
        """Compare file and state folder; a copied-back, moved or cloned store starts a new epoch at once."""
        meta = read_meta(connection)
        identity = marks.identity_of(self.site.data, meta.store)
        known = marks.read_installation(self.site.state, meta.store)
        head = journal.read_head(connection, meta.epoch, meta.parent)
        last = self.last_head.before
        lacks = last is not None and not journal.holds(connection, *last)
        cause = why_new_epoch(meta, identity, known, lacks=lacks)
        starts = (max(meta.starts, known.starts if known else 0) if cause else meta.starts) + 1
        marks.write_installation(self.site.state, meta.store, marks.Installation(identity, starts))
        meta = replace(meta, starts=starts, identity=identity)

        return in_transaction(connection, lambda c: self._renew(c, meta, head, cause if head.seq else ""))

    def _renew(self, connection: Connection, meta: Meta, head: journal.Head, cause: str) -> Meta:
        write_meta(connection, meta)
        return begin_epoch(connection, meta, head, cause, self.marks, self.clock.now)[0] if cause else meta

    def close(self) -> None:
        """Finish the queue, close every connection, give the lock back; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        if hasattr(self, "writer"):
            self.writer.close()
        self._readers.close()
        for side in ("marks", "last_head"):
            if hasattr(self, side):
                getattr(self, side).close()
        self._lock.release()

    # -- use ----------------------------------------------------------------------------------------------

    def reader(self) -> Connection:
        """Return this thread's read-only connection."""
        return self._readers.connection()

    def read(self, question: Callable[[Connection], T]) -> T:
        """Ask a question on this thread's reading connection."""
        with world():
            return self._readers.ask(question)

    def write(self, job: Callable[[Transaction], T], writing: Writing) -> T:
        """Run a use-case in one durable transaction; it is before or after, never between.

        Raises:
            TryLater: `store.disk_full`, `store.in_use`; nothing was written then.
        """

        def run(connection: Connection) -> tuple[T, journal.Head]:
            transaction = Transaction(connection, self.head, self.marks, writing)
            return job(transaction), transaction.head

        def committed(done: tuple[T, journal.Head]) -> None:
            # On the writer thread, before its next job: the next entry must stand behind this head.
            self.head = done[1]
            with contextlib.suppress(OSError):  # the entry is durable; a head that lags says nothing wrong
                self.last_head.put(self.head.epoch, self.head.seq, self.head.hash)

        return self.writer.submit(run, committed=committed).result()[0]

    def exchange(self, job: Callable[[Connection, Meta, journal.Head], tuple[T, Meta, journal.Head]]) -> T:
        """Run a job that takes in entries made elsewhere, behind the counter's jobs; it may start a new epoch.

        The job gets what the file says of itself and the head, and returns both as they are after it.
        """

        def run(connection: Connection) -> tuple[T, Meta, journal.Head]:
            return job(connection, self.meta, self.head)

        def committed(done: tuple[T, Meta, journal.Head]) -> None:
            _result, self.meta, self.head = done
            with contextlib.suppress(OSError):
                self.last_head.put(self.head.epoch, self.head.seq, self.head.hash)

        return self.writer.submit(run, urgent=False, committed=committed).result()[0]

    def write_plain(self, job: Callable[[Connection], T], *, urgent: bool = True) -> T:
        """Run a job that writes no entry (drafts, secrets) in one transaction."""
        return self.writer.submit(job, urgent=urgent).result()

    def verify(self) -> list[Difference]:
        """Recompute chain and fold on a connection of its own and return every difference."""
        connection = connect(self.site.data / FILE, self._file_key)
        try:
            with world():
                found = self._vault_differences(connection)
                return found + verify(connection, self.head.epoch, (self.head.seq, self.head.hash))
        finally:
            connection.close()

    def _vault_differences(self, connection: Connection) -> list[Difference]:
        """Read every stored paper and attachment that the journal names."""
        found: list[Difference] = []
        for sha256, number in named_files(connection):
            try:
                self.vault.get(sha256)
            except Damaged as error:
                found.append(Difference("verify.vault", {"number": number, "why": f"word:{error.code}"}))
        return found

    def free_bytes(self) -> int:
        """Return the free space of the data directory's disk."""
        try:
            if hasattr(os, "statvfs"):
                found = os.statvfs(self.site.data)
                return found.f_bavail * found.f_frsize
            import shutil  # noqa: PLC0415  Windows only

            return shutil.disk_usage(self.site.data).free
        except OSError as error:
            raise from_os(error) from error

    # -- users --------------------------------------------------------------------------------------------

    def put_user(self, user: str, name: str, password: str, *, set_by: str = "") -> None:
        """Give a user a slot, or a new password; `set_by` says who chose it where it was not the user."""
        slot = keys.make_slot(
            self.keys.store, user, name, password, self._data_key, training=self.keys.training, set_by=set_by
        )
        self._change_keys(lambda now: now.with_slot(slot))

    def admit(self, user: str, secret: str) -> None:
        """Check a secret against the store that is open.

        Raises:
            Refused: `login.unknown`, `login.wrong`.
            Damaged: `keys.damaged` when the slot wraps another store's key: somebody put it there.
        """
        if not hmac.compare_digest(keys.unwrap(self.keys, user, secret), self._data_key):
            raise Damaged("keys.damaged")

    def drop_user(self, user: str) -> None:
        """Take a user's slot away.

        Raises:
            Refused: `user.last` for the only one who can still open the store.
        """
        self.keys.slot(user)
        if len(self.keys.users) == 1:
            raise Refused("user.last", user=user)
        self._change_keys(lambda now: now.without(user))

    def _change_keys(self, change: Callable[[keys.KeyFile], keys.KeyFile]) -> None:
        with world():
            self.keys = keys.change_keys(self.site.data, change)

    def secret(self, name: str) -> bytes:
        """Return one of the desk's secrets."""
        row = self.read(lambda c: c.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone())
        if row is None:
            raise Damaged("store.unreadable")
        return bytes(row[0])


@dataclass(frozen=True, slots=True)
class FirstUser:
    """Who makes a store."""

    id: str
    name: str
    password: str


def create(site: Site, clock: Clock, *, desk: int, office: str, user: FirstUser, training: bool) -> tuple[Store, str]:
    """Make a store with its first user and return it open, with the recovery code (never stored).

    Raises:
        Refused: `store.exists`.
        TryLater: `store.disk_full`, `store.cannot_write`.
    """
    if site.exists:
        raise Refused("store.exists", folder=str(site.data))
    store_id, data_key, code = secrets.token_hex(16), secrets.token_bytes(32), keys.new_recovery_code()
    with world():
        site.data.mkdir(parents=True, exist_ok=True)
        site.state.mkdir(parents=True, exist_ok=True)
        lock = StoreLock(site.data)
        lock.take()
    try:
        first = keys.make_slot(store_id, user.id, user.name, user.password, data_key, training=training)
        recovery = keys.read_recovery_code(code)
        spare = keys.make_slot(store_id, keys.RECOVERY, "", recovery, data_key, training=training)
        key_file = keys.KeyFile(store_id, training, office, f"{desk:02d}", (first, spare))
        _first_file(site, data_key, store_id, desk)
        with world():
            keys.write_keys(site.data, key_file)
        store = Store(site, lock, data_key, key_file, clock)
        store.start()
    except BaseException:
        lock.release()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", keys.FILE, keys.FILE + ".copy"):
            with contextlib.suppress(OSError):
                (site.data / name).unlink(missing_ok=True)
        raise
    return store, code


def _first_file(site: Site, data_key: bytes, store_id: str, desk: int) -> None:
    """Make the file under a temporary name and rename it when it is whole."""
    key = keys.derive(data_key, "onestop/db/1")
    making = site.data / (FILE + ".making")
    for stale in site.data.glob(FILE + ".making*"):
        stale.unlink()
    schema.upgrade(making, key, paths.db("desk"))
    connection = connect(making, key)
    try:
        meta = Meta(store_id, f"{desk:02d}", secrets.token_hex(16), 0, "", None)
        in_transaction(connection, lambda c: write_meta(c, meta))
        seed = secrets.token_bytes(32)
        with world():
            connection.execute("INSERT INTO secret (name, value) VALUES ('desk', ?)", (seed,))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
    with world():
        making.rename(site.data / FILE)


def unlock(site: Site, user: str, secret: str) -> tuple[bytes, keys.KeyFile]:
    """Return the data key for a user's secret, or for the recovery code under `keys.RECOVERY`.

    Raises:
        KnownError: `store.none` when no store stands here.
        Refused: `login.wrong`, `login.unknown`.
        Damaged: `keys.damaged`.
    """
    if not site.exists:
        raise KnownError("store.none", folder=str(site.data))
    key_file = keys.read_keys(site.data)
    return keys.unwrap(key_file, user, secret), key_file


def open_store(site: Site, clock: Clock, user: str, secret: str) -> Store:
    """Open a store with a user's password.

    Raises:
        KnownError, Refused, Damaged: as `unlock`; Damaged also for a file that is damaged or newer.
        TryLater: `store.in_use`.
    """
    data_key, key_file = unlock(site, user, secret)
    lock = StoreLock(site.data)
    lock.take()
    store = Store(site, lock, data_key, key_file, clock)
    try:
        store.start()
    except BaseException:
        store.close()
        raise
    return store


__all__ = ["FirstUser", "Meta", "Site", "Store", "TryLater", "create", "open_store", "read_meta", "unlock"]
