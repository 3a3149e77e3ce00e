"""`holidays` and `office end`: what a commune keeps itself, from the command line."""

from __future__ import annotations

from tests.builders import a_line
from tests.processes import Program

_TEXTS = ("--reason", "Nghỉ phòng chống bão", "--document", "12/QĐ-UBND")


def test_a_day_off_is_added_listed_and_taken_back(program: Program):
    added = program.run("holidays", "add", "2026-12-15", *_TEXTS, "--json")
    assert (added.code, added.rows[0]["kind"], added.rows[0]["own"]) == (0, "off", True)
    half = program.run("holidays", "add", "2026-12-16", "--kind", "half", "--hours", "07:30-11:30", *_TEXTS, "--json")
    assert half.rows[0]["hours"] == ["07:30-11:30"]
    listed = program.run("holidays", "list", "--year", "2026", "--json").rows
    assert [row["day"] for row in listed if row["own"]] == ["2026-12-15", "2026-12-16"]
    assert "2026-11-24" in [row["day"] for row in listed]
    assert program.run("holidays", "remove", "2026-12-15").code == 0
    again = program.run("holidays", "remove", "2026-12-15")
    assert (again.code, "không do xã quyết định" in again.err) == (2, True)
    assert program.run("verify").code == 0


def test_a_day_that_cannot_be_is_refused(program: Program):
    days = (("2026-13-01", *_TEXTS), ("2026-12-15", "--kind", "half", *_TEXTS), ("2026-12-15", "--reason", "x"))
    for arguments in days:
        refused = program.run("holidays", "add", *arguments)
        assert (refused.code, bool(refused.err)) == (2, True)
    listed = program.run("holidays", "list", "--year", "2026", "--json").rows
    assert not [row for row in listed if row["own"]]


def test_an_agency_ends_when_its_successor_is_there(program: Program):
    end = ("office", "end", "--agency", "000.12.34.H52", "--to", "2030-12-31", "--json")
    assert program.run(*end).code == 3
    added = program.run("office", "add", "--agency", "H52.110.05", "--name", "UBND xã mới", "--from", "2031-01-01")
    assert added.code == 0
    ended = program.run(*end)
    assert (ended.code, ended.rows[0]["to"]) == (0, "2030-12-31")
    assert program.intake(a_line()).code == 0
