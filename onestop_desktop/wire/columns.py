"""Columns of JSON values: objects by their keys, arrays by their items, the same value again by its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.numbers import In, Out, put_number, put_numbers, read_numbers
from onestop_desktop.wire.texts import put_texts, read_texts

DEEPEST = 12
"""Arrays and objects within one another; an entry with more goes as it is."""


class Columns(IntEnum):
    """How a column of values is laid."""

    TEXTS = 0
    NUMBERS = 1
    TRUTHS = 2
    OBJECTS = 3
    ARRAYS = 4
    TABLE = 5
    MIXED = 6


_KINDS: dict[type, Columns] = {
    str: Columns.TEXTS,
    int: Columns.NUMBERS,
    bool: Columns.TRUTHS,
    dict: Columns.OBJECTS,
    list: Columns.ARRAYS,
}


def depth_of(value: object) -> int:
    """Return how many arrays and objects lie within one another."""
    if isinstance(value, Mapping):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


def put_column(out: Out, values: Sequence[Any]) -> None:
    """Write a column of JSON values; their count is known to whoever reads it."""
    if not values:
        return
    kinds = [_KINDS[type(value)] for value in values]
    kind = kinds[0]
    if any(one is not kind for one in kinds):
        _put_mixed(out, values, kinds)
    elif kind not in {Columns.OBJECTS, Columns.ARRAYS} or not _put_table(out, values):
        out.plan.append(kind)
        _PUT[kind](out, values)


def _put_mixed(out: Out, values: Sequence[Any], kinds: Sequence[Columns]) -> None:
    out.plan.append(Columns.MIXED)
    put_numbers(out, kinds)
    for kind in sorted(set(kinds)):
        put_column(out, [value for value, one in zip(values, kinds, strict=True) if one is kind])


def _put_table(out: Out, values: Sequence[Any]) -> bool:
    """Write values that come again by their place among those that are new; False where few do."""
    texts = [json.dumps(value, ensure_ascii=False, sort_keys=True) for value in values]
    table = dict(zip(reversed(texts), reversed(values), strict=True))
    order = list(dict.fromkeys(texts))
    if len(order) > 0.5 * len(values):
        return False
    out.plan.append(Columns.TABLE)
    put_number(out.plan, len(order))
    places = {text: at for at, text in enumerate(order)}
    put_numbers(out, [places[text] for text in texts])
    put_column(out, [table[text] for text in order])
    return True


def _put_objects(out: Out, values: Sequence[Mapping[str, Any]]) -> None:
    """Write which keys each has (sets of keys by their place among the new ones), then a column a key."""
    names = sorted({name for value in values for name in value})
    put_number(out.plan, len(names))
    for name in names:
        out.plan += name.encode() + b"\0"
    shapes = [tuple(name in value for name in names) for value in values]
    order = list(dict.fromkeys(shapes))
    put_number(out.plan, len(order))
    for shape in order if len(order) > 1 else ():
        out.plan += sum(1 << at for at, there in enumerate(shape) if there).to_bytes((len(names) + 7) // 8, "little")
    put_numbers(out, [order.index(shape) for shape in shapes])
    for name in names:
        put_column(out, [value[name] for value in values if name in value])


def _put_arrays(out: Out, values: Sequence[Sequence[Any]]) -> None:
    put_numbers(out, [len(value) for value in values])
    put_column(out, [item for value in values for item in value])


_PUT: dict[Columns, Callable[[Out, Sequence[Any]], None]] = {
    Columns.TEXTS: put_texts,
    Columns.NUMBERS: put_numbers,
    Columns.TRUTHS: put_numbers,
    Columns.OBJECTS: _put_objects,
    Columns.ARRAYS: _put_arrays,
}


def read_column(source: In, count: int, depth: int = 0) -> list[Any]:
    """Read a column of JSON values."""
    if not count:
        return []
    if depth > 3 * DEEPEST:
        raise InvalidInput("packet.damaged")
    source.budget.spend(count)
    return _READ[source.plan.byte()](source, count, depth)


def _read_truths(source: In, count: int, _depth: int) -> list[Any]:
    values = read_numbers(source, count)
    if not set(values) <= {0, 1}:
        raise InvalidInput("packet.damaged")
    return [value == 1 for value in values]


def _read_objects(source: In, count: int, depth: int) -> list[Any]:
    names = [source.plan.until(b"\0").decode() for _at in range(_named(source, source.plan.number()))]
    sets = source.plan.number()
    if not 1 <= sets <= count:
        raise InvalidInput("packet.damaged")
    width = (len(names) + 7) // 8
    full = (1 << len(names)) - 1
    shapes = [int.from_bytes(source.plan.take(width), "little") for _at in range(sets)] if sets > 1 else [full]
    rows = [shapes[at] for at in _places(source, count, sets)]
    source.budget.spend(len(names) * count)
    values: list[Any] = [{} for _row in range(count)]
    for at, name in enumerate(names):
        having = [value for value, shape in zip(values, rows, strict=True) if shape >> at & 1]
        for value, inner in zip(having, read_column(source, len(having), depth + 1), strict=True):
            value[name] = inner
        source.budget.spend(0, len(having) * len(name))
    return values


def _named(source: In, count: int) -> int:
    source.budget.spend(count)
    return count


def _places(source: In, count: int, size: int) -> list[int]:
    places = read_numbers(source, count)
    if not 0 <= min(places) <= max(places) < size:
        raise InvalidInput("packet.damaged")
    return places


def _read_arrays(source: In, count: int, depth: int) -> list[Any]:
    sizes = read_numbers(source, count)
    if min(sizes) < 0:
        raise InvalidInput("packet.damaged")
    source.budget.spend(sum(sizes))
    items = iter(read_column(source, sum(sizes), depth + 1))
    return [[next(items) for _at in range(size)] for size in sizes]


def _read_table(source: In, count: int, depth: int) -> list[Any]:
    size = source.plan.number()
    if not 1 <= size <= count:
        raise InvalidInput("packet.damaged")
    places = _places(source, count, size)
    table = read_column(source, size, depth + 1)
    weights = [weight(value) for value in table]
    source.budget.spend(0, sum(weights[at] for at in places))
    return [table[at] for at in places]


def weight(value: object) -> int:
    """Return about how many bytes a value is as JSON, never more than it is."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, dict):
        return 2 + sum(len(name) + 3 + weight(inner) for name, inner in value.items())
    return 2 + sum(map(weight, value)) if isinstance(value, list) else 1


def _read_mixed(source: In, count: int, depth: int) -> list[Any]:
    kinds = read_numbers(source, count)
    values: list[Any] = [None] * count
    for kind in sorted(set(kinds)):
        rows = [at for at, one in enumerate(kinds) if one == kind]
        for at, value in zip(rows, read_column(source, len(rows), depth + 1), strict=True):
            values[at] = value
    return values


_READ: dict[int, Callable[[In, int, int], list[Any]]] = {
    Columns.TEXTS: lambda source, count, _depth: read_texts(source, count),
    Columns.NUMBERS: lambda source, count, _depth: read_numbers(source, count),
    Columns.TRUTHS: _read_truths,
    Columns.OBJECTS: _read_objects,
    Columns.ARRAYS: _read_arrays,
    Columns.TABLE: _read_table,
    Columns.MIXED: _read_mixed,
}
