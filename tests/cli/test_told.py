"""What the command line tells beside its results: doubts, and a PC clock that cannot be right, with its answer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from onestop_desktop import app
from onestop_desktop.cli.main import main
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.words import load
from tests.builders import a_line

SAID = load("vi")


@pytest.fixture
def run(desk: Desk, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """The command line on the test's clock."""
    desk.receive(a_line())
    desk.close()
    monkeypatch.setattr(app, "door", lambda data: Door(data, tmp_path / "desk-state", clock))

    def command(*arguments: str) -> tuple[int, list[dict], str]:
        monkeypatch.setenv("ONESTOP_PASSWORD", "tap")
        capsys.readouterr()
        code = main(["--data", str(tmp_path / "desk"), "--user", "mai", "--json", *arguments])
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return command


def intake(tmp_path: Path, **changes: object) -> tuple[str, ...]:
    file = tmp_path / "lines.jsonl"
    file.write_text(json.dumps(a_line("Lò Thị Ơn", **changes)) + "\n", encoding="utf-8")
    return "intake", str(file), "--receipts", str(tmp_path / "receipts")


def test_a_sound_clock_is_not_asked_about(run, tmp_path: Path):
    code, _rows, err = run(*intake(tmp_path))
    assert (code, err) == (0, "")
    assert run("clock")[1] == [{"now": "2026-11-23T08:15:00+07:00", "offset_ms": 0, "question": ""}]


def test_a_dead_clock_is_told_and_answered_and_blocks_no_intake(run, clock: SetClock, tmp_path: Path):
    clock.put(clock.at - timedelta(days=2000))
    code, rows, err = run(*intake(tmp_path))
    assert code == 0
    assert rows[0]["number"]
    assert SAID.say("clock.before_last_entry") in err
    assert SAID.say("cli.clock_answer") in err
    assert run("clock")[1][0]["question"].startswith("clock.before")
    code, rows, err = run("clock", "--today", "2026-11-24")
    assert (code, rows[0]["now"][:10], rows[0]["question"], err) == (0, "2026-11-24", "", "")
    code, rows, err = run(*intake(tmp_path, note="sau"))
    assert (code, rows[0]["number"][-11:-5], err) == (0, "261124", "")


def test_a_day_that_is_none_is_refused(run):
    assert run("clock", "--today", "hôm nay")[0] == 2


def test_doubts_are_told_beside_the_result(run, tmp_path: Path):
    _code, rows, err = run(*intake(tmp_path, due_at="2026-12-01T10:00:00+07:00", fee=8000))
    assert "doubt.due_agreed" in rows[0]["doubts"]
    assert SAID.say("cli.line", line=1) + SAID.say("doubt.due_agreed") in err
    code, rows, err = run("act", rows[0]["number"], "collect", "--with", '{"amount": 900000000}')
    assert (code, rows[0]["doubts"]) == (0, ["doubt.collect_over"])
    assert err == SAID.say("doubt.collect_over") + "\n"


def test_an_agency_is_checked_as_in_the_window(run):
    added = ("office", "add", "--agency", "000.99.34.H52", "--from", "2027-01-01")
    assert run(*added, "--name", "A\x07B")[1][0]["error"]["code"] == "text.control"
    assert run(*added, "--name", "x" * 201)[1][0]["error"]["code"] == "text.too_long"
    assert run(*added, "--name", "UBND  xã mới ")[1][0]["name"] == "UBND xã mới"
    code, rows, _err = run(*added, "--name", "Khác")
    assert (code, rows[0]["error"]["code"]) == (3, "office.exists")


def test_what_is_wrong_with_a_step_is_said_of_that_step(run, tmp_path: Path):
    number = run(*intake(tmp_path))[1][0]["number"]
    code, rows, _err = run("act", number, "ready", "--with", "{bad")
    assert (code, rows[0]["error"]["code"]) == (2, "cli.with_not_json")
    code, rows, err = run("act", number, "return", "--lang", "en")
    assert code == 3
    assert "“Received”" in rows[0]["error"]["message"]
    assert "ask-supplement, " in err
