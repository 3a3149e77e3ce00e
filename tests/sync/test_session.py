"""Desk and hub come to hold the same, whatever was cut, copied, put back or lost; no number is told twice."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.entry import canonical
from onestop_desktop.errors import Refused, TryLater
from onestop_desktop.store import exchange, journal
from onestop_desktop.sync.session import Report
from onestop_desktop.wire import packet, signing
from onestop_desktop.wire.messages import Message
from tests.builders import a_line
from tests.sync.hub import PUBLIC, Hub, cutting


@pytest.fixture
def enrolled(desk: Desk) -> Desk:
    desk.link.enrol(PUBLIC)
    return desk


@pytest.fixture
def hub(enrolled: Desk) -> Hub:
    return Hub(signing.public_of(exchange.desk_seeds(enrolled.core.store.reader())[0]))


def take(desk: Desk, count: int = 3, name: str = "Lò Văn") -> list[str]:
    return [desk.receive(a_line(f"{name} {at}"), again=True).number for at in range(count)]


def until_same(desk: Desk, hub: Hub, attempts: int = 30) -> Report:
    """Try again after each cut, as the program does."""
    for _attempt in range(attempts):
        try:
            report = desk.link.sync(hub)
        except TryLater:
            continue
        if report.same:
            return report
    raise AssertionError("never the same")


def agree(hub: Hub, *desks: Desk) -> None:
    for desk in desks:
        assert bytes.fromhex(desk.digest()) == hub.digest()
        assert desk.verify() == []
        assert desk.pending().entries == 0


def numbers_of(desk: Desk) -> list[str]:
    rows = desk.core.store.read(lambda c: c.execute("SELECT number FROM dossier").fetchall())
    return [row[0] for row in rows]


def test_the_rest_is_sent_and_then_nothing(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    report = enrolled.link.sync(hub)
    assert report.same
    assert report.sent == len(hub.entries)
    agree(hub, enrolled)
    hub.calls.clear()
    again = enrolled.link.sync(hub)
    assert (again.same, again.sent, hub.calls) == (True, 0, ["hello"])
    assert again.bytes_sent + again.bytes_received < 500
    take(enrolled, 1)
    assert enrolled.pending().entries == 1
    assert enrolled.link.sync(hub).sent == 1
    agree(hub, enrolled)


def test_what_waits_is_counted_from_its_oldest(enrolled: Desk, hub: Hub, clock: SetClock) -> None:
    before = enrolled.pending().entries
    assert before > 0
    until_same(enrolled, hub)
    assert enrolled.pending().oldest_at == ""
    clock.put(clock.now() + timedelta(hours=1))
    take(enrolled, 1)
    first = enrolled.pending()
    clock.put(clock.now() + timedelta(hours=1))
    take(enrolled, 2)
    assert enrolled.pending().entries == first.entries + 2
    assert first.oldest_at
    assert enrolled.pending().oldest_at == first.oldest_at
    assert enrolled.core.store.read(
        lambda c: c.execute("SELECT value FROM meta WHERE name = 'sent_position'").fetchone()
    )


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_link_that_is_cut_at_any_call_loses_and_doubles_nothing(enrolled: Desk, hub: Hub, when: str) -> None:
    until_same(enrolled, hub)
    for call in range(1, 7):
        take(enrolled, 2)
        hub.calls.clear()
        hub.messages.append(Message(len(hub.messages) + 1, "notice", b'{"text":"Ch\xc3\xa0o"}'))
        hub.cut = cutting(call, when=when)
        until_same(enrolled, hub)
        agree(hub, enrolled)
    assert enrolled.core.store.read(journal.inbox) == 6


def test_a_link_that_breaks_at_every_second_call_still_finishes(enrolled: Desk, hub: Hub) -> None:
    take(enrolled, 12)
    hub.cut = cutting(*range(2, 400, 2))
    until_same(enrolled, hub)
    agree(hub, enrolled)


def test_an_answer_that_is_cut_short_or_not_the_hubs_changes_nothing(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)

    class Torn:
        """The hub behind a proxy that cuts or changes answers."""

        def __init__(self, change: Callable[[bytes], bytes]) -> None:
            self.change = change

        def __getattr__(self, name: str) -> Callable[..., bytes]:
            return lambda *given: self.change(getattr(hub, name)(*given))

    for change in (lambda data: data[:-1], lambda data: data[:70], lambda _data: b"", lambda data: data[:-1] + b"\0",
                   lambda _data: b"<html>Wi-Fi</html>" * 20):  # fmt: skip
        with pytest.raises(TryLater, match=r"link\.garbled"):
            enrolled.link.sync(Torn(change))
        assert enrolled.verify() == []
    until_same(enrolled, hub)
    agree(hub, enrolled)


def test_a_packet_that_comes_twice_and_late_changes_nothing(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    kept: list[bytes] = []
    send = hub._packet

    def twice(data: bytes) -> bytes:
        kept.append(data)
        send(data)
        return send(data)

    hub._packet = twice  # type: ignore[method-assign]
    until_same(enrolled, hub)
    take(enrolled)
    until_same(enrolled, hub)
    for data in reversed(kept):
        send(data)
    assert enrolled.link.sync(hub).sent == 0
    agree(hub, enrolled)


def test_a_desk_restored_from_an_old_copy_gets_its_entries_back(
    enrolled: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk]
) -> None:
    take(enrolled)
    until_same(enrolled, hub)
    shutil.copytree(enrolled.core.store.site.data, tmp_path / "old")
    told = take(enrolled, 4, "Hà Thị")
    until_same(enrolled, hub)
    enrolled.close()
    shutil.rmtree(tmp_path / "desk")
    (tmp_path / "old").rename(tmp_path / "desk")
    back = reopen()
    told += take(back, 2, "Vì Văn")
    report = until_same(back, hub)
    assert report.received == 4
    assert not report.forked  # the restore was noticed at the start
    agree(hub, back)
    assert set(told) <= set(numbers_of(back))
    assert len(set(numbers_of(back))) == len(numbers_of(back)) == 9


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_restore_that_nobody_noticed_is_found_by_the_hub(
    enrolled: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk], *, goes_on: bool
) -> None:
    """Data and state went back together, as in a virtual machine's snapshot."""
    told = take(enrolled)
    until_same(enrolled, hub)
    for name in ("desk", "desk-state"):
        shutil.copytree(tmp_path / name, tmp_path / f"old-{name}")
    told += take(enrolled, 4, "Hà Thị")
    until_same(enrolled, hub)
    enrolled.close()
    for name in ("desk", "desk-state"):
        shutil.rmtree(tmp_path / name)
        (tmp_path / f"old-{name}").rename(tmp_path / name)
    back = reopen()
    epoch = back.core.store.head.epoch
    if goes_on:
        take(back, 2, "Vì Văn")
    report = until_same(back, hub)
    assert report.received == 4
    assert report.forked
    assert back.core.store.head.epoch != epoch
    agree(hub, back)
    more = take(back, 2, "Mùa A")
    assert Counter(numbers_of(back))[more[0]] == Counter(numbers_of(back))[more[1]] == 1
    assert set(more).isdisjoint(told)
    assert set(told) <= set(numbers_of(back))
    assert more[0].endswith("0100")
    until_same(back, hub)
    agree(hub, back)


