"""The packet: a run of consecutive entries of one epoch with its own signed head; it decodes alone.

The layout stands byte by byte in docs/wire.md. What leaves `unpack` are the bytes that went into `pack`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import zstandard

from onestop_desktop.domain.entry import Entry, entry_hash, open_entry
from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire import rows
from onestop_desktop.wire.dictionary import NEWEST, dictionary
from onestop_desktop.wire.numbers import Reader, put_number
from onestop_desktop.wire.signing import key_id

MAGIC = b"MC\x01"
LARGEST = 64 * 1024
"""No packet is longer, in bytes."""
LARGEST_RAW = 1 << 20
"""Its entries' bytes together are no more."""
LARGEST_ENTRY = 256 * 1024
MOST = 500
"""Entries in a packet."""
NAMED = 192
"""A packet's first bytes tell it from all others: where it stands, by whose key, and its signature are in them."""
LEVEL = 19
_WINDOW = 1 << 23
_LARGEST_ROWS = LARGEST_RAW + (1 << 16)
_HEAD = b"onestop/head/1\0"
_FIXED = len(MAGIC) + 1 + 2 + 16 + 32 + 8 + 64


@dataclass(frozen=True, slots=True)
class Item:
    """An entry's own bytes in their place of the chain; they may say anything."""

    envelope: bytes
    body: bytes
    prev: bytes
    hash: bytes

    def entry(self) -> Entry:
        """Read it; raises Damaged `entry.encoding` or `entry.envelope`."""
        return open_entry(self.envelope, self.body, self.prev)


@dataclass(frozen=True, slots=True)
class Packet:
    """A run as received: not yet checked against anybody's key."""

    desk: str
    epoch: str
    first: int
    prev: bytes
    items: tuple[Item, ...]
    key: bytes
    signature: bytes

    @property
    def last(self) -> int:
        """Return the place of the last entry."""
        return self.first + len(self.items) - 1

    @property
    def head_hash(self) -> bytes:
        """Return the hash of the last entry, computed from the bytes."""
        return self.items[-1].hash

    @property
    def head(self) -> bytes:
        """Return the bytes that the desk signed."""
        return head_bytes(self.desk, self.epoch, self.last, self.head_hash)


def head_bytes(desk: str, epoch: str, seq: int, value: bytes) -> bytes:
    """Return what a desk signs to vouch for an entry and everything before it."""
    return _HEAD + desk.encode("ascii") + bytes.fromhex(epoch) + seq.to_bytes(8, "big") + value


