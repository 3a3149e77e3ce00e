"""The packet: what went in comes out byte by byte, and nothing that comes in does harm."""

from __future__ import annotations

import os
import random
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.entry import Entry, canonical, entry_hash
from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire import packet, rows, signing
from onestop_desktop.wire.numbers import In
from tests.processes import ROOT
from tests.wire import made

GOLDEN = ROOT / "tests" / "data" / "packet-1.bin"


def same(run: list[Entry]) -> bool:
    back = packet.unpack(made.packed(run))
    return [(one.envelope, one.body, one.prev, one.hash) for one in back.items] == [
        (one.envelope, one.body, one.prev, one.hash) for one in run
    ]


def test_a_day_comes_back_byte_by_byte_with_its_chain_and_its_signature() -> None:
    run = made.golden()
    found = packet.unpack(made.packed(run))
    assert [item.entry() for item in found.items] == run
    assert (found.desk, found.epoch, found.first, found.last) == ("01", made.EPOCH, 1, len(run))
    assert (found.head_hash, found.key, found.prev) == (run[-1].hash, made.KEY, run[0].prev)
    assert signing.check(made.PUBLIC)(found.signature, found.head)
    assert not signing.check(made.PUBLIC)(found.signature, found.head[:-1] + b"\0")


def test_the_golden_packet_is_read_for_ever() -> None:
    found = packet.unpack(GOLDEN.read_bytes())
    assert [item.entry() for item in found.items] == made.golden()
    assert signing.check(made.PUBLIC)(found.signature, found.head)


def test_the_hub_rebuilds_the_packet_that_it_received() -> None:
    data = made.packed(made.golden())
    found = packet.unpack(data)
    again = packet.repack(found.items, found.desk, found.epoch, found.first, found.prev, found.key, found.signature)
    assert again == data


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text)
)
_WORDS = st.sampled_from(
    ["", "Quàng Văn Thương", "Lò Thị Hoa", "2026-11-23", "2026-02-30", "2026-11-23T08:15:00+07:00", "0001-01-01",
     "2026-11-23T01:15:00.250Z", "9999-12-31T23:59:59+07:00", "014091003217", "00", "0" * 19, "a" * 64, "ab" * 5, "\0",
     "a\0b", "Bản Nghè, xã Yên Châu", "2026-11-23T25:00:00+07:00", "٣٤", "٢٠٢٦-١١-٢٣"]
)  # fmt: skip
_KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8)
_LEAVES = st.one_of(_WORDS, _TEXT, st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 5))
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=12,
)
_RECEIVE = st.fixed_dictionaries(
    {},
    optional={
        "agency": _WORDS, "office": st.one_of(_VALUES, st.fixed_dictionaries({"agency": _WORDS})), "day": _VALUES,
        "sequence": _VALUES, "number": _VALUES, "barcode": _VALUES, "papers": _VALUES, "limit": _VALUES, "fee": _LEAVES,
        "due_at": _VALUES, "procedure": st.one_of(
            _VALUES, st.fixed_dictionaries({"code": st.sampled_from(["1", "2"])}, optional={"title": _VALUES})),
    },
)  # fmt: skip
_DOSSIERS = st.sampled_from(
    ["", "0195d3a0-1111-7000-8000-000000000001", "0195d3a0-1111-7abc-bfff-ffffffffffff", "not a uuid",
     "0195D3A0-1111-7000-8000-000000000001", "0195d3a0-1111-4000-8000-000000000001"]
)  # fmt: skip
_KINDS = st.sampled_from(["receive", "ready", "từ chối", "", "a\0b"])
_HAPPENED = st.tuples(_KINDS, st.one_of(_RECEIVE, st.dictionaries(_KEYS, _VALUES, max_size=5)), _DOSSIERS)


@settings(max_examples=400, deadline=None)
@given(st.lists(_HAPPENED, min_size=1, max_size=9), st.integers(1, 2**40))
def test_any_run_of_entries_comes_back_byte_by_byte(
    happenings: list[tuple[str, dict[str, Any], str]], first: int
) -> None:
    assert same(made.run(happenings, first))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=60), st.binary(max_size=60)), min_size=1, max_size=6))
def test_bytes_that_are_no_entry_come_back_too(pairs: list[tuple[bytes, bytes]]) -> None:
    place = rows.Place("01", made.EPOCH, 1)
    assert rows.decode(rows.encode(pairs, place), len(pairs), place) == pairs


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["desk", "epoch", "seq", "kind", "happened_at", "recorded_at", "x"]), _LEAVES))
def test_an_envelope_that_says_something_else_than_its_packet_comes_back(fields: dict[str, Any]) -> None:
    good = made.golden()[3]
    pairs = [
        (canonical({**good.fields, **fields}), good.body),
        (good.envelope, b'{"a": 1}'),
        (good.envelope, good.body),
    ]
    place = rows.Place("01", made.EPOCH, 2)
    assert rows.decode(rows.encode(pairs, place), 3, place) == pairs


