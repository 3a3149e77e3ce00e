"""Packets take turns, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest

from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite
from onestop_desktop.hub.web.app import HEAVY_AT_ONCE, WebSite, build


def test_few_packets_are_worked_on_at_one_time_and_a_page_is_answered_beside(
    hub: Ledger, site: HubSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go, lock = threading.Semaphore(0), threading.Event(), threading.Lock()
    inside: list[int] = [0, 0]

    def slow(_data: bytes) -> bytes:
        with lock:
            inside[0] += 1
            inside[1] = max(inside)
        begun.release()
        assert go.wait(20)
        with lock:
            inside[0] -= 1
        return b"done"

    monkeypatch.setattr(hub, "packet", slow)

    async def flood() -> list[int]:
        door = httpx.ASGITransport(build(hub, WebSite(site.folder / "files")))
        async with httpx.AsyncClient(transport=door, base_url="http://hub") as desk:
            waiting = [asyncio.create_task(desk.post("/v1/packets", content=b"x")) for _ in range(3 * HEAVY_AT_ONCE)]
            for _ in range(HEAVY_AT_ONCE):
                assert await asyncio.to_thread(begun.acquire, timeout=20)
            page = await desk.get("/healthz")
            go.set()
            return [page.status_code, *(one.status_code for one in await asyncio.gather(*waiting))]

    assert asyncio.run(flood()) == [200] * (1 + 3 * HEAVY_AT_ONCE)
    assert inside[1] == HEAVY_AT_ONCE
