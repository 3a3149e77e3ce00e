"""`verify` recomputes chain and fold: whatever somebody with the key changes in the file, it names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onestop_desktop.store import fold
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.verify import verify
from tests.builders import a_line
from tests.cli.running import Outcome, Program
from tests.store.keyed import keyed

NAMES = ("Quàng Văn Thương", "Lò Thị Ế", "Nguyễn Văn Đức", "Vì Thị Sắng", "Hờ A Dế")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A desk with five dossiers of different people, one of them moved on."""
    program = Program(tmp_path_factory.mktemp("verified"))
    program.make()
    lines = [
        a_line(name, applicant={"name": name, "id_number": f"01409100321{at}", "phone": "0987654321"})
        for at, name in enumerate(NAMES)
    ]
    taken = program.intake(*lines)
    assert taken.code == 0
    assert program.run("act", taken.numbers[0], "ready").code == 0
    shutil.copytree(program.data, program.folder / "whole")
    shutil.copytree(program.state, program.folder / "whole-state")
    return program


@pytest.fixture
def fresh(made: Program) -> Program:
    """The same desk as it was before any test tampered with it."""
    for folder, name in ((made.data, "whole"), (made.state, "whole-state")):
        shutil.rmtree(folder)
        shutil.copytree(made.folder / name, folder)
    return made


def named(program: Program) -> tuple[int, list[dict[str, object]]]:
    found: Outcome = program.run("verify", "--json")
    assert "Traceback" not in found.err
    return found.code, found.rows


def position_of(connection: Connection, kind: str, at: int = 0) -> int:
    rows = connection.execute("SELECT position FROM journal WHERE kind = ? ORDER BY position", (kind,)).fetchall()
    return int(rows[at][0])


def change_bytes(connection: Connection, position: int, column: str, old: bytes, new: bytes) -> None:
    before = bytes(connection.execute(f"SELECT {column} FROM journal WHERE position = ?", (position,)).fetchone()[0])
    assert before.count(old) >= 1
    after = before.replace(old, new, 1)
    connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (after, position))


def test_a_clean_store_has_no_difference(fresh: Program):
    assert named(fresh) == (0, [{"code": "verify.clean"}])


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("body", "Quàng".encode(), "Quảng".encode()),
        ("body", b"014091003210", b"014091003211"),
        ("envelope", b'"actor":"mai"', b'"actor":"mao"'),
        ("envelope", b"+07:00", b"+08:00"),
    ],
)
def test_one_byte_of_an_entry_is_named_by_its_position(fresh: Program, column: str, old: bytes, new: bytes):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive")
        change_bytes(connection, position, column, old, new)
    code, rows = named(fresh)
    assert code == 4
    assert any(row["code"] == "verify.hash" and row["position"] == position for row in rows), rows


@pytest.mark.parametrize("kind", ["receive", "user", "desk", "office", "issue"])
def test_an_entry_that_cannot_be_read_is_named_by_its_position(fresh: Program, kind: str):
    with keyed(fresh.data) as connection:
        position = position_of(connection, kind)
        change_bytes(connection, position, "body", b"{", b"[")
    code, rows = named(fresh)
    assert code == 4
    assert any(row.get("code") == "verify.entry" and row["position"] == position for row in rows), rows


@pytest.mark.parametrize("column", ["prev", "hash"])
def test_a_changed_hash_is_named_by_its_position(fresh: Program, column: str):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive", 2)
        connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (b"\x07" * 32, position))
    code, rows = named(fresh)
    assert code == 4
    assert any(row["code"] in {"verify.hash", "verify.chain"} and row["position"] == position for row in rows), rows


@pytest.mark.parametrize(("column", "value"), [("kind", "void"), ("dossier", "elsewhere"), ("epoch", "f" * 32)])
def test_a_changed_column_of_the_journal_is_named(fresh: Program, column: str, value: str):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive", 1)
        connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (value, position))
    code, rows = named(fresh)
    assert code == 4
    assert any(row["code"] == "verify.columns" and row["position"] == position for row in rows), rows


def test_a_row_deleted_in_the_middle_is_named(fresh: Program):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive", 2)
        connection.execute("DELETE FROM journal WHERE position = ?", (position,))
    code, rows = named(fresh)
    assert code == 4
    assert any(row["code"] == "verify.gap" and row["position"] == position for row in rows), rows
    assert any(row["code"] == "verify.chain" and row["position"] == position + 1 for row in rows), rows


