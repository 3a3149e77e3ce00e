"""Who may sit at the desk, whose password counts, the recovery code, and a making that was cut short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk import login, making
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.desk.steps import Second
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Damaged, InvalidInput, KnownError, Refused, TryLater
from onestop_desktop.store import journal, keys
from tests.papers.reading import codes_of, words_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
NEW = NewDesk(
    (Office("H52.110.05", "UBND xã Yên Châu", "UBND tỉnh Sơn La"),), 1, FirstUser("mai", "Lò Thị Mai", "mot cau de nho")
)
LINE = {"procedure": "1.001193", "applicant": {"name": "Quàng Văn Thương"}}


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def door(tmp_path: Path, clock: SetClock) -> Door:
    return Door(tmp_path / "data", tmp_path / "state", clock)


@pytest.fixture
def made(door: Door) -> Iterator[tuple[Desk, str]]:
    """A real desk with Mai at it, and its recovery code; Mai chose Tư's password."""
    desk, code = door.create(NEW)
    desk.add_user("tu", "Hà Văn Tư", "mai dat cho tu")
    yield desk, code
    desk.close()


# -- the seat -------------------------------------------------------------------------------------------------


def test_each_entry_carries_who_sat_there_when_it_was_written(made: tuple[Desk, str]) -> None:
    desk, _code = made
    first = desk.receive(LINE)
    desk.seat.switch("tu", "mai dat cho tu")
    second = desk.receive(LINE | {"note": "khác"}, again=True)
    actors = [desk.dossier(one.id).received_by for one in (first, second)]
    assert actors == ["mai", "tu"]
    assert desk.verify() == []


def test_a_wrong_password_changes_nobody_and_makes_wait(made: tuple[Desk, str], clock: SetClock) -> None:
    desk, _code = made
    for _time in range(3):
        with pytest.raises(Refused) as refused:
            desk.seat.switch("tu", "sai")
        assert refused.value.code == "login.wrong"
    with pytest.raises(Refused) as refused:
        desk.seat.switch("tu", "mai dat cho tu")
    assert refused.value.code == "login.wait"
    assert desk.identity.user == "mai"
    clock.put(datetime.fromtimestamp(NOW.timestamp() + 61, HANOI))
    desk.seat.switch("tu", "mai dat cho tu")
    assert desk.core.store.keys.slot("tu").failures == 0


def test_failures_at_the_cover_count_at_the_door_too(made: tuple[Desk, str], door: Door) -> None:
    desk, _code = made
    for _time in range(3):
        with pytest.raises(Refused):
            desk.seat.switch("mai", "sai")
    desk.close()
    with pytest.raises(Refused) as refused:
        door.open("mai", "mot cau de nho")
    assert refused.value.code == "login.wait"


@pytest.mark.parametrize("user", ["recovery", "ai-do"])
def test_only_users_take_the_seat(made: tuple[Desk, str], user: str) -> None:
    desk, code = made
    with pytest.raises(Refused, match=r"login\.unknown"):
        desk.seat.switch(user, code)


def test_a_key_file_of_another_store_opens_no_cover(made: tuple[Desk, str]) -> None:
    """Somebody at the PC writes a slot of their own, for a key of their own."""
    desk, _code = made
    store = desk.core.store
    forged = keys.make_slot(store.keys.store, "mai", "Mai", "cua ke trom", bytes(32), training=False)
    keys.change_keys(store.site.data, lambda now: now.with_slot(forged))
    with pytest.raises(Damaged, match=r"keys\.damaged"):
        desk.seat.switch("mai", "cua ke trom")


def test_a_key_file_that_is_gone_keeps_nobody_out(made: tuple[Desk, str], door: Door) -> None:
    desk, _code = made
    for name in (keys.FILE, keys.FILE + ".copy"):
        (door.site.data / name).unlink()
    desk.seat.switch("tu", "mai dat cho tu")
    assert desk.identity.user == "tu"


# -- whose password counts ------------------------------------------------------------------------------------


