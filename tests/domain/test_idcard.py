"""The QR of an identity card; every person of the samples is invented."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.idcard import looks_like_card, read_idcard, salvage_number
from onestop_desktop.domain.person import IdKind, Person, PersonKind, doubts
from onestop_desktop.errors import InvalidInput

_FILE = Path(__file__).parents[1] / "data" / "idcard.jsonl"
SAMPLES = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
GOOD = [sample for sample in SAMPLES if "card" in sample]
BROKEN = [sample for sample in SAMPLES if "error" in sample]
WHOLE = SAMPLES[0]["text"]


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample["what"])
def test_a_card_is_read_and_its_doubtful_fields_are_named(sample):
    card = asdict(read_idcard(sample["text"]))
    assert card | {"doubtful": list(card["doubtful"])} == sample["card"]


@pytest.mark.parametrize("sample", BROKEN, ids=lambda sample: sample["what"])
def test_a_broken_card_is_refused_with_its_reason_and_without_its_text(sample):
    with pytest.raises(InvalidInput) as refused:
        read_idcard(sample["text"])
    assert refused.value.code == sample["error"]
    assert all(isinstance(fact, int) for fact in refused.value.facts.values())


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample["what"])
def test_every_readable_card_looks_like_one_and_gives_its_number(sample):
    assert looks_like_card(sample["text"])
    assert salvage_number(sample["text"]) == sample["card"]["number"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("014090000011Lo Van Thu05031990", "014090000011"),
        ("  014090000011", "014090000011"),
        ("01409000001||Lò", None),
        ("0140900000112|Lò", None),
        ("Lò 014090000011", None),
        ("", None),
    ],
)
def test_a_number_is_salvaged_only_from_the_start(text, number):
    assert salvage_number(text) == number


@pytest.mark.parametrize(
    "text", ["220303001712345678", "0912345678", "Lò Văn Thử", "014090000011", "https://vneid.gov.vn/", ""]
)
def test_what_is_no_card_does_not_look_like_one(text):
    assert not looks_like_card(text)


def test_a_broken_card_still_looks_like_one_so_that_the_reason_is_told():
    assert looks_like_card("01409000001||Lò Văn Thử|05031990|Nam|Bản Sai|14052021")
    assert looks_like_card("014090000011Lo Van Thu05031990Nam")


def test_a_card_becomes_a_person():
    assert read_idcard(WHOLE).as_person() == Person(
        kind=PersonKind.PERSON,
        name="Lò Văn Thử",
        id_kind=IdKind.CCCD,
        id_number="014090000011",
        birth_date="1990-03-05",
        sex="nam",
        address="Bản Sai, Sặp Vạt, Yên Châu, Sơn La",
    )


def test_a_sex_that_does_not_fit_the_number_is_a_doubt_of_the_person_too():
    """Warn, do not block: the citizen stands at the counter with a real card."""
    card = read_idcard(WHOLE.replace("014090", "014190", 1))
    assert "doubt.sex" in doubts(card.as_person(), {"014": "Sơn La"})


@given(st.text(max_size=80), st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_a_damaged_scan_is_a_card_or_a_coded_refusal_and_never_a_crash(noise, first, last):
    text = WHOLE[:first] + noise + WHOLE[last:]
    try:
        card = read_idcard(text)
    except InvalidInput as refused:
        outcome = refused.code
    else:
        outcome = f"card of {len(card.number)}"
    assert outcome.startswith("idcard.") or outcome == "card of 12"


def test_an_endless_text_is_no_card():
    with pytest.raises(InvalidInput, match=r"idcard\.not_a_card"):
        read_idcard(WHOLE + "|x" * 100_000)
