"""Whatever is changed through a keyed connection, `verify` names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onestop_desktop.desk.desk import Desk
from onestop_desktop.store import keys
from onestop_desktop.store.connect import Connection, connect
from onestop_desktop.store.store import FILE
from tests.builders import a_line

Names = tuple[str, str]


@pytest.fixture
def tampered(
    desk: Desk, reopen: Callable[..., Desk], tmp_path: Path
) -> Callable[[Callable[[Connection], object]], list[Names]]:
    """Takes six dossiers, moves some on, lets a function change the closed file, and verifies."""
    taken = [desk.receive(a_line(f"Lò Văn {n}"), again=True).id for n in range(6)]
    desk.issue_receipt(taken[0], out="file")
    desk.act(taken[1], "ready", {})
    assert desk.verify() == []
    desk.close()

    def tamper(change: Callable[[Connection], object]) -> list[Names]:
        data_key = keys.unwrap(keys.read_keys(tmp_path / "desk"), "mai", "tap")
        connection = connect(tmp_path / "desk" / FILE, keys.derive(data_key, "onestop/db/1"))
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("DROP TRIGGER journal_no_delete")
        change(connection)
        connection.close()
        found = reopen().verify()
        return [(one.code, " ".join(map(str, one.facts.values()))) for one in found]

    return tamper


def position_of(connection: Connection, kind: str) -> int:
    return int(connection.execute("SELECT min(position) FROM journal WHERE kind = ?", (kind,)).fetchone()[0])


def change_byte(column: str, old: bytes, new: bytes) -> Callable[[Connection], object]:
    def change(connection: Connection) -> None:
        at = position_of(connection, "receive")
        value = bytes(connection.execute(f"SELECT {column} FROM journal WHERE position = ?", (at,)).fetchone()[0])
        assert old in value
        connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (value.replace(old, new, 1), at))

    return change


def test_an_untouched_store_is_clean(tampered):
    assert tampered(lambda _connection: None) == []


def test_one_byte_of_a_body_is_named_by_its_line(tampered):
    found = tampered(change_byte("body", b"0987", b"0988"))
    assert [code for code, _ in found].count("verify.hash") == 1


def test_one_byte_of_an_envelope_is_named(tampered):
    found = tampered(change_byte("envelope", b'"actor":"mai"', b'"actor":"maj"'))
    assert "verify.hash" in [code for code, _ in found]


def test_a_body_that_is_no_longer_canonical_is_named(tampered):
    found = tampered(change_byte("body", b'":"', b'": "'))
    assert "verify.entry" in [code for code, _ in found]


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "returned"), ("due_at", "2030-01-01T17:00:00+07:00"), ("applicant", "Người Khác"), ("late", 1),
     ("fee", 5), ("register_no", 99), ("number", "000.12.34.H52-261123-0777"), ("unprinted", 0), ("conflict", 1),
     ("folded", "x")],
)  # fmt: skip
def test_one_field_of_a_fold_row_is_named_by_dossier_and_column(tampered, column, value):
    found = tampered(lambda c: c.execute(f"UPDATE dossier SET {column} = ? WHERE rowid = 3", (value,)))
    named = [text for code, text in found if code == "verify.dossier_field"]
    assert any(text.endswith(f" {column}") for text in named)


def test_a_deleted_line_in_the_middle_is_named(tampered):
    found = tampered(lambda c: c.execute("DELETE FROM journal WHERE position = ?", (position_of(c, "receive"),)))
    codes = [code for code, _ in found]
    assert {"verify.gap", "verify.chain", "verify.dossier_extra"} <= set(codes)


def test_a_deleted_last_line_is_named(tampered):
    found = tampered(lambda c: c.execute("DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)"))
    codes = [code for code, _ in found]
    assert codes


def test_two_swapped_lines_are_named(tampered):
    def swap(connection: Connection) -> None:
        rows = connection.execute("SELECT position FROM journal WHERE kind = 'receive' ORDER BY position").fetchall()
        first, second = rows[0][0], rows[1][0]
        for old, new in ((first, -1), (second, first), (-1, second)):
            connection.execute("UPDATE journal SET position = ? WHERE position = ?", (new, old))

    found = tampered(swap)
    assert [code for code, _ in found].count("verify.chain") >= 2


def test_swapped_columns_that_lie_about_the_entry_are_named(tampered):
    found = tampered(
        lambda c: c.execute("UPDATE journal SET kind = 'ready' WHERE position = ?", (position_of(c, "receive"),))
    )
    assert "verify.columns" in [code for code, _ in found]


def test_a_deleted_dossier_and_an_invented_one_are_named(tampered):
    assert tuple(
        {code for code, _ in tampered(lambda c: c.execute("DELETE FROM dossier WHERE rowid = 2")) if "dossier" in code}
    ) == ("verify.dossier_missing",)


def test_a_changed_person_is_noticed(tampered):
    found = tampered(lambda c: c.execute("UPDATE person SET name = 'X' WHERE rowid = 1"))
    assert "verify.person" in [code for code, _ in found]


def test_a_register_counter_set_back_is_noticed(tampered):
    found = tampered(lambda c: c.execute("UPDATE counter SET last = 1 WHERE name LIKE 'register|%'"))
    assert "verify.register" in [code for code, _ in found]


def test_the_journal_refuses_changes_while_its_triggers_stand(desk: Desk):
    desk.receive(a_line())
    with pytest.raises(Exception, match="append-only"):
        desk.core.store.write_plain(lambda c: c.execute("DELETE FROM journal"))
