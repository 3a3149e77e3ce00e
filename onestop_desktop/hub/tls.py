"""The hub's own certificate: self-signed, because desks pin its key and no authority's word is needed."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from onestop_desktop.clock import Clock
from onestop_desktop.store.files import write_durably

CERTIFICATE, KEY = "hub.crt", "hub.tls"
YEARS = 30
_DAY = timedelta(days=1)


def make_certificate(folder: Path, hosts: Sequence[str], clock: Clock) -> bytes:
    """Write a key (mode 0600) and its certificate for some hosts, and return the pin: SHA-256 of the public key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0] if hosts else "onestop-hub")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 365 * YEARS * _DAY)
        .add_extension(x509.SubjectAlternativeName([_host(one) for one in hosts]), critical=False)
        .sign(key, SHA256())
    )
    write_durably(folder / KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_durably(folder / CERTIFICATE, made.public_bytes(Encoding.PEM))
    return _pin(made)


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def pin_of(folder: Path) -> bytes:
    """Return the pin of the certificate in a folder; empty when there is none."""
    path = folder / CERTIFICATE
    return _pin(x509.load_pem_x509_certificate(path.read_bytes())) if path.exists() else b""


def _pin(certificate: x509.Certificate) -> bytes:
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).digest()
