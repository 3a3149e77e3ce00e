"""The line to the hub: the enrolled key and no other, whatever the date; nobody else's pages; no redirect."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.sync.http import HttpPeer, Reply, pin_of

Answer = tuple[int, dict[str, str], bytes]
BINARY = {"content-type": "application/octet-stream"}


@dataclass
class Hub:
    """A server that answers as it is told and remembers what it was asked."""

    port: int = 0
    answer: Answer = (200, BINARY, b"answer")
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


def serve(hub: Hub, context: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                # Who hangs up in the middle has asked nothing; it depends on the hour when a server notices.
                return
            hub.asked.append((self.command, self.path, dict(self.headers), body))
            status, headers, content = hub.answer
            self.send_response(status)
            for name, value in (headers | {"content-length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    hub.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def hub() -> Iterator[Hub]:
    one = Hub()
    server = serve(one)
    yield one
    server.shutdown()
    server.server_close()


@dataclass
class Sealed:
    """A hub behind TLS and the pin of its key."""

    hub: Hub
    pin: bytes


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Callable[..., Sealed]]:
    servers = []

    def make(start: int = -10, days: int = 3650) -> Sealed:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "onestop hub")])
        begin = datetime.now(UTC) + timedelta(days=start)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=days)).sign(key, SHA256())
        )  # fmt: skip
        file = tmp_path / f"{len(servers)}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        one = Hub()
        servers.append(serve(one, context))
        return Sealed(one, pin_of(made.public_bytes(serialization.Encoding.DER)))

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def plain(hub: Hub) -> HttpPeer:
    return HttpPeer(f"http://127.0.0.1:{hub.port}", seconds=5)


def test_bytes_go_up_and_come_back_with_few_headers(hub: Hub) -> None:
    peer = plain(hub)
    assert peer.packet(b"packet") == b"answer"
    command, path, headers, body = hub.asked[0]
    assert (command, path, body) == ("POST", "/v1/packets", b"packet")
    assert {name.lower() for name in headers} == {"host", "content-length"}
    assert (peer.traffic.sent, peer.traffic.received, peer.traffic.requests) == (6, 6, 1)
    peer.close()


def test_the_token_opens_what_follows_the_greeting(hub: Hub) -> None:
    peer = plain(hub)
    peer.pull(b"\x01\x02", b"")
    assert {name.lower(): value for name, value in hub.asked[0][2].items()}["authorization"] == "OneStop 0102"
    peer.close()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {"content-type": "text/html"}, b"<html>Xin moi dang nhap wifi</html>"), "link.portal"),
        ((302, {"location": "http://wifi.example/login"}, b""), "link.portal"),
        ((511, {"content-type": "text/html"}, b"login"), "link.hub_fault"),
        ((403, {"content-type": "text/html"}, b"blocked"), "link.portal"),
        ((408, {"content-type": "application/json"}, b"{}"), "link.no_network"),
        ((429, {"retry-after": "17"}, b""), "link.wait"),
        ((503, {}, b""), "link.wait"),
        ((500, {"content-type": "application/json"}, b"{}"), "link.hub_fault"),
    ],
)
def test_what_is_no_hubs_answer_means_later(hub: Hub, answer: Answer, code: str) -> None:
    hub.answer = answer
    peer = plain(hub)
    with pytest.raises(TryLater) as caught:
        peer.hello(b"hello")
    assert caught.value.code == code
    if answer[0] == 429:
        assert caught.value.facts["seconds"] == 17
    assert len(hub.asked) == 1, "nothing may be sent again or elsewhere by itself"
    peer.close()


class Torn:
    """A line that breaks behind so many bytes of each packet's body; what came through is kept, or forgotten."""

    def __init__(self, after: int, *, keeps: bool = True) -> None:
        self.after, self.keeps = after, keeps
        self.here = b""
        self.said: list[tuple[str, int]] = []
        self.fault: Exception | None = None

    def request(self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        at = int((headers or {}).get("upload-offset", 0))
        self.said.append((method, at))
        if method == "HEAD":
            return Reply(200, {"upload-offset": str(len(self.here))}, b"")
        if self.fault is not None and at:
            fault, self.fault = self.fault, None
            raise fault
        come = data[: self.after]
        self.here = (self.here[:at] + come) if self.keeps else b""
        if len(come) < len(data):
            raise TryLater("link.no_network")
        return Reply(200, BINARY, b"answer")


def over(monkeypatch: pytest.MonkeyPatch, torn: Torn) -> HttpPeer:
    monkeypatch.setattr(HttpPeer, "request", lambda _peer, *given, **more: torn.request(*given, **more))
    return HttpPeer("http://127.0.0.1:9")


def test_a_packet_that_breaks_off_goes_on_where_the_hub_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data, torn = bytes(range(256)) * 40, Torn(3_000)
    assert over(monkeypatch, torn).packet(data) == b"answer"
    assert torn.here == data
    assert [one for one in torn.said if one[0] != "HEAD"] == [
        ("POST", 0), ("PATCH", 3_000), ("PATCH", 6_000), ("PATCH", 9_000),
    ]  # fmt: skip


def test_a_hub_that_keeps_no_parts_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    torn = Torn(3_000, keeps=False)
    with pytest.raises(TryLater, match=r"link\.no_network"):
        over(monkeypatch, torn).packet(bytes(10_000))
    assert torn.said == [("POST", 0), ("HEAD", 0)]


def test_a_small_packet_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    torn = Torn(300)
    with pytest.raises(TryLater, match=r"link\.no_network"):
        over(monkeypatch, torn).packet(bytes(500))
    assert torn.said == [("POST", 0)]


@pytest.mark.parametrize("code", ["packet.part", "packet.damaged"])
def test_where_the_beginning_is_gone_the_whole_goes_once_more(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    torn = Torn(6_000)
    torn.fault = Refused(code)
    peer = over(monkeypatch, torn)
    with pytest.raises(TryLater):  # the line breaks the second whole too: then the session decides
        peer.packet(bytes(10_000))
    assert torn.said == [("POST", 0), ("HEAD", 0), ("PATCH", 6_000), ("POST", 0)]


def test_a_desk_that_is_not_let_in_does_not_send_the_whole_again(monkeypatch: pytest.MonkeyPatch) -> None:
    torn = Torn(6_000)
    torn.fault = Refused("hub.revoked")
    with pytest.raises(Refused, match=r"hub\.revoked"):
        over(monkeypatch, torn).packet(bytes(10_000))
    assert torn.said == [("POST", 0), ("HEAD", 0), ("PATCH", 6_000)]


def test_a_clerk_who_stops_need_not_wait_for_a_packets_end(hub: Hub) -> None:
    peer, answers = plain(hub), iter([False, False, True])
    peer.stopped = lambda: next(answers)
    with pytest.raises(TryLater, match=r"link\.stopped"):
        peer.packet(bytes(20_000))
    assert hub.asked == []
    peer.close()


def test_a_refusal_keeps_its_code(hub: Hub) -> None:
    hub.answer = (403, {"content-type": "application/json"}, b'{"error":{"code":"hub.revoked","message":"x"}}')
    peer = plain(hub)
    with pytest.raises(Refused, match=r"hub\.revoked"):
        peer.hello(b"hello")
    peer.close()


def test_an_endless_answer_is_cut(hub: Hub) -> None:
    hub.answer = (200, BINARY, bytes(5 << 20))
    peer = plain(hub)
    with pytest.raises(TryLater, match=r"link\.portal"):
        peer.hello(b"hello")
    peer.close()


def test_nobody_there_means_later() -> None:
    with pytest.raises(TryLater, match=r"link\.no_network"):
        HttpPeer("http://127.0.0.1:9", seconds=1).hello(b"hello")


def test_plain_text_goes_to_this_pc_alone() -> None:
    with pytest.raises(InvalidInput, match=r"link\.address"):
        HttpPeer("http://hub.example", pins=(bytes(32),)).hello(b"hello")


@pytest.mark.parametrize("start", [-5000, -10, 5000])
def test_the_pinned_key_is_taken_whatever_the_date(sealed: Callable[..., Sealed], start: int) -> None:
    """Expired, valid, not yet valid: the pin is the trust."""
    one = sealed(start=start, days=100)
    peer = HttpPeer(f"https://127.0.0.1:{one.hub.port}", (one.pin,), seconds=5)
    assert peer.hello(b"hello") == b"answer"
    peer.close()


def test_another_key_is_refused_before_anything_is_told(sealed: Callable[..., Sealed]) -> None:
    one, other = sealed(), sealed()
    peer = HttpPeer(f"https://127.0.0.1:{other.hub.port}", (one.pin,), seconds=5)
    with pytest.raises(Refused, match=r"link\.pin"):
        peer.hello(b"hello")
    assert other.hub.asked == []


def test_a_hub_that_went_over_to_its_next_key_is_found_again(sealed: Callable[..., Sealed]) -> None:
    one, following = sealed(), sealed()
    first = HttpPeer(f"https://127.0.0.1:{one.hub.port}", (one.pin, following.pin), seconds=5)
    first.hello(b"hello")
    first.close()
    peer = HttpPeer(f"https://127.0.0.1:{following.hub.port}", first.pins, first.certificate, seconds=5)
    with pytest.raises(TryLater, match=r"link\.no_network"):
        peer.hello(b"hello")
    assert peer.hello(b"hello") == b"answer"
    peer.close()


def test_a_stop_is_heard_before_the_next_request(hub: Hub) -> None:
    peer = HttpPeer(f"http://127.0.0.1:{hub.port}", stopped=lambda: True)
    with pytest.raises(TryLater, match=r"link\.stopped"):
        peer.hello(b"hello")
    assert hub.asked == []
