"""Attachments coming up: tus 1.0 (core and creation), by content, encrypted on disk, complete only when the hash fits.

https://tus.io/protocols/resumable-upload. Any tus client that sends `sha256` as metadata can talk to the hub. Each
piece is flushed before its offset is told.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from sqlalchemy import ColumnElement, and_, select, update

from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.hub.desks import Desk
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import FILE
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said

VERSION = {"tus-resumable": "1.0.0"}
LARGEST = 64 << 20
"""Bytes of the longest file."""
PIECE_LARGEST = 1 << 20
TAKING, COMPLETE, SPOILT = "taking", "complete", "spoilt"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the files lie; a file's key comes from the hub's secret, the desk and its hash."""

    folder: Path

    def options(self, _asked: Asked) -> Said:
        """Say what is understood."""
        told = {"tus-version": "1.0.0", "tus-extension": "creation", "tus-max-size": str(LARGEST)}
        return Said(status=204, headers=VERSION | told)

    def create(self, asked: Asked) -> Said:
        """Begin a file; one that is here already is not begun again."""
        _check_version(asked)
        desk, sha256 = asked.from_desk, _named(asked.headers.get("upload-metadata", ""))
        size = _whole(asked.headers.get("upload-length", ""), LARGEST)
        with asked.ledger.writing() as connection:
            statement = asked.ledger.database.dialect.insert(FILE).values(
                desk=desk.id, sha256=sha256, size=size, got=0, state=TAKING, started_ms=asked.ledger.now_ms()
            )
            connection.execute(statement.on_conflict_do_nothing())
            row = connection.execute(select(FILE).where(_is(desk, sha256))).one()
            if row.size != size and row.state == COMPLETE:
                raise Refused("file.other_size")
            if row.size != size or row.state == SPOILT:
                self._path(asked.ledger, desk, sha256).unlink(missing_ok=True)
                anew = {"size": size, "got": 0, "state": TAKING}
                connection.execute(update(FILE).where(_is(desk, sha256)).values(anew))
        if size == 0 and row.state != COMPLETE:
            self._finish(asked, sha256, size)
        return Said(status=201, headers=VERSION | {"location": f"/v1/files/{sha256}"})

    def head(self, asked: Asked) -> Said:
        """Say how much of a file is here."""
        size, got, _state = self._row(asked)
        told = {"upload-offset": str(got), "upload-length": str(size), "cache-control": "no-store"}
        return Said(headers=VERSION | told)

    def patch(self, asked: Asked) -> Said:
        """Take the next piece of a file."""
        _check_version(asked)
        if asked.headers.get("content-type", "") != "application/offset+octet-stream":
            raise InvalidInput("file.type")
        size, got, state = self._row(asked)
        at = _whole(asked.headers.get("upload-offset", ""), LARGEST)
        if at != got:
            raise Refused("file.offset", offset=got)
        if at + len(asked.body) > size:
            raise InvalidInput("file.too_long")
        if state != COMPLETE and asked.body:
            got = self._take(asked, at)
        if got == size and state != COMPLETE:
            self._finish(asked, asked.path["sha256"], size)
        return Said(status=204, headers=VERSION | {"upload-offset": str(got)})

    def _take(self, asked: Asked, at: int) -> int:
        ledger, desk, sha256 = asked.ledger, asked.from_desk, asked.path["sha256"]
        path = self._path(ledger, desk, sha256)
        sealed = _ciphered(_key(ledger, desk, sha256), at, asked.body)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_at(path, at, sealed)
        except OSError:
            raise TryLater("hub.disk_full") from None
        got = at + len(sealed)
        with ledger.writing() as connection:
            # Of two that send the same piece at one time only the first has moved the file on.
            moved = update(FILE).where(_is(desk, sha256), FILE.c.got == at).values(got=got)
            if not connection.execute(moved).rowcount:
                raise Refused("file.offset", offset=at)
        return got

    def _finish(self, asked: Asked, sha256: str, size: int) -> None:
        """Call a file complete if its bytes hash to its name; else it is begun anew."""
        ledger, desk = asked.ledger, asked.from_desk
        whole = hashlib.sha256()
        for piece in self.pieces(ledger, desk, sha256, size):
            whole.update(piece)
        fits = whole.hexdigest() == sha256
        done = {"state": COMPLETE, "done_ms": ledger.now_ms()} if fits else {"state": SPOILT, "got": 0}
        with ledger.writing() as connection:
            connection.execute(update(FILE).where(_is(desk, sha256), FILE.c.state != COMPLETE).values(done))
        if not fits:
            raise Refused("file.hash")

    def pieces(self, ledger: Ledger, desk: Desk, sha256: str, size: int) -> Iterator[bytes]:
        """Give what is here of a file in clear, up to `size` bytes, piece by piece."""
        path = self._path(ledger, desk, sha256)
        if not path.exists():
            return
        key, at = _key(ledger, desk, sha256), 0
        with path.open("rb") as file:
            while at < size and (sealed := file.read(min(PIECE_LARGEST, size - at))):
                yield _ciphered(key, at, sealed)
                at += len(sealed)

    def _row(self, asked: Asked) -> tuple[int, int, str]:
        sha256 = asked.path["sha256"]
        with asked.ledger.reading() as connection:
            query = select(FILE.c.size, FILE.c.got, FILE.c.state).where(_is(asked.from_desk, sha256))
            row = connection.execute(query).first()
        if row is None or row.state == SPOILT:
            raise InvalidInput("file.unknown")
        return int(row.size), int(row.got), str(row.state)

    def _path(self, ledger: Ledger, desk: Desk, sha256: str) -> Path:
        name = ledger.keys.hidden(f"file/{desk.id}/{sha256}").hex()
        return self.folder / name[:2] / name

    def operations(self) -> tuple[Operation, ...]:
        """Return the rows of the table."""
        one = "/v1/files/{sha256}"
        taken = ("upload-offset",)
        return (
            Operation("tus", "OPTIONS", "/v1/files", Access.ANYBODY, self.options, "What tus is spoken here",
                      statuses=(204,)),
            Operation("begin_file", "POST", "/v1/files", Access.DESK, self.create, "Begin an attachment",
                      statuses=(201,), headers=("upload-length", "upload-metadata")),
            Operation("file_offset", "HEAD", one, Access.DESK, self.head, "How much of an attachment is here"),
            Operation("file_piece", "PATCH", one, Access.DESK, self.patch, "The next piece of an attachment",
                      bytes, statuses=(204,), headers=taken, largest=PIECE_LARGEST),
        )  # fmt: skip


