"""Ed25519 as desk and hub use it: a secret of 32 bytes, a public key of 32, a signature of 64."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Sign = Callable[[bytes], bytes]
Check = Callable[[bytes, bytes], bool]


def public_of(seed: bytes) -> bytes:
    """Return the public key of a secret, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(public: bytes) -> bytes:
    """Return the name of a public key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public).digest()[:8]


def sign(seed: bytes) -> Sign:
    """Return what signs with a secret: bytes in, 64 bytes out."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign


def check(public: bytes) -> Check:
    """Return what says whether a signature over some bytes was made with this key's secret."""
    key = Ed25519PublicKey.from_public_bytes(public)

    def fits(signature: bytes, data: bytes) -> bool:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return fits
