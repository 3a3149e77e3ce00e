"""Making a hub and opening it: a folder with an encrypted file and its keys, or a folder of keys and a PostgreSQL."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from onestop_desktop.clock import Clock
from onestop_desktop.errors import KnownError
from onestop_desktop.hub import database, lives, schema
from onestop_desktop.hub.database import Database
from onestop_desktop.hub.keys import HubKeys, key_id, new_keys, read_keys, write_keys
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import Seen
from onestop_desktop.hub.tables import HUB


@dataclass(frozen=True, slots=True)
class HubSite:
    """Where a hub lives: its folder (keys, and the file unless `address` names a PostgreSQL), and its state outside."""

    folder: Path
    state: Path
    address: str = ""

    @property
    def exists(self) -> bool:
        """Say whether a hub was made here."""
        return (self.folder / "hub.keys").exists()


def create(site: HubSite, name: str, clock: Clock) -> Ledger:
    """Make a hub and open it; `name` is the office that it is called by.

    Raises:
        KnownError: `hub.exists`; `hub.address`.
        TryLater: the database is not ready.
    """
    if site.exists:
        raise KnownError("hub.exists", path=str(site.folder))
    site.folder.mkdir(parents=True, exist_ok=True)
    if not site.address:
        database.make_key(site.folder, secrets.token_bytes(database.KEY_BYTES))
    keys = new_keys()
    with _opened(site) as opened:
        schema.upgrade(opened)
        write_row(opened, keys, name, clock)
        write_keys(site.folder, keys)
        return Ledger(opened, keys, clock, seen=_seen(site, keys))


def write_row(opened: Database, keys: HubKeys, name: str, clock: Clock) -> None:
    """Write the hub's own row into an empty database.

    Raises:
        KnownError: `hub.exists` when the database has a hub already.
    """
    with opened.writing() as connection:
        if connection.execute(select(HUB.c.id)).first():
            raise KnownError("hub.exists", path=opened.dialect.name)
        row = {
            "id": 1, "name": name, "public": keys.public, "incarnation": secrets.token_bytes(lives.BYTES),
            "created_ms": int(clock.now().timestamp() * 1000),
        }  # fmt: skip
        connection.execute(HUB.insert().values(row))


def open_hub(site: HubSite, clock: Clock) -> Ledger:
    """Open a hub: bring its schema to the newest step, and notice whether it went back to an older state.

    Raises:
        Damaged: `hub.key_gone`, `hub.not_set_up`, `hub.newer`, `hub.unreadable`.
        KnownError: `hub.key_open`; `hub.other_keys` when the folder's keys are not those of the database.
        TryLater: the database is not ready.
    """
    keys = read_keys(site.folder)
    with _opened(site) as opened:
        schema.upgrade(opened)
        with opened.reading() as connection:
            if lives.read_life(connection).public != keys.public:
                raise KnownError("hub.other_keys")
        return Ledger(opened, keys, clock, seen=_seen(site, keys))


@contextlib.contextmanager
def _opened(site: HubSite) -> Iterator[Database]:
    """Give the database; it is closed again only if the hub could not be opened."""
    opened = database.open_address(site.address) if site.address else database.open_folder(site.folder)
    try:
        yield opened
    except BaseException:
        opened.close()
        raise


def _seen(site: HubSite, keys: HubKeys) -> Seen:
    return Seen(site.state / f"{key_id(keys.public).hex()}.hub")
