"""What a commune keeps itself: procedures by date, agencies, working time; what was promised stays."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.calendar import HANOI, Calendar, DayChange, DayKind, WeekHours, read_spans, read_week
from onestop_desktop.domain.catalogue import Catalogue, parse_file
from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.procedure import Channel, FeeRule, NotToAsk, PaperAsked, Procedure
from onestop_desktop.domain.procedure_text import as_row, to_toml
from onestop_desktop.errors import InvalidInput, OneStopError, Refused, TryLater
from onestop_desktop.store.seed import Seed
from tests.builders import a_line

BIRTH = "1.001193"
TODAY = date(2026, 11, 23)
SOURCE = {"reason": "Nghỉ phòng chống bão", "document": "12/QĐ-UBND"}
SEED = Seed()


def changed_row(desk: Desk, code: str = BIRTH, **changes: Any) -> dict[str, Any]:
    current = desk.admin.current(code)
    return {"field": current.field, **as_row(current), **changes}


def entries(desk: Desk) -> int:
    return desk.pending().entries


# -- procedures by date -------------------------------------------------------------------------------------------


def test_a_limit_changed_from_a_day_holds_from_that_day_only(desk: Desk, clock: SetClock):
    before = desk.forecast(a_line())
    desk.admin.add_or_change(changed_row(desk, limit={"kind": "working", "days": 2}), date(2026, 12, 1))
    assert desk.forecast(a_line()) == before
    assert desk.admin.current(BIRTH).limit_for(Channel.DESK) == Limit(LimitKind.SAME_DAY)
    clock.put(datetime(2026, 12, 1, 8, 15, tzinfo=HANOI))
    assert desk.forecast(a_line()).due.at == datetime(2026, 12, 3, 8, 15, tzinfo=HANOI)
    past = desk.forecast(a_line(received_at="2026-11-23T08:15:00+07:00", basis={"text": "Sổ giấy"}))
    assert past.due.at == before.due.at
    assert desk.verify() == []


def test_a_dossier_taken_before_keeps_its_version(desk: Desk, reopen: Callable[..., Desk]):
    taken = desk.receive(a_line())
    row = changed_row(desk, title="Tên mới", short="", fee={"amount": 50_000, "unit": "dossier"},
                      limit={"kind": "calendar", "days": 30})  # fmt: skip
    desk.admin.add_or_change(row, TODAY)
    later = desk.receive(a_line("Lò Văn Diên"))
    shown, other = desk.dossier(taken.id), desk.dossier(later.id)
    assert (shown.due_at, shown.procedure_title) == (taken.due_at, "Đăng ký khai sinh")
    assert (other.due_at[:10], other.procedure_title, other.fee) == ("2026-12-23", "Tên mới", 50_000)
    desk.act(taken.id, "ask-supplement", {"items": ["Giấy chứng sinh"], "reason": "Thiếu"})
    state, _changes = desk.act(taken.id, "supplement", {})
    assert state.due_at == taken.due_at, "the limit that starts anew is still that of the day it was taken"
    desk.close()
    again = reopen()
    assert again.admin.current(BIRTH).title == "Tên mới"
    assert again.verify() == []


def test_a_quarter_of_a_day_survives_the_journal(desk: Desk, reopen: Callable[..., Desk]):
    """An entry holds no broken number."""
    desk.admin.add_or_change(changed_row(desk, limit={"kind": "working", "days": 0.25}), TODAY)
    text = to_toml(
        "Hộ tịch", [{**as_row(desk.admin.current("1.000894")), "limits": {"desk": {"kind": "hours", "hours": 1.5}}}]
    )
    desk.import_procedures(text)
    desk.close()
    again = reopen()
    assert again.admin.current(BIRTH).limit_for(Channel.POST) == Limit(LimitKind.WORKING, minutes=120)
    assert again.admin.current("1.000894").limits[Channel.DESK] == Limit(LimitKind.HOURS, minutes=90)


def test_a_procedure_of_the_communes_own_is_found_and_taken(desk: Desk):
    code = desk.admin.own_code()
    row = {
        "code": code, "field": "Văn hóa", "title": "Xác nhận gia đình văn hóa", "source": "05/NQ-HĐND",
        "limit": {"kind": "working", "days": 3}, "fee": {"free": True}, "papers": [{"name": "Đơn", "original": 1}],
    }  # fmt: skip
    desk.admin.add_or_change(row, TODAY)
    assert [one.code for one in desk.suggest_procedures("gia dinh van hoa")] == [code]
    assert desk.receive(a_line(procedure=code)).due_at == "2026-11-27T08:15:00+07:00"
    assert desk.admin.own_code() != code
    assert desk.verify() == []


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"title": ""}, "title"), ({"source": " "}, "source"), ({"field": ""}, "field"),
        ({"limit": {"kind": "working", "days": 0}}, "limit.days"), ({"fee": {"amount": -1}}, "fee.amount"),
        ({"papers": [{"name": ""}]}, "papers.name"), ({"upper": "x"}, "upper"),
    ],
)  # fmt: skip
def test_a_row_that_the_format_refuses_records_nothing(desk: Desk, changes: dict[str, Any], key: str):
    before = entries(desk)
    with pytest.raises(InvalidInput) as refused:
        desk.admin.add_or_change(changed_row(desk, **changes), TODAY)
    assert refused.value.facts["key"] == key
    assert entries(desk) == before


def test_a_retired_procedure_is_used_until_the_day_before(desk: Desk, clock: SetClock):
    desk.admin.add_or_change(changed_row(desk, limit={"kind": "working", "days": 2}), date(2026, 11, 24))
    desk.admin.retire(BIRTH, date(2026, 12, 1))
    assert desk.receive(a_line()).due_at
    clock.put(datetime(2026, 11, 30, 9, 0, tzinfo=HANOI))
    assert desk.receive(a_line("Lò Văn Diên")).due_at == "2026-12-02T09:00:00+07:00"
    clock.put(datetime(2026, 12, 1, 9, 0, tzinfo=HANOI))
    with pytest.raises(Refused, match="not_in_force"):
        desk.receive(a_line("Hà Văn Tư"))
    assert BIRTH not in [one.code for one in desk.suggest_procedures("khai sinh")]
    with pytest.raises(Refused, match="retired"):
        desk.admin.retire(BIRTH, date(2026, 12, 24))
    assert desk.verify() == []


def test_what_is_done_today_never_looks_at_a_version_of_tomorrow(desk: Desk):
    """A fee, a certification and a corrected procedure take the version of their day."""
    copy = "2.000815"
    other = "1.000894"
    tomorrow = TODAY + timedelta(days=1)
    desk.admin.add_or_change(changed_row(desk, copy, fee={"amount": 99_000, "unit": "dossier"}), tomorrow)
    desk.admin.add_or_change(changed_row(desk, other, title="Tên mới", short=""), tomorrow)
    line = {key: value for key, value in a_line(procedure=copy, pages=1, certified_copies=1).items() if key != "papers"}
    done, _changes = desk.certify([line])
    assert done[0].fee == 2000
    wrong = desk.receive(a_line())
    after, _changes = desk.act(wrong.id, "correct", {"reason": "Nhầm", "changes": {"procedure": other}})
    assert after.procedure_title != "Tên mới"
    assert desk.procedure(other).title != "Tên mới"


# -- files ---------------------------------------------------------------------------------------------------------


def test_the_catalogue_goes_out_and_comes_back_unchanged(desk: Desk, make_desk: Callable[..., Desk], tmp_path: Path):
    desk.admin.add_or_change(changed_row(desk, limit={"kind": "working", "days": 2}), date(2026, 12, 1))
    count = desk.admin.export(tmp_path / "out")
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    assert len(files) == count == len(desk.catalogue.fields())
    same = desk.admin.preview(files)
    assert (same.added, same.changed, same.problems) == ((), (), ())
    assert same.unchanged == len(desk.catalogue.all())
    before = entries(desk)
    assert desk.admin.take_over(same) == 0
    assert entries(desk) == before
    other = make_desk("other")
    preview = other.admin.preview(files)
    assert [one.valid_from for one in preview.changed] == [date(2026, 12, 1)]
    assert other.admin.take_over(preview) == 1
    assert other.catalogue.all() == desk.catalogue.all()


def test_a_preview_tells_each_row_that_cannot_be_taken_and_nothing_is_recorded(desk: Desk):
    text = """field = "Hộ tịch"
