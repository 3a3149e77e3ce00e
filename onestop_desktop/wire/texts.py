"""Columns of texts: what is a date, a number, a hash or a list of few words is written as that, the rest as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.numbers import In, Out, put_number, put_numbers, read_numbers

_CIVIL_SECONDS = 7 * 3600
_DIGITS = 18
_SHORTEST_HEX = 8
_MOST_PARTS = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_SEPARATORS = (", ", " ", "-")


class Texts(IntEnum):
    """How a column of texts is laid."""

    PLAIN = 0
    SIZED = 1
    TABLE = 2
    DIGITS = 3
    DAYS = 4
    CIVIL = 5
    INSTANTS = 6
    HEX = 7
    PARTS = 8


def civil_seconds(text: str) -> int:
    """Return the seconds since 1970 of `YYYY-MM-DDThh:mm:ss+07:00`; raises ValueError for any other writing."""
    seconds = (datetime.fromisoformat(text) - _EPOCH) // timedelta(seconds=1)
    if civil_text(seconds) != text:
        raise ValueError(text)
    return seconds


def civil_text(seconds: int) -> str:
    """Return the declared time of an instant; raises ValueError, OverflowError past the calendar."""
    day, rest = divmod(seconds + _CIVIL_SECONDS, 86_400)
    return f"{_day_text(day)}T{_time_text(rest)}+07:00"


def instant_ms(text: str) -> int:
    """Return the milliseconds since 1970 of `…ss.mmmZ`; raises ValueError for any other writing."""
    value = (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
    if instant_text(value) != text:
        raise ValueError(text)
    return value


def instant_text(value: int) -> str:
    """Return the recorded time of an instant; raises ValueError, OverflowError past the calendar."""
    day, rest = divmod(value, 86_400_000)
    return f"{_day_text(day)}T{_time_text(rest // 1000)}.{rest % 1000:03d}Z"


@lru_cache(maxsize=512)
def _day_text(day: int) -> str:
    return date.fromordinal(_EPOCH_DAY + day).isoformat()


def _time_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def put_texts(out: Out, values: Sequence[str]) -> None:
    """Write a column of texts; their count is known to whoever reads it."""
    if not values:
        return
    table = list(dict.fromkeys(values))
    if len(table) <= 0.6 * len(values):
        out.plan.append(Texts.TABLE)
        put_number(out.plan, len(table))
        places = {value: at for at, value in enumerate(table)}
        put_numbers(out, [places[value] for value in values])
        put_texts(out, table)
        return
    for fits, put in _SPECIAL:
        if fits(values):
            put(out, values)
            return
    _put_plain(out, values)


def _put_plain(out: Out, values: Sequence[str]) -> None:
    coded = [value.encode() for value in values]
    if any(b"\0" in value for value in coded):
        out.plan.append(Texts.SIZED)
        put_numbers(out, [len(value) for value in coded])
        out.text += b"".join(coded)
    else:
        out.plan.append(Texts.PLAIN)
        out.text += b"".join(value + b"\0" for value in coded)


def _all(pattern: str) -> Callable[[Sequence[str]], bool]:
    match = re.compile(pattern).fullmatch
    return lambda values: all(match(value) for value in values)


_digits = _all(f"[0-9]{{1,{_DIGITS}}}")
_hex = _all(f"(?:[0-9a-f]{{2}}){{{_SHORTEST_HEX // 2},}}")


def _of_one_length(values: Sequence[str]) -> bool:
    return len({len(value) for value in values}) == 1


def _are_digits(values: Sequence[str]) -> bool:
    return _of_one_length(values) and _digits(values)


def _put_digits(out: Out, values: Sequence[str]) -> None:
    out.plan += bytes((Texts.DIGITS, len(values[0])))
    put_numbers(out, [int(value) for value in values])


def _are_hex(values: Sequence[str]) -> bool:
    return _of_one_length(values) and _hex(values)


def _put_hex(out: Out, values: Sequence[str]) -> None:
    out.plan.append(Texts.HEX)
    put_number(out.plan, len(values[0]) // 2)
    out.noise += bytes.fromhex("".join(values))


def _are(pattern: str, read: Callable[[str], int]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether all are written this way and come back from their number."""
    match = re.compile(pattern).fullmatch

    def fits(values: Sequence[str]) -> bool:
        try:
            return all(match(value) and read(value) is not None for value in values)
        except (ValueError, OverflowError):
            return False

    return fits


def _put_as(tag: Texts, read: Callable[[str], int]) -> Callable[[Out, Sequence[str]], None]:
    def put(out: Out, values: Sequence[str]) -> None:
        out.plan.append(tag)
        put_numbers(out, [read(value) for value in values])

    return put


