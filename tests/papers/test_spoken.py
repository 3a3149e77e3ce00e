"""Amounts in words, as a cashier says them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.papers.spoken import spoken_amount

WORTH = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip


def heard(words: str) -> int:
    """Return the number that somebody hears: a second way back, not the program's own."""
    whole = group = digit = 0
    for word in words.lower().removesuffix(" đồng").split():
        if word in WORTH:
            digit = WORTH[word]
        elif word == "linh":
            digit = 0
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "trăm":
            group, digit = group + digit * 100, 0
        else:
            size = {"nghìn": 1000, "triệu": 10**6, "tỷ": 10**9}[word]
            whole = (whole + group + digit) * size if word == "tỷ" else whole + (group + digit) * size
            group = digit = 0
    return whole + group + digit


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (105, "Một trăm linh năm đồng"),
        (8000, "Tám nghìn đồng"),
        (10_005, "Mười nghìn không trăm linh năm đồng"),
        (200_000, "Hai trăm nghìn đồng"),
        (1_005_015, "Một triệu không trăm linh năm nghìn không trăm mười lăm đồng"),
        (2_500_000_000, "Hai tỷ năm trăm triệu đồng"),
    ],
)
def test_amounts_are_said_as_at_the_counter(amount: int, words: str) -> None:
    assert spoken_amount(amount) == words


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_what_is_said_is_heard_as_the_same_number(amount: int) -> None:
    assert heard(spoken_amount(amount)) == amount


def test_nobody_collects_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="-1"):
        spoken_amount(-1)
