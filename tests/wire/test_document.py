"""The protocol's document: its examples are what the program writes and reads."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from onestop_desktop.store.journal import digest_of
from onestop_desktop.wire import packet, signing
from onestop_desktop.wire.messages import (
    ANSWER,
    HELLO,
    Answer,
    Ask,
    Hello,
    Known,
    Parcel,
    decode,
    encode,
    read_message,
    sign_message,
)  # fmt: skip
from tests.processes import ROOT
from tests.wire import made

TEXT = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(?:hex|base64|json-lines) (\w+)\n(.*?)\n```", re.DOTALL)
BLOCKS = dict(_BLOCK.findall(TEXT))
HUB = b"h" * 32
HUBS = signing.check(signing.public_of(HUB))
NONCE = bytes(range(8))


def data(name: str) -> bytes:
    kind = re.search(rf"```(\w+) {name}\n", TEXT)
    assert kind
    return base64.b64decode(BLOCKS[name]) if kind[1] == "base64" else bytes.fromhex(BLOCKS[name])


def test_the_packet_holds_the_two_entries_that_are_shown() -> None:
    found = packet.unpack(data("packet"))
    lines = BLOCKS["entries"].splitlines()
    assert [part.decode() for item in found.items for part in (item.envelope, item.body)] == lines
    assert [item.hash.hex() for item in found.items] == BLOCKS["hashes"].split()
    assert found.head == data("head")
    assert signing.check(made.PUBLIC)(found.signature, found.head)
    entries = [item.entry() for item in found.items]
    assert packet.unpack(made.packed(entries)) == found


def test_the_head_is_laid_as_the_document_says() -> None:
    found, head = packet.unpack(data("packet")), data("head")
    assert head[:15] == b"onestop/head/1\0"
    assert head[15:17] == b"01"
    assert head[17:33].hex() == found.epoch
    assert int.from_bytes(head[33:41], "big") == found.last
    assert head[41:] == found.head_hash


def test_the_packets_header_is_laid_as_the_document_says() -> None:
    whole, found = data("packet"), packet.unpack(data("packet"))
    assert whole[:3] == b"MC\x01"
    assert whole[4:6] == b"01"
    assert whole[6:22].hex() == found.epoch
    assert (whole[22:54], whole[54:62], whole[62:126]) == (found.prev, found.key, found.signature)
    assert (whole[126], whole[127]) == (found.first, len(found.items))


def test_the_greeting_is_the_desks_and_tells_its_digest() -> None:
    hello = read_message(HELLO, NONCE, data("hello"), Hello, signing.check(made.PUBLIC))
    entries = [item.entry() for item in packet.unpack(data("packet")).items]
    assert (hello.nonce, hello.key, hello.count, hello.protocol) == (NONCE, made.KEY, 2, 1)
    assert hello.digest == digest_of((one.epoch, one.seq, one.hash) for one in entries)
    assert sign_message(HELLO, NONCE, hello, signing.sign(made.SEED)) == data("hello")


def test_the_answer_is_the_hubs_and_names_its_head() -> None:
    answer = read_message(ANSWER, NONCE, data("answer"), Answer, HUBS)
    assert answer.heads[0].hash.hex() == BLOCKS["hashes"].split()[0]
    assert not answer.same
    assert answer.messages[0].kind == "notice"
    assert sign_message(ANSWER, NONCE, answer, signing.sign(HUB)) == data("answer")


def test_asking_and_what_comes_back() -> None:
    ask = decode(data("ask"), Ask)
    assert [one.hex() for one in ask.have] == BLOCKS["hashes"].split()[::-1]
    assert encode(ask) == data("ask")
    assert read_message(ANSWER, ask.nonce, data("known"), Known, HUBS).known == (False, True)
    parcel = read_message(ANSWER, ask.nonce, data("parcel"), Parcel, HUBS)
    assert (parcel.packets, parcel.more) == ((data("packet"),), False)


def test_every_example_is_looked_at() -> None:
    assert set(BLOCKS) == {
        "entries", "hashes", "packet", "head", "hello", "answer", "ask", "known", "parcel",
    }  # fmt: skip
    opened = re.findall(r"^```(?:hex|base64|json-lines)(.*)$", TEXT, re.MULTILINE)
    assert len(opened) == len(BLOCKS)


@pytest.mark.parametrize("number", [1])
def test_a_shipped_dictionary_never_changes(number: int) -> None:
    known = {1: "e7902cc27cb1eee25703a5c73e803953624d6abcbd7cfd5e76f79e29816b361f"}
    path = ROOT / "resources" / "wire" / f"{number}.dict"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == known[number]
    assert path.stat().st_size <= 64 * 1024
