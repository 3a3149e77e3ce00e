"""What may stand in a data directory when it is opened, and what a failing disk may do meanwhile."""

from __future__ import annotations

import base64
import random
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import Damaged, KnownError, OneStopError, Refused
from onestop_desktop.store import keys
from onestop_desktop.store.connect import dbapi2
from onestop_desktop.store.store import FILE
from onestop_desktop.store.writer import Writer
from tests.builders import a_line
from tests.processes import Program

Reopen = Callable[..., Desk]


@pytest.mark.parametrize("left", ["nothing", "empty"])
def test_a_file_that_is_gone_or_empty_is_damage_and_no_new_store(make_desk, reopen: Reopen, tmp_path: Path, left: str):
    """An empty file is what some disks leave after a power cut; SQLite takes it for a new one."""
    desk: Desk = make_desk()
    desk.receive(a_line())
    desk.close()
    path = tmp_path / "desk" / FILE
    path.unlink()
    if left == "empty":
        path.touch()
    for _twice in range(2):
        with pytest.raises(Damaged):
            reopen()
    assert not path.exists() or path.stat().st_size == 0


def test_a_lost_log_is_noticed(make_desk, reopen: Reopen, tmp_path: Path):
    """The log held numbers that were told; without it the desk must not tell them again."""
    make_desk().close()
    desk = reopen()
    told = [desk.receive(a_line(f"Lò Văn {at}")).number for at in range(3)]
    shutil.copytree(tmp_path / "desk", tmp_path / "killed")
    desk.close()
    shutil.rmtree(tmp_path / "desk")
    (tmp_path / "killed").rename(tmp_path / "desk")
    (tmp_path / "desk" / f"{FILE}-wal").unlink()
    again = reopen()
    assert again.receive(a_line()).number not in told


def test_a_folder_that_cannot_be_locked_is_said_plainly(make_desk, reopen: Reopen, tmp_path: Path):
    make_desk().close()
    (tmp_path / "desk" / "lock").unlink()
    (tmp_path / "desk" / "lock").mkdir()
    with pytest.raises(OneStopError):
        reopen()


class Failing:
    """A connection whose checkpoints fail as on a disk that was pulled out."""

    in_transaction = False

    def execute(self, sql: str, *_values: object) -> Any:
        if "checkpoint" in sql:
            raise dbapi2.OperationalError("disk I/O error")
        return self

    def fetchone(self) -> tuple[int, int, int]:
        return (0, 9, 9)

    def fetchall(self) -> list[object]:
        return []

    def close(self) -> None:
        return


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failed_checkpoint_does_not_leave_the_counter_waiting_for_ever():
    writer = Writer(Failing)
    writer.submit(lambda _connection: 1).result(timeout=5)
    later: Future[int] = writer.submit(lambda _connection: 2)
    assert later.result(timeout=5) == 2
    writer.close()


def test_a_commit_is_not_called_a_failure_because_a_side_file_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The head's note beside the store helps after a restore; its failure must not make a taken dossier seem lost."""

    def full(*_head: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk.core.store.last_head, "put", full)
    assert desk.receive(a_line()).number.endswith("-0001")


def test_a_wrong_key_file_of_an_older_day_does_not_win(make_desk, reopen: Reopen, tmp_path: Path):
    """Of two whole copies the newer counts."""
    desk: Desk = make_desk()
    old = (tmp_path / "desk" / keys.FILE).read_bytes()
    desk.remove_user("tu")
    desk.close()
    (tmp_path / "desk" / keys.FILE).write_bytes(old)
    assert [user.id for user in reopen().users()] == ["mai"]


def test_a_removed_user_opens_nothing_and_stays_in_the_book(make_desk, reopen: Reopen, tmp_path: Path):
    desk: Desk = make_desk()
    desk.remove_user("tu")
    for user, code in (("mai", "user.self"), ("tu", "login.unknown"), ("nobody", "login.unknown")):
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            desk.remove_user(user)
    desk.close()
    with pytest.raises(Refused, match=r"login\.unknown"):
        keys.unwrap(keys.read_keys(tmp_path / "desk"), "tu", "tap2")
    assert reopen().core.user_name("tu") == "Hà Văn Tư"


