"""What `verify` must name besides the plain cases: every column of the fold, every counter, unreadable entries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onestop_desktop.store import fold
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.verify import Difference, verify
from tests.builders import a_line
from tests.processes import Program, Run
from tests.store.keyed import keyed

NAMES = ("Quàng Văn Thương", "Lò Thị Ế", "Nguyễn Văn Đức", "Vì Thị Sắng", "Hờ A Dế")


def numbers_of(run: Run) -> list[str]:
    return [row["number"] for row in run.rows if "number" in row]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A desk with five dossiers of different people, one refused at the counter, one moved on."""
    program = Program(tmp_path_factory.mktemp("verified"))
    assert program.init().code == 0
    lines = [
        a_line(name, applicant={"name": name, "id_number": f"01409100321{at}", "phone": "0987654321"})
        for at, name in enumerate(NAMES)
    ]
    taken = program.intake(*lines)
    assert taken.code == 0
    assert program.run("act", numbers_of(taken)[0], "ready").code == 0
    assert program.run("verify").code == 0
    for name in ("desk", "state"):
        shutil.copytree(program.folder / name, program.folder / f"whole-{name}")
    return program


@pytest.fixture
def fresh(made: Program) -> Program:
    """The same desk as it was before any test tampered with it."""
    for name in ("desk", "state"):
        shutil.rmtree(made.folder / name)
        shutil.copytree(made.folder / f"whole-{name}", made.folder / name)
    return made


def named(program: Program) -> tuple[int, list[dict[str, object]]]:
    found = program.run("verify", "--json")
    assert "Traceback" not in found.err
    return found.code, found.rows


def position_of(connection: Connection, kind: str, at: int = 0) -> int:
    rows = connection.execute("SELECT position FROM journal WHERE kind = ? ORDER BY position", (kind,)).fetchall()
    return int(rows[at][0])


def change_bytes(connection: Connection, position: int, column: str, old: bytes, new: bytes) -> None:
    before = bytes(connection.execute(f"SELECT {column} FROM journal WHERE position = ?", (position,)).fetchone()[0])
    assert old in before
    after = before.replace(old, new, 1)
    connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (after, position))


def in_place(data: Path, tamper: Callable[[Connection], object]) -> list[Difference]:
    """Tamper inside a transaction, verify, and roll back."""
    with keyed(data) as connection:
        epoch, seq, value = connection.execute(
            "SELECT epoch, seq, hash FROM journal ORDER BY position DESC LIMIT 1"
        ).fetchone()
        connection.execute("BEGIN")
        tamper(connection)
        found = verify(connection, epoch, (seq, bytes(value)))
        connection.execute("ROLLBACK")
    return found


@pytest.mark.parametrize("kind", ["receive", "issue", "user", "desk", "office"])
def test_an_entry_that_cannot_be_read_is_named_by_its_position(fresh: Program, kind: str):
    """Whatever the entry is about: the desk's own entries are read whenever it is opened."""
    with keyed(fresh.data) as connection:
        position = position_of(connection, kind)
        change_bytes(connection, position, "body", b"{", b"[")
    code, rows = named(fresh)
    assert code == 4
    assert any(row.get("code") == "verify.entry" and row["position"] == position for row in rows), rows


@pytest.mark.parametrize(("column", "value"), [("prev", b"\x07" * 32), ("hash", b"\x07" * 32), ("epoch", "f" * 32),
                                               ("dossier", "elsewhere"), ("seq", 99)])  # fmt: skip
def test_a_changed_column_of_the_journal_is_named_by_its_position(fresh: Program, column: str, value: object):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive", 1)
    found = in_place(
        fresh.data,
        lambda c: c.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (value, position)),
    )
    assert any(one.facts.get("position") == position for one in found), found


@pytest.mark.parametrize("column", fold.COLUMNS)
def test_every_column_of_the_dossiers_table_is_checked(fresh: Program, column: str):
    def tamper(connection: Connection) -> None:
        kind = connection.execute(f"SELECT typeof({column}) FROM dossier LIMIT 1").fetchone()[0]
        changed = f"{column} || 'x'" if kind == "text" else f"coalesce({column}, 0) + 7000"
        connection.execute(f"UPDATE dossier SET {column} = {changed} WHERE rowid = 2")

    found = [f"{one.code} {one.facts.get('name', '')}" for one in in_place(fresh.data, tamper)]
    assert ("verify.dossier_extra " if column == "id" else f"verify.dossier_field {column}") in found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE person SET dossiers = dossiers + 1 WHERE name = 'Hờ A Dế'", "verify.person"),
        ("UPDATE person SET body = replace(body, '0987', '0988') WHERE name = 'Hờ A Dế'", "verify.person"),
        ("DELETE FROM person WHERE name = 'Vì Thị Sắng'", "verify.person"),
        ("INSERT INTO person (key, name, folded, body, last_at, dossiers) VALUES ('x', 'x', 'x', '{}', 'x', 1)",
         "verify.person"),
        ("DELETE FROM counter WHERE name LIKE 'register|%'", "verify.register"),
        ("UPDATE counter SET last = last + 1 WHERE name LIKE 'register|%'", "verify.register"),
        ("INSERT INTO search (search, rowid, folded) SELECT 'delete', rowid, folded FROM dossier LIMIT 1",
         "verify.search"),
    ],
)  # fmt: skip
def test_a_changed_table_is_named(fresh: Program, sql: str, expected: str):
    assert expected in {one.code for one in in_place(fresh.data, lambda c: c.execute(sql))}


@pytest.mark.parametrize("change", ["last - 1", "0"])
def test_a_changed_counter_of_a_day_is_named(fresh: Program, change: str):
    """A day's counter is a fold too: lowered, only the dossier's table stands between it and a number told twice."""
    assert in_place(fresh.data, lambda c: c.execute(f"UPDATE counter SET last = {change} WHERE name LIKE '000.%'"))


def test_a_changed_counter_of_a_yearly_series_is_named(fresh: Program):
    """The next refusal would get a number that a citizen already holds on paper."""
    refused = fresh.run("refuse", "-", "--json", given=b"".join([
        b'{"procedure":"1.001193","applicant":{"name":"Lo"},"reason":"x"}\n'] * 3))  # fmt: skip
    assert refused.code == 0
    assert in_place(fresh.data, lambda c: c.execute("UPDATE counter SET last = 1 WHERE name LIKE 'form|%'"))


def test_the_message_says_in_vietnamese_which_line_it_is(fresh: Program):
    with keyed(fresh.data) as connection:
        position = position_of(connection, "receive")
        change_bytes(connection, position, "body", b"0987654321", b"0987654322")
    told = fresh.run("verify")
    assert told.code == 4
    assert f"Dòng {position} " in told.out
    assert "verify." not in told.out


def test_a_lost_paper_of_the_vault_is_named(fresh: Program):
    """A receipt that was promised as stored, gone from the disk, or changed there."""
    papers = [path for path in (fresh.data / "vault").rglob("*") if path.is_file()]
    assert len(papers) == len(NAMES)
    papers[0].unlink()
    data = bytearray(papers[1].read_bytes())
    data[-20] ^= 1
    papers[1].write_bytes(bytes(data))
    code, rows = named(fresh)
    assert code == 4
    assert len(rows) == 2
