"""One procedure: its code, its fee rule, and how strictly it is read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.domain.procedure import (
    Channel,
    FeeRule,
    NotToAsk,
    PaperAsked,
    Procedure,
    national_code,
    read_procedure,
)
from onestop_desktop.errors import InvalidInput

LEAST = {"code": "1.001193", "title": "Thủ tục đăng ký khai sinh", "source": "Luật Hộ tịch"}
PAGES = FeeRule(per_page=((1, 2000), (3, 1000)), cap=200_000, unit="copy")


@pytest.mark.parametrize("text", ["2.000815", "2.000815.000.00.00.H61", " 2.000815 ", "2.000815.000.00.00.h52"])
def test_a_local_suffix_is_no_part_of_the_code(text):
    assert national_code(text) == "2.000815"


@pytest.mark.parametrize("text", ["", "2.00081", "2000815", "2.0008155", "khai sinh", "12.000815", "2.000815 x"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        national_code(text)
    assert (refused.value.code, refused.value.facts) == ("procedure.code", {"code": text})


@pytest.mark.parametrize(
    ("pages", "copies", "total"),
    [(1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (10, 3, 36_000), (198, 1, 200_000), (500, 2, 400_000)],
)
def test_copies_are_charged_by_the_page_up_to_the_cap(pages, copies, total):
    assert PAGES.total(pages, copies) == total


@given(st.integers(1, 400), st.integers(1, 50))
def test_the_page_rule_is_that_of_the_circular(pages, copies):
    assert PAGES.total(pages, copies) == min(2000 * min(pages, 2) + 1000 * max(pages - 2, 0), 200_000) * copies


@pytest.mark.parametrize(
    ("rule", "known", "total"),
    [
        (FeeRule(), False, None),
        (FeeRule(set_by="HĐND tỉnh"), False, None),
        (FeeRule(free=True), True, 0),
        (FeeRule(amount=50_000, unit="transaction"), True, 50_000),
        (FeeRule(amount=10_000, unit="case"), True, 10_000),
        (FeeRule(amount=8000, unit="copy"), True, 24_000),
        (FeeRule(amount=100, unit="page"), True, 1200),
    ],
)
def test_a_fee_is_told_only_when_it_is_known(rule, known, total):
    assert (rule.is_known, rule.total(4, 3)) == (known, total)


@pytest.mark.parametrize("rule", [PAGES, FeeRule(amount=8000, unit="copy"), FeeRule(amount=100, unit="page")])
def test_a_fee_by_number_is_unknown_until_the_number_is(rule):
    assert rule.total(0, 0) is None


def test_the_displayed_name_drops_the_leading_words():
    assert read_procedure(LEAST, "Hộ tịch").display == "Đăng ký khai sinh"
    assert read_procedure(LEAST | {"short": "Khai sinh"}, "Hộ tịch").display == "Khai sinh"


def test_what_is_absent_is_unknown():
    procedure = read_procedure(LEAST, "Hộ tịch")
    assert procedure == Procedure("1.001193", "Thủ tục đăng ký khai sinh", "Hộ tịch", source="Luật Hộ tịch")
    assert procedure.limit_for(Channel.DESK) is None
    assert not procedure.fee.is_known
    assert not procedure.is_whole


def test_a_full_row_is_read_whole():
    row = LEAST | {
        "keywords": ["trẻ em"],
        "channels": ["desk", "online"],
        "limit": {"kind": "working", "days": 0.25},
        "limits": {"online": {"kind": "calendar", "days": 3}},
        "fee": {"amount": 8000, "unit": "copy"},
        "papers": [{"name": "Giấy chứng sinh", "original": 1, "required": False}],
        "not_to_ask": [{"paper": "Căn cước", "database": "Dân cư", "owner": "Bộ Công an"}],
        "valid_to": date(2025, 11, 30),
        "sure": "low",
        "rank": 2,
        "certification_book": True,
    }
    procedure = read_procedure(row, "Hộ tịch")
    assert procedure.limits == {
        Channel.DESK: Limit(LimitKind.WORKING, minutes=120),
        Channel.ONLINE: Limit(LimitKind.CALENDAR, days=3),
    }
    assert procedure.limit_for(Channel.POST) is None
    assert procedure.papers == (PaperAsked("Giấy chứng sinh", original=1, required=False),)
    assert procedure.not_to_ask == (NotToAsk("Căn cước", "Dân cư", "Bộ Công an"),)
    assert (procedure.keywords, procedure.sure, procedure.rank) == (("trẻ em",), "low", 2)
    assert procedure.is_whole
    assert procedure.certification_book


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"kind": "same-day"}, Limit(LimitKind.SAME_DAY)),
        ({"kind": "hours", "hours": 2}, Limit(LimitKind.HOURS, minutes=120)),
        ({"kind": "working", "days": 3}, Limit(LimitKind.WORKING, minutes=1440)),
        ({"kind": "none"}, None),
    ],
)
def test_a_limit_without_channels_is_that_of_every_channel(limit, expected):
    procedure = read_procedure(LEAST | {"limit": limit}, "Hộ tịch")
    assert {procedure.limit_for(channel) for channel in Channel} == {expected}


@pytest.mark.parametrize("lacking", ["limit", "fee", "papers"])
def test_a_procedure_is_whole_only_with_limit_fee_and_papers(lacking):
    whole = LEAST | {"limit": {"kind": "same-day"}, "fee": {"free": True}, "papers": [{"name": "Đơn"}]}
    assert read_procedure(whole, "Hộ tịch").is_whole
    del whole[lacking]
    assert not read_procedure(whole, "Hộ tịch").is_whole


@pytest.mark.parametrize(
    ("part", "code", "key"),
    [
        ({"titel": "x"}, "procedure.unknown_key", "titel"),
        ({"field": "x"}, "procedure.unknown_key", "field"),
        ({"fee": {"sum": 1}}, "procedure.unknown_key", "fee.sum"),
        ({"papers": [{"name": "x", "count": 1}]}, "procedure.unknown_key", "papers.count"),
        ({"not_to_ask": [{"paper": "x", "database": "y", "law": "z"}]}, "procedure.unknown_key", "not_to_ask.law"),
        ({"limits": {"fax": {"kind": "none"}}}, "procedure.unknown_key", "limits.fax"),
        ({"limit": {"kind": "same-day", "days": 1}}, "procedure.unknown_key", "limit.days"),
        ({"title": ""}, "procedure.missing", "title"),
        ({"source": ""}, "procedure.missing", "source"),
        ({"papers": [{"original": 1}]}, "procedure.missing", "papers.name"),
        ({"title": 5}, "procedure.type", "title"),
        ({"rank": True}, "procedure.type", "rank"),
        ({"keywords": "khai sinh"}, "procedure.type", "keywords"),
        ({"keywords": [1]}, "procedure.type", "keywords"),
        ({"papers": ["Đơn"]}, "procedure.type", "papers"),
        ({"fee": 8000}, "procedure.type", "fee"),
        ({"fee": {"free": 1}}, "procedure.type", "fee.free"),
        ({"fee": {"amount": 1.5}}, "procedure.type", "fee.amount"),
        ({"fee": {"per_page": [[1, 2000, 3]]}}, "procedure.type", "fee.per_page"),
        ({"valid_to": "2025-11-30"}, "procedure.type", "valid_to"),
        ({"limit": {"kind": "working"}}, "procedure.type", "limit.days"),
        ({"limit": {"kind": "working", "days": True}}, "procedure.type", "limit.days"),
        ({"fee": {"per_page": [[2, 2000]]}}, "procedure.value", "fee.per_page"),
        ({"fee": {"amount": -1}}, "procedure.value", "fee.amount"),
        ({"fee": {"unit": "kilo"}}, "procedure.value", "fee.unit"),
        ({"limit": {"days": 3}}, "procedure.value", "limit.kind"),
        ({"limit": {"kind": "calendar", "days": 1.5}}, "procedure.value", "limit.days"),
        ({"limit": {"kind": "working", "days": 0}}, "procedure.value", "limit.days"),
        ({"limit": {"kind": "working", "days": 3651}}, "procedure.value", "limit.days"),
        ({"channels": ["fax"]}, "procedure.value", "channels"),
        ({"sure": "perhaps"}, "procedure.value", "sure"),
    ],
)
def test_a_wrong_row_is_refused_by_the_name_of_its_key(part, code, key):
    with pytest.raises(InvalidInput) as refused:
        read_procedure(LEAST | part, "Hộ tịch")
    assert (refused.value.code, refused.value.facts) == (code, {"key": key, "code": "1.001193"})


@pytest.mark.parametrize("code", ["1.001193.000.00.00.H52", "khai sinh"])
def test_a_row_stands_under_the_national_code_alone(code):
    with pytest.raises(InvalidInput, match=r"procedure\.code"):
        read_procedure(LEAST | {"code": code}, "Hộ tịch")


def test_a_procedure_is_in_force_from_its_first_to_its_last_day():
    procedure = read_procedure(LEAST | {"valid_from": date(2024, 7, 1), "valid_to": date(2025, 11, 30)}, "Hộ tịch")
    days = [date(2024, 6, 30), date(2024, 7, 1), date(2025, 11, 30), date(2025, 12, 1)]
    assert [procedure.in_force(day) for day in days] == [False, True, True, False]
