"""A store made before branches were kept: upgraded in place, every row and every guard as before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onestop_desktop import paths
from onestop_desktop.desk.desk import Desk
from onestop_desktop.store import connect as connecting
from onestop_desktop.store import schema
from onestop_desktop.store.connect import DatabaseError, IntegrityError
from tests.builders import a_line

KEY = b"k" * 32


def older(folder: Path, before: str) -> Path:
    """Return a folder with the schema steps below a name."""
    folder.mkdir()
    for step in schema.steps(paths.db("desk")):
        if step.stem < before:
            shutil.copy(step, folder)
    return folder


def test_rows_keep_their_places_and_two_branches_may_share_one(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    schema.upgrade(file, KEY, older(tmp_path / "older", "0003"))
    connection = connecting.connect(file, KEY)
    names = "epoch, seq, prev, hash, kind, dossier, envelope, body"
    insert = f"INSERT INTO journal ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    rows = [("e", at, b"p%d" % at, b"h%d" % at, "ready", "d", b"{}", b"{}") for at in range(1, 500)]
    connection.executemany(insert, rows)
    before = connection.execute("SELECT * FROM journal ORDER BY position").fetchall()
    with pytest.raises(IntegrityError):
        connection.execute(insert, ("e", 7, b"p", b"other", "ready", "d", b"{}", b"{}"))
    connection.close()
    assert "0003_exchange" in schema.upgrade(file, KEY, paths.db("desk"))
    connection = connecting.connect(file, KEY)
    assert connection.execute("SELECT * FROM journal ORDER BY position").fetchall() == before
    connection.execute(insert, ("e", 7, b"p", b"other", "ready", "d", b"{}", b"{}"))
    with pytest.raises(IntegrityError):
        connection.execute(insert, ("f", 1, b"p", b"other", "ready", "d", b"{}", b"{}"))
    for change in ("DELETE FROM journal WHERE position = 3", "UPDATE journal SET body = x'00' WHERE position = 3"):
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(change)
    assert connection.execute("SELECT count(*) FROM peer").fetchone()[0] == 0
    connection.close()


def test_a_desk_that_was_upgraded_verifies_and_goes_on(
    make_desk: Callable[..., Desk], reopen: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older(tmp_path / "older", "0003")
    with monkeypatch.context() as patch:
        patch.setattr("onestop_desktop.store.store.paths.db", lambda *_parts: tmp_path / "older")
        desk = make_desk()
        desk.receive(a_line("Lò Văn Cũ"), again=True)
        desk.close()
    again = reopen()
    again.receive(a_line("Lò Văn Mới"), again=True)
    assert again.verify() == []
    assert (tmp_path / "desk" / "before-0003_exchange.db").exists()
