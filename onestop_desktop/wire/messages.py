"""What desk and hub say to each other besides packets: small arrays of msgpack, strict to read, each signed.

A message is `payload ‖ signature`: msgpack, then 64 bytes of Ed25519 over a label, the nonce of the exchange and the
payload. Positions are named by (epoch, seq, hash): 16 bytes, an integer from 1, 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from onestop_desktop.errors import InvalidInput

PROTOCOL = 1
SIGNATURE = 64
NONCE = 8
LARGEST = 1 << 20
"""No message is longer, in bytes."""

HELLO = b"onestop/hello/1\0"
ANSWER = b"onestop/answer/1\0"
ENROL = b"onestop/enrol/1\0"
GRANT = b"onestop/grant/1\0"

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Epoch = Annotated[bytes, Meta(min_length=16, max_length=16)]
KeyId = Annotated[bytes, Meta(min_length=8, max_length=8)]
Nonce = Annotated[bytes, Meta(min_length=NONCE, max_length=NONCE)]
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Seq = Annotated[int, Meta(ge=1, lt=2**53)]
Code = Annotated[str, Meta(max_length=64)]


class Position(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """An entry by its place."""

    epoch: Epoch
    seq: Seq
    hash: Hash


class Hello(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A desk's greeting: who it is and what it holds, computed from its own rows."""

    protocol: Count
    key: KeyId
    nonce: Nonce
    store: Epoch
    install: KeyId
    incarnation: Annotated[bytes, Meta(max_length=8)]
    """The hub's life as last seen; empty before the first answer."""
    held: Count
    """How many of this desk's entries the hub had at its last answer."""
    count: Count
    digest: Hash
    inbox: Count
    """The newest message from the hub that this desk has recorded."""
    time_ms: Annotated[int, Meta(gt=-(2**53), lt=2**53)]
    """The PC's clock, UTC; it may be wrong and blocks nothing."""


class Message(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something from above for this desk: `n` counts from 1 per desk, `body` is canonical JSON."""

    n: Seq
    kind: Code
    body: bytes


class Quarantined(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry that the hub keeps and does not count, and why."""

    at: Position
    code: Code


class Answer(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The hub's answer to a greeting, to a packet and to a carrier's file."""

    incarnation: KeyId
    time_ms: Count
    same: bool
    """Both digests are equal: nothing is missing on either side."""
    count: Count
    """How many of this desk's entries the hub has."""
    heads: tuple[Position, ...] = ()
    """The newest entries that the hub has with everything before them; empty when `same`."""
    missing: tuple[Position, ...] = ()
    """Positions that entries held by the hub wait for (seq and hash of the entry before them)."""
    quarantined: tuple[Quarantined, ...] = ()
    notices: tuple[Code, ...] = ()
    """`fork`, `clone`, `refilled`: what the hub noticed about this desk or itself."""
    messages: tuple[Message, ...] = ()
    token: Annotated[bytes, Meta(max_length=64)] = b""
    """Opens the other requests that follow, for a short while."""
    copies: Count = 1
    """On how many machines what is acknowledged is durable: 1 or 2."""


class Ask(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Positions that a desk has; sampled, newest first, ever wider apart."""

    nonce: Nonce
    have: tuple[Hash, ...]


class Known(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which of the asked hashes the hub has, in the order asked."""

    known: tuple[bool, ...]


class Parcel(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Packets from the hub for a desk that lacks them, parents first; `more` says that others follow."""

    packets: tuple[bytes, ...]
    more: bool


M = TypeVar("M", bound=Struct)


def sign_message(label: bytes, nonce: bytes, message: Struct, sign: Callable[[bytes], bytes]) -> bytes:
    """Return `payload ‖ signature`."""
    payload = msgspec.msgpack.encode(message)
    return payload + sign(label + nonce + payload)


def read_message(label: bytes, nonce: bytes, data: bytes, kind: type[M], check: Callable[[bytes, bytes], bool]) -> M:
    """Return a signed message whose signature `check(signature, signed bytes)` accepts.

    Raises:
        InvalidInput: `wire.message` for what is not one, `wire.signature` for a wrong signature.
    """
    payload, signature = split(data)
    message = decode(payload, kind)
    if not check(signature, label + nonce + payload):
        raise InvalidInput("wire.signature")
    return message


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return payload and signature; raises InvalidInput `wire.message`."""
    if not SIGNATURE < len(data) <= LARGEST:
        raise InvalidInput("wire.message")
    return data[:-SIGNATURE], data[-SIGNATURE:]


def decode(payload: bytes, kind: type[M]) -> M:
    """Return an unsigned message.

    Raises:
        InvalidInput: `wire.message`; nothing was done.
    """
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, OverflowError, UnicodeDecodeError):
        raise InvalidInput("wire.message") from None


def encode(message: Struct) -> bytes:
    """Return a message without a signature."""
    return msgspec.msgpack.encode(message)
