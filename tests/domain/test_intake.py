"""The intake line is read strictly, and nothing else than an InvalidInput ever comes of a bad one."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.entry import canonical
from onestop_desktop.domain.intake import _KEYS, read_instant, read_intake
from onestop_desktop.errors import InvalidInput
from tests.builders import a_line

TODAY = date(2026, 11, 23)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def test_only_procedure_and_name_are_needed():
    intake = read_intake({"procedure": "1.001193", "applicant": {"name": "Lò Thị Ế"}}, TODAY)
    assert (intake.sets, intake.pages, intake.fee, str(intake.channel), intake.return_by) == (
        1,
        0,
        None,
        "desk",
        "desk",
    )
    assert intake.owner is None
    assert intake.received_at is None


def test_a_full_line_is_read_whole():
    line = a_line(
        owner={"name": "Vì Thị Sắng"}, principal={"name": "Hờ A Dế", "authority": "giấy ủy quyền số 3"}, sets=2,
        pages=4, certified_copies=3, received_at="2022-03-03T14:26:00+07:00", due_at="2022-03-04T17:00:00+07:00",
        basis={"book": "1", "page": "2", "no": "3"}, paper_number="17", channel="post", return_by="post",
        post_address="Bản Nà", fee=8000, shelf="K1", note="ghi chú", attachments=["a.pdf"],
    )  # fmt: skip
    intake = read_intake(line, TODAY)
    assert intake.basis.as_body() == {"book": "1", "page": "2", "no": "3"}
    assert intake.principal is not None
    assert intake.principal.authority == "giấy ủy quyền số 3"
    assert (intake.fee, intake.pages, intake.attachments) == (8000, 4, ("a.pdf",))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"procedure": None}, "input.missing"),
        ({"applicant": None}, "input.missing"),
        ({"applicant": []}, "input.type"),
        ({"papers": {}}, "input.type"),
        ({"papers": [{"original": 1}]}, "input.missing"),
        ({"papers": [{"name": "Đơn", "original": -1}]}, "input.count"),
        ({"papers": [{"name": "Đơn", "original": 1000}]}, "input.count"),
        ({"papers": [{"name": "Đơn"}] * 61}, "input.count"),
        ({"sets": 0}, "input.count_from"),
        ({"sets": 2.0}, "input.type"),
        ({"fee": 10**12 + 1}, "input.count"),
        ({"basis": {"tờ": "1"}}, "input.unknown_key"),
        ({"Procedure": "1.001193"}, "input.unknown_key"),
        ({"owner": "Lò"}, "input.type"),
        ({"received_at": 5}, "input.instant"),
        ({"received_at": "2022-13-03"}, "input.instant"),
        ({"received_at": "9999-12-31T23:59:59-12:00"}, "input.instant"),
        ({"attachments": "a.pdf"}, "input.type"),
        ({"return_by": "fax"}, "input.choice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(change: dict[str, Any], code: str):
    with pytest.raises(InvalidInput) as caught:
        read_intake(a_line(**change), TODAY)
    assert caught.value.code == code


@settings(max_examples=400, deadline=None)
@given(key=st.sampled_from(sorted(_KEYS)), value=anything)
def test_any_value_of_a_key_is_read_or_refused_and_never_fails(key: str, value: object):
    try:
        intake = read_intake({**a_line(), key: value}, TODAY)
    except InvalidInput:
        return
    canonical({"people": [intake.applicant.as_body()], "papers": [paper.as_body() for paper in intake.papers]})
    intake.content_key()


@given(line=anything)
def test_any_line_is_read_or_refused(line: object):
    with pytest.raises(InvalidInput):
        read_intake(line, TODAY)


@given(name=st.text(min_size=1, max_size=40))
def test_whatever_is_taken_is_composed(name: str):
    try:
        intake = read_intake(a_line(papers=[{"name": name}], note=name), TODAY)
    except InvalidInput:
        return
    assert unicodedata.is_normalized("NFC", intake.papers[0].name)
    assert unicodedata.is_normalized("NFC", intake.note)


def test_the_same_content_has_the_same_key_whenever_it_comes():
    one = read_intake(a_line(received_at="2022-03-03T14:26:00+07:00"), TODAY)
    other = read_intake(a_line(received_at="2022-03-03T15:00:00+07:00", shelf="K1"), TODAY)
    assert one.content_key() == other.content_key()
    assert one.content_key() != read_intake(a_line("Khác"), TODAY).content_key()


def test_an_instant_without_a_zone_is_vietnamese_time():
    assert read_instant("2022-03-03T14:26:09.5", "x").isoformat() == "2022-03-03T14:26:09+07:00"
    assert read_instant("2022-03-03T07:26:00Z", "x").isoformat() == "2022-03-03T14:26:00+07:00"
