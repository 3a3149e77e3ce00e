"""Greetings, pulls, messages, and a hub that went back."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from onestop_desktop.domain.entry import GENESIS
from onestop_desktop.errors import InvalidInput, OneStopError, Refused
from onestop_desktop.hub import desks, incidents, messages
from onestop_desktop.hub.tables import DESK, DOSSIER, JOURNAL, SIGNED_HEAD
from onestop_desktop.hub.verify import verify
from onestop_desktop.wire.messages import Ask, encode
from onestop_desktop.wire.signing import check, public_of
from tests.hub.made import MadeDesk, enrol
from tests.hub.test_accept import a_day, assert_converged, differences


def kinds(hub, desk=None):
    with hub.reading() as connection:
        return [one.kind for one in incidents.listed(connection, desk=desk)]


def test_a_greeting_tells_the_same_only_when_both_hold_the_same(hub):
    desk = enrol(hub)
    assert desk.hello().same
    a_day(desk, 3)
    first = desk.hello()
    assert (first.same, first.count, first.heads) == (False, 0, ())
    for packet in desk.packets(4):
        desk.send(packet)
    assert desk.hello().same
    assert not desk.hello(digest=b"x" * 32).same
    [head] = desk.hello(digest=b"x" * 32).heads
    assert head.hash == desk.head


def test_a_greeting_signed_by_another_or_of_another_version_is_refused(hub):
    desk = enrol(hub)
    twin = desk.fork()
    twin.seed = b"z" * 32
    with pytest.raises(Refused, match=r"hub\.unknown_desk"):
        twin.hello()
    with pytest.raises(InvalidInput, match=r"wire\.signature"):
        twin.hello(key=desk.key)
    with pytest.raises(InvalidInput, match=r"wire\.protocol"):
        desk.hello(protocol=2)


def test_a_blank_desk_gets_back_everything_as_it_signed_it(hub):
    desk = enrol(hub)
    a_day(desk, 60)
    desk.new_epoch()
    a_day(desk, 60)
    for packet in desk.packets(13):
        desk.send(packet)
    found = desk.pull()
    own = check(public_of(desk.seed))
    assert all(own(packet.signature, packet.head) for packet in found)
    assert [item.hash for packet in found for item in packet.items] == [entry.hash for entry in desk.entries]
    known = {GENESIS}
    for packet in found:
        assert packet.prev in known
        known.update(item.hash for item in packet.items)


def test_a_pull_gives_only_what_lies_behind_nothing_that_the_desk_has(hub):
    desk = enrol(hub)
    a_day(desk, 10)
    twin = desk.fork()
    a_day(desk, 5)
    twin.new_epoch()
    a_day(twin, 5)
    for packet in (*desk.packets(4), *twin.packets(6)):
        desk.send(packet)
    found = {item.hash for packet in desk.pull([desk.head]) for item in packet.items}
    assert found == {one.hash for one in twin.entries} - {one.hash for one in desk.entries}
    assert desk.pull([desk.head, twin.head]) == []
    assert desk.known([desk.head, twin.head, b"?" * 32]) == (True, True, False)


def test_a_parcel_is_bounded_and_says_that_more_follows(hub):
    desk = enrol(hub)
    for _ in range(900):
        desk.add("note", {"text": desk.random.randbytes(120).hex()})
    for packet in desk.packets(100):
        desk.send(packet)
    sizes = []
    real = hub.pull

    def measured(token, data):
        answer = real(token, data)
        sizes.append(len(answer))
        return answer

    hub.pull = measured
    found = desk.pull()
    assert len(sizes) > 1
    assert max(sizes) < 140 * 1024
    assert sum(len(packet.items) for packet in found) == len(desk.entries)


def test_a_token_opens_its_own_session_for_a_while(hub, hub_clock):
    desk, other = enrol(hub, seed=1), enrol(hub, seed=2, agency="000.13.34.H52")
    token = desk.hello().token
    question = encode(Ask(b"n" * 8, ()))
    hub.pull(token, question)
    assert hub.desk_of_token(token).id == desk.id
    assert hub.desk_of_token(other.hello().token).id == other.id
    for wrong in (b"", token[:-1] + bytes([token[-1] ^ 1]), bytes([token[0] ^ 1]) + token[1:]):
        with pytest.raises(Refused, match=r"hub\.token"):
            hub.pull(wrong, question)
    hub_clock.put(hub_clock.at + timedelta(minutes=16))
    with pytest.raises(Refused, match=r"hub\.token"):
        hub.known(token, question)


@pytest.mark.parametrize("data", [b"", b"\x90", b"x" * 300, bytes(65), b"\xdd\xff\xff\xff\xff" + bytes(80)])
def test_bytes_that_are_no_message_are_refused_with_a_code(hub, data):
    enrol(hub)
    for request in (hub.hello, hub.packet, lambda data: hub.pull(b"t" * 48, data)):
        with pytest.raises(OneStopError) as refused:
            request(data)
        assert refused.value.code.startswith(("wire.", "packet.", "hub.token"))


# -- messages -----------------------------------------------------------------------------------------------


def test_messages_are_numbered_and_sent_until_the_desk_has_them_in_its_journal(hub):
    desk, other = enrol(hub, seed=1), enrol(hub, seed=2, agency="000.13.34.H52")
    assert [hub.send(desk.id, "notice", {"text": str(n)}) for n in range(3)] == [1, 2, 3]
    assert hub.send(str(other.id), "notice", {"text": "x"}) == 1
    assert [one.n for one in desk.hello().messages] == [1, 2, 3]
    bodies = [json.loads(one.body) for one in desk.hello().messages]
    assert [one["text"] for one in bodies] == ["0", "1", "2"]
    assert len({one["mark"] for one in bodies}) == 3
    desk.add("notice", {"message": 1, **bodies[0]})
    desk.inbox = 1
    assert desk.hello().messages == (), "an entry that tells what the desk has is on its way"
    desk.send(desk.packets()[0])
    assert [one.n for one in desk.hello().messages] == [2, 3]
    with hub.reading() as connection:
        assert [bool(one.recorded_ms) for one in messages.sent(connection, desk=desk.id)] == [False, False, True]


def test_one_answer_carries_a_bounded_part_of_the_messages(hub):
    desk = enrol(hub)
    for n in range(12):
        hub.send(desk.id, "notice", {"text": f"{n}" + "y" * 10_000})
    first = desk.hello().messages
    assert [one.n for one in first] == [1, 2, 3, 4, 5, 6]
    for one in first:
        desk.add("notice", {"message": one.n, **json.loads(one.body)})
    desk.send(desk.packets()[0])
    desk.inbox = 6
    assert [one.n for one in desk.hello().messages] == [7, 8, 9, 10, 11, 12]


def test_a_message_that_no_desk_could_take_is_refused(hub):
    desk = enrol(hub)
    with pytest.raises(InvalidInput, match=r"hub\.message_size"):
        hub.send(desk.id, "notice", {"text": "y" * 20_000})
    with pytest.raises(InvalidInput, match=r"hub\.no_desk"):
        hub.send(99, "notice", {})


# -- incidents ----------------------------------------------------------------------------------------------


def test_installations_that_take_turns_are_one_clone_incident_and_a_new_pc_is_none(hub):
    desk = enrol(hub)
    for install in (b"X" * 8, b"X" * 8, b"Y" * 8, b"Y" * 8):
        desk.install = install
        assert desk.hello().notices == ()
    for install in (b"X" * 8, b"Y" * 8, b"X" * 8):
        desk.install = install
        assert desk.hello().notices == ("clone",)
    assert kinds(hub) == ["clone"]
    with hub.writing() as connection:
        [found] = incidents.listed(connection)
        assert found.times == 3
        incidents.settle(connection, desk.id, found.kind, found.point, "ha", 5)
    assert desk.hello().notices == ()
    with hub.writing() as connection, pytest.raises(InvalidInput, match=r"hub\.no_incident"):
        incidents.settle(connection, desk.id, "clone", "nothing", "ha", 5)


def test_a_hub_put_back_has_a_new_incarnation_and_is_refilled_with_one_incident(hub, reopen_hub, backup):
    """Case 4: an older state than it once told its desks."""
    desk = enrol(hub)
    a_day(desk, 4)
    desk.send(desk.packets(50)[0])
    first = desk.hello()
    hub.close()
    backup.take()
    desk.hub = hub = reopen_hub()
    assert desk.hello().incarnation == first.incarnation
    a_day(desk, 4)
    for packet in desk.packets(5):
        desk.send(packet)
    held = desk.hello().count
    hub.close()
    backup.put_back()
    desk.hub = hub = reopen_hub()
    back = desk.hello(incarnation=first.incarnation, held=held)
    assert back.incarnation != first.incarnation
    assert back.notices == ("refilled",)
    desk.hello(incarnation=first.incarnation, held=held)
    for packet in desk.packets(5):
        desk.send(packet)
    assert_converged(hub, desk)
    assert kinds(hub, desk.id) == ["refilled"]
    assert kinds(hub, 0) == ["restored"]
    hub.close()
    desk.hub = reopen_hub()
    assert desk.hello().incarnation == back.incarnation


def test_a_running_hub_notices_that_its_database_has_less_than_before(hub):
    """A standby that was promoted and had not everything."""
    desk = enrol(hub)
    a_day(desk, 3)
    desk.send(desk.packets(50)[0])
    before = desk.hello().incarnation
    with hub.writing() as connection:
        connection.execute(text("UPDATE hub SET number = number - 2"))
    assert desk.hello().incarnation != before
    assert kinds(hub, 0) == ["restored"]


def test_the_command_after_a_restore_starts_a_new_life(hub):
    desk = enrol(hub)
    before = desk.hello().incarnation
    hub.restored()
    assert desk.hello().incarnation != before
    with hub.reading() as connection:
        [found] = incidents.listed(connection)
    assert (found.kind, found.facts["why"]) == ("restored", "command")


# -- verify -------------------------------------------------------------------------------------------------


def tampered(hub, change) -> list[str]:
    """Change rows as someone with the database's own tools would, and return what is found."""
    with hub.writing() as connection:
        if hub.database.dialect.is_postgresql:
            connection.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        else:
            for name in ("journal_no_update", "journal_no_delete"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        change(connection)
    return sorted({one.code for one in differences(hub)})


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (JOURNAL.update().where(JOURNAL.c.seq == 2).values(body=b"{}"), "hub.verify_hash"),
        (JOURNAL.update().where(JOURNAL.c.seq == 2).values(kind="void"), "hub.verify_columns"),
        (JOURNAL.update().where(JOURNAL.c.seq == 2).values(height=9), "hub.verify_chain"),
        (JOURNAL.delete().where(JOURNAL.c.seq == 2), "hub.verify_numbers"),
        (JOURNAL.update().where(JOURNAL.c.seq == 2).values(number=77), "hub.verify_numbers"),
        (DOSSIER.update().values(status="returned"), "hub.verify_dossier"),
        (DOSSIER.delete(), "hub.verify_dossier"),
        (DESK.update().values(entries=99), "hub.verify_counts"),
        (update(DESK).values(digest=b"x" * 32), "hub.verify_digest"),
        (SIGNED_HEAD.update().values(signature=b"x" * 64), "hub.verify_signature"),
    ],
)
def test_verify_names_what_was_changed(hub, change, found):
    desk = enrol(hub)
    a_day(desk, 2)
    desk.send(desk.packets(50)[0])
    assert desk.hello().same
    assert differences(hub) == []
    assert found in tampered(hub, lambda connection: connection.execute(change))