def test_a_password_set_by_a_colleague_is_no_second_person_until_its_owner_changed_it(made: tuple[Desk, str]) -> None:
    desk, _code = made
    taken = desk.receive(LINE)
    with pytest.raises(Refused) as refused:
        desk.act(taken.id, "void", {"reason": "Nhầm"}, Second("tu", "mai dat cho tu"))
    assert refused.value.code == "second.not_own_password"
    desk.seat.switch("tu", "mai dat cho tu")
    assert desk.seat.must_change
    assert desk.seat.password_set_by == "Lò Thị Mai"
    desk.seat.change_password("chi minh tu biet")
    desk.seat.switch("mai", "mot cau de nho")
    after, _changes = desk.act(taken.id, "void", {"reason": "Nhầm"}, Second("tu", "chi minh tu biet"))
    assert after.status == "voided"


def test_the_mark_survives_a_restart_and_a_wrong_password(made: tuple[Desk, str], door: Door) -> None:
    desk, _code = made
    with pytest.raises(Refused):
        desk.seat.switch("tu", "sai")
    desk.close()
    again = door.open("tu", "mai dat cho tu")
    assert again.seat.must_change
    again.close()


def test_a_new_password_from_a_colleague_marks_again(made: tuple[Desk, str]) -> None:
    desk, _code = made
    desk.seat.switch("tu", "mai dat cho tu")
    desk.seat.change_password("chi minh tu biet")
    desk.seat.switch("mai", "mot cau de nho")
    desk.add_user("tu", "Hà Văn Tư", "mai lai dat cho tu")
    desk.seat.switch("tu", "mai lai dat cho tu")
    assert desk.seat.must_change


@pytest.mark.parametrize(
    ("password", "code"), [("ngan", "user.password_short"), ("mai dat cho tu", "user.password_same")]
)
def test_ones_own_password_is_long_and_another_one(made: tuple[Desk, str], password: str, code: str) -> None:
    desk, _code = made
    desk.seat.switch("tu", "mai dat cho tu")
    with pytest.raises(InvalidInput) as refused:
        desk.seat.change_password(password)
    assert refused.value.code == code
    assert desk.seat.must_change


def test_the_change_stands_in_the_journal_under_its_owner(made: tuple[Desk, str]) -> None:
    desk, _code = made
    desk.seat.switch("tu", "mai dat cho tu")
    desk.seat.change_password("chi minh tu biet")
    last = desk.core.store.read(lambda c: list(journal.entries(c, kind="user")))[-1]
    assert (last.fields["actor"], last.facts["user"]) == ("tu", "tu")


def test_a_training_desk_asks_nobody_to_change(tmp_path: Path, clock: SetClock) -> None:
    door = Door.create_training(tmp_path / "data", tmp_path / "state", clock)
    desk = door.open("tu", "tap")
    assert not desk.seat.must_change
    assert desk.seat.recovery.confirmed
    desk.close()


# -- the recovery code ----------------------------------------------------------------------------------------


def test_the_code_is_unconfirmed_until_it_was_asked_back(made: tuple[Desk, str], door: Door) -> None:
    desk, code = made
    assert not desk.seat.recovery.confirmed
    with pytest.raises(Refused, match=r"recovery\.other"):
        desk.seat.recovery.confirm(keys.new_recovery_code())
    with pytest.raises(InvalidInput, match=r"recovery\.mistyped"):
        desk.seat.recovery.confirm(code[:-1])
    assert not desk.seat.recovery.confirmed
    desk.seat.recovery.confirm(code.lower().replace("-", " "))
    desk.close()
    again = door.open("mai", "mot cau de nho")
    assert again.seat.recovery.confirmed
    again.close()


def test_a_code_that_opened_the_desk_is_not_asked_back(made: tuple[Desk, str], door: Door) -> None:
    desk, code = made
    assert not desk.seat.recovery.confirmed
    desk.close()
    door.recover(code, "mai", "mat khau moi cua mai")
    again = door.open("mai", "mat khau moi cua mai")
    assert again.seat.recovery.confirmed
    again.close()


