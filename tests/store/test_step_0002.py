"""Step 0002 on a store of the first version: equal data, a clean verify, and the lists in their orders."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from onestop_desktop import paths
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.store import schema
from onestop_desktop.store.connect import connect
from tests.builders import a_line

TABLES = ("journal", "dossier", "person", "counter", "recent", "draft", "secret")


def _rows(desk: Any) -> dict[str, list[Any]]:
    return {
        table: desk.core.store.read(lambda c, table=table: sorted(map(tuple, c.execute(f"SELECT * FROM {table}"))))
        for table in TABLES
    }


def _steps(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        shutil.copy(paths.db("desk", name), folder)
    return folder


def test_a_store_of_the_first_version_upgrades_with_equal_data_and_verifies_clean(
    tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _steps(tmp_path / "steps", "0001_initial.sql")
    real = schema.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(schema, "upgrade", lambda path, key, _folder: real(path, key, first))
        door = Door(tmp_path / "data", tmp_path / "state", clock)
        office = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
        desk, _code = door.create(NewDesk((office,), 1, FirstUser("mai", "Lò Thị Mai", "tap"), training=True))
        taken = [desk.receive(a_line(f"Người {at}"), again=True).id for at in range(9)]
        for dossier in taken[::3]:
            desk.act(dossier, "ready", {})
        desk.save_draft("intake", {"procedure": "1.001193"})
        assert desk.core.store.read(schema.applied) == ["0001_initial"]
        before, digest = _rows(desk), desk.digest()
        desk.close()
    opened = door.open("mai", "tap")
    try:
        assert opened.core.store.read(schema.applied)[:2] == ["0001_initial", "0002_orders"]
        after = _rows(opened)
        assert {table: after[table] for table in TABLES if table != "journal"} == {
            table: before[table] for table in TABLES if table != "journal"
        }
        assert [row for row in after["journal"] if row in before["journal"]] == before["journal"]
        assert len(before["journal"]) <= len(after["journal"])
        if len(before["journal"]) == len(after["journal"]):
            assert opened.digest() == digest
        assert opened.verify() == []
        assert [row.id for row in opened.board("ready", limit=50).rows] == taken[::3]
    finally:
        opened.close()


def test_a_file_upgraded_in_steps_has_the_same_indexes_as_a_new_one(tmp_path: Path) -> None:
    key = b"k" * 32

    def indexes(file: Path) -> list[tuple[str, str]]:
        connection = connect(file, key)
        try:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")
            return sorted((str(name), str(sql)) for name, sql in rows)
        finally:
            connection.close()

    both = _steps(tmp_path / "both", "0001_initial.sql", "0002_orders.sql")
    schema.upgrade(tmp_path / "new.db", key, both)
    schema.upgrade(tmp_path / "old.db", key, _steps(tmp_path / "first", "0001_initial.sql"))
    assert "dossier_status_finished" not in dict(indexes(tmp_path / "old.db"))
    assert schema.upgrade(tmp_path / "old.db", key, both) == ["0002_orders"]
    assert indexes(tmp_path / "old.db") == indexes(tmp_path / "new.db")