def _ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _separator(values: Sequence[str]) -> str:
    """Return what parts the texts into a few words that come again, or nothing."""
    for separator in _SEPARATORS:
        split = [value.split(separator) for value in values]
        parts = [part for one in split for part in one]
        few = max(map(len, split)) <= _MOST_PARTS and len(set(parts)) <= 0.5 * len(parts)
        if few and len(parts) >= 2 * len(values):
            return separator
    return ""


def _put_parts(out: Out, values: Sequence[str]) -> None:
    separator = _separator(values)
    out.plan += bytes((Texts.PARTS, _SEPARATORS.index(separator)))
    split = [value.split(separator) for value in values]
    put_numbers(out, [len(parts) for parts in split])
    for at in range(max(map(len, split))):
        put_texts(out, [parts[at] for parts in split if at < len(parts)])


_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SPECIAL: tuple[tuple[Callable[[Sequence[str]], bool], Callable[[Out, Sequence[str]], None]], ...] = (
    (_are_digits, _put_digits),
    (_are(_DAY, _ordinal), _put_as(Texts.DAYS, _ordinal)),
    (_are(_DAY + "T.{8}[+]07:00", civil_seconds), _put_as(Texts.CIVIL, civil_seconds)),
    (_are(_DAY + "T.{12}Z", instant_ms), _put_as(Texts.INSTANTS, instant_ms)),
    (_are_hex, _put_hex),
    (lambda values: bool(_separator(values)), _put_parts),
)


def read_texts(source: In, count: int, depth: int = 0) -> list[str]:
    """Read a column of texts."""
    if not count:
        return []
    if depth > 8:
        raise InvalidInput("packet.damaged")
    source.budget.spend(count)
    values = _READ[source.plan.byte()](source, count, depth)
    source.budget.spend(0, sum(map(len, values)))
    return values


def _read_plain(source: In, count: int, _depth: int) -> list[str]:
    return [source.text.until(b"\0").decode() for _at in range(count)]


def _read_sized(source: In, count: int, _depth: int) -> list[str]:
    return [source.text.take(_whole(size)).decode() for size in read_numbers(source, count)]


def _read_table(source: In, count: int, depth: int) -> list[str]:
    size = source.plan.number()
    if size > count:
        raise InvalidInput("packet.damaged")
    places = [_whole(at) for at in read_numbers(source, count)]
    table = read_texts(source, size, depth + 1)
    return [table[at] for at in places]


def _read_digits(source: In, count: int, _depth: int) -> list[str]:
    width = source.plan.byte()
    values = [f"{_whole(value):0{width}d}" for value in read_numbers(source, count)]
    if width > _DIGITS or any(len(value) != width for value in values):
        raise InvalidInput("packet.damaged")
    return values


def _read_hex(source: In, count: int, _depth: int) -> list[str]:
    size = source.plan.number()
    data = source.noise.take(size * count).hex()
    return [data[2 * size * at : 2 * size * (at + 1)] for at in range(count)]


def _read_as(write: Callable[[int], str]) -> Callable[[In, int, int], list[str]]:
    return lambda source, count, _depth: [write(value) for value in read_numbers(source, count)]


def _read_parts(source: In, count: int, depth: int) -> list[str]:
    separator = _SEPARATORS[source.plan.byte()]
    sizes = read_numbers(source, count)
    if not 1 <= min(sizes) <= max(sizes) <= _MOST_PARTS:
        raise InvalidInput("packet.damaged")
    split: list[list[str]] = [[] for _row in range(count)]
    for at in range(max(sizes)):
        rows = [parts for parts, size in zip(split, sizes, strict=True) if at < size]
        for parts, part in zip(rows, read_texts(source, len(rows), depth + 1), strict=True):
            parts.append(part)
    return [separator.join(parts) for parts in split]


def _whole(value: int) -> int:
    if value < 0:
        raise InvalidInput("packet.damaged")
    return value


_READ: dict[int, Callable[[In, int, int], list[str]]] = {
    Texts.PLAIN: _read_plain,
    Texts.SIZED: _read_sized,
    Texts.TABLE: _read_table,
    Texts.DIGITS: _read_digits,
    Texts.DAYS: _read_as(lambda value: date.fromordinal(value).isoformat()),
    Texts.CIVIL: _read_as(civil_text),
    Texts.INSTANTS: _read_as(instant_text),
    Texts.HEX: _read_hex,
    Texts.PARTS: _read_parts,
}