def test_a_row_deleted_at_the_end_is_named(fresh: Program):
    """The dossier's table still shows what the entry did."""
    with keyed(fresh.data) as connection:
        number = connection.execute("SELECT number FROM dossier WHERE status = 'ready'").fetchone()[0]
        connection.execute("DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)")
    code, rows = named(fresh)
    assert code == 4
    assert any(row.get("number") == number for row in rows), rows


def test_two_swapped_rows_are_named(fresh: Program):
    with keyed(fresh.data) as connection:
        one, other = position_of(connection, "receive", 1), position_of(connection, "receive", 3)
        connection.execute("UPDATE journal SET position = -1 WHERE position = ?", (one,))
        connection.execute("UPDATE journal SET position = ? WHERE position = ?", (one, other))
        connection.execute("UPDATE journal SET position = ? WHERE position = -1", (other,))
    code, rows = named(fresh)
    assert code == 4
    assert {one, other} <= {row.get("position") for row in rows}, rows


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE person SET name = 'Ai Đó' WHERE name = 'Lò Thị Ế'", "verify.person"),
        ("UPDATE person SET dossiers = dossiers + 1 WHERE name = 'Hờ A Dế'", "verify.person"),
        ("DELETE FROM person WHERE name = 'Vì Thị Sắng'", "verify.person"),
        ("UPDATE counter SET last = last - 1 WHERE name LIKE 'register|%'", "verify.register"),
        ("DELETE FROM counter WHERE name LIKE 'register|%'", "verify.register"),
        ("UPDATE dossier SET applicant = 'Ai Đó' WHERE applicant = 'Lò Thị Ế'", "verify.dossier_field"),
        ("DELETE FROM dossier WHERE applicant = 'Lò Thị Ế'", "verify.dossier_missing"),
        (
            "INSERT INTO search (search, rowid, folded) SELECT 'delete', rowid, folded FROM dossier LIMIT 1",
            "verify.search",
        ),
    ],
)
def test_a_changed_table_is_named(fresh: Program, sql: str, expected: str):
    with keyed(fresh.data) as connection:
        assert connection.execute(sql).rowcount != 0
    code, rows = named(fresh)
    assert code == 4
    assert expected in {row["code"] for row in rows}, rows


@pytest.mark.parametrize("change", ["last - 1", "0", "last + 5"])
def test_a_changed_counter_of_a_day_is_named(fresh: Program, change: str):
    """A day's counter is a fold too: lowered, it could tell a number twice."""
    with keyed(fresh.data) as connection:
        assert connection.execute(f"UPDATE counter SET last = {change} WHERE name LIKE '000.%'").rowcount == 1
    code, rows = named(fresh)
    assert code == 4, rows


def in_place(data: Path, tamper: Callable[[Connection], None]) -> list[str]:
    """Tamper inside a transaction, verify, and roll back."""
    with keyed(data) as connection:
        connection.execute("BEGIN")
        tamper(connection)
        epoch = connection.execute("SELECT epoch FROM journal ORDER BY position DESC LIMIT 1").fetchone()[0]
        found = [f"{one.code} {one.facts.get('name', '')}" for one in verify(connection, epoch)]
        connection.execute("ROLLBACK")
    return found


@pytest.mark.parametrize("column", fold.COLUMNS)
def test_every_column_of_the_dossiers_table_is_checked(fresh: Program, column: str):
    def tamper(connection: Connection) -> None:
        kind = connection.execute(f"SELECT typeof({column}) FROM dossier LIMIT 1").fetchone()[0]
        changed = f"{column} || 'x'" if kind == "text" else f"coalesce({column}, 0) + 7000"
        connection.execute(f"UPDATE dossier SET {column} = {changed} WHERE rowid = 2")

    found = in_place(fresh.data, tamper)
    expected = "verify.dossier_extra " if column == "id" else f"verify.dossier_field {column}"
    assert expected in found
    assert in_place(fresh.data, lambda _connection: None) == []


def test_the_message_says_in_vietnamese_which_line_it_is(fresh: Program):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive")
        change_bytes(connection, position, "body", b"0987654321", b"0987654322")
    told = fresh.run("verify")
    assert told.code == 4
    assert f"Dòng {position} " in told.out
    assert "verify." not in told.out
