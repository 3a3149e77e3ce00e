"""Numbers on paper."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.number import (
    BLOCK,
    CodePattern,
    DossierCode,
    barcode_digits,
    check_97_10,
    check_agency,
    check_characters,
    desk_block,
    desk_of,
    dossier_code,
    index_of,
    parse_code,
    pattern_of,
    read_barcode,
    secret_of,
    sequence_at,
    short_code,
)
from onestop_desktop.errors import InvalidInput, Refused

OLD, NEW = "000.12.34.H52", "H52.110.05"
DAY = date(2022, 3, 3)
ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("agency", "pattern"),
    [
        (OLD, "2018"),
        ("000.00.06.H56", "2018"),
        ("000.00.16.G04", "2018"),
        (NEW, "2025"),
        ("H52", "2025"),
        ("H55.242", "2025"),
        (" h52.110.05 ", "2025"),
        ("H52" + ".110" * 8, "2025"),
    ],
)
def test_the_shape_of_the_agency_tells_the_pattern(agency, pattern):
    assert pattern_of(agency) == pattern
    assert check_agency(agency) == agency.strip().upper()


@pytest.mark.parametrize(
    "agency",
    [
        "",
        "52",
        "000.12.H52",
        "000.1.34.H52",
        "H5",
        "H52.1",
        "H52.1100",
        "H52..05",
        "H52-05",
        "H52" + ".110" * 9,
    ],
)
def test_another_shape_is_no_agency(agency):
    with pytest.raises(InvalidInput, match=r"number\.agency"):
        check_agency(agency)


def test_codes_of_both_generations_are_written():
    assert dossier_code(OLD, DAY, 17) == "000.12.34.H52-220303-0017"
    assert dossier_code(NEW, DAY, 17) == "H52.110.05-220303-0017"
    assert dossier_code(NEW, DAY, 10_000) == "H52.110.05-220303-10000"


def test_the_old_pattern_ends_at_9999():
    assert dossier_code(OLD, DAY, 9999).endswith("-9999")
    with pytest.raises(Refused, match=r"number\.exhausted"):
        dossier_code(OLD, DAY, 10_000)
    with pytest.raises(InvalidInput, match=r"number\.sequence"):
        dossier_code(NEW, DAY, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("000.00.06.H56-231027-0361", DossierCode("000.00.06.H56", date(2023, 10, 27), 361)),
        (" t.h52.110.05 - 260303 - 0017\n", DossierCode(NEW, date(2026, 3, 3), 17)),
        ("H52.110.05\u2013260303\u20130017", DossierCode(NEW, date(2026, 3, 3), 17)),
        ("H52.110.05-260303-10000", DossierCode(NEW, date(2026, 3, 3), 10_000, 5)),
        ("H52.110.05-260303-010001", DossierCode(NEW, date(2026, 3, 3), 10_001, 6)),
    ],
)
def test_a_code_is_read_as_people_type_it(text, code):
    assert parse_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0303-0017",
        "H52.110.05-260230-0001",
        "H52.110.05-260303-0000",
        "H52.110.05-260303-017",
        "000.12.34.H52-220303-10000",
        "H52.110.05-2603-0017",
        "X" * 10_000,
    ],
)
def test_another_text_is_no_code(text):
    with pytest.raises(InvalidInput, match=r"number\.code"):
        parse_code(text)


@given(st.sampled_from([OLD, NEW, "H52"]), DAYS, st.integers(1, 9999))
def test_a_written_code_reads_back(agency, day, sequence):
    code = dossier_code(agency, day, sequence)
    assert parse_code(code) == DossierCode(agency, day, sequence)
    assert str(parse_code(code)) == code


def test_a_widened_code_keeps_its_zeros():
    assert str(parse_code("H52.110.05-260303-010001")) == "H52.110.05-260303-010001"


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("000.12.34.H52-220303-0017", "0303-0017"),
        ("H52.110.05-220222-0011", "0222-0011"),
        ("H52.110.05-220222-10000", "0222-10000"),
        ("sổ cũ 12/2019", "sổ cũ 12/2019"),
        ("", ""),
    ],
)
def test_the_short_code_is_month_day_and_sequence(code, short):
    assert short_code(code) == short


def test_each_desk_has_its_thousand():
    assert desk_block(1) == range(1, 1000)
    assert desk_block(10) == range(9001, 10_000)
    assert desk_block(1, start=5001) == range(5001, 6000)


@pytest.mark.parametrize(
    ("desk", "start", "code"), [(0, None, "desk"), (11, None, "desk"), (1, 0, "block"), (1, 9002, "block")]
)
def test_a_desk_or_block_out_of_range_is_refused(desk, start, code):
    with pytest.raises(InvalidInput, match=rf"number\.{code}"):
        desk_block(desk, start)


def test_past_the_block_the_numbers_widen_under_the_new_pattern_only():
    assert [sequence_at(1, n, CodePattern.OF_2025) for n in (1, 999, 1000, 1001)] == [1, 999, 10_000, 10_001]
    assert sequence_at(3, 1000, CodePattern.OF_2025) == 30_000
    assert sequence_at(10, 1000, CodePattern.OF_2025) == 100_000
    assert sequence_at(2, 999, CodePattern.OF_2018) == 1999
    with pytest.raises(Refused, match=r"number\.exhausted"):
        sequence_at(2, 1000, CodePattern.OF_2018)
    with pytest.raises(Refused, match=r"number\.exhausted"):
        sequence_at(2, BLOCK + 10_001, CodePattern.OF_2025)
    with pytest.raises(InvalidInput, match=r"number\.sequence"):
        sequence_at(2, 0, CodePattern.OF_2025)


PLACES = st.tuples(st.integers(1, 10), st.integers(1, BLOCK + 10_000) | st.sampled_from([1, 999, 1000, 10_999]))


@given(PLACES, PLACES)
def test_no_two_desks_ever_give_one_number(first, second):
    one, other = (sequence_at(*place, CodePattern.OF_2025) for place in (first, second))
    assert (one == other) == (first == second)


@given(PLACES, st.sampled_from([None, 1, 5001, 9001]))
def test_the_place_of_a_number_is_found_again(place, start):
    desk, index = place
    sequence = sequence_at(desk, index, CodePattern.OF_2025, start)
    assert index_of(desk, sequence, start) == index
    if start is None:
        assert desk_of(sequence) == desk


def test_a_number_of_another_desk_is_told_apart():
    with pytest.raises(InvalidInput, match=r"number\.other_desk"):
        index_of(1, 1001)
    assert [desk_of(n) for n in (0, 1000, 1001, 9999, 110_000)] == [None, None, 2, 10, None]


def test_the_secret_is_the_hash_of_the_id():
    assert secret_of(ID) == f"{int(hashlib.sha256(ID.encode()).hexdigest(), 16) % 1_000_000:06}"


def test_check_digits_follow_the_standard():
    # ISO 7064's own example: 794 has the check digits 44.
    assert check_97_10("794") == "44"


@given(st.text("0123456789", min_size=1, max_size=18))
def test_checked_digits_are_one_mod_97(digits):
    assert int(digits + check_97_10(digits)) % 97 == 1
    assert len(check_97_10(digits)) == 2


def test_bar_code_digits_are_18_and_20_past_9999():
    short, long = barcode_digits(DAY, 17, ID), barcode_digits(DAY, 10_000, ID)
    assert short[:16] == "2203030017" + secret_of(ID)
    assert long[:18] == "220303010000" + secret_of(ID)
    assert (len(short), len(long)) == (18, 20)
    for sequence in (0, 1_000_000):
        with pytest.raises(InvalidInput, match=r"number\.sequence"):
            barcode_digits(DAY, sequence, ID)


@given(DAYS, st.integers(1, 109_999), st.uuids())
def test_a_bar_code_reads_back_alone_and_behind_an_address(day, sequence, dossier):
    digits = barcode_digits(day, sequence, str(dossier))
    for text in (
        digits,
        f" {digits}\r\n",
        f"https://motcua.example/t/{NEW}/{digits}",
        f"https:ươ.example?m={digits}/",
    ):
        found = read_barcode(text)
        assert (found.day, found.sequence, found.digits) == (day, sequence, digits)
        assert found.secret == secret_of(str(dossier))


def test_an_address_whose_separator_was_eaten_still_yields_the_digits():
    digits = barcode_digits(DAY, 17, ID)
    assert read_barcode(f"https:motcua.exampletH52.110.05{digits}").digits == digits


@given(st.integers(0, 17), st.integers(1, 9), st.sampled_from(["", "https://motcua.example/"]))
def test_a_misread_digit_is_noticed(place, shift, before):
    digits = barcode_digits(DAY, 17, ID)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(InvalidInput, match=r"scan\.check"):
        read_barcode(before + wrong)


@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1), slice(3, None)])
def test_a_cut_bar_code_is_to_be_scanned_again(cut):
    with pytest.raises(InvalidInput, match=r"scan\.check"):
        read_barcode(barcode_digits(DAY, 17, ID)[cut])


def test_digits_alone_are_taken_only_whole():
    with pytest.raises(InvalidInput, match=r"scan\.check"):
        read_barcode("7" + barcode_digits(DAY, 17, ID))


@pytest.mark.parametrize(
    "text",
    ["", "0912345678", "014090000011", "Lò Văn Thử", "https://vneid.gov.vn/", "0100109106-001", "x" * 9999],
)
def test_what_is_none_of_ours_is_unknown(text):
    with pytest.raises(InvalidInput, match=r"scan\.unknown"):
        read_barcode(text)


def test_check_characters_are_stable_and_hang_on_all_three():
    key, facts = b"k" * 32, ("H52.110.05-220303-0017", "2022-03-04T17:00:00+07:00", "lo van thu")
    proof = check_characters(key, *facts)
    assert proof == "V5P2P934"
    others = {check_characters(key, *facts[:n], facts[n] + "x", *facts[n + 1 :]) for n in range(3)}
    others.add(check_characters(b"other", *facts))
    assert len(others | {proof}) == 5
    assert all(len(text) == 8 and not set(text) & set("ILOU") for text in others)