def test_digests_are_of_the_hubs_own_rows(hub):
    desk, other = enrol(hub, seed=1), enrol(hub, seed=2, agency="000.13.34.H52")
    empty = hub.whole_digest()
    a_day(desk, 1)
    desk.send(desk.packets(50)[0])
    assert hub.digest(desk.id) == desk.digest().hex()
    assert hub.digest(other.id) == MadeDesk.digest(other, []).hex()
    assert hub.whole_digest() != empty
    with hub.reading() as connection:
        assert verify(connection) == []


def test_a_desk_is_told_on_how_many_machines_it_is_durable(hub):
    assert enrol(hub).hello().copies == 1


def test_a_key_belongs_to_one_desk_for_ever(hub):
    desk, other = enrol(hub, seed=1), enrol(hub, seed=2, agency="000.13.34.H52")
    with hub.writing() as connection, pytest.raises(Refused, match=r"hub\.key_taken"):
        desks.add_key(connection, other.id, public_of(desk.seed), 1)
    with hub.writing() as connection:
        assert desks.add_key(connection, desk.id, public_of(desk.seed), 1) == desk.key
        desks.add_key(connection, desk.id, public_of(b"n" * 32), hub.now_ms() + 1)
        assert dataclasses.asdict(desks.by_key(connection, desk.key))["state"] == "revoked"
        assert desks.keys_of(connection, desk.id) == (public_of(desk.seed), public_of(b"n" * 32))
