"""A desk's block and its end, late entries with codes of their own, registers, and what a restore may never do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput, OneStopError, Refused
from onestop_desktop.store import journal, marks
from onestop_desktop.store.store import Store
from tests.builders import a_line

TODAY = "261123"
Make = Callable[..., Desk]


def take(desk: Desk, count: int = 1, **changes: object) -> list[str]:
    return [desk.receive(a_line(f"Lò Văn {at}", **changes), again=True).number for at in range(count)]


def count_to(desk: Desk, index: int, agency: str = "000.12.34.H52", day: str = "2026-11-23") -> None:
    """Put a day's counter where it stands after `index` dossiers."""
    desk.core.store.write_plain(
        lambda c: c.execute("INSERT OR REPLACE INTO counter (name, last) VALUES (?, ?)", (f"{agency}|{day}", index))
    )


def test_a_days_numbers_follow_one_another_and_the_next_day_starts_again(desk: Desk, clock: SetClock):
    assert take(desk, 3) == [f"000.12.34.H52-{TODAY}-000{at}" for at in (1, 2, 3)]
    clock.put(clock.at + timedelta(days=1))
    assert take(desk) == ["000.12.34.H52-261124-0001"]


def test_each_desk_has_a_block_of_its_own(make_desk: Make):
    second, tenth = make_desk("second", desk=2), make_desk("tenth", desk=10)
    assert take(second)[0].endswith("-1001")
    assert take(tenth)[0].endswith("-9001")


def test_past_999_the_pattern_of_2018_is_exhausted_and_nothing_is_written(desk: Desk):
    count_to(desk, 998)
    assert take(desk)[0].endswith("-0999")
    entries = desk.pending().entries
    with pytest.raises(Refused, match=r"number\.exhausted"):
        take(desk)
    assert desk.pending().entries == entries
    assert desk.verify() == []


def test_past_999_the_pattern_of_2025_goes_on_with_five_digits(make_desk: Make):
    desk = make_desk("new", agency="H52.110.05", desk=2)
    count_to(desk, 998, "H52.110.05")
    assert [number.rsplit("-", 1)[1] for number in take(desk, 3)] == ["1999", "20000", "20001"]
    barcode = desk.show(desk.find("20001")[0].id)["barcode"]
    assert len(barcode) == 20
    assert desk.scan(barcode).dossier is not None


def test_a_late_entry_keeps_the_valid_code_that_stands_on_its_paper(desk: Desk):
    old = "000.12.34.H52-220303-0417"
    late = desk.receive(a_line(received_at="2022-03-03T09:00:00+07:00", paper_number=old))
    assert (late.number, late.late) == (old, True)
    with pytest.raises(InvalidInput, match=r"number\.taken"):
        desk.receive(a_line("Khác", received_at="2022-03-03T09:00:00+07:00", paper_number=f" {old.lower()} "))
    assert desk.verify() == []


def test_a_code_typed_late_is_never_given_again(desk: Desk):
    when = "2026-11-20T09:00:00+07:00"
    desk.receive(a_line(received_at=when, paper_number="000.12.34.H52-261120-0002"))
    assert [number[-4:] for number in take(desk, 3, received_at=when)] == ["0001", "0003", "0004"]


def test_a_code_of_a_day_still_to_come_is_no_old_code(desk: Desk):
    """Taken as it stands, it would hold the place of a citizen who has not come yet."""
    taken = desk.receive(
        a_line(received_at="2026-11-20T09:00:00+07:00", paper_number="000.12.34.H52-991231-0001"), again=True
    )
    assert taken.number.startswith("000.12.34.H52-261120-")


def test_the_number_on_an_old_paper_is_searched_and_found(desk: Desk):
    late = desk.receive(a_line(received_at="2019-05-06T09:00:00+07:00", paper_number="17/TNHS-2019"))
    assert late.number == "000.12.34.H52-190506-0001"
    assert [row.id for row in desk.find("17/TNHS-2019")] == [late.id]
    assert desk.one("17/TNHS-2019") == late.id


def test_two_centuries_never_share_a_number(desk: Desk):
    """1922 typed for 2022: two digits of the year must not lead to one number for two dossiers."""
    told = take(desk, 1, received_at="2022-03-03T09:00:00+07:00")
    try:
        told += take(desk, 1, received_at="1922-03-03T09:00:00+07:00")
    except OneStopError:
        return  # refusing a year that cannot be is as good
    assert len(set(told)) == 2


def test_a_late_entry_belongs_to_the_office_whose_code_is_on_its_paper(make_desk: Make):
    """Today's commune is several old ones; each paper names its own."""
    desk = make_desk("merged")
    end = date(2025, 6, 30)
    desk.add_office(Office("000.13.34.H52", "UBND xã Chiềng Pằn", "UBND huyện Yên Châu", valid_to=end))
    desk.add_office(Office("H52.110.05", "UBND xã Yên Châu", valid_from=date(2025, 7, 1)))
    for agency in ("000.12.34.H52", "000.13.34.H52"):
        late = desk.receive(a_line(received_at="2022-03-03T09:00:00+07:00", paper_number=f"{agency}-220303-0007"))
        assert late.number == f"{agency}-220303-0007"


