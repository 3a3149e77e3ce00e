"""The hub as a Starlette application: routes from the table, bodies read with a cap, handlers in threads."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.web import admin_pages, api, district_pages, metrics, public_pages, statics, wire
from onestop_desktop.hub.web.guard import COOKIE, READING, Teller, answer, told
from onestop_desktop.hub.web.metrics import Tally
from onestop_desktop.hub.web.openapi import document
from onestop_desktop.hub.web.operations import JSON, Access, Asked, Operation, Said, Site
from onestop_desktop.hub.web.pages import View, with_headers
from onestop_desktop.hub.web.parts import OFFSET, Parts
from onestop_desktop.hub.web.queries import PublicBoard
from onestop_desktop.hub.web.tus import Shelf
from onestop_desktop.words import Words, load

MOST_AT_ONCE = 256
"""Requests that are read or answered at one time; the next is told to come again."""
HEAVY_AT_ONCE = 8
"""Packets that are worked on at one time; the others wait for their turn, and everybody else has threads left."""
_PATIENCE, _LEAST_RATE = 60, 1_000
"""A body may take a minute and, beyond it, a second for each thousand bytes that it may have."""


@dataclass(frozen=True, slots=True)
class WebSite:
    """What the web part needs besides the ledger: where files lie, where the hub answers, whose proxies are trusted."""

    files: Path
    site: Site = field(default_factory=Site)
    proxies: tuple[str, ...] = ()
    """Networks whose `X-Forwarded-For` is believed; from anybody else it says nothing."""


class _Agency(Convertor[str]):
    """An agency's code in an address, in either pattern, so that nothing else is taken for one."""

    regex = r"[0-9]{3}(?:\.[0-9]{2,3}){2}\.[A-Za-z][0-9]{2}|[A-Za-z][0-9]{2}(?:\.[0-9]{2,3}){0,8}"

    def convert(self, value: str) -> str:
        return value.upper()

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("agency", _Agency())


def table(site: WebSite, tally: Tally, words: Words) -> tuple[Operation, ...]:
    """Return every operation: first those that programs use, then the pages for people."""
    board, view = PublicBoard(), View(words)
    rows = (
        *wire.operations(Parts()), *Shelf(site.files).operations(), *api.OPERATIONS, *api.public_operations(board),
        *metrics.operations(tally),
    )  # fmt: skip
    content = msgspec.json.encode(document(rows))
    said = Operation(
        "openapi", "GET", "/openapi.json", Access.ANYBODY, lambda _asked: Said(content, JSON), "This document",
        listed=False,
    )  # fmt: skip
    pages = (
        *statics.OPERATIONS, *district_pages.operations(view), *admin_pages.operations(view),
        *public_pages.operations(view, board),
    )  # fmt: skip
    return (*rows, said, *pages)


def build(ledger: Ledger, site: WebSite, language: str = "vi") -> Starlette:
    """Return the application."""
    tally, words = Tally(), load(language)
    door = _Door(ledger, site, words, View(words), tally)
    routes = [_route(path, group, door) for path, group in _by_path(table(site, tally, words))]
    application = Starlette(routes=routes, exception_handlers={HTTPException: door.astray})
    application.router.redirect_slashes = False
    return application


def _by_path(rows: Sequence[Operation]) -> list[tuple[str, dict[str, Operation]]]:
    """Group operations by path; paths without a placeholder first, those that begin with one last."""
    groups: dict[str, dict[str, Operation]] = {}
    for row in rows:
        groups.setdefault(row.path, {})[row.method] = row
    return sorted(groups.items(), key=lambda item: ("{" in item[0], item[0].startswith("/{")))


def _route(path: str, group: dict[str, Operation], door: _Door) -> Route:
    async def endpoint(request: Request) -> Response:
        method = request.method if request.method in group else "GET"
        return await door.answer(request, group[method])

    return Route(path, endpoint, methods=sorted(group))


