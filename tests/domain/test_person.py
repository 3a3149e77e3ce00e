"""Persons: raw input checked, doubts named, entries read back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.person import (
    IdKind,
    Person,
    PersonKind,
    birth_year_of,
    doubts,
    read_person,
    same_person_key,
    sex_of,
)
from onestop_desktop.errors import InvalidInput

TODAY = date(2022, 3, 3)
PROVINCES = {"001": "Hà Nội", "014": "Sơn La"}
FULL = {
    "kind": "person",
    "name": "Lò Văn Thử",
    "id_kind": "cccd",
    "id_number": "014090000011",
    "birth_date": "1990-03-05",
    "sex": "nam",
    "phone": "0912345678",
    "email": "thu@example.vn",
    "address": "Bản Sai, Sặp Vạt",
    "authority": "giấy ủy quyền số 1",
}


def refusal(**changes: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        read_person({"name": "Lò Văn Thử"} | changes, today=TODAY)
    return refused.value


def test_a_full_person_is_read_and_written_back():
    person = read_person(FULL, today=TODAY)
    assert person.as_body() == FULL
    assert Person.from_body(FULL) == person


def test_a_name_is_enough():
    assert read_person({"name": "  Chá  "}) == Person(PersonKind.PERSON, "Chá")
    assert Person(PersonKind.PERSON, "Chá").as_body() == {"kind": "person", "name": "Chá", "id_kind": "none"}


def test_unknown_keys_are_refused_by_name():
    error = refusal(nick="x")
    assert (error.code, error.facts) == ("input.unknown_key", {"key": "nick", "field": "applicant"})


@pytest.mark.parametrize("value", [1975, None, True, ["x"], {"x": "y"}, 1.5])
def test_a_value_of_another_type_is_refused(value):
    error = refusal(birth_date=value)
    assert (error.code, error.facts["field"]) == ("input.type", "applicant.birth_date")


@pytest.mark.parametrize("value", [None, "Lò Văn Thử", [], 3])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(InvalidInput, match=r"input\.type"):
        read_person(value)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " \u200b "}, "person.name_empty"),
        ({"name": "a" * 201}, "text.too_long"),
        ({"name": "Lò\0"}, "text.control"),
        ({"kind": "robot"}, "input.choice"),
        ({"id_kind": "blood"}, "input.choice"),
        ({"sex": "x"}, "person.sex"),
        ({"phone": "091234567"}, "person.phone"),
        ({"phone": "09123456789012"}, "person.phone"),
        ({"phone": "09123o5678"}, "person.phone"),
        ({"email": "thu@"}, "person.email"),
        ({"email": "a b@c.vn"}, "person.email"),
        ({"birth_date": "1990-02-30"}, "person.birth_date"),
        ({"birth_date": "1990-13"}, "person.birth_date"),
        ({"birth_date": "2022-03-04"}, "person.birth_date"),
        ({"birth_date": "2023"}, "person.birth_date"),
        ({"birth_date": "1800"}, "person.birth_date"),
        ({"birth_date": "90"}, "person.birth_date"),
        ({"birth_date": "1990-00-05"}, "person.birth_date"),
        ({"id_kind": "none", "id_number": "014090000011"}, "person.id_without_kind"),
        ({"id_number": "0140900000"[:8]}, "person.id_length"),
        ({"id_kind": "cccd", "id_number": "01409000001"}, "person.id_length"),
        ({"id_kind": "cccd", "id_number": "01409000001a"}, "person.id_length"),
        ({"id_kind": "cmnd", "id_number": "0500000123"}, "person.id_length"),
        ({"id_kind": "passport", "id_number": "C1234"}, "person.id_length"),
        ({"id_kind": "passport", "id_number": "C123456789"}, "person.id_length"),
        ({"id_kind": "tax", "id_number": "01001091066"}, "person.id_length"),
        ({"id_kind": "tax", "id_number": "0100109107"}, "person.tax_check"),
        ({"id_kind": "tax", "id_number": "0100109106-000"}, "person.tax_check"),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_code(changes, code):
    assert refusal(**changes).code == code


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (None, "014 090 000 011", (IdKind.CCCD, "014090000011")),
        (None, "050.000.012", (IdKind.CMND, "050000012")),
        (None, "0100109106", (IdKind.TAX, "0100109106")),
        (None, "0100109106-001", (IdKind.TAX, "0100109106-001")),
        (None, "c1234567", (IdKind.PASSPORT, "C1234567")),
        (None, "", (IdKind.NONE, "")),
        ("cccd", "", (IdKind.NONE, "")),
        ("cmnd", "014090000011", (IdKind.CMND, "014090000011")),
        ("tax", "014090000011", (IdKind.TAX, "014090000011")),
        ("tax", "0100109106001", (IdKind.TAX, "0100109106-001")),
        ("passport", "123456", (IdKind.PASSPORT, "123456")),
    ],
)
def test_the_kind_of_a_number_is_told_or_guessed(kind, text, read):
    raw = {"name": "Lò", "id_number": text} | ({"id_kind": kind} if kind else {})
    person = read_person(raw)
    assert (person.id_kind, person.id_number) == read


def test_a_tax_check_of_ten_is_written_nought():
    number = next(f"{n:09}0" for n in range(1, 1000) if _sum(f"{n:09}") % 11 == 0)
    assert read_person({"name": "X", "id_kind": "tax", "id_number": number}).id_number == number


def _sum(digits: str) -> int:
    return sum(int(d) * w for d, w in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("+84 (0)912 345 678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("0212-3840-123", "02123840123"),
        ("+856 20 5551 234", "856205551234"),
    ],
)
def test_a_phone_is_read_as_digits(text, read):
    assert read_person({"name": "Lò", "phone": text}).phone == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1975", "1975"),
        ("1975-03", "1975-03"),
        ("1975-03-02", "1975-03-02"),
        ("02/03/1975", "1975-03-02"),
        ("2.3.1975", "1975-03-02"),
        ("03/1975", "1975-03"),
        ("2022-03-03", "2022-03-03"),
        ("2022", "2022"),
    ],
)
def test_a_birth_date_is_as_exact_as_the_paper(text, read):
    assert read_person({"name": "Lò", "birth_date": text}, today=TODAY).birth_date == read


@pytest.mark.parametrize("text", ["Nữ", "NỮ", "nu\u031b\u0303"])
def test_sex_is_read_in_any_case_and_form(text):
    assert read_person({"name": "Lò", "sex": text}).sex == "nữ"


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("014090000011", "nam", 1990),
        ("014185000012", "nữ", 1985),
        ("014206000015", "nam", 2006),
        ("014305000014", "nữ", 2005),
    ],
)
def test_a_personal_number_tells_sex_and_year(number, sex, year):
    assert (sex_of(number), birth_year_of(number)) == (sex, year)


def doubtful(**changes: str) -> tuple[str, ...]:
    return doubts(read_person({"name": "Lò"} | changes), PROVINCES, on=TODAY)


def test_a_number_that_fits_raises_no_doubt():
    assert doubtful(id_number="014090000011", sex="nam", birth_date="1990-03-05") == ()
    assert doubtful(id_number="014090000011") == ()
    assert doubtful(id_number="050000012") == ()


def test_a_number_that_does_not_fit_is_only_doubted():
    assert doubtful(id_number="997090000011", sex="nữ", birth_date="1991") == (
        "doubt.province",
        "doubt.sex",
        "doubt.birth_year",
    )


def test_a_cmnd_is_doubted_since_2025_only():
    person = read_person({"name": "Lò", "id_number": "050000012"})
    assert doubts(person, PROVINCES, on=date(2024, 12, 31)) == ()
    assert doubts(person, PROVINCES, on=date(2025, 1, 1)) == ("doubt.cmnd_expired",)
    assert doubts(person, PROVINCES) == ("doubt.cmnd_expired",)


def test_one_person_has_one_key():
    with_number = read_person(FULL)
    assert same_person_key(with_number) == same_person_key(read_person({"name": "LÒ", "id_number": "014090000011"}))
    bare = read_person({"name": "Lò Văn Đức", "birth_date": "1990-03-05", "phone": "0912345678"})
    assert same_person_key(bare) == "name:lo van duc|1990|0912345678"


def test_an_entry_of_a_newer_program_is_read_as_far_as_known():
    body = {
        "name": "Lò",
        "kind": "robot",
        "id_kind": "chip",
        "id_number": "7",
        "ears": 2,
        "phone": 5,
        "sex": "khác",
    }
    assert Person.from_body(body) == Person(PersonKind.PERSON, "Lò", IdKind.NONE, id_number="7", sex="khác")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*FULL, "other"]), _JSON | st.sampled_from(list(FULL.values()))))
def test_any_input_is_a_person_or_a_coded_refusal(raw):
    Person.from_body(raw)
    try:
        person = read_person(raw, today=TODAY)
    except InvalidInput:
        return
    assert Person.from_body(person.as_body()) == person
