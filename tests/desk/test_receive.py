"""Taking a dossier twice, drafts, a clock that cannot be right, and searching with whatever is typed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.intake import FREE_FLOOR
from onestop_desktop.errors import InvalidInput, Refused, TryLater
from tests.builders import a_line
from tests.conftest import _SEED, MORNING, Door, FirstUser, NewDesk, Office
from tests.papers.reading import letters_of, squeezed


def test_the_same_content_within_a_minute_is_asked_about(desk: Desk, clock: SetClock):
    first = desk.receive(a_line())
    clock.put(clock.at + timedelta(seconds=59))
    entries = desk.pending().entries
    with pytest.raises(Refused) as caught:
        desk.receive(a_line())
    assert caught.value.code == "intake.again"
    assert caught.value.facts["number"] == first.number
    assert caught.value.facts["dossier"] == first.id
    assert desk.pending().entries == entries
    assert desk.receive(a_line(), again=True).number != first.number


def test_the_same_content_after_a_minute_is_taken(desk: Desk, clock: SetClock):
    desk.receive(a_line())
    clock.put(clock.at + timedelta(seconds=61))
    assert desk.receive(a_line()).number.endswith("-0002")


def test_another_person_within_a_minute_is_taken(desk: Desk):
    desk.receive(a_line())
    assert desk.receive(a_line("Lò Văn Khác")).number.endswith("-0002")


def test_many_threads_get_each_its_own_number(desk: Desk):
    """Every method may be called from any thread."""
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda at: desk.receive(a_line(f"Lò Văn {at}")).number, range(40)))
    assert sorted(told) == [f"000.12.34.H52-261123-{at:04d}" for at in range(1, 41)]
    assert desk.verify() == []


def test_a_draft_survives_as_typed_until_it_is_dropped(desk: Desk, reopen: Callable[..., Desk]):
    typed = {"procedure": "1.00", "applicant": {"name": "Lò Thị Ế", "phone": "09"}, "papers": [], "fee": 0}
    entries = desk.pending().entries
    desk.save_draft("intake", {"old": True})
    desk.save_draft("intake", typed)
    assert desk.pending().entries == entries
    desk.close()
    again = reopen()
    assert again.load_draft("intake") == typed
    assert again.load_draft("certify") is None
    again.drop_draft("intake")
    assert again.load_draft("intake") is None


def test_a_clock_before_the_last_entry_is_suspected_and_one_answer_puts_it_right(desk: Desk, clock: SetClock):
    desk.receive(a_line())
    assert desk.clock_suspicion() is None
    clock.put(datetime.fromisoformat("2020-01-01T00:00:05+07:00"))
    assert desk.clock_suspicion() == "clock.before_last_entry"
    desk.set_today(date(2026, 11, 24))
    assert desk.clock_suspicion() is None
    taken = desk.receive(a_line("Lò Văn Khác"))
    shown = desk.show(taken.id)
    assert taken.number.startswith("000.12.34.H52-261124-")
    assert shown["received_at"].startswith("2026-11-24")
    assert shown["recorded_at"].startswith("2019-12-31T17:")
    assert not taken.late
    assert desk.verify() == []


def test_a_suspected_clock_never_blocks_an_intake(desk: Desk, clock: SetClock):
    clock.put(datetime.fromisoformat("2020-01-01T00:00:05+07:00"))
    assert desk.receive(a_line()).number.startswith("000.12.34.H52-200101-")


def test_a_correction_survives_the_next_start(desk: Desk, clock: SetClock, reopen: Callable[..., Desk]):
    clock.put(datetime.fromisoformat("2020-01-01T00:00:05+07:00"))
    desk.set_today(date(2026, 11, 24))
    desk.close()
    clock.put(clock.at + timedelta(hours=1))
    assert reopen().now().date() == date(2026, 11, 24)


def test_a_clock_that_was_repaired_after_a_correction_is_noticed(
    desk: Desk, clock: SetClock, reopen: Callable[..., Desk]
):
    """Somebody sets the PC's clock right: the old correction must not carry the desk seven years ahead."""
    clock.put(datetime.fromisoformat("2020-01-01T08:00:00+07:00"))
    desk.set_today(date(2026, 11, 24))
    desk.receive(a_line())
    desk.close()
    clock.put(datetime.fromisoformat("2026-11-25T08:00:00+07:00"))
    again = reopen()
    assert again.now().date() == date(2026, 11, 25) or again.clock_suspicion() is not None