def test_entries_of_ever_deeper_bodies_come_back() -> None:
    for depth in (1, 5, 12, 13, 40, 200):
        body: dict[str, Any] = {"a": 1}
        for _level in range(depth):
            body = {"a": [body]}
        assert same(made.run([("x", body, "")] * 3))


def test_a_packet_holds_no_more_than_its_caps() -> None:
    entry = ("x", {"a": 1}, "")
    assert same(made.run([entry] * packet.MOST))
    with pytest.raises(InvalidInput, match=r"packet\.count"):
        made.packed(made.run([entry] * (packet.MOST + 1)))
    with pytest.raises(InvalidInput, match=r"packet\.count"):
        packet.repack([], "01", made.EPOCH, 1, bytes(32), made.KEY, bytes(64))
    assert same(made.run([("x", {"a": "x" * 250_000}, "")] * 4))
    for happenings in ([("x", {"a": "x" * 300_000}, "")], [("x", {"a": "x" * 250_000}, "")] * 5):
        with pytest.raises(InvalidInput, match=r"packet\.size"):
            made.packed(made.run(happenings))


def test_runs_follow_one_another_and_stay_below_the_wanted_size() -> None:
    run = made.run([("x", {"a": f"{at:08d}" * 20}, "") for at in range(700)])
    parts = list(packet.runs(run, 8_000))
    assert [one for part in parts for one in part] == run
    assert all(part[0].seq + len(part) - 1 == part[-1].seq and len(made.packed(part)) <= 8_000 for part in parts)
    assert list(packet.runs(run[:3] + run[5:6], 8_000)) == [run[:3], run[5:6]]
    assert [len(part) for part in packet.runs(run[:3], 1)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: b"PK" + data[2:], "packet.magic"),
        (lambda data: data[:3] + b"\xee" + data[4:], "packet.dictionary"),
        (lambda data: data[:4] + b"x1" + data[6:], "packet.damaged"),
        (lambda data: data[:100], "packet.size"),
        (lambda data: data + bytes(packet.LARGEST), "packet.size"),
        (lambda data: data + b"\0", "packet.damaged"),
        (lambda data: data[:-1], "packet.damaged"),
        (lambda data: data[:126] + b"\1\0" + data[128:], "packet.count"),
        (lambda data: data[:126] + b"\1\x81\0" + data[128:], "packet.damaged"),
    ],
)
def test_a_packet_that_is_not_one_is_refused_by_name(change: Any, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        packet.unpack(change(made.packed(made.golden())))


def test_a_small_packet_that_would_unfold_without_end_is_refused() -> None:
    compressor = packet._compressor()
    head = made.packed(made.golden())[:128]
    for raw in (bytes(64 << 20), rows.encode([(b"", b"")], rows.Place("01", made.EPOCH, 1)) + bytes(3 << 20)):
        with pytest.raises(InvalidInput, match="packet"):
            packet.unpack(head + compressor.compress(raw))


def _mutated(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _change in range(rng.randrange(1, 6)):
        at = rng.randrange(len(out))
        match rng.randrange(4):
            case 0:
                out[at] = rng.randrange(256)
            case 1:
                out[at] ^= 1 << rng.randrange(8)
            case 2:
                out[at:at] = out[rng.randrange(len(out)) :][: rng.randrange(1, 20)]
            case _:
                del out[at : at + rng.randrange(1, 20)]
                out = out or bytearray(b"\0")
    return bytes(out)


@pytest.mark.slow
def test_no_mutated_packet_crashes_hangs_or_takes_more_memory_than_its_caps() -> None:
    rng = random.Random(20261123)
    data, place = made.packed(made.golden()), rows.Place("01", made.EPOCH, 1)
    raw = rows.encode([(one.envelope, one.body) for one in made.golden()], place)
    read = peak = 0
    codes: set[str] = set()
    tracemalloc.start()
    for at in range(int(os.environ.get("PACKET_FUZZ", "4000"))):
        if at == 1_000:  # watching each byte is slow
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        try:
            if at % 4 == 0:
                packet.unpack(_mutated(data, rng))
            else:
                rows.decode(_mutated(raw, rng), len(made.golden()), place)
            read += 1
        except InvalidInput as error:
            codes.add(error.code)
    assert peak < 32 << 20
    assert codes <= {"packet.damaged", "packet.size", "packet.count", "packet.magic", "packet.dictionary"}
    assert read > 100  # some stay readable: the mutations reach below the first check


def test_what_claims_to_unfold_to_more_than_a_packet_holds_stops_at_the_budget() -> None:
    source = In(rows.encode([(b"", b"")], rows.Place("01", made.EPOCH, 1)))
    with pytest.raises(InvalidInput, match=r"packet\.size"):
        source.budget.spend(1 << 30)


def test_a_chain_is_computed_from_what_came() -> None:
    found = packet.unpack(made.packed(made.golden()))
    prev = found.prev
    for item in found.items:
        assert item.prev == prev
        prev = entry_hash(prev, item.envelope, item.body)
        assert item.hash == prev


def write_golden(path: Path = GOLDEN) -> None:
    """How the golden file was made, once."""
    path.write_bytes(made.packed(made.golden()))