def test_a_new_code_holds_once_asked_back_and_the_old_one_opens_nothing(made: tuple[Desk, str], door: Door) -> None:
    desk, old = made
    new = desk.seat.recovery.new_code()
    with pytest.raises(Refused, match=r"recovery\.other"):
        desk.seat.recovery.renew(new, old)
    desk.seat.recovery.renew(new, new)
    assert desk.seat.recovery.confirmed
    with pytest.raises(Refused):
        door.recover(old, "mai", "mat khau moi cua mai")
    door.recover(new, "mai", "mat khau moi cua mai")


def test_a_first_versions_key_file_is_read_and_written_as_it_was(made: tuple[Desk, str], door: Door) -> None:
    desk, code = made
    desk.seat.recovery.confirm(code)
    rows = json.loads((door.site.data / keys.FILE).read_text())["keys"]["slots"]
    plain = [row for row in rows if row["user"] in {"mai", "recovery"}]
    assert len(plain) == 2
    assert not [row for row in plain if {"set_by", "unconfirmed"} & set(row)]


def test_the_sheet_for_the_envelope_is_one_page_that_reads_back(made: tuple[Desk, str]) -> None:
    desk, code = made
    pdf = desk.seat.recovery.sheet(code)
    assert len(PdfDocument(pdf)) == 1
    text = words_of(pdf)
    assert all(group in text for group in code.split("-"))
    assert "Lò Thị Mai" in text
    assert [code] in codes_of(pdf, 0, 200)


# -- a making that was cut short ------------------------------------------------------------------------------


class Cut(BaseException):
    """The power went."""


def cut_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Cut the making at the n-th entry of the desk, or before the first file is there."""
    seen = []
    real = Core.record

    def record(core: Core, kind: str, body: object) -> None:
        seen.append(kind)
        if len(seen) > count:
            raise Cut
        real(core, kind, body)  # type: ignore[arg-type]

    monkeypatch.setattr(Core, "record", record)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_making_that_was_cut_short_leaves_no_desk_and_the_next_one_succeeds(
    door: Door, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    with monkeypatch.context() as patched:
        cut_after(patched, count)
        with pytest.raises(Cut):
            door.create(NEW)
    assert (door.site.data / "desk.db").exists()
    with pytest.raises(KnownError, match=r"store\.none"):
        _users = door.users
    desk, _code = door.create(NEW)
    assert desk.identity.office == "UBND xã Yên Châu"
    assert [one.id for one in door.users] == ["mai"]
    desk.close()


def test_a_desk_that_was_made_is_never_cleared_away(made: tuple[Desk, str], door: Door) -> None:
    desk, _code = made
    desk.receive(LINE)
    desk.close()
    with pytest.raises(Refused, match=r"store\.exists"):
        door.create(NEW)
    again = door.open("mai", "mot cau de nho")
    assert len(again.listing()[0]) == 1
    again.close()


def test_a_desk_that_another_window_is_making_is_left_alone(door: Door) -> None:
    desk, _code = door.create(NEW)
    (door.site.data / making.MARK).write_bytes(b"")
    with pytest.raises(TryLater, match=r"store\.in_use"):
        door.create(NEW)
    assert desk.verify() == []
    desk.close()


def test_a_desk_in_use_is_found_out_without_a_password(made: tuple[Desk, str], door: Door) -> None:
    desk, _code = made
    with pytest.raises(TryLater, match=r"store\.in_use"):
        door.check_free()
    desk.close()
    door.check_free()


@pytest.mark.parametrize(
    ("owner", "name"), [(login, "forgive"), (Core, "__init__"), (Core, "settle_clock"), (Desk, "__init__")]
)
def test_an_opening_that_fails_late_leaves_the_desk_to_the_next_try(
    made: tuple[Desk, str], door: Door, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    desk, _code = made
    with pytest.raises(Refused, match=r"login\.wrong"):
        desk.seat.switch("mai", "sai")
    desk.close()

    def full(*_given: object) -> None:
        raise TryLater("store.disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, full)
        with pytest.raises(TryLater, match=r"store\.disk_full"):
            door.open("mai", "mot cau de nho")
    again = door.open("mai", "mot cau de nho")
    assert again.identity.user == "mai"
    again.close()