def test_a_clock_that_is_still_wrong_after_the_holidays_is_not_taken_for_a_repaired_one(
    desk: Desk, clock: SetClock, reopen: Callable[..., Desk]
):
    """Three days slow, closed for a week: the PC's time is past the last entry again, and as wrong as before."""
    clock.put(datetime.fromisoformat("2026-11-23T08:00:00+07:00"))
    desk.set_today(date(2026, 11, 26))
    desk.receive(a_line())
    desk.close()
    clock.put(clock.at + timedelta(days=8))
    again = reopen()
    assert again.now().date() == date(2026, 12, 4) or again.clock_suspicion() is not None


def test_a_refused_line_writes_nothing(desk: Desk):
    entries = desk.pending().entries
    with pytest.raises(InvalidInput):
        desk.receive(a_line(received_at="2199-01-01T08:00:00+07:00"))
    with pytest.raises(InvalidInput):
        desk.refuse(a_line())
    assert desk.pending().entries == entries


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with one dossier, open for all searches."""

    folder = tmp_path_factory.mktemp("searched")
    door = Door(folder / "desk", folder / "state", SetClock(datetime.fromisoformat(MORNING)), _SEED)
    desk, _code = door.create(
        NewDesk((Office("000.12.34.H52", "UBND xã"),), 1, FirstUser("mai", "Mai", "tap"), training=True)
    )
    desk.receive(a_line("Nguyễn Văn Đức"))
    yield desk
    desk.close()


@pytest.mark.parametrize("text", ["nguyen van duc", "Nguyễn Văn Đức", "DUC NGUYEN", "0987", "0987654321",
                                  "014091003217", "na khai", "1123", "nguyen  van", "ng v d"])  # fmt: skip
def test_what_a_clerk_types_finds_the_dossier(searched: Desk, text: str):
    assert len(searched.find(text)) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_search_text_breaks_the_search(searched: Desk, text: str):
    searched.find(text)
    searched.suggest_people(text)
    searched.suggest_procedures(text)


@pytest.mark.parametrize("text", ["a " * 300, "nguyen " * 2000, "aꞴb", "𑄀𑄁", '"', "* OR NEAR(", "-", "ﷺ", "0" * 5000,
                                  "a" * 5000])  # fmt: skip
def test_odd_search_texts_find_or_find_nothing(searched: Desk, text: str):
    """A text pasted by mistake must never be told as damage of the store."""
    assert isinstance(searched.find(text), tuple)
    assert isinstance(searched.suggest_people(text), tuple)


@pytest.mark.parametrize(
    "applicant", [{}, {"name": ""}, {"name": "Lò Thị Hoa", "id_kind": "cccd", "id_number": "12"}], ids=str
)
def test_a_preview_drops_only_what_cannot_be_read_yet(desk: Desk, applicant: dict[str, str]):
    """Nobody is typed yet, or half a number: the papers that are ticked lie on the desk all the same."""
    owner = {"name": "Lò Văn Diên", "id_number": "01"}
    line = a_line(applicant=applicant, owner=owner, return_by="post", post_address="Bản Nà Khái", sets=2)
    assert line["papers"]
    told = letters_of(desk.preview(line))
    for paper in line["papers"]:
        assert squeezed(paper["name"]) in told
    assert squeezed("Bản Nà Khái") in told
    assert squeezed("Số lượng hồ sơ: 02") in told
    assert squeezed("Diên") not in told
    assert squeezed(applicant.get("name", "")) in told


def test_a_refusal_does_not_drop_files_without_a_word(desk: Desk):
    with pytest.raises(InvalidInput, match=r"refuse\.attachments"):
        desk.refuse(a_line(reason="Không thuộc thẩm quyền", attachments=[__file__]))
    assert "number" in desk.refuse(a_line(reason="Không thuộc thẩm quyền", attachments=[]))


CERTIFICATION = {"procedure": "2.000815", "pages": 2, "certified_copies": 3}


@pytest.mark.parametrize("act", ["receive", "refuse", "certify"])
def test_nothing_new_is_promised_on_a_disk_that_is_nearly_full(desk: Desk, monkeypatch: pytest.MonkeyPatch, act: str):
    """What got a number must still be printable and sendable; what was taken before goes on."""
    do: dict[str, Callable[[], object]] = {
        "receive": lambda: desk.receive(a_line(), again=True),
        "refuse": lambda: desk.refuse(a_line(reason="Không thuộc thẩm quyền")),
        "certify": lambda: desk.certify([a_line(**CERTIFICATION)]),
    }
    before = desk.receive(a_line("Lò Thị Mẫu")).id
    free = [FREE_FLOOR - 1]
    monkeypatch.setattr(type(desk.core.store), "free_bytes", lambda _store: free[0])
    entries = desk.pending().entries
    with pytest.raises(TryLater, match=r"store\.disk_nearly_full"):
        do[act]()
    assert desk.pending().entries == entries
    desk.act(before, "ready", {})
    free[0] = FREE_FLOOR
    do[act]()
    assert desk.verify() == []
