"""The age envelope around what is carried by hand: only the hub opens a bundle, only the desk opens an answer.

https://age-encryption.org/v1, X25519 recipients; the stock `age` tool opens the same files.
"""

from __future__ import annotations

from dataclasses import dataclass

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.bundle import LARGEST

MAGIC = b"age-encryption.org/v1\n"
_SLACK = 1 << 20
"""Bytes that the envelope may add."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair of age keys: what others seal to, and the secret that opens."""

    recipient: str
    identity: str


def new_keys() -> Keys:
    """Return a new pair."""
    import pyrage  # noqa: PLC0415  imported on first use

    identity = pyrage.x25519.Identity.generate()
    return Keys(str(identity.to_public()), str(identity))


def seal(data: bytes, recipient: str) -> bytes:
    """Return data that only the recipient opens.

    Raises:
        InvalidInput: `bundle.recipient` for what is no age recipient.
    """
    import pyrage  # noqa: PLC0415  imported on first use

    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise InvalidInput("bundle.recipient") from None
    return bytes(pyrage.encrypt(data, [to]))


def unseal(data: bytes, identity: str) -> bytes:
    """Return what an envelope holds.

    Raises:
        InvalidInput: `bundle.not_one`, `bundle.not_ours` for one sealed to somebody else or damaged.
    """
    import pyrage  # noqa: PLC0415  imported on first use

    if not data.startswith(MAGIC) or len(data) > LARGEST + _SLACK:
        raise InvalidInput("bundle.not_one")
    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise InvalidInput("bundle.not_ours") from None