@dataclass(slots=True)
class _Door:
    """What every request passes: the count of those inside, the body's cap, the one who asks."""

    ledger: Ledger
    site: WebSite
    words: Words
    view: View
    tally: Tally
    inside: int = 0
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HEAVY_AT_ONCE))

    async def answer(self, request: Request, operation: Operation) -> Response:
        """Answer a request for an operation."""
        started = time.perf_counter()
        self.inside += 1
        try:
            asked, tell = self._asked(request), self._teller(operation.page)
            if self.inside > MOST_AT_ONCE:
                said = tell(TryLater("hub.busy", seconds=10), asked)
            else:
                said = await self._answered(request, operation, asked, tell)
        finally:
            self.inside -= 1
        self.tally.count(operation.name, said.status, time.perf_counter() - started)
        return _response(said)

    async def _answered(self, request: Request, operation: Operation, asked: Asked, tell: Teller) -> Said:
        try:
            body = await _body(request, operation, asked)
        except (InvalidInput, Refused) as error:
            return tell(error, asked)
        async with self.turn if operation.heavy else contextlib.nullcontext():
            return await run_in_threadpool(answer, operation, replace(asked, body=body), tell)

    def _teller(self, page: bool) -> Teller:
        return self.view.told if page else lambda error, _asked: told(error, self.words)

    async def astray(self, request: Request, error: Exception) -> Response:
        """Answer a request that no operation answers."""
        found = error if isinstance(error, HTTPException) else HTTPException(404)
        code = "hub.method" if found.status_code == 405 else "hub.not_here"
        for_people = "text/html" in request.headers.get("accept", "")
        said = self._teller(for_people)(InvalidInput(code), self._asked(request))
        return _response(with_headers(said, found.headers or {}))

    def _asked(self, request: Request) -> Asked:
        own = _is_own(request.headers)
        return Asked(
            self.ledger, request.path_params, dict(request.query_params), dict(request.headers), b"",
            _address(request, self.site), token=_cookie(request) if own or request.method in READING else b"",
            own=own, site=self.site.site, place=request.url.path,
        )  # fmt: skip


def _response(said: Said) -> Response:
    response = Response(said.content, said.status, dict(said.headers))
    if said.content:
        response.headers["content-type"] = said.kind
    return response


async def _body(request: Request, operation: Operation, asked: Asked) -> bytes:
    """Read the body up to its cap, behind what an earlier request left of it.

    Raises:
        InvalidInput: `hub.too_long`; `hub.too_slow`; `hub.body` when the line broke.
        Refused: `packet.part`.
    """
    largest, parts = operation.largest, operation.parts
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > largest:
        raise InvalidInput("hub.too_long", most=largest)
    whole = parts.begun(asked.path.get("name", ""), asked.headers.get(OFFSET, "")) if parts else bytearray()
    try:
        async with asyncio.timeout(_PATIENCE + largest / _LEAST_RATE):
            async for piece in request.stream():
                whole += piece
                if len(whole) > largest:
                    raise InvalidInput("hub.too_long", most=largest)
                if parts:
                    parts.grown(whole)
    except ClientDisconnect:
        raise InvalidInput("hub.body") from None
    except TimeoutError:
        raise InvalidInput("hub.too_slow") from None
    if parts:
        parts.complete(whole)
    return bytes(whole)


def _is_own(headers: Mapping[str, str]) -> bool:
    """Say whether a browser says that one of our own pages asks.

    Neither header can be set by another site's page; old browsers send only the second.
    """
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] == "same-origin"
    scheme, _gap, place = headers.get("origin", "").partition("://")
    return scheme in {"http", "https"} and bool(place) and place == headers.get("host", "")


def _cookie(request: Request) -> bytes:
    try:
        return bytes.fromhex(request.cookies.get(COOKIE, ""))
    except ValueError:
        return b""


def _address(request: Request, site: WebSite) -> str:
    """Return whom a request comes from; a trusted proxy's word is taken, nobody else's."""
    near = request.client.host if request.client else ""
    if site.proxies and _within(near, site.proxies):
        far = request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        return far or near
    return near


def _within(address: str, networks: Sequence[str]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(one, strict=False) for one in networks)
    except ValueError:
        return False
