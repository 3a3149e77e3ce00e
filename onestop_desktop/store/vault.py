"""Issued papers and attachments: encrypted files named by a keyed hash, written once, checked whenever read.

AES-256-GCM in chunks of 64 KiB; the nonce holds a random prefix, the chunk's number and a last-chunk flag, so that
a file that was cut, swapped or changed is noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onestop_desktop.errors import Damaged
from onestop_desktop.store.connect import from_os
from onestop_desktop.store.files import write_durably

CHUNK = 64 * 1024
_MAGIC = b"OSV1"
_PREFIX = 7
_TAG = 16


class Vault:
    """The folder of encrypted files of one store."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._aead = AESGCM(key)
        self._key = key

    def put(self, data: bytes) -> str:
        """Store bytes durably, once; return their SHA-256 in hex.

        Raises:
            TryLater: `store.disk_full`, `store.cannot_write`.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if path.exists() and self._whole(sha256):
            return sha256
        try:
            write_durably(path, self._encrypt(data, sha256))
        except OSError as error:
            raise from_os(error) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return stored bytes.

        Raises:
            Damaged: `vault.missing`, `vault.damaged`.
        """
        try:
            sealed = self._path(sha256).read_bytes()
        except OSError:
            raise Damaged("vault.missing", sha256=sha256[:12]) from None
        try:
            data = self._decrypt(sealed, sha256)
        except (InvalidTag, ValueError):
            raise Damaged("vault.damaged", sha256=sha256[:12]) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged("vault.damaged", sha256=sha256[:12])
        return data

    def _whole(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except Damaged:
            return False
        return True

    def _path(self, sha256: str) -> Path:
        name = hmac.new(self._key, sha256.encode(), hashlib.sha256).hexdigest()
        return self._folder / name[:2] / name

    def _encrypt(self, data: bytes, sha256: str) -> bytes:
        prefix = secrets.token_bytes(_PREFIX)
        chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)] or [b""]
        bound = sha256.encode()
        sealed = [
            self._aead.encrypt(_nonce(prefix, at, at == len(chunks) - 1), chunk, bound)
            for at, chunk in enumerate(chunks)
        ]
        return _MAGIC + prefix + b"".join(sealed)

    def _decrypt(self, sealed: bytes, sha256: str) -> bytes:
        if sealed[:4] != _MAGIC:
            raise ValueError("magic")
        prefix, rest = sealed[4 : 4 + _PREFIX], sealed[4 + _PREFIX :]
        size = CHUNK + _TAG
        chunks = [rest[at : at + size] for at in range(0, len(rest), size)]
        bound = sha256.encode()
        return b"".join(
            self._aead.decrypt(_nonce(prefix, at, at == len(chunks) - 1), chunk, bound)
            for at, chunk in enumerate(chunks)
        )


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
