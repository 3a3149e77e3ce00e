"""The server against lines that break, stall, pour or say nonsense: the others go on being served."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from onestop_desktop.hub import serve
from onestop_desktop.hub.web import app
from tests.hub.web.stage import Stage


@contextlib.contextmanager
def line(stage: Stage) -> Iterator[socket.socket]:
    """A bare line to the server."""
    place = urlsplit(stage.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as opened:
        yield opened


def everything(opened: socket.socket) -> bytes:
    """Read until the server closes."""
    whole = b""
    with contextlib.suppress(ConnectionResetError):
        while more := opened.recv(65536):
            whole += more
    return whole


def is_well(stage: Stage) -> bool:
    with stage.client() as client:
        return client.get("/healthz").json() == {"ok": True}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever the other side does, it is no fault of ours to be logged."""
    yield
    assert [one for one in caplog.get_records("call") if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
def test_a_line_that_never_finishes_its_first_lines_is_closed(
    fresh: Stage, monkeypatch: pytest.MonkeyPatch, sent: bytes
):
    monkeypatch.setattr(serve, "HEAD_SECONDS", 0.3)
    with line(fresh) as opened:
        opened.sendall(sent)
        assert everything(opened) == b""
    assert is_well(fresh)


def test_a_line_that_dribbles_is_closed_after_its_first_request_too(fresh: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serve, "HEAD_SECONDS", 0.5)
    with line(fresh) as opened:
        opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        whole = b""
        while b'{"ok":true}' not in whole:
            whole += opened.recv(4096)
        closed = False
        for _byte in range(100):
            try:
                opened.sendall(b"G")
                opened.settimeout(0.05)
                closed = opened.recv(10) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
            if closed:
                break
        assert closed


def test_a_body_that_stalls_is_cut_off_and_told(fresh: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app, "_PATIENCE", 0.3)
    monkeypatch.setattr(app, "_LEAST_RATE", 10**9)
    with line(fresh) as opened:
        opened.sendall(b"POST /v1/hello HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        assert b"408" in opened.recv(4096).split(b"\r\n")[0]
    assert is_well(fresh)


@pytest.mark.parametrize("path", ["/v1/hello", "/v1/packets", "/v1/session", "/dang-nhap", "/"])
def test_a_giant_body_is_refused_before_it_is_read(stage: Stage, path: str):
    with line(stage) as opened:
        method = b"GET" if path == "/" else b"POST"
        opened.sendall(method + b" %s HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n" % path.encode())
        assert b" 413 " in opened.recv(4096).split(b"\r\n")[0]
    assert is_well(stage)


def test_a_giant_body_without_a_length_is_refused_when_it_has_grown_too_long(stage: Stage):
    with line(stage) as opened, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        opened.sendall(b"POST /v1/hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _chunk in range(20):
            opened.sendall(b"1000\r\n" + bytes(4096) + b"\r\n")
        assert b" 413 " in opened.recv(4096).split(b"\r\n")[0]
    assert is_well(stage)


@pytest.mark.parametrize("length", [0, 1, 50])
def test_a_line_that_breaks_in_the_middle_of_a_body_is_no_fault(stage: Stage, length: int):
    for _time in range(5):
        with line(stage) as opened:
            opened.sendall(b"POST /v1/packets HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + b"x" * length)
    time.sleep(0.2)
    assert is_well(stage)
    with stage.client() as client:
        assert 'status="5' not in client.get("/metrics").text


def test_requests_sent_all_at_once_are_answered_in_their_order(stage: Stage):
    with line(stage) as opened:
        one = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
        last = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        opened.sendall(one % b"healthz" + one % b"nowhere" + one % b"openapi.json" + last)
        whole = everything(opened)
    assert re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", whole) == [b"200", b"404", b"200", b"200"]


@pytest.mark.parametrize("nonsense", [
    b"GET\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 9000 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
])  # fmt: skip
def test_nonsense_is_refused(stage: Stage, nonsense: bytes):
    with line(stage) as opened, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        opened.sendall(nonsense)
        opened.shutdown(socket.SHUT_WR)
        assert everything(opened).startswith(b"HTTP/1.1 4")
    assert is_well(stage)


@pytest.mark.parametrize("nonsense", [b"\x16\x03\x01\x02\x00\x01", b"\x00" * 100, b"\xff" * 70_000])
def test_what_is_no_request_at_all_gets_nothing_but_a_no(stage: Stage, nonsense: bytes):
    with line(stage) as opened, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        opened.sendall(nonsense)
        opened.shutdown(socket.SHUT_WR)
        whole = everything(opened)
        assert whole == b"" or whole.startswith(b"HTTP/1.1 4")
    assert is_well(stage)


def test_too_many_at_one_time_are_told_when_to_come_again(fresh: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app, "MOST_AT_ONCE", 1)
    with line(fresh) as stalled, fresh.client() as client:
        stalled.sendall(b"POST /v1/hello HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        time.sleep(0.2)
        for path, kind in (("/healthz", "application/json"), ("/", "text/html")):
            answer = client.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["content-type"].startswith(kind)
    deadline = time.monotonic() + 10
    while not is_well_now(fresh) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_well(fresh)


def is_well_now(stage: Stage) -> bool:
    with stage.client() as client:
        return client.get("/healthz").status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [
    ("DELETE", "/v1/hello", 405), ("GET", "/v1/hello", 405), ("TRACE", "/", 405), ("GET", "/v1", 404),
    ("GET", "/v1/communes/", 404), ("GET", "/quan-ly/", 404), ("GET", "//evil.example/%2e%2e", 404),
])  # fmt: skip
def test_what_is_no_operation_is_told_so_and_leads_nowhere(stage: Stage, method: str, path: str, status: int):
    with stage.client() as client:
        answer = client.request(method, stage.address + path)
    assert answer.status_code == status
    assert "location" not in answer.headers
    if status == 405:
        assert answer.headers["allow"]
    assert answer.json()["error"]["code"] in {"hub.not_here", "hub.method"}


def test_only_a_trusted_proxy_says_who_asks():
    from onestop_desktop.hub.web.app import _within  # noqa: PLC0415

    assert _within("10.0.0.7", ("10.0.0.0/8",))
    assert not _within("11.0.0.7", ("10.0.0.0/8",))
    assert not _within("", ("10.0.0.0/8",))


def test_a_database_that_is_away_is_a_503_with_a_time_to_come_again(fresh: Stage, monkeypatch: pytest.MonkeyPatch):
    from onestop_desktop.errors import TryLater  # noqa: PLC0415

    def away() -> None:
        raise TryLater("hub.database_away")

    monkeypatch.setattr(fresh.ledger, "reading", away)
    with fresh.client() as client:
        for path in ("/", "/v1/public", "/healthz", "/metrics"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert int(answer.headers["retry-after"]) > 0
