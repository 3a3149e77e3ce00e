"""How many pixels a picture says it has, read from its header alone: nothing is decoded, whatever the file claims.

JPEG (ITU-T T.81), PNG (ISO/IEC 15948), TIFF 6.0 and WebP (RFC 9649); sizes are (width, height) in pixels, one a page.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

Size = tuple[int, int]

PAGES_LIMIT = 60
"""More pages than this are no paper of a dossier."""

_TAGS_LIMIT = 512
_SEGMENTS_LIMIT = 4096
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_PLAIN_JPEG = frozenset({0xC4, 0xDB, 0xDD, 0xE0, 0xEE}) | _FRAMES
_PLAIN_PNG = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"}
)  # fmt: skip


def sizes(data: bytes, kind: str) -> tuple[Size, ...]:
    """Return the size of each page of a picture.

    Raises:
        ValueError: the header is cut off, makes no sense, or has no page.
    """
    try:
        found = _SIZES[kind](data)
    except (struct.error, IndexError) as error:
        raise ValueError(kind) from error
    if not found or any(width < 1 or height < 1 for width, height in found):
        raise ValueError(kind)
    return found


def is_plain(data: bytes, kind: str) -> bool:
    """Say whether a JPEG or PNG carries its pixels and nothing else: no EXIF, no place, no comment, no tail."""
    try:
        if kind == "png":
            chunks = list(_png_chunks(data))
            last, at, length = chunks[-1]
            return last == b"IEND" and at + length + 4 == len(data) and {one[0] for one in chunks} <= _PLAIN_PNG
        return kind == "jpeg" and _is_plain_jpeg(data)
    except (struct.error, IndexError, ValueError):
        return False


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give (marker, place, length) of each segment of a JPEG; what is between scans is stepped over."""
    at = 2
    for _segment in range(_SEGMENTS_LIMIT):
        if data[at] != 0xFF:
            raise ValueError(at)
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == _END:
            yield marker, at, 0
            return
        if marker in _ALONE or marker == _START:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        yield marker, at + 2, length - 2
        at += length
        if marker == _SCAN:
            at = _after_scan(data, at)
    raise ValueError(at)


def _after_scan(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] and data[at + 1] not in _ALONE and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _jpeg(data: bytes) -> tuple[Size, ...]:
    found: list[Size] = []
    for marker, at, _length in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 1)
            found.append((width, height))
        if marker == _SCAN:
            break
    # A second frame header is not allowed; a decoder may believe either, so the greater one counts.
    return (max(found),) if found else ()


def _is_plain_jpeg(data: bytes) -> bool:
    for marker, at, _length in _segments(data):
        if marker == _END:
            return at == len(data)
        if marker not in _PLAIN_JPEG and marker != _SCAN:
            return False
    return False


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        yield name, at + 8, length
        if name == b"IEND":
            return
        at += 12 + length
    raise ValueError(at)


def _png(data: bytes) -> tuple[Size, ...]:
    name, at, length = next(_png_chunks(data))
    if name != b"IHDR" or length != 13:
        raise ValueError(name)
    width, height = struct.unpack_from(">II", data, at)
    return ((width, height),)


def _tiff(data: bytes) -> tuple[Size, ...]:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    found: list[Size] = []
    seen: set[int] = set()
    while at:
        if at in seen or len(found) > PAGES_LIMIT:
            raise ValueError(at)
        seen.add(at)
        (count,) = struct.unpack_from(order + "H", data, at)
        if count > _TAGS_LIMIT:
            raise ValueError(count)
        tags = dict(_tag(data, order, at + 2 + 12 * one) for one in range(count))
        found.append((tags.get(256, 0), tags.get(257, 0)))
        (at,) = struct.unpack_from(order + "I", data, at + 2 + 12 * count)
    return tuple(found)


def _tag(data: bytes, order: str, at: int) -> tuple[int, int]:
    tag, kind = struct.unpack_from(order + "HH", data, at)
    (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 8)
    return tag, value


def _webp(data: bytes) -> tuple[Size, ...]:
    form, at = data[12:16], 20
    if form == b"VP8X":
        return ((1 + _three(data, at + 4), 1 + _three(data, at + 7)),)
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, at + 1)
        return ((1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)),)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, at + 6)
        return ((width & 0x3FFF, height & 0x3FFF),)
    raise ValueError(form)


def _three(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16


_SIZES: Mapping[str, Callable[[bytes], tuple[Size, ...]]] = MappingProxyType(
    {"jpeg": _jpeg, "png": _png, "tiff": _tiff, "webp": _webp}
)
