"""Schema steps on a file with data: all of a step or nothing of it, and every byte of the journal as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from onestop_desktop import paths
from onestop_desktop.store import schema
from onestop_desktop.store.connect import connect

KEY = b"k" * 32
ROWS = 60


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of the first version, with entries and dossiers."""
    first = tmp_path / "steps"
    first.mkdir()
    shutil.copy(paths.db("desk", "0001_initial.sql"), first)
    file = tmp_path / "desk.db"
    schema.upgrade(file, KEY, first)
    connection = connect(file, KEY)
    for at in range(1, ROWS + 1):
        values = (at, "e" * 32, at, bytes(32), at.to_bytes(32, "big"), "receive", f"d{at}", b"{}", b"{}")
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    connection.execute("INSERT INTO meta VALUES ('store', 'x')")
    connection.close()
    return file


def content(file: Path) -> dict[str, list[Any]]:
    connection = connect(file, KEY)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql <> '' ORDER BY name")]
        rows = connection.execute("SELECT * FROM journal ORDER BY position").fetchall()
        return {"names": names, "journal": [tuple(row) for row in rows]}
    finally:
        connection.close()


def test_every_row_is_there_afterwards_and_the_journal_stays_append_only(old: Path) -> None:
    before = content(old)["journal"]
    done = schema.upgrade(old, KEY, paths.db("desk"))
    assert done[0].startswith("0002")
    assert content(old)["journal"] == before
    connection = connect(old, KEY)
    for sql in ("UPDATE journal SET kind = 'x'", "DELETE FROM journal"):
        with pytest.raises(Exception, match="append-only"):
            connection.execute(sql)
    connection.close()
    assert schema.upgrade(old, KEY, paths.db("desk")) == []


@pytest.mark.parametrize("step", sorted(one.name for one in paths.db("desk").glob("000[2-9]*.sql")))
def test_a_step_that_breaks_off_anywhere_leaves_the_file_as_it_was(
    old: Path, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "until"
    folder.mkdir()
    for one in sorted(paths.db("desk").glob("*.sql")):
        if one.name < step:
            shutil.copy(one, folder)
    schema.upgrade(old, KEY, folder)
    before = json.dumps(content(old), default=str)
    shutil.copy(paths.db("desk", step), folder)
    real = schema.statements
    count = len(real((folder / step).read_text(encoding="utf-8")))
    assert count >= 1
    for broken in range(count + 1):
        monkeypatch.setattr(
            schema, "statements", lambda script, at=broken: [*real(script)[:at], "SELECT * FROM not_there"]
        )
        with pytest.raises(Exception, match="not_there"):
            schema.upgrade(old, KEY, folder)
        assert json.dumps(content(old), default=str) == before
    monkeypatch.setattr(schema, "statements", real)
    assert schema.upgrade(old, KEY, folder) == [step.removesuffix(".sql")]
