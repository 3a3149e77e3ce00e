"""Packets on a stick or in a letter, and the hub's answer that comes back the same way; both inside an age envelope.

A bundle's plain bytes: `MOTCUA1\\n`, the manifest's length (4 bytes, big-endian), the manifest signed by the desk, then
each packet behind its length (4 bytes). An answer's: `TRALOI1\\n`, the same way round: the hub's signed `Reply`, then
packets that the desk lacks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.messages import Answer, Count, Hash, KeyId, Nonce, read_message, sign_message

BUNDLE, ANSWER_FILE = b"MOTCUA1\n", b"TRALOI1\n"
MANIFEST = b"onestop/bundle/1\0"
REPLY = b"onestop/reply/1\0"
LARGEST = 256 << 20
"""Bytes of the longest bundle."""
LARGEST_PART = 1 << 20
_NO_NONCE = b""
Day = Annotated[str, Meta(max_length=10)]


class Manifest(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whose packets for which hub: how many entries of which declared days, and the digest of all that follows."""

    hub: KeyId
    key: KeyId
    nonce: Nonce
    entries: Count
    packets: Count
    first_day: Day
    last_day: Day
    inbox: Count
    """The newest message from the hub that the desk has recorded."""
    sha256: Hash


class Reply(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The hub's answer for one desk, bound to the bundle it answers by its nonce; empty for a letter of its own."""

    key: KeyId
    nonce: Annotated[bytes, Meta(max_length=8)]
    answer: Answer
    packets: Count
    sha256: Hash


S = TypeVar("S", Manifest, Reply)
Sign = Callable[[bytes], bytes]
Check = Callable[[bytes, bytes], bool]


def framed(packets: Iterable[bytes]) -> bytes:
    """Return packets one behind the other, each behind its length."""
    return b"".join(len(one).to_bytes(4, "big") + one for one in packets)


def digest_of(packets: Iterable[bytes]) -> bytes:
    """Return SHA-256 of the packets as they stand in a file."""
    return hashlib.sha256(framed(packets)).digest()


def write_bundle(manifest: Manifest, packets: Iterable[bytes], sign: Sign) -> bytes:
    """Return a bundle's plain bytes."""
    return BUNDLE + _headed(sign_message(MANIFEST, _NO_NONCE, manifest, sign)) + framed(packets)


def write_reply(reply: Reply, packets: Iterable[bytes], sign: Sign) -> bytes:
    """Return an answer file's plain bytes."""
    return ANSWER_FILE + _headed(sign_message(REPLY, _NO_NONCE, reply, sign)) + framed(packets)


def manifest_key(data: bytes) -> bytes:
    """Return which desk's key a bundle claims, to find the key that checks it; nothing is trusted yet.

    Raises:
        InvalidInput: `bundle.not_one`, `bundle.damaged`.
    """
    signed, _packets = _parts(data, BUNDLE)
    return _claimed(signed, Manifest).key


def read_bundle(data: bytes, check: Check) -> tuple[Manifest, tuple[bytes, ...]]:
    """Return a bundle's manifest and packets; whole and signed, or nothing.

    Raises:
        InvalidInput: `bundle.not_one`, `bundle.damaged`, `wire.signature`.
    """
    signed, packets = _parts(data, BUNDLE)
    manifest = read_message(MANIFEST, _NO_NONCE, signed, Manifest, check)
    _agree(manifest, packets)
    return manifest, packets


def read_reply(data: bytes, check: Check) -> tuple[Reply, tuple[bytes, ...]]:
    """Return the hub's answer and its packets; raises as `read_bundle`."""
    signed, packets = _parts(data, ANSWER_FILE)
    reply = read_message(REPLY, _NO_NONCE, signed, Reply, check)
    _agree(reply, packets)
    return reply, packets


def _headed(signed: bytes) -> bytes:
    return len(signed).to_bytes(4, "big") + signed


def _claimed(signed: bytes, kind: type[S]) -> S:
    try:
        return msgspec.msgpack.decode(signed[:-64], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("bundle.damaged") from None


def _agree(head: Manifest | Reply, packets: tuple[bytes, ...]) -> None:
    if head.packets != len(packets) or head.sha256 != digest_of(packets):
        raise InvalidInput("bundle.damaged")


def _parts(data: bytes, magic: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    if not data.startswith(magic) or len(data) > LARGEST:
        raise InvalidInput("bundle.not_one")
    first, *rest = _pieces(data, len(magic)) or (b"",)
    return first, tuple(rest)


def _pieces(data: bytes, at: int) -> tuple[bytes, ...]:
    return tuple(_walk(memoryview(data), at))


def _walk(data: memoryview, at: int) -> Iterator[bytes]:
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 4 + length
        if at + 4 > len(data) or length > LARGEST_PART or end > len(data):
            raise InvalidInput("bundle.damaged")
        yield bytes(data[at + 4 : end])
        at = end
