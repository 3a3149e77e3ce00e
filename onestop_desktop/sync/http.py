"""The hub over HTTPS: one connection, the enrolled key and no other, no redirect, no page of somebody else's network.

What the network does wrong is `TryLater`; what the hub says no to is `Refused`, with the hub's own code.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.wire.packet import part_name

if TYPE_CHECKING:
    import httpx

BINARY = "application/octet-stream"
ACCEPTED = 202
"""The hub has taken the request and nobody has decided yet."""
PACKETS = "/v1/packets"
LARGEST = 4 << 20
"""Bytes of the longest answer that is read."""
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME: the pinned key is the trust, and a dead PC clock must not close the way."""
_BROKEN = "link.no_network"
_WORTH = 1_000
"""Bytes of a packet below which it is sent again rather than asked about."""
_PIECE = 2_000
_TOO_SLOW = 408
_WAIT_AT_MOST = 3600
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(slots=True)
class Traffic:
    """Bytes of bodies that went each way, and the requests they took."""

    sent: int = 0
    received: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as read: status, headers (lower-case names), body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(slots=True)
class HttpPeer:
    """A hub at an address. `pins` are SHA-256 digests of the public keys (SPKI) that it may show: this one, the next.

    `certificate` (DER) is the one seen last: keeping it saves a handshake on a thin line. Plain `http://` is spoken to
    this PC alone (training and tests). `stopped` is asked before each request and between the pieces of an answer.
    """

    address: str
    pins: tuple[bytes, ...] = ()
    certificate: bytes = b""
    seconds: float = 30.0
    stopped: Callable[[], bool] = lambda: False
    traffic: Traffic = field(default_factory=Traffic)
    _client: httpx.Client | None = None

    def hello(self, data: bytes) -> bytes:
        """Return the hub's answer to a greeting."""
        return self.post("/v1/hello", data)

    def packet(self, data: bytes) -> bytes:
        """Return the hub's answer to a packet; where the line breaks, what the hub has of it is not sent again."""
        try:
            return self.post(PACKETS, data)
        except TryLater as error:
            if error.code != _BROKEN or len(data) < _WORTH or not (at := self._held(data)):
                raise
        try:
            return self._rest(data, at)
        except Refused as error:
            # The hub has lost the beginning, or what it had was another packet's: the whole goes once more.
            if not error.code.startswith("packet."):
                raise
            return self.post(PACKETS, data)

    def _rest(self, data: bytes, at: int) -> bytes:
        """Send what the hub lacks, as often as the line breaks and the hub has more than before."""
        while True:
            try:
                path, headers = f"{PACKETS}/{part_name(data)}", {"upload-offset": str(at)}
                return _binary(self.request("PATCH", path, data[at:], headers))
            except TryLater as error:
                if error.code != _BROKEN or (held := self._held(data)) <= at:
                    raise
                at = held

    def _held(self, data: bytes) -> int:
        """Return how many bytes of a packet the hub has; 0 for a hub that keeps no parts."""
        try:
            held = self.request("HEAD", f"{PACKETS}/{part_name(data)}").headers.get("upload-offset", "")
        except Refused:
            return 0
        return min(int(held), len(data) - 1) if held.isascii() and held.isdigit() else 0

    def pull(self, token: bytes, data: bytes) -> bytes:
        """Return packets that this desk lacks."""
        return self.post("/v1/pull", data, token)

    def known(self, token: bytes, data: bytes) -> bytes:
        """Return which of the asked hashes the hub has."""
        return self.post("/v1/known", data, token)

    def enrol(self, data: bytes) -> bytes:
        """Hand over a request for enrolment, or ask what became of it."""
        return self.post("/v1/enrol", data)

    def post(self, path: str, data: bytes, token: bytes = b"") -> bytes:
        """Post bytes and return the answer's.

        Raises:
            TryLater: `link.no_network`, `link.portal`, `link.wait` (seconds), `link.hub_fault`, `link.stopped`.
            Refused: `link.pin`, and what the hub refuses by its own codes.
        """
        return _binary(self.request("POST", path, data, authorised(token)))

    def request(self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request and return the answer; raises as `post`."""
        if self.stopped():
            raise TryLater("link.stopped")
        self.traffic.requests += 1
        with self._faults():
            client = self._open()
            said = dict(headers or {}) | ({"content-length": str(len(data))} if data else {})
            with client.stream(method, path, content=self._pieces(data), headers=said) as answer:
                self.traffic.sent += len(data)
                content = self._read(answer)
                reply = Reply(answer.status_code, dict(answer.headers), content)
        self.traffic.received += len(content)
        _complain(reply)
        return reply

    def _pieces(self, data: bytes) -> Iterator[bytes] | None:
        """Give a body in pieces that TLS seals one by one: of a longer one that breaks off nothing could be read."""

        def pieces() -> Iterator[bytes]:
            for at in range(0, len(data), _PIECE):
                if at and self.stopped():
                    raise TryLater("link.stopped")
                yield data[at : at + _PIECE]

        return pieces() if data else None

    def _read(self, answer: httpx.Response) -> bytes:
        whole = bytearray()
        for piece in answer.iter_bytes():
            whole += piece
            if len(whole) > LARGEST:
                raise TryLater("link.portal")
            if self.stopped():
                raise TryLater("link.stopped")
        return bytes(whole)

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> httpx.Client:
        if self._client is None:
            import httpx  # noqa: PLC0415  imported on first use

            self._client = httpx.Client(
                base_url=self.address, verify=self._trust(), timeout=httpx.Timeout(self.seconds), trust_env=False,
                follow_redirects=False, limits=httpx.Limits(max_connections=1),
            )  # fmt: skip
            # Every byte counts on a thin line: the hub needs none of a library's usual headers.
            self._client.headers.clear()
        return self._client

    def _trust(self) -> ssl.SSLContext | bool:
        parts = urlsplit(self.address)
        if parts.scheme == "http" and (parts.hostname or "") in _LOOPBACK:
            return False
        if parts.scheme != "https" or not parts.hostname:
            raise InvalidInput("link.address", address=self.address)
        if not self.pins:
            raise Refused("link.pin")
        if not self.certificate:
            self.certificate = certificate_of(parts.hostname, parts.port or 443, self.seconds)
        return trusting(self.certificate, self.pins)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        import httpx  # noqa: PLC0415  imported on first use

        try:
            yield
        except (httpx.TransportError, httpx.StreamError, OSError) as error:
            self.close()
            if "CERTIFICATE_VERIFY" in str(error) and self.certificate:
                # The hub may have gone over to its next key: the certificate is asked for anew, the pins decide.
                self.certificate = b""
            raise TryLater("link.no_network") from error


def _binary(answer: Reply) -> bytes:
    """Return what a hub said in its own way; raises TryLater `link.portal` for a page of somebody else."""
    if answer.status == ACCEPTED and not answer.content:
        return b""
    if answer.headers.get("content-type", "").split(";")[0] != BINARY:
        raise TryLater("link.portal")
    return answer.content


def authorised(token: bytes) -> dict[str, str]:
    """Return the header that opens a session's requests."""
    return {"authorization": f"OneStop {token.hex()}"} if token else {}


def certificate_of(host: str, port: int, seconds: float) -> bytes:
    """Return the certificate (DER) that stands at an address; nothing is trusted or told yet.

    Raises:
        TryLater: `link.no_network`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), timeout=seconds) as plain, context.wrap_socket(plain) as line:
            found = line.getpeercert(binary_form=True)
    except OSError as error:
        raise TryLater("link.no_network") from error
    if not found:
        raise TryLater("link.no_network")
    return found


def pin_of(certificate: bytes) -> bytes:
    """Return SHA-256 of a certificate's public key (SPKI, DER)."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def trusting(certificate: bytes, pins: tuple[bytes, ...]) -> ssl.SSLContext:
    """Return a context that trusts this one certificate, whatever the PC's date, if its key is pinned.

    Raises:
        Refused: `link.pin` for any other key.
    """
    try:
        pinned = pin_of(certificate) in pins
    except ValueError:
        pinned = False
    if not pinned:
        raise Refused("link.pin")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=certificate)
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME) | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _complain(reply: Reply) -> None:
    """Turn an answer that is no success into the error it is."""
    status, headers = reply.status, reply.headers
    if 200 <= status < 300:
        return
    if status == _TOO_SLOW:
        raise TryLater(_BROKEN)
    if status in {429, 503}:
        raise TryLater("link.wait", seconds=_seconds(headers.get("retry-after", "")))
    if status < 400:
        raise TryLater("link.portal")
    if status >= 500:
        raise TryLater("link.hub_fault", status=status)
    if status in {404, 410} and "tus-resumable" in headers:
        raise Refused("file.unknown")
    code, facts = _refusal(reply)
    if not code:
        raise TryLater("link.portal")
    raise Refused(code, **facts)


def _seconds(text: str) -> int:
    return min(int(text), _WAIT_AT_MOST) if text.isascii() and text.isdigit() else 60


def _refusal(reply: Reply) -> tuple[str, dict[str, str | int]]:
    """Return the code of a hub's refusal; nothing for a page that is no hub's."""
    if reply.headers.get("content-type", "").split(";")[0] != "application/json":
        return "", {}
    try:
        error = json.loads(reply.content)["error"]
        facts = {str(name): value for name, value in error.get("facts", {}).items() if isinstance(value, str | int)}
        return str(error["code"])[:64], facts
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", {}
