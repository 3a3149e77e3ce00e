"""How a desk and a hub meet: the printed card, the desk's request, the hub's grant.

The card travels by hand. The request is signed by the desk's new key (label ENROL), the grant by the hub's key
(label GRANT); both carry the first 8 bytes of SHA-256 of the request's payload as their nonce.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.messages import ENROL, GRANT, NONCE, Count, Hash, KeyId, decode, read_message, sign_message
from onestop_desktop.wire.messages import split as split_message
from onestop_desktop.wire.signing import check

CODE_BYTES = 10
"""A card's code has 80 bits."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})
_CARD = "MCHUB1:"
_CARD_LARGEST = 2_000

Text = Annotated[str, Meta(max_length=300)]
DeskCode = Annotated[str, Meta(pattern="^[0-9]{2}$")]
OneTime = Annotated[str, Meta(pattern="^[0-9A-HJKMNP-TV-Z]{16}$")]
Pin = Annotated[bytes, Meta(min_length=32, max_length=32)]


class OfficeRow(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An agency of the desk between two days (ISO, both included); an open end is empty."""

    agency: Text
    name: Text
    upper: Text = ""
    place: Text = ""
    valid_from: Text = ""
    valid_to: Text = ""

    @staticmethod
    def of(office: Office) -> OfficeRow:
        """Return the row of an office."""
        body = office.as_body()
        return OfficeRow(
            office.agency, office.name, office.upper, office.place, str(body.get("from", "")), str(body.get("to", ""))
        )

    def office(self) -> Office:
        """Return the office; raises InvalidInput `wire.message` for a day that is none."""
        body = {"agency": self.agency, "name": self.name, "upper": self.upper, "place": self.place}
        try:
            return Office.from_body(body | {"from": self.valid_from, "to": self.valid_to})
        except ValueError:
            raise InvalidInput("wire.message") from None


class Card(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the printed card says, as text and as QR: where the hub is, who it is, and a code that opens once."""

    id: KeyId
    code: OneTime
    desk: DeskCode
    name: Text
    """The commune and desk in words, for the people who hold the card."""
    hub: Hash
    """The hub's public key."""
    recipient: Text
    """The hub's age recipient, for a request that travels on a stick."""
    addresses: tuple[Text, ...] = ()
    pins: tuple[Pin, ...] = ()
    """SHA-256 of the TLS keys (SPKI) that may answer: today's and the next."""


class Request(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A desk asks to be let in."""

    protocol: Count
    card: KeyId
    code: OneTime
    desk: DeskCode
    public: Hash
    """The desk's new Ed25519 key."""
    recipient: Text
    """The desk's age recipient, for what the hub writes onto a stick."""
    store: Annotated[bytes, Meta(min_length=16, max_length=16)]
    check_key: Hash
    """With it the hub can tell a true receipt by its 8 printed characters."""
    offices: Annotated[tuple[OfficeRow, ...], Meta(max_length=20)] = ()


class Grant(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The hub lets a desk in."""

    protocol: Count
    hub: Hash
    recipient: Text
    incarnation: KeyId
    number: Count
    """The desk's number at this hub."""
    desk: DeskCode
    commune: Text
    offices: tuple[OfficeRow, ...]
    keys: tuple[Hash, ...]
    """Every public key that this desk ever signed with, oldest first; the last is the one granted now."""
    addresses: tuple[Text, ...] = ()
    pins: tuple[Pin, ...] = ()
    public_address: Text = ""
    """Where citizens look up their dossier; empty when the hub has no such page."""
    upper: Text = ""
    """What the hub's office is called."""
    time_ms: Count = 0


def new_code(random: bytes) -> str:
    """Write 10 random bytes as the 16 Crockford characters of a code."""
    bits = int.from_bytes(random[:CODE_BYTES], "big")
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(CODE_BYTES * 8 - 5, -1, -5))


def read_code(text: str) -> str:
    """Return a code as typed by hand: blanks, case and O for 0 do not matter; raises InvalidInput `enrol.code`."""
    plain = text[:80].upper().translate(_TYPED)
    if len(plain) != CODE_BYTES * 8 // 5 or not set(plain) <= set(_ALPHABET):
        raise InvalidInput("enrol.code")
    return plain


def show_code(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def card_text(card: Card) -> str:
    """Return a card as one line of text, short enough for a QR."""
    payload = msgspec.msgpack.encode(card)
    guarded = payload + hashlib.sha256(payload).digest()[:4]
    return _CARD + base64.b32encode(guarded).decode("ascii").rstrip("=")


def read_card(text: str) -> Card:
    """Read a card as scanned or typed.

    Raises:
        InvalidInput: `enrol.card` for what is not one, or misread.
    """
    plain = "".join(text[:_CARD_LARGEST].split()).upper()
    if not plain.startswith(_CARD):
        raise InvalidInput("enrol.card")
    body = plain.removeprefix(_CARD)
    try:
        guarded = base64.b32decode(body + "=" * (-len(body) % 8))
        card = decode(guarded[:-4], Card)
    except (ValueError, InvalidInput):
        raise InvalidInput("enrol.card") from None
    if hashlib.sha256(guarded[:-4]).digest()[:4] != guarded[-4:]:
        raise InvalidInput("enrol.card")
    return card


def nonce_of(payload: bytes) -> bytes:
    """Return the nonce that ties a request's and a grant's signature to the request."""
    return hashlib.sha256(payload).digest()[:NONCE]


def sign_request(request: Request, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the request's bytes, signed by the desk's new key."""
    return sign_message(ENROL, nonce_of(msgspec.msgpack.encode(request)), request, sign)


def read_request(data: bytes) -> Request:
    """Read a request and check it against the key that it names.

    Raises:
        InvalidInput: `wire.message`, `wire.signature`.
    """
    payload, _signature = split_message(data)
    request = decode(payload, Request)
    return read_message(ENROL, nonce_of(payload), data, Request, _check(request.public))


def sign_grant(grant: Grant, request: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the grant's bytes; `request` are the bytes that it answers."""
    return sign_message(GRANT, nonce_of(split_message(request)[0]), grant, sign)


def read_grant(data: bytes, request: bytes, hub: bytes) -> Grant:
    """Read the grant that answers `request`; `hub` is the public key on the card.

    Raises:
        InvalidInput: `wire.message`, `wire.signature`; `enrol.other_hub` when it names another hub's key.
    """
    grant = read_message(GRANT, nonce_of(split_message(request)[0]), data, Grant, _check(hub))
    if grant.hub != hub:
        raise InvalidInput("enrol.other_hub")
    return grant


def _check(public: bytes) -> Callable[[bytes, bytes], bool]:
    try:
        return check(public)
    except ValueError:  # 32 bytes that are no point of the curve
        raise InvalidInput("wire.message") from None
