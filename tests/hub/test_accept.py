"""Packets in any mix and order: each entry has effect once, gaps wait and are named, branches are kept."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from onestop_desktop.domain.entry import Entry, entry_hash
from onestop_desktop.errors import InvalidInput, OneStopError, Refused
from onestop_desktop.hub import desks, incidents
from onestop_desktop.hub.columns import plain
from onestop_desktop.hub.folding import row_of
from onestop_desktop.hub.ledger import Change
from onestop_desktop.hub.release import release
from onestop_desktop.hub.tables import DOSSIER, HELD
from onestop_desktop.hub.verify import verify
from onestop_desktop.wire import signing
from onestop_desktop.wire.packet import pack
from tests.hub.made import OFFICE, MadeDesk, enrol, enrol_another


def differences(hub):
    with hub.reading() as connection:
        return verify(connection)


def rows(hub, commune=None):
    with hub.reading() as connection:
        found = [dict(row) for row in connection.execute(select(DOSSIER)).mappings()]
    return {row["id"]: row for row in found if commune in {None, row["commune"]}}


def a_day(desk: MadeDesk, dossiers: int = 6) -> list[str]:
    made = []
    for _ in range(dossiers):
        made.append(desk.receive())
        desk.act(made[-1], "assign", officer="Tư")
        if desk.count % 2:
            desk.act(desk.random.choice(made), "ask-supplement", items=["giấy chứng sinh"], reason="thiếu")
        if desk.count % 3 == 0:
            desk.act(made[-1], "ready", outcome="granted")
    return made


def assert_converged(hub, desk: MadeDesk, others=()):
    every = {one.hash: one for one in (*desk.entries, *others)}
    answer = desk.hello(count=len(every), digest=desk.digest(list(every.values())))
    assert answer.same
    assert hub.digest(desk.id) == desk.digest(list(every.values())).hex()
    must = {name: row_of(desk.commune, desk.id, state) for name, state in desk.folded(others).items()}
    assert rows(hub, desk.commune) == must
    assert differences(hub) == []


def test_a_packet_is_taken_once_and_again_without_effect(hub):
    desk = enrol(hub)
    a_day(desk)
    packets = desk.packets(5)
    for packet in (*packets, *packets):
        answer = desk.send(packet)
    assert answer.count == len(desk.entries) == len(hub.changes(0))
    assert_converged(hub, desk)


def test_partial_overlaps_add_only_what_is_new(hub):
    desk = enrol(hub)
    a_day(desk)
    for first, last in ((0, 4), (2, 9), (0, len(desk.entries)), (5, 7)):
        answer = desk.send(desk.pack(desk.entries[first:last]))
    assert answer.count == len(desk.entries)
    assert_converged(hub, desk)


def test_a_gap_waits_and_is_named_and_closes_across_a_restart(hub, reopen_hub):
    desk = enrol(hub)
    a_day(desk)
    first, second, third, *_ = desk.packets(4)
    answer = desk.send(third)
    assert (answer.count, answer.heads) == (0, ())
    assert [(place.seq, place.hash) for place in answer.missing] == [(8, desk.entries[7].hash)]
    assert desk.send(third).missing == answer.missing
    hub.close()
    desk.hub = again = reopen_hub()
    assert desk.hello().missing == answer.missing
    assert desk.send(first).count == 4
    closed = desk.send(second)
    assert (closed.count, closed.missing) == (12, ())
    with again.reading() as connection:
        assert connection.execute(select(HELD)).all() == []
    assert differences(again) == []


def test_a_new_epoch_that_comes_before_its_parent_names_the_parent(hub):
    desk = enrol(hub)
    a_day(desk, 2)
    before = desk.packets(50)
    parent = desk.entries[-1]
    desk.new_epoch()
    desk.receive()
    [after] = desk.packets(50, desk.entries[desk.entries.index(parent) + 1 :])
    [place] = desk.send(after).missing
    assert (place.epoch.hex(), place.seq, place.hash) == (parent.epoch, parent.seq, parent.hash)
    for packet in before:
        desk.send(packet)
    assert_converged(hub, desk)
    assert desk.hello().notices == ()


@pytest.mark.parametrize("renewed", [True, False])
def test_two_branches_are_both_kept_and_reported_once(hub, renewed):
    """A restored desk goes on in a new epoch; clones go on in one."""
    desk = enrol(hub)
    dossiers = a_day(desk, 3)
    other = desk.fork()
    desk.act(dossiers[0], "ready", outcome="granted")
    a_day(desk, 2)
    if renewed:
        other.new_epoch()
        desk.parents |= other.parents
    other.act(dossiers[0], "withdraw", reason="đổi ý")
    a_day(other, 2)
    for packet in (*desk.packets(3), *other.packets(4), *desk.packets(7), *other.packets(5)):
        answer = desk.send(packet)
    assert answer.notices == ("fork",)
    assert len(answer.heads) == 2
    with hub.reading() as connection:
        [found] = incidents.listed(connection, desk=desk.id)
    shared = [one for one in desk.entries if one in other.entries][-1]
    assert (found.kind, found.facts) == ("fork", {"epoch": shared.epoch, "seq": shared.seq})
    assert_converged(hub, desk, other.entries)
    assert rows(hub)[dossiers[0]]["conflict"] == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_order_loss_and_repetition_ends_in_one_state(hub, seed):
    chance = random.Random(seed)
    desk = enrol_another(hub, seed)
    lives = [desk]
    for _ in range(chance.randint(1, 3)):
        one = chance.choice(lives)
        a_day(one, chance.randint(1, 4))
        if chance.random() < 0.5:
            lives.append(one.fork())
            if chance.random() < 0.6:
                lives[-1].new_epoch()
            a_day(lives[-1], chance.randint(1, 3))
    for one in lives:
        desk.parents |= one.parents
    packets = [packet for one in lives for _ in range(2) for packet in one.packets(chance.randint(1, 9))]
    chance.shuffle(packets)
    lost = packets[: len(packets) // 3]
    for packet in (*packets[len(lost) :], *lost, *packets):
        desk.send(packet)
    others = [entry for one in lives for entry in one.entries]
    assert_converged(hub, desk, others)
    hashes = {item.hash for packet in desk.pull() for item in packet.items}
    assert hashes == {entry.hash for entry in others}


# -- quarantine ---------------------------------------------------------------------------------------------


def test_what_is_not_this_desks_is_kept_in_place_and_does_not_count(hub):
    desk = enrol(hub)
    good = desk.receive()
    desk.receive(agency="000.99.99.H52")
    desk.add("assign", {"officer": "x"}, good, desk="02")
    last = desk.receive()
    answer = desk.send(desk.packets()[0])
    assert [(one.at.seq, one.code) for one in answer.quarantined] == [(2, "quarantine.agency"), (3, "quarantine.desk")]
    assert set(rows(hub)) == {good, last}
    assert answer.count == 4
    assert desk.hello().same
    assert {one.code for one in desk.hello().quarantined} == {"quarantine.agency", "quarantine.desk"}
    assert differences(hub) == []


def test_bytes_that_are_no_entry_are_kept_as_they_are(hub):
    desk = enrol(hub)
    desk.receive()
    envelope, body = b"not json", b"{}"
    desk.keep(
        Entry(envelope, body, desk.head, entry_hash(desk.head, envelope, body), {"epoch": desk.epoch, "seq": 2}, {})
    )
    last = desk.receive()
    answer = desk.send(desk.pack(desk.entries))
    assert [one.code for one in answer.quarantined] == ["entry.encoding"]
    assert last in rows(hub)
    [packet] = desk.pull()
    assert [item.envelope for item in packet.items] == [entry.envelope for entry in desk.entries]
    assert desk.hello().same


def test_an_agency_that_was_told_late_lets_its_entries_out(hub):
    desk = enrol(hub)
    dossier = desk.receive(agency="H52.110.05", office={"agency": "H52.110.05", "name": "UBND xã Yên Châu"})
    desk.send(desk.packets()[0])
    assert rows(hub) == {}
    assert release(hub, desk.id) == 0
    with hub.writing() as connection:
        desks.add_office(connection, desk.id, type(OFFICE)("H52.110.05", "UBND xã Yên Châu"))
    assert release(hub, desk.id) == 1
    assert set(rows(hub)) == {dossier}
    assert desk.hello().quarantined == ()
    assert differences(hub) == []


def test_entries_of_a_newer_program_are_kept_and_shown(hub):
    desk = enrol(hub)
    dossier = desk.receive()
    desk.act(dossier, "teleport", to="đâu đó")
    desk.add("weather", {"rain": True})
    assert desk.send(desk.packets()[0]).quarantined == ()
    assert rows(hub)[dossier]["conflict"] == 1
    assert {one.kind for one in hub.changes(0)} == {"receive", "teleport", "weather"}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "0" * 3000, "barcode": "1" * 5000, "day": "x" * 4000},
        {"procedure": {"code": "a\0b", "field": "\0", "title": "\0" * 400}},
        {"sequence": "9" * 30},
        {"register": {"book": "b", "desk": "01", "no": "8" * 40, "year": 2026}},
        {"due_at": "không phải ngày" * 50, "fee": "7" * 30},
        {"applicant": "chuỗi"},
    ],
)
def test_a_strange_body_never_stops_a_packet(hub, changes):
    desk = enrol(hub)
    desk.receive(**changes)
    good = desk.receive()
    desk.act(good, "collect", amount=2**53 - 1)
    assert desk.send(desk.packets()[0]).count == 3
    assert good in rows(hub)
    assert differences(hub) == []


@pytest.mark.parametrize("name", ["x" * 500, "a\0b"])
def test_a_dossier_or_kind_that_no_column_holds_is_kept_back(hub, name):
    desk = enrol(hub)
    desk.add("assign", {}, name)
    desk.add(name, {})
    assert [one.code for one in desk.send(desk.packets()[0]).quarantined] == ["quarantine.columns"] * 2
    assert {one.kind for one in hub.changes(0)} == {"assign", plain(name, 64)}
    assert differences(hub) == []


# -- who may ------------------------------------------------------------------------------------------------


def test_a_stranger_a_forged_packet_and_another_desks_code_are_refused(hub):
    desk = enrol(hub)
    desk.receive()
    stranger = b"s" * 32
    for seed, key, code, why in (
        (stranger, signing.key_id(signing.public_of(stranger)), "01", "hub.unknown_desk"),
        (stranger, desk.key, "01", "packet.signature"),
        (desk.seed, desk.key, "02", "packet.desk"),
    ):
        with pytest.raises(OneStopError) as refused:
            hub.packet(pack(desk.entries, code, key, signing.sign(seed)))
        assert refused.value.code == why
    assert hub.changes(0) == []


def test_a_revoked_key_brings_nothing_new_unless_somebody_answers_for_it(hub):
    desk = enrol(hub)
    desk.receive()
    desk.send(desk.packets()[0])
    token = desk.hello().token
    desk.receive()
    with hub.writing() as connection:
        assert desks.end_keys(connection, desk.id, desks.KeyState.REVOKED, "mất máy", 5) == 1
    for request in (
        lambda: desk.send(desk.packets()[0]),
        desk.hello,
        lambda: hub.pull(token, b"\x92\xc4\x08" + b"n" * 8 + b"\x90"),
    ):
        with pytest.raises(Refused, match=r"hub\.revoked"):
            request()
    assert len(hub.changes(0)) == 1
    assert desk.send(desk.packets()[0], reviewed_by="ha").count == 2
    with hub.reading() as connection:
        assert [one.kind for one in incidents.listed(connection)] == ["reviewed"]


def test_a_chain_that_starts_in_the_air_is_refused(hub):
    desk = enrol(hub)
    desk.seq = 4
    desk.receive()
    with pytest.raises(InvalidInput, match=r"packet\.chain"):
        desk.send(desk.packets()[0])


def test_one_desk_of_a_commune_never_touches_anothers_chain(hub):
    desk = enrol(hub, seed=1)
    other = enrol(hub, seed=2, agency="000.13.34.H52")
    dossier = desk.receive()
    other.add("void", {"reason": "phá"}, dossier)
    desk.send(desk.packets()[0])
    other.send(other.packets()[0])
    assert rows(hub)[dossier]["status"] == "received"
    assert other.known([desk.entries[0].hash, other.entries[0].hash]) == (False, True)
    assert desk.hello().same
    assert other.hello().same


# -- readers ------------------------------------------------------------------------------------------------


def page_until(hub, done: threading.Event) -> list[Change]:
    """Read by cursor, seven rows a page, until the writers have ended and nothing follows."""
    seen: list[Change] = []
    while True:
        ended = done.is_set()
        page = hub.changes(seen[-1].number if seen else 0, 7)
        seen += page
        if not page and ended:
            return seen


def send_all(desk: MadeDesk) -> None:
    for packet in desk.packets(3):
        desk.send(packet)


def test_a_reader_that_pages_while_others_write_sees_every_row_once(hub):
    writing = [enrol(hub, seed=n, agency=f"000.{n + 10}.34.H52") for n in range(3)]
    for desk in writing:
        a_day(desk, 12)
    done = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        reader = pool.submit(page_until, hub, done)
        for one in [pool.submit(send_all, desk) for desk in writing]:
            one.result()
        done.set()
        seen = reader.result()
    every = {entry.hash for desk in writing for entry in desk.entries}
    assert [one.number for one in seen] == list(range(1, len(every) + 1))
    assert {one.hash for one in seen} == every
    assert differences(hub) == []
