"""The hub's own secrets, in one file of mode 0600 beside no database row: every worker before one database reads it.

They are the Ed25519 seed that signs answers and grants, the age identity that opens what comes on a stick, and a
random secret for session tokens and for hiding addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from onestop_desktop.errors import Damaged, KnownError
from onestop_desktop.store.files import write_durably
from onestop_desktop.wire.messages import KeyId
from onestop_desktop.wire.signing import key_id, public_of, sign

FILE = "hub.keys"
TOKEN_MINUTES = 15
_MAC = 32


@dataclass(frozen=True, slots=True)
class HubKeys:
    """The secrets in memory; nothing of them is shown when it is printed."""

    seed: bytes = field(repr=False)
    identity: str = field(repr=False)
    secret: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """Return the public key that cards, grants and desks name the hub by."""
        return public_of(self.seed)

    @property
    def recipient(self) -> str:
        """Return the age recipient that a desk encrypts files for."""
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    @property
    def sign(self) -> Callable[[bytes], bytes]:
        """Return what signs as the hub."""
        return sign(self.seed)

    def token(self, key: KeyId, now_ms: int) -> bytes:
        """Return what opens a desk's further requests for a quarter of an hour; any worker can check it."""
        claim = key + (now_ms + TOKEN_MINUTES * 60_000).to_bytes(8, "big")
        return claim + self._mac(b"onestop/token/1\0", claim)

    def key_of_token(self, token: bytes, now_ms: int) -> bytes | None:
        """Return whose token it is; None for one that is forged or has ended."""
        claim, mac = token[:-_MAC], token[-_MAC:]
        if len(claim) != 16 or not hmac.compare_digest(mac, self._mac(b"onestop/token/1\0", claim)):
            return None
        return claim[:8] if int.from_bytes(claim[8:], "big") >= now_ms else None

    def hidden(self, text: str) -> bytes:
        """Return a name of an address that cannot be turned back without the secret."""
        return self._mac(b"onestop/address/1\0", text.encode())[:16]

    def _mac(self, label: bytes, data: bytes) -> bytes:
        return hmac.digest(self.secret, label + data, "sha256")


def new_keys(random: Callable[[int], bytes] = os.urandom) -> HubKeys:
    """Make a hub's secrets."""
    return HubKeys(random(32), str(pyrage.x25519.Identity.generate()), random(32))


def write_keys(folder: Path, keys: HubKeys) -> None:
    """Write the file, once, mode 0600; raises KnownError `hub.exists`."""
    if (folder / FILE).exists():
        raise KnownError("hub.exists", path=str(folder))
    row = {"age": keys.identity, "secret": keys.secret.hex(), "seed": keys.seed.hex()}
    write_durably(folder / FILE, json.dumps(row).encode("ascii"))


def read_keys(folder: Path) -> HubKeys:
    """Read the file.

    Raises:
        Damaged: `hub.key_gone` when it is not there or is none.
        KnownError: `hub.key_open` when others may read it.
    """
    path = folder / FILE
    try:
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise KnownError("hub.key_open", path=str(path))
        row = json.loads(path.read_text(encoding="ascii"))
        return HubKeys(bytes.fromhex(row["seed"]), str(row["age"]), bytes.fromhex(row["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged("hub.key_gone", path=str(path)) from None


def name_of(public: bytes) -> str:
    """Return how a public key is shown to people: 16 hex digits in groups of four."""
    text = hashlib.sha256(public).hexdigest()[:16]
    return " ".join(text[at : at + 4] for at in range(0, 16, 4))


__all__ = ["FILE", "HubKeys", "key_id", "name_of", "new_keys", "read_keys", "write_keys"]
