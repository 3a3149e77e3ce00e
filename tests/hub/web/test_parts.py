"""Packets that broke off: what came of them is kept, nothing else is, and not for ever."""

from __future__ import annotations

import pytest

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub.web.parts import MOST_KEPT, Parts
from onestop_desktop.wire.packet import NAMED, part_name


def packet(mark: int, size: int = 1_000) -> bytearray:
    return bytearray(mark.to_bytes(4, "big") * (size // 4))


def broken_off(parts: Parts, mark: int, size: int) -> str:
    whole = parts.begun("", "")
    for at in range(0, size, 100):
        whole += packet(mark)[at : min(at + 100, size)]
        parts.grown(whole)
    return part_name(packet(mark))


def test_what_came_of_a_packet_is_gone_on_with() -> None:
    parts = Parts()
    name = broken_off(parts, 7, 600)
    assert parts.held(name) == 600
    whole = parts.begun(name, "400")
    assert whole == packet(7)[:400]
    whole += packet(7)[400:]
    parts.grown(whole)
    assert parts.held(name) == 1_000
    parts.complete(whole)
    assert parts.held(name) == 0


def test_a_rest_that_breaks_off_too_leaves_what_was_before() -> None:
    parts = Parts()
    name = broken_off(parts, 7, 600)
    parts.begun(name, "300")
    assert parts.held(name) == 600


def test_a_beginning_too_short_to_name_is_not_kept() -> None:
    parts = Parts()
    whole = packet(7)[: NAMED - 1]
    parts.grown(whole)
    assert parts.held(part_name(packet(7))) == 0
    parts.complete(whole)


@pytest.mark.parametrize("offset", ["", "x", "-1", "1e3", "9999999"])
def test_an_offset_that_is_no_number_is_an_error(offset: str) -> None:
    parts = Parts()
    with pytest.raises(InvalidInput, match=r"hub\.number"):
        parts.begun(broken_off(parts, 7, 600), offset)


@pytest.mark.parametrize("offset", ["0", "601", "999999"])
def test_more_than_is_here_is_refused_with_how_much_is(offset: str) -> None:
    parts = Parts()
    with pytest.raises(Refused) as caught:
        parts.begun(broken_off(parts, 7, 600), offset)
    assert (caught.value.code, caught.value.facts["held"]) == ("packet.part", 600)


def test_the_oldest_beginning_goes_when_there_are_too_many() -> None:
    parts = Parts()
    names = [broken_off(parts, mark, 300) for mark in range(MOST_KEPT + 3)]
    assert [parts.held(one) for one in names] == [0] * 3 + [300] * MOST_KEPT
