"""A day over a line that is cut at one byte: both sides come to hold the same, and next to nothing is sent again."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import TryLater
from onestop_desktop.hub import incidents
from tests.link.cuts import MORNING, Bench, Place, cuts, let_in, port_of, the_day, until_same
from tests.link.proxy import How, Proxy, Weather

EACH_WAY = int(os.environ.get("LINK_CUTS", "200"))
MORNING_ONLY = 36
"""Dossiers of the sample day: three packets of the smallest. `python -m tests.link.cuts` sends the whole day."""


@pytest.fixture
def clock() -> SetClock:
    """The sample day has not begun."""
    return SetClock(MORNING)


@pytest.fixture
def bench(desk: Desk, clock: SetClock, tmp_path: Path) -> Bench:
    """A desk with the sample day, let in to a hub that has nothing of it yet."""
    template = Place(tmp_path / "template").make(clock)
    let_in(desk, template, clock)
    the_day(desk, clock, stop=MORNING_ONLY)
    return Bench(desk, clock, template, tmp_path)


def test_a_cut_at_any_byte_ends_with_the_same_on_both_sides_and_one_packet_at_most_goes_twice(bench: Bench) -> None:
    """200 offsets upwards and 200 downwards (`LINK_CUTS`) over the session, reset, closed, half-closed in turns."""
    with bench.small() as run:
        clean = run(Weather())
        assert (clean.same, clean.sessions, clean.twice, clean.cuts) == (True, 1, 0, 0)
        # With one packet, "one at most" would say nothing.
        assert clean.given >= 3
        done = [run(weather) for weather in cuts(clean, EACH_WAY)]
    assert len(done) == 2 * EACH_WAY
    assert [one for one in done if not one.same] == []
    assert [one for one in done if one.twice > 1] == []
    assert [one for one in done if one.cuts != 1] == []
    # The counting itself sees what is sent again: a cut in the middle of a packet cannot go unnoticed.
    assert any(one.twice == 1 for one in done)


@pytest.mark.parametrize("how", list(How))
def test_a_line_that_breaks_again_and_again_still_ends_with_the_same(bench: Bench, how: How) -> None:
    upwards = bench.run(Weather(cut_up=2_500, again=True, how=how))
    assert upwards.same
    assert upwards.cuts >= 2
    downwards = bench.run(Weather(cut_down=500, again=True, how=how))
    assert downwards.same
    assert downwards.cuts >= 1
    assert bench.desk.verify() == []


@pytest.mark.parametrize("how", [How.RESET, How.CLOSE])
def test_what_the_hub_has_of_a_packet_that_broke_off_is_not_sent_again(bench: Bench, how: How) -> None:
    """Every packet is larger than what the line carries: it passes in parts, and hardly a byte goes twice."""
    clean = bench.run(Weather())
    assert clean.up > 3 * 1_500
    torn = bench.run(Weather(cut_up=1_500, again=True, how=how))
    assert (torn.same, torn.twice) == (True, 0)
    assert torn.cuts >= 3
    assert torn.up <= clean.up + torn.cuts * 400, "a question and a head for each cut, and no bytes of packets"


def test_a_late_thin_and_stalling_line_costs_time_and_nothing_else(bench: Bench) -> None:
    one = bench.run(Weather(latency=0.01, rate=100_000, loss=0.2, stall=0.02))
    assert (one.same, one.sessions, one.twice) == (True, 1, 0)


def test_after_a_cut_no_incident_is_shown_and_both_sides_verify(bench: Bench) -> None:
    place, clock = bench.template, bench.clock
    with place.serving(clock) as (ledger, address):
        with Proxy(port_of(address), Weather(cut_down=500, how=How.CLOSE)).running() as proxy:
            until_same(bench.desk, proxy.address)
        assert proxy.count.cuts == 1
        assert ledger.digest(place.number) == bench.desk.digest()
        with ledger.reading() as connection:
            assert incidents.listed(connection) == []
    assert place.differences(clock) == []
    assert bench.desk.verify() == []


def test_a_desk_that_is_told_to_stop_in_a_slow_session_goes_on_there_the_next_time(bench: Bench) -> None:
    place, clock = bench.template, bench.clock
    stopped = threading.Event()
    with place.serving(clock) as (ledger, address):
        with Proxy(port_of(address), Weather(latency=0.02)).running() as proxy:
            with pytest.raises(TryLater) as caught:
                bench.desk.carry.sync(proxy.address, lambda *_counts: stopped.set(), stopped.is_set)
            assert caught.value.code == "link.stopped"
            already = len(ledger.changes(0))
            assert already
            report, sessions = until_same(bench.desk, proxy.address)
        assert sessions == 1
        assert report.sent == len(ledger.changes(0)) - already
        assert ledger.digest(place.number) == bench.desk.digest()
