"""The hub as a Starlette application: routes from the table, bodies read with a cap, handlers in threads."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.web import api, metrics, wire
from onestop_desktop.hub.web.guard import COOKIE, answer, told
from onestop_desktop.hub.web.metrics import Tally
from onestop_desktop.hub.web.openapi import document
from onestop_desktop.hub.web.operations import JSON, Access, Asked, Operation, Said, Site
from onestop_desktop.hub.web.tus import Shelf
from onestop_desktop.words import Words, load


@dataclass(frozen=True, slots=True)
class WebSite:
    """What the web part needs besides the ledger: where files lie, where the hub answers, whose proxies are trusted."""

    files: Path
    site: Site = field(default_factory=Site)
    proxies: tuple[str, ...] = ()
    """Networks whose `X-Forwarded-For` is believed; from anybody else it says nothing."""


def table(site: WebSite, tally: Tally) -> tuple[Operation, ...]:
    """Return every operation that programs use."""
    rows = (*wire.OPERATIONS, *Shelf(site.files).operations(), *api.OPERATIONS, *metrics.operations(tally))
    content = msgspec.json.encode(document(rows))
    said = Operation(
        "openapi", "GET", "/openapi.json", Access.ANYBODY, lambda _asked: Said(content, JSON), "This document",
        listed=False,
    )  # fmt: skip
    return (*rows, said)


def build(ledger: Ledger, site: WebSite, more: Iterable[Operation] = (), language: str = "vi") -> Starlette:
    """Return the application; `more` are the pages for people."""
    tally, words = Tally(), load(language)
    rows = (*table(site, tally), *more)
    return Starlette(routes=[_route(path, group, ledger, site, words, tally) for path, group in _by_path(rows)])


def _by_path(rows: Sequence[Operation]) -> list[tuple[str, dict[str, Operation]]]:
    """Group operations by path, paths without a placeholder first."""
    groups: dict[str, dict[str, Operation]] = {}
    for row in rows:
        groups.setdefault(row.path, {})[row.method] = row
    return sorted(groups.items(), key=lambda item: "{" in item[0])


def _route(path: str, group: dict[str, Operation], ledger: Ledger, site: WebSite, words: Words, tally: Tally) -> Route:
    async def endpoint(request: Request) -> Response:
        started = time.perf_counter()
        operation = group["HEAD" if request.method == "HEAD" and "HEAD" in group else _method(request, group)]
        try:
            body = await _body(request, operation.largest)
        except InvalidInput as error:
            said = told(error, words)
        else:
            asked = Asked(
                ledger, request.path_params, dict(request.query_params), dict(request.headers), body,
                _address(request, site), token=_cookie(request), site=site.site,
            )  # fmt: skip
            said = await run_in_threadpool(answer, operation, asked, words)
        tally.count(operation.name, said.status, time.perf_counter() - started)
        return _response(said)

    return Route(path, endpoint, methods=sorted(group))


def _method(request: Request, group: dict[str, Operation]) -> str:
    return "GET" if request.method == "HEAD" and "HEAD" not in group else request.method


def _response(said: Said) -> Response:
    headers = {name: value for name, value in said.headers.items() if name != "set-cookie"}
    response = Response(said.content, said.status, headers)
    if said.content:
        response.headers["content-type"] = said.kind
    if "set-cookie" in said.headers:
        response.headers["set-cookie"] = said.headers["set-cookie"]
    return response


async def _body(request: Request, largest: int) -> bytes:
    """Read the body up to its cap.

    Raises:
        InvalidInput: `hub.too_long`, `hub.body` when the line broke.
    """
    whole = bytearray()
    try:
        async for piece in request.stream():
            whole += piece
            if len(whole) > largest:
                raise InvalidInput("hub.too_long", most=largest)
    except ClientDisconnect:
        raise InvalidInput("hub.body") from None
    return bytes(whole)


def _cookie(request: Request) -> bytes:
    """Return the session of a page: only for reading, or where the page that asks is our own."""
    own = request.headers.get("origin", "").split("://")[-1] == request.headers.get("host", "")
    if request.method not in {"GET", "HEAD"} and not own:
        return b""
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