def test_the_recovery_code_is_no_user_who_can_be_removed(make_desk, tmp_path: Path):
    """Whoever removes it finds out only on the day when every password is forgotten."""
    desk: Desk = make_desk()
    with pytest.raises(KnownError):
        desk.remove_user("recovery")
    assert "recovery" in [slot.user for slot in keys.read_keys(tmp_path / "desk").slots]


def test_the_waits_grow_and_end(tmp_path: Path):
    assert [keys.wait_after(failures) for failures in (0, 2, 3, 4, 5, 6, 9, 40, 4000)] == [0, 0, 1, 2, 4, 8, 60, 60, 60]


def test_no_slot_cheaper_than_the_floor_opens_a_real_store():
    slot = keys.make_slot("s", "mai", "Mai", "tap", bytes(32), training=True)
    with pytest.raises(Damaged, match=r"keys\.too_cheap"):
        keys.unwrap(keys.KeyFile("s", False, "UBND", "01", (slot,)), "mai", "tap")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A desk with eight dossiers, to be damaged in many ways."""
    program = Program(tmp_path_factory.mktemp("whole"))
    assert program.init().code == 0
    assert program.intake(*[a_line(f"Lò Văn {at}") for at in range(8)]).code == 0
    shutil.copytree(program.data, program.folder / "kept")
    return program


def damaged(data: bytes, way: str, seed: int) -> bytes:
    rng, broken = random.Random(f"{way}{seed}"), bytearray(data)
    at = rng.randrange(len(data))
    if way == "bit":
        broken[at] ^= 1 << rng.randrange(8)
    elif way == "page":
        page = at // 4096 * 4096
        broken[page : page + 4096] = bytes(4096)
    else:
        del broken[at:]
    return bytes(broken)


@pytest.mark.parametrize("way", ["bit", "page", "cut"])
def test_damage_is_told_as_damage_and_nothing_wrong_is_shown(whole: Program, way: str):
    """Twenty ways each, through the real program: exit 4, no traceback, and a list shows true lines or refuses."""
    good = {row["number"]: row["applicant"] for row in _clean(whole).run("list", "--json").rows}
    data = (whole.folder / "kept" / FILE).read_bytes()
    for seed in range(20):
        _clean(whole)
        (whole.data / FILE).write_bytes(damaged(data, way, seed))
        command = ("verify", "list")[seed % 2]
        done = whole.run(command, "--json")
        assert "Traceback" not in done.err, (seed, done.err)
        if command == "verify":
            assert done.code == 4, (way, seed, done)
        else:
            assert done.code in {0, 4}, (way, seed, done)
            shown = {row["number"]: row["applicant"] for row in done.rows if "number" in row}
            assert shown.items() <= good.items()


def _clean(program: Program) -> Program:
    shutil.rmtree(program.data)
    shutil.copytree(program.folder / "kept", program.data)
    return program


def test_nothing_of_a_citizen_lies_in_clear_after_a_kill(make_desk, tmp_path: Path):
    """Files as a killed process leaves them, in every spelling that a disk search would try."""
    desk: Desk = make_desk()
    line = a_line("Lường Thị Kín Đáo", attachments=[str(_scan(tmp_path))])
    taken = desk.receive(line)
    desk.issue_receipt(taken.id, out="file")
    desk.save_draft("intake", line)
    desk.act(taken.id, "correct", {"reason": "Lường Thị Kín Đáo gõ nhầm", "changes": {"note": "Lường Thị Kín Đáo"}})
    texts = ("Lường Thị Kín Đáo", "014091003217", "0987654321", "Bản Nà Khái", "luong thi kin dao", "BÍ MẬT QUÉT")
    wanted = [form for text in texts for form in _spellings(text)]
    files = [path for name in ("desk", "desk-state") for path in (tmp_path / name).rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".db", ".db-wal", ".json", ".marks", ".head"}
    for path in files:
        data = path.read_bytes()
        assert b"SQLite format 3" not in data, path
        assert not [form for form in wanted if form in data], path


def _scan(folder: Path) -> Path:
    path = folder / "scan.txt"
    path.write_text("BÍ MẬT QUÉT " * 40, encoding="utf-8")
    return path


def _spellings(text: str) -> list[bytes]:
    plain = [text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")]
    return plain + [base64.b64encode(plain[0][skip : len(plain[0]) // 3 * 3]) for skip in (0, 3)]
