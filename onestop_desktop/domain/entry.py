"""The journal entry: its bytes, made once, and its hash; nobody re-encodes them.

An entry is an envelope (who, where in the chain, when) and a body (what). Both are UTF-8 JSON with ASCII keys
sorted at every depth, no spaces, no null, no float. `prev` and `hash` are computed by whoever holds the chain.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from onestop_desktop.errors import Damaged, InvalidInput

GENESIS = bytes(32)
"""`prev` of the very first entry of a desk."""

MARK = "mark"
"""The fact that tells a message from above from every other one, whatever its number: 12 hex digits."""
AGAIN = "again"
"""The topic of a notice that uses up the number of a message which is recorded already; nobody is told."""

_LABEL = b"onestop/entry/1\0"
_INTEGER_LIMIT = 2**53
_KEY = re.compile(r"[\x20-\x7e]+")

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_SIMPLE = frozenset({str, bool})
_MANY = 200
"""Objects and arrays in an entry from which on somebody may have nested them too deep."""

Body = Mapping[str, Any]
"""JSON object: objects, arrays, NFC strings, integers (|n| < 2**53), booleans."""


def canonical(value: Body) -> bytes:
    """Return the one encoding of a JSON object.

    Raises:
        InvalidInput: `entry.value` for null, floats, large integers, text that is not NFC, keys that are not ASCII.
    """
    _check(value)
    return _encode(value).encode("utf-8")


def _check(value: object) -> None:
    match value:
        case bool():
            return
        case int():
            if abs(value) >= _INTEGER_LIMIT:
                raise InvalidInput("entry.value", reason="integer")
        case str():
            _check_text(value)
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str) or not _KEY.fullmatch(key):
                    raise InvalidInput("entry.value", reason="key")
                _check(inner)
        case Sequence() if not isinstance(value, bytes | bytearray):
            for inner in value:
                _check(inner)
        case _:
            raise InvalidInput("entry.value", reason=type(value).__name__)


def _is_plain(text: str, value: dict[str, Any]) -> bool:
    """Say whether a value that was read from its encoding has nothing that no entry may have, six times as fast.

    False says nothing. A text that is NFC as a whole has only parts that are: no sign around a string composes with
    what is in it; and what was escaped without need is not the one encoding.
    """
    if text.count("{") + text.count("[") > _MANY or not unicodedata.is_normalized("NFC", text):
        return False
    parts: list[Any] = [value]
    names: list[str] = []
    for part in parts:
        kind = type(part)
        if kind is dict:
            names += part
            parts += part.values()
        elif kind is list:
            parts += part
        elif kind not in _SIMPLE and (kind is not int or abs(part) >= _INTEGER_LIMIT):
            return False
    whole = "".join(names)
    return whole.isascii() and whole.isprintable() and "" not in names


def _check_text(text: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise InvalidInput("entry.value", reason="NFC")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput("entry.value", reason="surrogate") from None


def read_canonical(data: bytes) -> dict[str, Any]:
    """Parse bytes that must be the one encoding of a JSON object.

    Raises:
        Damaged: `entry.encoding` when they are not.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
        same = isinstance(value, dict) and _encode(value) == text
        if same and not _is_plain(text, value):
            _check(value)
    except (ValueError, InvalidInput, RecursionError):
        same = False
    if not same:
        raise Damaged("entry.encoding")
    result: dict[str, Any] = value
    return result


