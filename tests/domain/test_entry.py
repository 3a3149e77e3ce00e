"""The entry's bytes are frozen: a golden file of 20 entries with their hashes never changes."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.entry import (
    GENESIS,
    Happening,
    Parent,
    Place,
    canonical,
    entry_hash,
    open_entry,
    read_canonical,
    seal,
)
from onestop_desktop.errors import Damaged, InvalidInput

GOLDEN = Path(__file__).parents[1] / "data" / "entries.jsonl"
AT = datetime.fromisoformat("2026-11-23T08:15:00.123456+07:00")


def golden() -> list[dict[str, str]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def test_the_golden_entries_have_the_hashes_they_always_had():
    rows = golden()
    assert len(rows) == 20
    prev = GENESIS
    for row in rows:
        entry = open_entry(row["envelope"].encode(), row["body"].encode(), prev)
        assert entry.hash.hex() == row["hash"]
        if "parent" not in entry.fields:
            assert entry.prev == prev
        prev = entry.hash


def test_sealing_the_golden_facts_again_gives_the_golden_bytes():
    prev = GENESIS
    for row in golden():
        entry = open_entry(row["envelope"].encode(), row["body"].encode(), prev)
        fields = entry.fields
        parent = fields.get("parent")
        happening = Happening(entry.kind, entry.facts, datetime.fromisoformat(entry.happened_at), entry.dossier)
        place = Place(
            desk=fields["desk"], epoch=entry.epoch, seq=entry.seq, prev=prev, actor=entry.actor,
            recorded_at=datetime.fromisoformat(entry.recorded_at),
            parent=Parent(parent["epoch"], parent["seq"], bytes.fromhex(parent["hash"])) if parent else None,
            second=fields.get("second"), clock=fields.get("clock"),
            again=bytes.fromhex(fields["again"]) if "again" in fields else None,
        )  # fmt: skip
        again = seal(happening, place)
        assert (again.envelope.decode(), again.body.decode(), again.hash.hex()) == (
            row["envelope"], row["body"], row["hash"],
        )  # fmt: skip
        prev = entry.hash


def test_the_hash_is_the_one_of_the_contract():
    envelope, body = b'{"a":1}', b'{"b":2}'
    inner = hashlib.sha256(envelope).digest() + hashlib.sha256(body).digest()
    assert entry_hash(GENESIS, envelope, body) == hashlib.sha256(b"onestop/entry/1\0" + GENESIS + inner).digest()


def test_one_bit_of_body_envelope_or_prev_changes_the_hash():
    base = entry_hash(GENESIS, b"{}", b"{}")
    assert len({base, entry_hash(b"\1" * 32, b"{}", b"{}"), entry_hash(GENESIS, b"{ }", b"{}"),
                entry_hash(GENESIS, b"{}", b"{ }")}) == 4  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [{"a": None}, {"a": 1.5}, {"a": 2**53}, {"a": -(2**53)}, {"a": "Lo\u0300"}, {"đ": 1}, {"a": "\ud800"}, {1: 2}],
)
def test_what_has_no_single_encoding_is_refused(value):
    with pytest.raises(InvalidInput) as caught:
        canonical(value)
    assert caught.value.code == "entry.value"


def test_keys_are_sorted_at_every_depth_without_spaces():
    assert canonical({"b": [{"z": True, "a": "ố"}], "a": 1}) == '{"a":1,"b":[{"a":"ố","z":true}]}'.encode()


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{ "a":1}', b'{"a":1.0}', b'{"a":null}', b"[]", b"{", b'{"a":"\\u0111"}', b"\xff",
     b'{"a":9007199254740992}', b'{"a":[-9007199254740992]}', b'{"":1}', '{"đ":1}'.encode(), b'{"a\\n":1}',
     b'{"a":NaN}',
     '{"a":"Lo\u0300"}'.encode(), b'{"a":"\\ud800"}', b'{"a":1,"a":1}', b'{"a":-0}', b'{"a":1e3}'],
)  # fmt: skip
def test_bytes_that_are_not_the_one_encoding_are_noticed(data):
    with pytest.raises(Damaged):
        read_canonical(data)


def test_fields_of_a_newer_program_are_kept():
    happening = Happening("from-the-future", {"new": [1, {"x": "y"}]}, AT)
    entry = seal(happening, Place("01", "e" * 32, 1, GENESIS, "mai", AT))
    wider = canonical({**entry.fields, "colour": "xanh"})
    assert open_entry(wider, entry.body, GENESIS).fields["colour"] == "xanh"


_texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
_values = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcxyz_", min_size=1), _values))
def test_reading_what_was_written_gives_the_same_value_and_bytes(value):
    data = canonical(value)
    assert read_canonical(data) == value
    assert canonical(read_canonical(data)) == data
