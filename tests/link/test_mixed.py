"""The same day by the network, by stick and by letter, in every order and twice: the hub ends in the same state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.policy import default
from itertools import permutations
from pathlib import Path

import pytest

from onestop_desktop import words
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.figures import standing_of
from onestop_desktop.domain.figures import Standing
from onestop_desktop.errors import Refused
from onestop_desktop.hub import bundles, incidents
from onestop_desktop.hub.figures import figures, standing_on
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.store import exchange
from onestop_desktop.store.exchange import Heard
from tests.coding import coding_once
from tests.link.cuts import MORNING, Place, let_in, make_desk, the_day, until_same

PARTS = ((0, 20), (20, 40), (40, None))
DAY = "2022-03-03"


@dataclass
class Road:
    """A hub of its own, what the desk has heard from it, and the files that were carried to it."""

    desk: Desk
    clock: SetClock
    place: Place
    folder: Path
    heard: Heard = field(default_factory=Heard)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def carry(self, way: str) -> int:
        """Carry what the hub lacks, twice; return how many entries were new to it the first time."""
        self.desk.core.store.write_plain(lambda c: exchange.keep_heard(c, self.heard), urgent=False)
        new = WAYS[way](self)
        self.heard = self.desk.core.store.read(exchange.heard)
        return new

    def network(self) -> int:
        with self.place.serving(self.clock) as (ledger, address):
            before = len(ledger.changes(0))
            until_same(self.desk, address)
            new = len(ledger.changes(0)) - before
            assert self.desk.carry.sync(address).sent == 0
            assert len(ledger.changes(0)) == before + new
        return new

    def stick(self) -> int:
        return self._by_file("usb", self.desk.carry.write(self._empty()).path.read_bytes())

    def letter(self) -> int:
        path = self.desk.carry.letter(self._empty(), words.load()).path
        (attached,) = message_from_bytes(path.read_bytes(), policy=default).iter_attachments()
        return self._by_file("mail", attached.get_content())

    def _by_file(self, carrier: str, sealed: bytes) -> int:
        self.files.append((carrier, sealed))
        with self.place.opened(self.clock) as ledger:
            first, second = (bundles.take(ledger, sealed, carrier=carrier) for _twice in range(2))
            assert (first.fresh, second.fresh) == (first.entries, 0)
        for reply in (first.reply, second.reply):
            back = self._empty() / "x.traloi"
            back.write_bytes(reply)
            self.desk.carry.take(back)
        with pytest.raises(Refused, match=r"bundle\.nothing"):
            self.desk.carry.bundle()
        return first.fresh

    def _empty(self) -> Path:
        folder = self.folder / f"{self.place.folder.name}-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        return folder

    @property
    def digest(self) -> str:
        with self.place.opened(self.clock) as ledger:
            return ledger.digest(self.place.number)


WAYS: dict[str, Callable[[Road], int]] = {"network": Road.network, "stick": Road.stick, "letter": Road.letter}


@pytest.fixture
def coded_once() -> Iterator[None]:
    """The same entries go into many packets; the first test works each of them out by itself."""
    with coding_once():
        yield


@pytest.fixture
def clock() -> SetClock:
    """The sample day has not begun."""
    return SetClock(MORNING)


@pytest.fixture
def template(desk: Desk, clock: SetClock, tmp_path: Path) -> Place:
    place = Place(tmp_path / "template").make(clock)
    let_in(desk, place, clock)
    return place


@pytest.fixture
def road(desk: Desk, clock: SetClock, template: Place, tmp_path: Path) -> Callable[[str], Road]:
    def make(name: str) -> Road:
        folder = tmp_path / "carried"
        folder.mkdir(exist_ok=True)
        return Road(desk, clock, template.copy(tmp_path / f"hub-{name}"), folder)

    return make


def work(desk: Desk, clock: SetClock, part: tuple[int, int | None]) -> None:
    """Take a part of the day; finish every third dossier of it, and hand over every sixth."""
    for at, number in enumerate(the_day(desk, clock, start=part[0], stop=part[1])):
        if at % 3 == 0:
            desk.act(desk.one(number), "ready", {})
        if at % 6 == 0:
            desk.act(desk.one(number), "return", {})


def check(ledger: Ledger, place: Place, desk: Desk) -> None:
    """Nothing is missing, nothing doubled: digests, journal rows, figures on both sides."""
    held = desk.core.store.read(exchange.summary)
    at_desk: Standing = standing_of(desk.core, DAY)
    assert at_desk.received == 60
    with ledger.reading() as connection:
        (whole,) = figures(connection, date.fromisoformat(DAY))
        assert standing_on(connection, whole.commune, date.fromisoformat(DAY)) == at_desk
        assert incidents.listed(connection) == []
    assert (whole.received, dict(whole.by), whole.unknown) == (at_desk.received, dict(at_desk.by), 0)
    assert whole.holds
    assert whole.waiting == 0
    assert len(ledger.changes(0)) == held.count
    assert ledger.digest(place.number) == desk.digest()


def check_all(desk: Desk, clock: SetClock, places: list[Place]) -> None:
    for place in places:
        with place.opened(clock) as ledger:
            check(ledger, place, desk)
        assert place.differences(clock) == []
    assert desk.verify() == []


def test_the_whole_day_by_one_way_each(desk: Desk, clock: SetClock, road: Callable[[str], Road]) -> None:
    for part in PARTS:
        work(desk, clock, part)
    roads = {way: road(way) for way in WAYS}
    carried = {roads[way].carry(way) for way in WAYS}
    assert len(carried) == 1
    assert len({one.digest for one in roads.values()}) == 1
    check_all(desk, clock, [one.place for one in roads.values()])


@pytest.mark.usefixtures("coded_once")
def test_each_third_of_the_day_by_another_way_in_every_order(
    desk: Desk, clock: SetClock, road: Callable[[str], Road]
) -> None:
    roads = {order: road("-".join(order)) for order in permutations(WAYS)}
    for at, part in enumerate(PARTS):
        work(desk, clock, part)
        carried = {one.carry(order[at]) for order, one in roads.items()}
        assert len(carried) == 1
        assert len({one.digest for one in roads.values()}) == 1
    check_all(desk, clock, [one.place for one in roads.values()])


@dataclass(frozen=True)
class Carried:
    """A desk with the whole day, the hub as it was before, and three files, each with one third of the day alone."""

    desk: Desk
    clock: SetClock
    template: Place
    files: list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def thirds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carried]:
    """The second third came by letter. Whoever uses it takes the files into hubs of his own and adds no entry."""
    folder, clock = tmp_path_factory.mktemp("thirds"), SetClock(MORNING)
    desk = make_desk(folder, clock)
    template = Place(folder / "template").make(clock)
    let_in(desk, template, clock)
    (folder / "carried").mkdir()
    one = Road(desk, clock, template.copy(folder / "in-order"), folder / "carried")
    for part, way in zip(PARTS, ("stick", "letter", "stick"), strict=True):
        work(desk, clock, part)
        one.carry(way)
    yield Carried(desk, clock, template, one.files)
    desk.close()


@pytest.mark.usefixtures("coded_once")
def test_files_in_every_order_and_twice_with_the_gaps_named(thirds: Carried, tmp_path: Path) -> None:
    places = []
    for order in permutations(range(len(thirds.files))):
        place = thirds.template.copy(tmp_path / f"by-{order}")
        places.append(place)
        with place.opened(thirds.clock) as ledger:
            for step, at in enumerate((*order, *reversed(order))):
                carrier, sealed = thirds.files[at]
                taken = bundles.take(ledger, sealed, carrier=carrier)
                assert bundles.take(ledger, sealed, carrier=carrier).fresh == 0
                if step == 0:
                    assert bool(taken.missing) == (at != 0)
            assert taken.missing == ()
    check_all(thirds.desk, thirds.clock, places)


@pytest.mark.usefixtures("coded_once")
def test_the_network_first_between_or_last_and_the_files_forwards_or_reversed(thirds: Carried, tmp_path: Path) -> None:
    files, places = thirds.files, []
    for number, order in enumerate((files, files[::-1])):
        for position in range(len(files) + 1):
            place = thirds.template.copy(tmp_path / f"at-{number}-{position}")
            one = Road(thirds.desk, thirds.clock, place, tmp_path)
            places.append(place)
            for at in range(len(files) + 1):
                if at == position:
                    one.carry("network")
                for carrier, sealed in order[at : at + 1]:
                    with place.opened(thirds.clock) as ledger:
                        for _twice in range(2):
                            bundles.take(ledger, sealed, carrier=carrier)
    check_all(thirds.desk, thirds.clock, places)