def present(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that are there: an entry leaves out what is empty, false or zero."""
    return {name: value for name, value in facts.items() if value}


def declared(at: datetime) -> str:
    """Write an instant as declared time, `YYYY-MM-DDThh:mm:ss+07:00` in the instant's own zone."""
    return at.replace(microsecond=0).isoformat()


def recorded(at: datetime) -> str:
    """Write an instant as the PC's own clock, `…ss.mmmZ`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


@dataclass(frozen=True, slots=True)
class Happening:
    """What `decide` says happened, before it has a place in a chain."""

    kind: str
    body: Body
    happened_at: datetime
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Parent:
    """The head from which a new epoch starts."""

    epoch: str
    seq: int
    hash: bytes

    def as_body(self) -> dict[str, Any]:
        """Return the envelope's object."""
        return {"epoch": self.epoch, "hash": self.hash.hex(), "seq": self.seq}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next entry stands, and who writes it."""

    desk: str
    epoch: str
    seq: int
    prev: bytes
    actor: str
    recorded_at: datetime
    parent: Parent | None = None
    second: Mapping[str, str] | None = None
    clock: Mapping[str, Any] | None = None
    again: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as kept and sent: its two byte strings, its hash, and what stands in them."""

    envelope: bytes
    body: bytes
    prev: bytes
    hash: bytes
    fields: Mapping[str, Any] = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)

    @property
    def epoch(self) -> str:
        """Return the epoch, 32 hex digits."""
        return str(self.fields["epoch"])

    @property
    def seq(self) -> int:
        """Return the place in the epoch, from 1."""
        return int(self.fields["seq"])

    @property
    def kind(self) -> str:
        """Return what happened; kinds of a newer program are kept as they are."""
        return str(self.fields["kind"])

    @property
    def dossier(self) -> str:
        """Return the dossier's id, or an empty string for an entry of the desk."""
        return str(self.fields.get("dossier", ""))

    @property
    def actor(self) -> str:
        """Return the user's id."""
        return str(self.fields["actor"])

    @property
    def happened_at(self) -> str:
        """Return the declared time."""
        return str(self.fields["happened_at"])

    @property
    def recorded_at(self) -> str:
        """Return the PC's own time."""
        return str(self.fields["recorded_at"])

    @property
    def corrected_at(self) -> str:
        """Return `recorded_at` with the correction of a dead clock, ISO text in UTC."""
        try:
            offset = int(self.fields.get("clock", {}).get("offset_ms", 0))
            return (datetime.fromisoformat(self.recorded_at) + timedelta(milliseconds=offset)).isoformat()
        except (TypeError, ValueError, AttributeError, OverflowError):
            return self.recorded_at

    @property
    def identity(self) -> str:
        """Return the identity of the effect in hex: the first issue's hash if re-issued, else its own."""
        return str(self.fields.get("again") or self.hash.hex())


def entry_hash(prev: bytes, envelope: bytes, body: bytes) -> bytes:
    """Return SHA-256(label, prev, SHA-256(envelope), SHA-256(body)), 32 bytes."""
    inner = hashlib.sha256(envelope).digest() + hashlib.sha256(body).digest()
    return hashlib.sha256(_LABEL + prev + inner).digest()


def seal(happening: Happening, place: Place) -> Entry:
    """Make an entry's bytes, once."""
    fields: dict[str, Any] = {
        "actor": place.actor,
        "desk": place.desk,
        "epoch": place.epoch,
        "happened_at": declared(happening.happened_at),
        "kind": happening.kind,
        "recorded_at": recorded(place.recorded_at),
        "seq": place.seq,
    }
    optional = {
        "again": place.again.hex() if place.again else None,
        "clock": dict(place.clock) if place.clock else None,
        "dossier": happening.dossier or None,
        "parent": place.parent.as_body() if place.parent else None,
        "second": dict(place.second) if place.second else None,
    }
    fields.update({name: value for name, value in optional.items() if value is not None})
    envelope, body = canonical(fields), canonical(happening.body)
    return Entry(envelope, body, place.prev, entry_hash(place.prev, envelope, body), fields, happening.body)


_ENVELOPE_TEXTS = ("actor", "desk", "epoch", "happened_at", "kind", "recorded_at")


def open_entry(envelope: bytes, body: bytes, prev: bytes) -> Entry:
    """Read an entry's bytes; fields that we do not know are kept.

    Raises:
        Damaged: `entry.encoding` or `entry.envelope`.
    """
    fields, facts = read_canonical(envelope), read_canonical(body)
    seq = fields.get("seq")
    complete = all(isinstance(fields.get(name), str) for name in _ENVELOPE_TEXTS)
    if not complete or not isinstance(seq, int) or isinstance(seq, bool) or seq < 1:
        raise Damaged("entry.envelope")
    return Entry(envelope, body, prev, entry_hash(prev, envelope, body), fields, facts)
