"""Text at the border of the desk."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.text import clean, fold, nfc
from onestop_desktop.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Đức"), "nguyen van duc"),
        ("Ðinh thị ðào", "dinh thi dao"),
        ("  LÒ\t văn \n ƯỚC ", "lo van uoc"),
        ("Giàng\u00a0A\u200bVừ", "giang avu"),
        ("014.090-000", "014.090-000"),
        ("", ""),
    ],
)
def test_the_search_key_has_no_marks_no_capitals_and_single_spaces(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "Zs"])))
def test_composed_and_decomposed_text_have_one_search_key(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_nfc_composes():
    assert nfc("e\u0302\u0301") == "\u1ebf"


def test_clean_composes_trims_and_collapses():
    assert clean("  Lo\u0300 \t Văn\u00a0 Thử\r\n", "name") == "Lò Văn Thử"
    assert clean("\ufeffLò\u200b Văn", "name") == "Lò Văn"


def test_clean_keeps_line_ends_only_where_they_are_wanted():
    text = " một  hai \r\n\r\n ba\u2028bốn \n"
    assert clean(text, "note", multiline=True) == "một hai\n\nba\nbốn"
    assert clean(text, "note") == "một hai ba bốn"


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\u202e", "\u2066", "\u2069"])
def test_clean_refuses_control_signs_and_names_the_field(sign):
    with pytest.raises(InvalidInput) as refused:
        clean(f"Lò{sign}Văn", "applicant.name")
    assert (refused.value.code, refused.value.facts) == ("text.control", {"field": "applicant.name"})


def test_clean_counts_letters_after_composing():
    assert clean("e\u0302\u0301" * 5, "name", limit=5) == "\u1ebf" * 5
    with pytest.raises(InvalidInput) as refused:
        clean("a" * 6, "name", limit=5)
    assert refused.value.code == "text.too_long"
    assert refused.value.facts == {"field": "name", "limit": 5, "length": 6}
