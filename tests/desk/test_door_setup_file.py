"""The set-up file from above: read strictly, told in words, and nothing of it believed unchecked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.cli.main import main
from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.setup_file import CARD, LARGEST, check_offices, read_setup
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Exit, InvalidInput
from onestop_desktop.words import load

ONE = '[office]\nagency = "h52.110.05"\nname = " UBND  xã Yên Châu "\nupper = "UBND tỉnh Sơn La"\n'
TWO = """
desk = "02"
start = 1001
card = "OSD1ABC"
[[offices]]
agency = "000.12.34.H52"
name = "UBND xã Sặp Vạt"
to = 2025-06-30
[[offices]]
agency = "H52.110.05"
name = "UBND xã Yên Châu"
from = "2025-07-01"
"""


def test_a_single_office_is_read_tidied() -> None:
    found = read_setup("\ufeff" + ONE)
    assert found.offices == (Office("H52.110.05", "UBND xã Yên Châu", "UBND tỉnh Sơn La"),)
    assert (found.desk, found.start, found.card) == (None, None, "")


def test_several_offices_by_date_with_desk_start_and_card() -> None:
    found = read_setup(TWO)
    assert [one.valid_to for one in found.offices] == [date(2025, 6, 30), None]
    assert (found.desk, found.start, found.card) == (2, 1001, "OSD1ABC")
    assert check_offices(found.offices, date(2026, 11, 23)).name == "UBND xã Yên Châu"
    assert check_offices(found.offices, date(2024, 1, 1)).name == "UBND xã Sặp Vạt"


def test_a_desk_that_would_belong_to_nobody_today_is_told() -> None:
    found = read_setup(TWO.replace('from = "2025-07-01"', "from = 2027-01-01"))
    with pytest.raises(InvalidInput) as refused:
        check_offices(found.offices, date(2026, 11, 23))
    assert refused.value.code == "setup.none_today"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("không phải phiếu", "setup.file"),
        ("x" * (LARGEST + 1), "setup.file"),
        ("", "setup.no_office"),
        ("offices = []", "setup.no_office"),
        ("office = 3", "setup.kind"),
        (ONE + "phone = '1'", "setup.key"),
        ("pasword = 'x'\n" + ONE, "setup.key"),
        (ONE.replace("h52.110.05", "H52-110"), "number.agency"),
        (ONE.replace(" UBND  xã Yên Châu ", " "), "office.name_empty"),
        (ONE + "from = 2026-01-02\nto = 2026-01-01", "office.days"),
        (ONE + "from = 2026-01-02T10:00:00", "setup.kind"),
        (ONE + "from = '2/1/2026'", "input.day"),
        ("desk = 11\n" + ONE, "number.desk"),
        ("desk = 0\n" + ONE, "number.desk"),
        ("desk = true\n" + ONE, "setup.kind"),
        ("desk = 1\nstart = 90000\n" + ONE, "number.block"),
        ("card = 5\n" + ONE, "setup.kind"),
        (TWO.replace("000.12.34.H52", "H52.110.05").replace('from = "2025-07-01"', ""), "office.twice"),
        (ONE.replace("Yên", "Y\\u0007ên"), "text.control"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_wrong_is_told_in_words(text: str, code: str, language: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_setup(text)
    assert refused.value.code == code
    told = load(language).tell(refused.value)
    assert told != code
    assert "{" not in told


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_setup(text)
    except InvalidInput:
        return
    assert found.offices


_NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=40)


@given(st.lists(_NAMES, min_size=1, max_size=4), st.integers(1, 10))
def test_what_is_written_is_read_back(names: list[str], desk: int) -> None:
    rows = [f'[[offices]]\nagency = "H52.{at:02}"\nname = "{name}"' for at, name in enumerate(names, start=10)]
    found = read_setup("\n".join([f"desk = {desk}", *rows]))
    assert len(found.offices) == len(names)
    assert found.desk == desk


def test_the_command_line_makes_a_desk_from_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONESTOP_STATE", str(tmp_path / "state"))
    slip, password = tmp_path / "ban.toml", tmp_path / "password"
    slip.write_text(TWO, encoding="utf-8")
    password.write_text("mot cau de nho", encoding="utf-8")
    common = ["--data", str(tmp_path / "data"), "--user", "mai", "--password-file", str(password)]
    assert main(["init", *common, "--from", str(tmp_path / "nowhere.toml")]) == Exit.INVALID
    assert main(["init", *common, "--agency", "H52.110.05"]) == Exit.INVALID
    assert main(["init", *common, "--from", str(slip), "--json"]) == Exit.DONE
    row = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert (row["desk"], row["agency"]) == ("02", "H52.110.05")
    desk = Door(tmp_path / "data", tmp_path / "state", SystemClock()).open("mai", "mot cau de nho")
    assert len(desk.offices()) == 2
    assert desk.core.setup.start == 1001
    assert desk.load_draft(CARD) == {"card": "OSD1ABC"}
    desk.close()