def _is(desk: Desk, sha256: str) -> ColumnElement[bool]:
    return and_(FILE.c.desk == desk.id, FILE.c.sha256 == sha256)


def _write_at(path: Path, at: int, data: bytes) -> None:
    """Write bytes at a place of a file, on the disk when it returns; a new file's name too."""
    new = not path.exists()
    out = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.lseek(out, at, os.SEEK_SET)
        view = memoryview(data)
        while view:
            view = view[os.write(out, view) :]
        os.fsync(out)
    finally:
        os.close(out)
    if new and os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _check_version(asked: Asked) -> None:
    if asked.headers.get("tus-resumable", "1.0.0") != "1.0.0":
        raise InvalidInput("file.version")


def _named(metadata: str) -> str:
    """Return the hash that a client's metadata names; raises InvalidInput `file.metadata`."""
    for pair in metadata[:2000].split(","):
        name, _gap, value = pair.strip().partition(" ")
        if name == "sha256":
            try:
                sha256 = base64.b64decode(value, validate=True).decode("ascii")
            except ValueError:
                break
            if _SHA256.fullmatch(sha256):
                return sha256
    raise InvalidInput("file.metadata")


def _whole(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12) or int(text) > most:
        raise InvalidInput("file.length")
    return int(text)


def _key(ledger: Ledger, desk: Desk, sha256: str) -> bytes:
    # A key of its own for each file lets a piece be written anywhere in it.
    return ledger.keys.hidden(f"key/{desk.id}/{sha256}/1") + ledger.keys.hidden(f"key/{desk.id}/{sha256}/2")


def _ciphered(key: bytes, at: int, data: bytes) -> bytes:
    """Encrypt or decrypt bytes that stand at a place of a file (AES-256 in counter mode)."""
    stream = Cipher(AES(key), CTR((at // 16).to_bytes(16, "big"))).encryptor()
    stream.update(bytes(at % 16))
    return stream.update(data)
