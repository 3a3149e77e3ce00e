"""Bundles and answer files: whole and signed, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.bundle import (
    Manifest,
    Reply,
    digest_of,
    manifest_key,
    read_bundle,
    read_reply,
    write_bundle,
    write_reply,
)
from onestop_desktop.wire.messages import Answer
from onestop_desktop.wire.signing import check, public_of, sign

SEED = b"\x07" * 32
OTHER = b"\x08" * 32
PACKETS = (b"first packet", b"", b"third" * 100)


def a_bundle(packets: tuple[bytes, ...] = PACKETS, seed: bytes = SEED) -> bytes:
    manifest = Manifest(
        b"hubhubhu", b"deskdesk", b"nonce123", 31, len(packets), "2026-11-02", "2026-11-23", 4, digest_of(packets)
    )
    return write_bundle(manifest, packets, sign(seed))


def test_a_bundle_comes_back_as_it_was() -> None:
    manifest, packets = read_bundle(a_bundle(), check(public_of(SEED)))
    assert packets == PACKETS
    assert (manifest.entries, manifest.first_day, manifest.last_day) == (31, "2026-11-02", "2026-11-23")
    assert manifest_key(a_bundle()) == b"deskdesk"


def test_an_answer_comes_back_as_it_was() -> None:
    reply = Reply(b"deskdesk", b"nonce123", Answer(b"incarnat", 5, True, 31), 1, digest_of(PACKETS[:1]))
    data = write_reply(reply, PACKETS[:1], sign(SEED))
    assert read_reply(data, check(public_of(SEED))) == (reply, PACKETS[:1])
    with pytest.raises(InvalidInput, match=r"bundle\.not_one"):
        read_bundle(data, check(public_of(SEED)))


def test_anothers_signature_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"wire\.signature"):
        read_bundle(a_bundle(seed=OTHER), check(public_of(SEED)))


@given(at=st.integers(0, 1000), bit=st.integers(0, 7), cut=st.booleans())
def test_any_changed_or_missing_byte_is_refused(at: int, bit: int, cut: bool) -> None:
    data = a_bundle()
    at %= len(data)
    changed = data[:at] if cut else data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
    with pytest.raises(InvalidInput):
        read_bundle(changed, check(public_of(SEED)))


@given(st.binary(max_size=400))
def test_whatever_follows_the_magic_is_read_or_refused(rest: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_bundle(b"MOTCUA1\n" + rest, check(public_of(SEED)))


def test_a_packet_added_or_taken_away_is_refused() -> None:
    longer = a_bundle() + (3).to_bytes(4, "big") + b"abc"
    with pytest.raises(InvalidInput, match=r"bundle\.damaged"):
        read_bundle(longer, check(public_of(SEED)))
