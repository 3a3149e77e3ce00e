"""Entries' bytes as the rows of a packet, and back to the same bytes.

What the header says (desk, epoch, seq) is left out; the envelope's times and ids stand in columns of their own, the
bodies in a column a kind. A row that would not come back the same stands as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from onestop_desktop.domain.entry import read_canonical
from onestop_desktop.errors import Damaged, InvalidInput
from onestop_desktop.wire.columns import DEEPEST, depth_of, put_column, read_column
from onestop_desktop.wire.expected import Expected
from onestop_desktop.wire.numbers import In, Out, put_number, put_numbers, read_numbers
from onestop_desktop.wire.texts import civil_seconds, civil_text, instant_ms, instant_text, put_texts, read_texts

Pair = tuple[bytes, bytes]
_OWN = ("desk", "epoch", "seq", "kind", "happened_at", "recorded_at", "dossier")
_V7 = 7


@dataclass(frozen=True, slots=True)
class Place:
    """What the packet's header says: whose run this is, and where its first row stands."""

    desk: str
    epoch: str
    first: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that stands in columns."""

    kind: str
    happened: str
    """Declared time, as text."""
    recorded_ms: int
    dossier: str
    rest: Mapping[str, Any]
    body: Mapping[str, Any]


def encode(pairs: Sequence[Pair], place: Place) -> bytes:
    """Return the rows; each is read back, and what would not be the same goes as it is."""
    rows = [_row(pair, place, at) for at, pair in enumerate(pairs)]
    coded = _encoded(pairs, rows)
    try:
        back: Sequence[Pair | None] = decode(coded, len(pairs), place)
    except InvalidInput:  # more than a reader would unfold
        back = [None] * len(pairs)
    if all(pair == one for pair, one in zip(pairs, back, strict=True)):
        return coded
    kept = [row if pair == one else None for pair, one, row in zip(pairs, back, rows, strict=True)]
    coded = _encoded(pairs, kept)
    return coded if decode(coded, len(pairs), place) == list(pairs) else _encoded(pairs, [None] * len(pairs))


def _encoded(pairs: Sequence[Pair], rows: Sequence[_Row | None]) -> bytes:
    out = Out()
    try:
        _put(out, pairs, rows)
    except (ValueError, KeyError):  # a number or a value that no column takes
        out = Out()
        _put(out, pairs, [None] * len(pairs))
    return out.joined()


def _row(pair: Pair, place: Place, at: int) -> _Row | None:
    """Take a row apart; None for one that columns do not hold."""
    try:
        fields, body = read_canonical(pair[0]), read_canonical(pair[1])
        at_ms = instant_ms(fields["recorded_at"])
        happened = fields["happened_at"]
        civil_seconds(happened)
        kind, dossier = fields["kind"], fields.get("dossier", "")
    except (Damaged, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None
    known = (fields.get("desk"), fields.get("epoch"), fields.get("seq")) == (place.desk, place.epoch, place.first + at)
    rest = {name: value for name, value in fields.items() if name not in _OWN}
    named = type(kind) is str and type(dossier) is str and "\0" not in kind
    if not known or not named or max(depth_of(rest), depth_of(body)) > DEEPEST:
        return None
    return _Row(kind, happened, at_ms, dossier, rest, body)


# -- writing ----------------------------------------------------------------------------------------------------


def _put(out: Out, pairs: Sequence[Pair], rows: Sequence[_Row | None]) -> None:
    plain = [at for at, row in enumerate(rows) if row is None]
    put_number(out.plan, len(plain))
    put_numbers(out, plain)
    for part in (0, 1):
        put_numbers(out, [len(pairs[at][part]) for at in plain])
    out.text += b"".join(pairs[at][0] + pairs[at][1] for at in plain)
    _put_rows(out, [row for row in rows if row is not None])


def _put_rows(out: Out, rows: Sequence[_Row]) -> None:
    put_texts(out, [row.kind for row in rows])
    put_numbers(out, [row.recorded_ms for row in rows])
    put_numbers(out, [civil_seconds(row.happened) - row.recorded_ms // 1000 for row in rows])
    _put_dossiers(out, rows)
    put_column(out, [row.rest for row in rows])
    for kind in dict.fromkeys(row.kind for row in rows):
        chosen = [row for row in rows if row.kind == kind]
        bodies = [row.body for row in chosen]
        if kind == "receive":
            expected = Expected()
            pairs = [expected.without(row.body, row.dossier, row.happened) for row in chosen]
            put_numbers(out, [told for told, _body in pairs])
            bodies = [body for _told, body in pairs]
        put_column(out, bodies)


def _put_dossiers(out: Out, rows: Sequence[_Row]) -> None:
    """Write each dossier once; a UUIDv7 is its time, told from its first row's, and 74 bits."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.dossier, row.recorded_ms)
    order = list(first)
    put_number(out.plan, len(order))
    put_numbers(out, [order.index(row.dossier) for row in rows])
    parts = [_uuid_parts(dossier) for dossier in order]
    put_numbers(out, [0 if part is None else 1 for part in parts])
    put_texts(out, [dossier for dossier, part in zip(order, parts, strict=True) if part is None])
    times = [(part[0], first[dossier]) for dossier, part in zip(order, parts, strict=True) if part is not None]
    put_numbers(out, [made - recorded for made, recorded in times])
    out.noise += b"".join(part[1] for part in parts if part is not None)