def clones(desk: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Copy data and state to a second machine that calls itself the first, and open it there."""
    take(desk)
    until_same(desk, hub)
    desk.close()
    for name in ("desk", "desk-state"):
        shutil.copytree(tmp_path / name, tmp_path / name.replace("desk", "clone"))
    identity = desk.core.store.meta.identity
    monkeypatch.setattr("onestop_desktop.store.marks.identity_of", lambda _data, _store: identity)
    return reopen()


def test_two_clones_that_go_on_in_one_epoch_end_with_the_same_entries(
    enrolled: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = clones(enrolled, hub, tmp_path, reopen, monkeypatch)
    second = reopen("clone")
    epoch = first.core.store.head.epoch
    assert second.core.store.head.epoch == epoch
    shared = first.one(numbers_of(first)[0])
    first.act(shared, "ready", {})
    second.act(shared, "assign", {"officer": "tu"})
    numbers = [take(first, 3, "Hà Thị"), take(second, 4, "Vì Văn")]
    assert numbers[0] == numbers[1][:3]  # nobody could know
    until_same(first, hub)
    assert first.core.store.head.epoch == epoch
    until_same(second, hub)
    assert second.core.store.head.epoch != epoch
    until_same(first, hub)
    assert first.core.store.head.epoch != epoch
    until_same(second, hub)
    agree(hub, first, second)
    assert first.show(shared) == second.show(shared)
    assert sorted(numbers_of(first)) == sorted(numbers_of(second))
    for number in numbers[0]:
        assert len(first.find(number)) == 2  # both are kept, both are found
    later = take(first, 2, "Mùa A") + take(first, 1, "Lý Thị")
    assert set(later).isdisjoint(numbers[0] + numbers[1])
    until_same(first, hub)
    until_same(second, hub)
    agree(hub, first, second)
    first.close()
    assert reopen().verify() == []


def test_a_step_after_a_fork_counts_where_its_clock_says_on_both_clones(
    enrolled: Desk,
    hub: Hub,
    tmp_path: Path,
    reopen: Callable[..., Desk],
    monkeypatch: pytest.MonkeyPatch,
    clock: SetClock,
) -> None:
    first = clones(enrolled, hub, tmp_path, reopen, monkeypatch)
    second = reopen("clone")
    shared = first.one(numbers_of(first)[0])
    early = clock.now()
    clock.put(early + timedelta(days=2))
    second.act(shared, "ready", {})
    until_same(second, hub)
    clock.put(early + timedelta(hours=1))
    first.act(shared, "assign", {"officer": "tu"})
    until_same(first, hub)
    first.act(shared, "collect", {"amount": 8000})
    assert [step.kind for step in first.dossier(shared).history] == ["receive", "assign", "ready", "collect"]
    until_same(first, hub)
    until_same(second, hub)
    clock.put(early + timedelta(days=3))
    second.act(shared, "collect", {"amount": 1000})
    until_same(second, hub)
    clock.put(early + timedelta(hours=2))
    until_same(first, hub)
    first.act(shared, "refund", {"amount": 2000, "reason": "Thu nhầm"})
    kinds = [step.kind for step in first.dossier(shared).history]
    assert kinds == ["receive", "assign", "ready", "collect", "refund", "collect"]
    assert first.verify() == []
    until_same(first, hub)
    until_same(second, hub)
    assert first.show(shared) == second.show(shared)
    agree(hub, first, second)


def test_a_hub_that_lost_everything_is_filled_again(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    until_same(enrolled, hub)
    hub.entries.clear()
    hub.incarnation = b"j" * 8
    report = until_same(enrolled, hub)
    assert "refilled" in report.notices
    assert report.sent == len(hub.entries)
    agree(hub, enrolled)


def test_a_hub_that_went_back_is_refilled_with_no_choice(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    until_same(enrolled, hub)
    old = hub.snapshot()
    take(enrolled, 4)
    until_same(enrolled, hub)
    hub.entries = old
    report = until_same(enrolled, hub)
    assert (report.sent, report.received, report.forked) == (4, 0, False)
    agree(hub, enrolled)


def test_an_entry_that_nobody_can_read_is_kept_in_its_place(
    enrolled: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk]
) -> None:
    """A defect of an earlier program put bytes into the chain that are no entry."""
    take(enrolled)
    until_same(enrolled, hub)
    store = enrolled.core.store
    shutil.copytree(store.site.data, tmp_path / "old")
    broken = packet.Item(b"no entry", b"{}", store.head.hash, b"")
    good = next(hub.entries[value] for value in hub.entries if value == store.head.hash)[1].entry()
    value = packet.entry_hash(store.head.hash, broken.envelope, broken.body)
    fields = {**good.fields, "seq": store.head.seq + 2, "kind": "of-a-newer-program"}
    after = packet.Item(canonical(fields), b"{}", value, b"")
    items = [broken, after]
    head = packet.entry_hash(value, after.envelope, after.body)
    seed = store.secret("desk")
    signature = signing.sign(seed)(packet.head_bytes("01", store.head.epoch, store.head.seq + 2, head))
    hub._packet(
        packet.repack(items, "01", store.head.epoch, store.head.seq + 1, store.head.hash,
                      signing.key_id(signing.public_of(seed)), signature)
    )  # fmt: skip
    hub.bad.add(value)
    report = until_same(enrolled, hub)
    assert (report.quarantined, report.received, report.forked) == (1, 2, True)
    assert enrolled.link.state().quarantined == 1
    agree(hub, enrolled)
    enrolled.close()
    shutil.rmtree(tmp_path / "desk")
    (tmp_path / "old").rename(tmp_path / "desk")
    back = reopen()
    hub.entries.clear()
    hub.waiting.clear()
    until_same(back, hub)
    agree(hub, back)


def test_unread_bytes_are_sent_on_as_they_are(enrolled: Desk, hub: Hub) -> None:
    store = enrolled.core.store
    until_same(enrolled, hub)
    intake = exchange.Intake("01", None, store.marks, store.clock.now)
    foreign = exchange.Foreign("ab" * 16, 1, b"\xff", b"", store.head.hash)
    store.exchange(lambda c, meta, head: intake.take(c, meta, head, [foreign]))
    until_same(enrolled, hub)
    agree(hub, enrolled)


def test_the_hubs_messages_are_recorded_once_and_in_order(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    ids = [enrolled.one(number) for number in numbers_of(enrolled)]
    enrolled.act(ids[0], "forward", {"unit": "Chi nhánh Văn phòng Đăng ký đất đai"})
    hub.messages = [
        Message(1, "answer", canonical({"dossier": ids[0], "text": "Đồng ý cấp"})),
        Message(2, "answer", canonical({"dossier": ids[1], "text": "Không ai hỏi"})),
        Message(3, "notice", canonical({"text": "Mai họp 8 giờ"})),
        Message(4, "calendar", canonical({"change": "off", "day": "2026-12-31", "reason": "Nghỉ bù"})),
        Message(5, "calendar", b"[1"),
    ]
    report = until_same(enrolled, hub)
    assert report.messages == [1, 2, 3, 4, 5]
    assert enrolled.dossier(ids[0]).answer == "Đồng ý cấp"
    assert [step.kind for step in enrolled.dossier(ids[1]).history] == ["receive", "notice"]
    assert not enrolled.dossier(ids[1]).conflict
    assert enrolled.core.setup.days[-1].change.day.isoformat() == "2026-12-31"
    agree(hub, enrolled)
    before = enrolled.digest()
    until_same(enrolled, hub)
    assert enrolled.digest() == before
    assert enrolled.core.store.read(journal.inbox) == 5


def test_what_the_hub_cannot_prove_to_be_this_desks_is_not_taken(enrolled: Desk, hub: Hub) -> None:
    until_same(enrolled, hub)
    stranger = b"x" * 32
    good = hub.entries[enrolled.core.store.head.hash][1].entry()
    fields = {**good.fields, "epoch": "cd" * 16, "seq": 1}
    item = packet.Item(canonical(fields), b"{}", bytes(32), b"")
    head = packet.entry_hash(bytes(32), item.envelope, item.body)
    signature = signing.sign(stranger)(packet.head_bytes("01", "cd" * 16, 1, head))
    data = packet.repack([item], "01", "cd" * 16, 1, bytes(32), signing.key_id(signing.public_of(stranger)), signature)
    found = packet.unpack(data)
    hub.entries[head] = (("cd" * 16, 1), found.items[0], found)
    report = enrolled.link.sync(hub)
    assert not report.same
    assert set(report.notices) == {"foreign_key", "digest"}
    assert report.received == 0
    assert set(enrolled.link.state().notices) == {"foreign_key", "digest"}
    assert enrolled.verify() == []


def test_the_counter_goes_on_while_the_desk_takes_in_what_it_lost(
    enrolled: Desk, hub: Hub, tmp_path: Path, reopen: Callable[..., Desk]
) -> None:
    shutil.copytree(enrolled.core.store.site.data, tmp_path / "old")
    told = take(enrolled, 30)
    until_same(enrolled, hub)
    enrolled.close()
    shutil.rmtree(tmp_path / "desk")
    (tmp_path / "old").rename(tmp_path / "desk")
    back = reopen()
    fresh: list[str] = []
    hub.cut = lambda _name, _call, when: fresh.extend(take(back, 1, "Vàng A")) if when == "after" else None
    hub.parcel = 1
    with_link = [back.link.sync(hub) for _time in range(3)]
    hub.cut = cutting()
    until_same(back, hub)
    assert with_link
    agree(hub, back)
    assert set(told).isdisjoint(fresh)
    assert len(set(numbers_of(back))) == len(numbers_of(back)) == 30 + len(fresh)


def test_the_hubs_clock_is_remembered_and_blocks_nothing(enrolled: Desk, hub: Hub, clock: SetClock) -> None:
    hub.time_ms = int(clock.now().timestamp() * 1000)
    until_same(enrolled, hub)
    assert enrolled.clock_suspicion() is None
    hub.time_ms = int(datetime(2027, 5, 1, 8, 0, tzinfo=HANOI).timestamp() * 1000)
    until_same(enrolled, hub)
    assert enrolled.clock_suspicion() == "clock.off_from_hub"
    assert take(enrolled, 1)
    hub_time = enrolled.link.hub_time()
    assert hub_time is not None
    assert hub_time.year == 2027


def test_a_desk_without_a_hub_says_so(desk: Desk) -> None:
    assert not desk.link.state().enrolled
    with pytest.raises(Refused, match=r"link\.not_enrolled"):
        desk.link.sync(Hub(PUBLIC))


def test_another_hub_starts_with_nothing_known(enrolled: Desk, hub: Hub) -> None:
    take(enrolled)
    until_same(enrolled, hub)
    other = signing.public_of(b"o" * 32)
    enrolled.link.enrol(PUBLIC)
    assert enrolled.pending().entries == 0
    enrolled.link.enrol(other)
    assert enrolled.pending().entries == len(hub.entries)
    assert enrolled.link.state().heard_at is None