def test_register_numbers_run_without_a_gap_and_late_ones_of_a_closed_year_stand_in_the_annex(desk: Desk):
    ids = [desk.receive(a_line(f"Lò Văn {at}")).id for at in range(3)]
    late = [
        desk.receive(a_line(f"Lò Văn {at}", received_at="2025-03-03T09:00:00+07:00"), again=True).id for at in range(2)
    ]
    this_year = desk.receive(a_line("Lò Văn Z", received_at="2026-03-03T09:00:00+07:00"), again=True).id
    places = [desk.show(one)["register"] for one in (*ids, this_year, *late)]
    assert [(at["year"], at["book"], at["no"]) for at in places] == [
        (2026, "01", 1), (2026, "01", 2), (2026, "01", 3), (2026, "01", 4), (2025, "NB", 1), (2025, "NB", 2),
    ]  # fmt: skip


def test_a_dead_clock_does_not_open_a_closed_year_again(desk: Desk, clock: SetClock):
    """The PC says 2020, the clerk has said that it is 2026: 2025 is closed all the same."""
    clock.put(datetime.fromisoformat("2020-01-01T08:00:00+07:00"))
    desk.set_today(date(2026, 11, 24))
    late = desk.receive(a_line(received_at="2025-03-03T09:00:00+07:00"))
    assert late.late
    assert desk.show(late.id)["register"]["book"] == "NB"


def restored(desk: Desk, reopen: Make, tmp_path: Path, between: Callable[[Desk], object]) -> Desk:
    """Copy the data directory, go on, and put the copy back."""
    desk.close()
    shutil.copytree(tmp_path / "desk", tmp_path / "copy")
    later = reopen()
    between(later)
    later.close()
    shutil.rmtree(tmp_path / "desk")
    (tmp_path / "copy").rename(tmp_path / "desk")
    return reopen()


def test_after_a_restore_every_known_day_continues_at_the_next_full_hundred(desk: Desk, reopen: Make, tmp_path: Path):
    late = {"received_at": "2026-11-20T09:00:00+07:00"}
    told = take(desk, 2) + take(desk, 1, **late)
    back = restored(desk, reopen, tmp_path, lambda later: told.extend(take(later, 40) + take(later, 3, **late)))
    after = take(back, 2) + take(back, 1, **late)
    assert [number[-4:] for number in after] == ["0100", "0101", "0100"]
    assert not set(told) & set(after)
    epochs = back.core.store.read(lambda c: list(journal.entries(c, kind="epoch")))
    assert [(entry.seq, entry.facts["cause"]) for entry in epochs] == [(1, "restored")]
    assert epochs[0].fields["parent"]["seq"] > 0
    assert back.verify() == []


def test_after_a_restore_no_number_of_a_refusal_is_told_twice(desk: Desk, reopen: Make, tmp_path: Path):
    """Mẫu 03 is in the citizen's hand with its number."""
    refusal = a_line(reason="Không thuộc thẩm quyền")
    told = [desk.refuse(refusal)["number"]]
    back = restored(desk, reopen, tmp_path, lambda later: told.append(later.refuse(refusal)["number"]))
    assert back.refuse(refusal)["number"] not in told


def test_after_a_restore_no_register_number_is_told_twice(desk: Desk, reopen: Make, tmp_path: Path):
    """The receipt prints it; numbers lost in an accident stand in the book as lost."""
    told = [desk.receive(a_line()).id]
    numbers = [desk.show(told[0])["register"]["no"]]
    back = restored(
        desk, reopen, tmp_path,
        lambda later: numbers.append(later.show(later.receive(a_line(), again=True).id)["register"]["no"]),
    )  # fmt: skip
    again = back.receive(a_line(), again=True)
    assert back.show(again.id)["register"]["no"] not in numbers


def test_two_starts_that_failed_are_no_restore(desk: Desk, reopen: Make, monkeypatch: pytest.MonkeyPatch):
    """A disk that is full at the start must not cost numbers and an epoch."""
    take(desk, 2)
    epoch = desk.core.store.meta.epoch
    desk.close()

    def full(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_renew", full)
        for _start in range(3):
            with pytest.raises(OneStopError, match="disk_full"):
                reopen()
    again = reopen()
    assert again.core.store.meta.epoch == epoch
    assert take(again)[0].endswith("-0003")


def test_a_mark_half_written_does_not_swallow_the_next_one(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """A full disk tears a line of the marks; once there is room, the next line must stand on its own."""

    real, name = marks.os.write, "000.12.34.H52|2026-11-23"
    with monkeypatch.context() as patch:
        patch.setattr(marks.os, "write", lambda where, data: real(where, data[:9]))
        with pytest.raises(OneStopError, match="disk_full"):
            desk.core.store.marks.reserve(name, 1)
    desk.core.store.marks.reserve(name, 1)
    path = desk.core.store.site.state / f"{desk.core.store.keys.store}.marks"
    assert marks._read_marks(path)[name] >= 1