def pack(entries: Sequence[Entry], desk: str, key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the packet of a run of consecutive entries of one epoch, signed by the desk.

    Raises:
        InvalidInput: `packet.count`, `packet.size` for more than a packet holds.
    """
    items = [Item(one.envelope, one.body, one.prev, one.hash) for one in entries]
    if not items:
        raise InvalidInput("packet.count", count=0)
    first, last = entries[0], entries[-1]
    signature = sign(head_bytes(desk, first.epoch, last.seq, last.hash))
    return repack(items, desk, first.epoch, first.seq, first.prev, key, signature)


def repack(
    items: Sequence[Item], desk: str, epoch: str, first: int, prev: bytes, key: bytes, signature: bytes
) -> bytes:
    """Build a packet from its parts, as the hub does for a desk that lost them.

    Raises:
        InvalidInput: `packet.count`, `packet.size` for more than a packet holds.
    """
    if not 1 <= len(items) <= MOST:
        raise InvalidInput("packet.count", count=len(items))
    if not _fits([(item.envelope, item.body) for item in items]):
        raise InvalidInput("packet.size")
    raw = rows.encode([(item.envelope, item.body) for item in items], rows.Place(desk, epoch, first))
    out = bytearray(MAGIC)
    out.append(NEWEST)
    out += desk.encode("ascii") + bytes.fromhex(epoch) + prev + key + signature
    put_number(out, first)
    put_number(out, len(items))
    out += _compressor().compress(raw)
    if len(out) > LARGEST:
        raise InvalidInput("packet.size")
    return bytes(out)


def unpack(data: bytes) -> Packet:
    """Read a packet; whether its signature is the desk's is for the caller to check.

    Raises:
        InvalidInput: `packet.size`, `packet.magic`, `packet.dictionary`, `packet.count`, `packet.damaged`.
    """
    if not _FIXED < len(data) <= LARGEST:
        raise InvalidInput("packet.size")
    if data[: len(MAGIC)] != MAGIC:
        raise InvalidInput("packet.magic")
    reader = Reader(data, len(MAGIC))
    known = dictionary(reader.byte())
    desk, epoch = _desk(reader.take(2)), reader.take(16).hex()
    prev, key, signature = reader.take(32), reader.take(8), reader.take(64)
    first, count = reader.number(), reader.number()
    if not 1 <= count <= MOST or not 1 <= first <= 2**53 - count:
        raise InvalidInput("packet.count", count=count)
    raw = _decompressed(data[reader.at :], known)
    pairs = rows.decode(raw, count, rows.Place(desk, epoch, first))
    if not _fits(pairs):
        raise InvalidInput("packet.size")
    return Packet(desk, epoch, first, prev, tuple(_chained(pairs, prev)), key, signature)


def part_name(data: bytes | bytearray) -> str:
    """Return what a packet is called while only a part of it has come: 32 hex digits from its first 192 bytes."""
    return hashlib.sha256(data[:NAMED]).hexdigest()[:32]


def runs(entries: Sequence[Entry] | Iterator[Entry], most_bytes: int) -> Iterator[list[Entry]]:
    """Split entries into runs for one packet each: consecutive in one epoch, of about `most_bytes` by `guess`."""
    run: list[Entry] = []
    size = raw = 0
    for entry in entries:
        more, plain = guess(entry), len(entry.envelope) + len(entry.body)
        follows = bool(run) and entry.epoch == run[-1].epoch and entry.prev == run[-1].hash
        full = len(run) == MOST or size + more > most_bytes or raw + plain > LARGEST_RAW
        if run and (full or not follows):
            yield run
            run, size, raw = [], 0, 0
        run.append(entry)
        size += more
        raw += plain
    if run:
        yield run


def guess(entry: Entry) -> int:
    """Guess an entry's share of a packet in bytes: seen 1/12 of its JSON in a day's run, ids and hashes whole."""
    return 24 + (len(entry.envelope) + len(entry.body)) // 12


def _desk(raw: bytes) -> str:
    if not raw.isdigit():
        raise InvalidInput("packet.damaged")
    return raw.decode("ascii")


def _fits(pairs: Sequence[tuple[bytes, bytes]]) -> bool:
    sizes = [len(envelope) + len(body) for envelope, body in pairs]
    return max(sizes) <= LARGEST_ENTRY and sum(sizes) <= LARGEST_RAW


def _chained(pairs: Sequence[tuple[bytes, bytes]], prev: bytes) -> Iterator[Item]:
    for envelope, body in pairs:
        value = entry_hash(prev, envelope, body)
        yield Item(envelope, body, prev, value)
        prev = value


@cache
def _prepared() -> tuple[zstandard.ZstdCompressionDict | None, zstandard.ZstdCompressionParameters]:
    """Return the dictionary, digested once, and how to compress."""
    wanted = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, format=zstandard.FORMAT_ZSTD1_MAGICLESS, write_content_size=0, write_checksum=0, write_dict_id=0
    )
    known = dictionary(NEWEST)
    if known is not None:
        known.precompute_compress(compression_params=wanted)
    return known, wanted


def _compressor() -> zstandard.ZstdCompressor:
    known, wanted = _prepared()
    return zstandard.ZstdCompressor(dict_data=known, compression_params=wanted)


def _decompressed(data: bytes, known: zstandard.ZstdCompressionDict | None) -> bytes:
    if _frame_end(data) != len(data):
        raise InvalidInput("packet.damaged")
    reader = zstandard.ZstdDecompressor(
        dict_data=known, format=zstandard.FORMAT_ZSTD1_MAGICLESS, max_window_size=_WINDOW
    )
    try:
        return reader.decompress(data, max_output_size=_LARGEST_ROWS)
    except zstandard.ZstdError:
        raise InvalidInput("packet.damaged") from None


def _frame_end(data: bytes) -> int:
    """Return where the frame ends (RFC 8878, 3.1.1), as the library does not tell of what follows; 0 for none."""
    at = 2  # descriptor and window, as `_compressor` writes them: no size, no checksum, no dictionary's number
    if data[:1] != b"\0":
        return 0
    while at + 3 <= len(data):
        header = int.from_bytes(data[at : at + 3], "little")
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        at += 3 + (1 if kind == 1 else size)
        if last or kind == 3:
            return at
    return 0


__all__ = ["Item", "Packet", "head_bytes", "key_id", "pack", "repack", "runs", "unpack"]
