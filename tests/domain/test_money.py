"""Amounts of đồng."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.money import LARGEST, format_dong, parse_dong
from onestop_desktop.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4.000 đ", 4000),
        ("4000", 4000),
        ("4,000", 4000),
        ("4 000 đồng", 4000),
        ("4\u00a0000đ", 4000),
        (" 1.200.000 VNĐ ", 1_200_000),
        ("0", 0),
        ("200đ", 200),
    ],
)
def test_amounts_are_read_as_people_type_them(text, amount):
    assert parse_dong(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "đ", "4.5", "4.00", "1.000,000", "4e3", "bốn nghìn", "12345.000", "4.000 $", "9" * 20, "٤٠٠٠"],
)
def test_what_is_no_whole_amount_is_refused(text):
    with pytest.raises(InvalidInput, match=r"money\.invalid"):
        parse_dong(text)


@pytest.mark.parametrize("text", ["-4000", "- 4.000 đ", "\u22124000"])
def test_a_negative_amount_is_refused_as_such(text):
    with pytest.raises(InvalidInput, match=r"money\.negative"):
        parse_dong(text)


def test_amounts_are_written_with_dots():
    assert [format_dong(n) for n in (0, 200, 4000, 1_200_000)] == ["0 đ", "200 đ", "4.000 đ", "1.200.000 đ"]


@given(st.integers(0, LARGEST))
def test_what_is_written_reads_back(amount):
    assert parse_dong(format_dong(amount)) == amount