def _uuid_parts(text: str) -> tuple[int, bytes] | None:
    """Return milliseconds and the 74 free bits, in ten bytes, of a UUIDv7 (RFC 9562); None for any other text."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    if str(value) != text or value.version != _V7 or value.variant != uuid.RFC_4122:
        return None
    bits = (value.int >> 64 & 0xFFF) << 62 | value.int & (1 << 62) - 1
    return value.int >> 80, bits.to_bytes(10, "big")


def _uuid_text(milliseconds: int, bits: int) -> str:
    if not 0 <= milliseconds < 1 << 48 or bits >> 74:
        raise InvalidInput("packet.damaged")
    high = milliseconds << 80 | _V7 << 76 | bits >> 62 << 64
    return str(uuid.UUID(int=high | 2 << 62 | bits & (1 << 62) - 1))


# -- reading ----------------------------------------------------------------------------------------------------


def decode(raw: bytes, count: int, place: Place) -> list[Pair]:
    """Return the rows' bytes.

    Raises:
        InvalidInput: `packet.damaged`, `packet.size`.
    """
    try:
        source = In(raw)
        pairs = _read(source, count, place)
    except (ValueError, OverflowError, IndexError, KeyError, TypeError, RecursionError):
        raise InvalidInput("packet.damaged") from None
    if not source.done:
        raise InvalidInput("packet.damaged")
    return pairs


def _read(source: In, count: int, place: Place) -> list[Pair]:
    size = source.plan.number()
    if size > count:
        raise InvalidInput("packet.damaged")
    plain = read_numbers(source, size)
    if sorted(set(plain)) != plain or not all(0 <= at < count for at in plain):
        raise InvalidInput("packet.damaged")
    sizes = [read_numbers(source, size) for _part in (0, 1)]
    if any(one < 0 for part in sizes for one in part):
        raise InvalidInput("packet.damaged")
    whole = {
        at: (source.text.take(envelope), source.text.take(body))
        for at, envelope, body in zip(plain, *sizes, strict=True)
    }
    rows = iter(_read_rows(source, count - size))
    return [whole[at] if at in whole else _pair(next(rows), place, at) for at in range(count)]


def _pair(row: _Row, place: Place, at: int) -> Pair:
    fields: dict[str, Any] = {
        **row.rest,
        "desk": place.desk,
        "epoch": place.epoch,
        "happened_at": row.happened,
        "kind": row.kind,
        "recorded_at": instant_text(row.recorded_ms),
        "seq": place.first + at,
    }
    if row.dossier:
        fields["dossier"] = row.dossier
    return _json(fields), _json(row.body)


def _json(value: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _read_rows(source: In, count: int) -> list[_Row]:
    kinds = read_texts(source, count)
    recorded = read_numbers(source, count)
    later = read_numbers(source, count)
    happened = [civil_text(more + at // 1000) for more, at in zip(later, recorded, strict=True)]
    dossiers = _read_dossiers(source, recorded)
    rests = read_column(source, count)
    bodies: list[Any] = [None] * count
    for kind in dict.fromkeys(kinds):
        chosen = [at for at, one in enumerate(kinds) if one == kind]
        told = read_numbers(source, len(chosen)) if kind == "receive" else []
        found = read_column(source, len(chosen))
        if told:
            expected = Expected()
            places = [(dossiers[at], happened[at]) for at in chosen]
            found = [
                expected.completed(mask, body, *place) for mask, body, place in zip(told, found, places, strict=True)
            ]
            for body in found:
                source.budget.spend(len(body), sum(map(len, body)))
        for at, body in zip(chosen, found, strict=True):
            bodies[at] = body
    if not all(isinstance(one, dict) for one in (*rests, *bodies)):
        raise InvalidInput("packet.damaged")
    return [_Row(*row) for row in zip(kinds, happened, recorded, dossiers, rests, bodies, strict=True)]


def _read_dossiers(source: In, recorded: Sequence[int]) -> list[str]:
    size = source.plan.number()
    if size > len(recorded):
        raise InvalidInput("packet.damaged")
    places = read_numbers(source, len(recorded))
    if not all(0 <= at < size for at in places):
        raise InvalidInput("packet.damaged")
    first: dict[int, int] = {}
    for at, instant in zip(places, recorded, strict=True):
        first.setdefault(at, instant)
    made = read_numbers(source, size)
    texts = iter(read_texts(source, made.count(0)))
    times = iter(read_numbers(source, size - made.count(0)))
    order = [
        _uuid_text(next(times) + first.get(at, 0), int.from_bytes(source.noise.take(10), "big")) if one else next(texts)
        for at, one in enumerate(made)
    ]
    return [order[at] for at in places]