[[procedures]]
code = "9.000001"
title = "Mới"
source = "x"
[[procedures]]
code = "1.001193"
title = "Đổi tên"
source = "x"
[[procedures]]
code = "9.000001"
title = "Lặp"
source = "x"
[[procedures]]
code = "sai"
title = "Sai"
source = "x"
[[procedures]]
code = "9.000002"
title = "Thừa"
source = "x"
upper = "Sở"
"""
    before = entries(desk)
    preview = desk.admin.preview({"a.toml": text, "b.toml": "field ="})
    assert ([one.code for one in preview.added], [one.code for one in preview.changed]) == (["9.000001"], [BIRTH])
    told = [(one.file, one.row, one.error.code) for one in preview.problems]
    assert told == [("a.toml", 3, "procedure.twice"), ("a.toml", 4, "procedure.code"),
                    ("a.toml", 5, "procedure.unknown_key"), ("b.toml", 0, "procedure.file")]  # fmt: skip
    with pytest.raises(Refused, match="problems"):
        desk.admin.take_over(preview)
    with pytest.raises(InvalidInput):
        desk.import_procedures(text)
    assert entries(desk) == before


def test_a_folder_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TryLater, match="not_written"):
        desk.admin.export(tmp_path / "file" / "below")


def test_the_shipped_files_are_written_as_they_are_read():
    for procedure in SEED.catalogue.all():
        text = to_toml(procedure.field, [as_row(procedure)])
        assert parse_file(tomllib.loads(text)) == (procedure,)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)
LIMITS = st.one_of(
    st.integers(1, 100_000).map(lambda minutes: Limit(LimitKind.WORKING, minutes=minutes)),
    st.integers(1, 10_000).map(lambda minutes: Limit(LimitKind.HOURS, minutes=minutes)),
    st.integers(1, 400).map(lambda days: Limit(LimitKind.CALENDAR, days=days)),
    st.sampled_from([Limit(LimitKind.SAME_DAY), Limit(LimitKind.NONE)]),
)
COUNTS = st.integers(0, 9)
PROCEDURES = st.builds(
    Procedure,
    code=st.just("9.000001"), title=TEXTS, field=TEXTS, source=TEXTS, note=TEXTS,
    keywords=st.lists(TEXTS, max_size=2).map(tuple), limits=st.dictionaries(st.sampled_from(Channel), LIMITS),
    fee=st.builds(FeeRule, amount=st.none() | st.integers(0, 10**9), unit=st.sampled_from(["", "copy", "page"]),
                  cap=st.none() | st.integers(0, 10**6), set_by=TEXTS, free=st.booleans(), note=TEXTS,
                  per_page=st.sampled_from([(), ((1, 2000), (3, 1000))])),
    papers=st.lists(st.builds(PaperAsked, name=TEXTS, original=COUNTS, certified=COUNTS, copy=COUNTS,
                              required=st.booleans(), forbidden=TEXTS, case=TEXTS, note=TEXTS), max_size=2).map(tuple),
    not_to_ask=st.lists(st.builds(NotToAsk, TEXTS, TEXTS, TEXTS), max_size=1).map(tuple),
    channels=st.lists(st.sampled_from(Channel), unique=True).map(tuple), valid_from=st.none() | st.dates(),
    valid_to=st.none() | st.dates(), sure=st.sampled_from(["high", "medium", "low"]), certification_book=st.booleans(),
    rank=COUNTS,
)  # fmt: skip


@given(procedure=PROCEDURES)
def test_any_procedure_is_written_so_that_the_strict_reader_reads_the_same(procedure: Procedure):
    assert parse_file(tomllib.loads(to_toml(procedure.field, [as_row(procedure)]))) == (procedure,)


DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 28))
VERSIONS = st.lists(st.tuples(st.none() | DAYS, st.none() | DAYS, st.integers(1, 9)), max_size=8)


@given(versions=VERSIONS, asked=st.lists(DAYS, min_size=1, max_size=8))
def test_a_catalogue_with_changes_answers_the_version_in_force_on_a_day(
    versions: list[tuple[date | None, date | None, int]], asked: list[date]
):
    def version(start: date | None, end: date | None, days: int) -> Procedure:
        limits = {Channel.DESK: Limit(LimitKind.CALENDAR, days=days)}
        return Procedure("9.000001", "Thử", "Thử", limits=limits, valid_from=start, valid_to=end, source="x")

    catalogue = Catalogue([version(None, None, 10)])
    held: dict[date, Procedure] = {date.min: version(None, None, 10)}
    for start, end, days in versions:
        catalogue = catalogue.with_changes([version(start, end, days)])
        held[start or date.min] = version(start, end, days)
    for day in asked:
        in_force = [one for start, one in sorted(held.items()) if start <= day <= (one.valid_to or date.max)]
        if in_force:
            assert catalogue.get("9.000001", day) == in_force[-1]
        else:
            with pytest.raises(Refused):
                catalogue.get("9.000001", day)
        assert catalogue.nearest("9.000001", day) in held.values()


# -- agencies ------------------------------------------------------------------------------------------------------


def test_an_agency_gets_another_name_from_a_day_and_the_past_keeps_the_old_one(desk: Desk, clock: SetClock):
    office = desk.admin.offices()[0]
    changed = Office(office.agency, "UBND xã Yên Châu", "UBND tỉnh Sơn La", "Yên Châu", date(2026, 12, 1))
    desk.admin.change_office(office.agency, office.valid_from, changed)
    assert desk.identity.office == "UBND xã Sặp Vạt"
    clock.put(datetime(2026, 12, 1, 8, 0, tzinfo=HANOI))
    assert (desk.identity.office, desk.identity.upper) == ("UBND xã Yên Châu", "UBND tỉnh Sơn La")
    assert [one.valid_to for one in desk.admin.offices()] == [None, date(2026, 11, 30)]
    assert desk.verify() == []


def test_an_agency_ends_only_when_another_follows(desk: Desk, clock: SetClock):
    office = desk.admin.offices()[0]
    before = entries(desk)
    with pytest.raises(Refused, match="successor_first"):
        desk.admin.end_office(office.agency, office.valid_from, date(2026, 12, 31))
    assert entries(desk) == before
    desk.admin.add_office(Office("000.99.34.H52", "UBND xã mới", valid_from=date(2027, 1, 1)))
    desk.admin.end_office(office.agency, office.valid_from, date(2026, 12, 31))
    clock.put(datetime(2027, 1, 4, 8, 0, tzinfo=HANOI))
    assert desk.identity.office == "UBND xã mới"
    assert desk.verify() == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda admin, one: admin.add_office(one), "office.exists"),
        (lambda admin, one: admin.add_office(Office("sai", "x")), "number.agency"),
        (lambda admin, one: admin.add_office(Office("000.99.34.H52", "")), "office.name_empty"),
        (lambda admin, one: admin.add_office(Office("000.99.34.H52", "A\x07B")), "text.control"),
        (lambda admin, one: admin.add_office(Office("000.99.34.H52", "x" * 201)), "text.too_long"),
        (lambda admin, one: admin.add_office(Office("000.99.34.H52", "x", "y" * 201)), "text.too_long"),
        (lambda admin, one: admin.end_office("H52.1", None, TODAY), "office.unknown"),
        (lambda admin, one: admin.change_office(one.agency, None, Office(one.agency, "x")), "office.change_day"),
        (lambda admin, one: admin.change_office(one.agency, None, Office(one.agency, "", valid_from=TODAY)),
         "office.name_empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_of_an_agency_is_refused(desk: Desk, act: Callable[..., Any], code: str):
    before = entries(desk)
    with pytest.raises(OneStopError) as refused:
        act(desk.admin, desk.admin.offices()[0])
    assert refused.value.code == code
    assert entries(desk) == before


# -- working time --------------------------------------------------------------------------------------------------


def test_a_day_off_moves_what_is_taken_from_now_on_and_nothing_that_was_promised(
    desk: Desk, reopen: Callable[..., Desk]
):
    desk.admin.add_or_change(changed_row(desk, limit={"kind": "working", "days": 3}), TODAY)
    before = desk.receive(a_line())
    assert before.due_at == "2026-11-27T08:15:00+07:00"
    desk.admin.set_day(date(2026, 11, 26), DayKind.OFF, SOURCE)
    forecast = desk.forecast(a_line())
    assert forecast.due.at == datetime(2026, 11, 30, 8, 15, tzinfo=HANOI)
    assert "Nghỉ phòng chống bão" in [note.facts["name"] for note in forecast.due.notes if note.code == "due.skipped"]
    after = desk.receive(a_line("Lò Văn Diên"))
    assert after.due_at == "2026-11-30T08:15:00+07:00"
    assert desk.show(before.id)["due_at"] == before.due_at
    desk.close()
    again = reopen()
    assert again.show(before.id)["due_at"] == before.due_at
    assert again.admin.own_days()[0].document == "12/QĐ-UBND"
    assert again.verify() == []


def test_a_day_is_worked_halved_and_given_back(desk: Desk):
    saturday = date(2026, 11, 28)
    desk.admin.set_day(saturday, DayKind.WORKED, SOURCE)
    assert [one.start.hour for one in desk.admin.day(saturday).spans] == [7, 13]
    desk.admin.set_day(saturday, DayKind.HALF, SOURCE, ["07:30-11:30"])
    view = desk.admin.day(saturday)
    assert (view.kind, len(view.spans), view.own, view.source) == (DayKind.HALF, 1, True, "12/QĐ-UBND")
    desk.admin.take_back(saturday)
    assert desk.admin.day(saturday).spans == ()
    assert desk.admin.own_days() == ()
    with pytest.raises(InvalidInput, match="not_own"):
        desk.admin.take_back(saturday)
    culture = desk.admin.day(date(2026, 11, 24))
    assert (culture.kind, culture.own, culture.name) == (DayKind.OFF, False, "Ngày Văn hóa Việt Nam")
    assert "28/2026/QH16" in culture.source


def test_weekly_hours_hold_from_their_day(desk: Desk, clock: SetClock):
    week = {name: ["07:00-11:30", "13:30-17:00"] for name in ("mon", "tue", "wed", "thu", "fri")}
    desk.admin.set_week(date(2026, 12, 1), {**week, "sat": ["07:00-11:00"], "sun": []}, SOURCE)
    assert len(desk.admin.day(date(2026, 12, 5)).spans) == 1
    assert desk.admin.day(date(2026, 11, 28)).spans == ()
    assert desk.admin.own_weeks()[0].reason == SOURCE["reason"]
    assert desk.verify() == []


@pytest.mark.parametrize(
    ("act", "code", "field"),
    [
        (lambda a: a.set_day(TODAY, DayKind.OFF, {**SOURCE, "reason": " "}), "calendar.reason", "reason"),
        (lambda a: a.set_day(TODAY, DayKind.OFF, {"reason": "x"}), "calendar.document", "document"),
        (lambda a: a.set_day(TODAY, DayKind.HALF, SOURCE), "calendar.hours", "spans"),
        (lambda a: a.set_day(TODAY, DayKind.HALF, SOURCE, ["11:30-07:30"]), "calendar.hours", "spans"),
        (lambda a: a.set_day(date(2126, 1, 1), DayKind.OFF, SOURCE), "calendar.day", "day"),
        (lambda a: a.set_week(TODAY, {"mon": ["7-11"]}, SOURCE), "calendar.hours", "mon"),
        (lambda a: a.set_week(TODAY, {"mon": []}, SOURCE), "calendar.no_hours", "mon"),
    ],
)  # fmt: skip
def test_a_day_or_week_that_cannot_be_is_refused(desk: Desk, act: Callable[..., Any], code: str, field: str):
    before = entries(desk)
    with pytest.raises(InvalidInput) as refused:
        act(desk.admin)
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)
    assert entries(desk) == before


def test_a_day_of_our_own_in_a_far_year_does_not_make_that_year_known(desk: Desk):
    known = desk.admin.calendar.known_through()
    desk.admin.set_day(date(2031, 3, 3), DayKind.OFF, SOURCE)
    assert desk.admin.calendar.known_through() == known


KINDS = st.sampled_from(DayKind)
CHANGES = st.lists(st.builds(DayChange, DAYS, KINDS, st.just("x"), st.just(read_spans(["07:30-11:30"]))), max_size=12)


@given(changes=CHANGES, day=DAYS)
def test_of_several_decisions_about_a_day_the_last_one_holds(changes: list[DayChange], day: date):
    shipped: Calendar = SEED.calendar
    changed = shipped.with_changes(changes)
    last = next((one for one in reversed(changes) if one.day == day), None)
    monday = shipped.week_on(day)[0]
    expected = {None: shipped.spans_on(day), DayKind.USUAL: shipped.spans_on(day), DayKind.OFF: (),
                DayKind.HALF: read_spans(["07:30-11:30"]), DayKind.WORKED: monday}  # fmt: skip
    assert changed.spans_on(day) == expected[last.kind if last else None]
    assert changed.known_through() == shipped.known_through()


@given(starts=st.lists(DAYS, max_size=6, unique=True), day=DAYS)
def test_of_several_weeks_the_latest_that_has_begun_holds(starts: list[date], day: date):
    shipped = SEED.calendar
    weeks: list[WeekHours] = [read_week(one, {"mon": [f"07:{at:02d}-11:00"]}) for at, one in enumerate(starts)]
    begun = [one for one in sorted(weeks, key=lambda one: one.valid_from) if one.valid_from <= day]
    expected = begun[-1].week if begun else shipped.week_on(day)
    assert shipped.with_changes([], weeks).week_on(day) == expected
