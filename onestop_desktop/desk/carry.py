"""Carrying by hand and over the line: bundles for a stick or a letter, the answers that come back, one session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.enrol import AGE, Enrolment
from onestop_desktop.desk.link import Link, Progress
from onestop_desktop.desk.setup import HubPlace
from onestop_desktop.domain.office import office_on
from onestop_desktop.errors import InvalidInput, KnownError, Refused, TryLater
from onestop_desktop.store import exchange
from onestop_desktop.store.connect import from_os
from onestop_desktop.store.files import write_durably
from onestop_desktop.store.left import keep_carried
from onestop_desktop.words import Words

if TYPE_CHECKING:
    from onestop_desktop.sync.export import Exported
    from onestop_desktop.sync.http import HttpPeer
    from onestop_desktop.sync.session import Report

BUNDLE, ANSWER = ".motcua", ".traloi"


@dataclass(frozen=True, slots=True)
class Carried:
    """A bundle that was written: where, how many entries of which declared days (ISO; empty for a request)."""

    path: Path
    entries: int = 0
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer file brought: the grant, or entries, messages and notices."""

    granted: bool = False
    received: int = 0
    messages: int = 0
    waiting: int = 0


class Carry:
    """What leaves this desk and what comes back; every method may be called from any thread."""

    def __init__(self, core: Core, link: Link) -> None:
        self._core = core
        self._link = link
        self.enrolment = Enrolment(core)

    @property
    def place(self) -> HubPlace:
        """Return the hub that this desk belongs to; raises Refused `link.not_enrolled`."""
        if self._core.setup.hub is None:
            raise Refused("link.not_enrolled")
        return self._core.setup.hub

    # -- over the line --------------------------------------------------------------------------------------

    def sync(
        self, address: str = "", progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Report:
        """Hold one session with the hub over the network, at each of its addresses until one answers.

        Raises:
            TryLater: `link.…`; what was done stays done.
            Refused: `link.not_enrolled`, `link.pin`, `hub.…`.
        """
        place = self.place
        addresses = (address,) if address else place.addresses
        if not addresses:
            raise Refused("link.no_address")
        failed: TryLater | None = None
        for one in addresses:
            peer = self._peer(one, tuple(bytes.fromhex(pin) for pin in place.pins), stopped)
            try:
                return self._session(peer, progress)
            except TryLater as error:
                if error.code != "link.no_network":
                    raise
                failed = error
            finally:
                self._keep_certificate(peer)
                peer.close()
        raise failed or TryLater("link.no_network")

    def _session(self, peer: HttpPeer, progress: Progress | None) -> Report:
        report = self._link.sync(peer, progress)
        report.files = self._send_files(peer, report, progress)
        return report

    def _send_files(self, peer: HttpPeer, report: Report, progress: Progress | None) -> int:
        """Send attachments, after the entries that name them; what broke off goes on there the next time."""
        from onestop_desktop.sync.files import Sender  # noqa: PLC0415  imported on first use

        store = self._core.store
        names, position = store.read(exchange.files_to_send)
        if not report.same or not names or not report.token:
            return 0
        sender = Sender(peer, report.token)
        if progress is not None:
            sender.progress = lambda _at, _whole: progress(report.sent, 0, report.received, peer.traffic.sent)
        for name in names:
            sender.send(name, store.vault.get(name))
        store.write_plain(lambda c: exchange.keep_files_sent(c, position), urgent=False)
        return len(names)

    def _peer(self, address: str, pins: tuple[bytes, ...], stopped: Callable[[], bool]) -> HttpPeer:
        from onestop_desktop.sync.http import HttpPeer  # noqa: PLC0415  imported on first use

        known = self._core.store.read(lambda c: exchange.told_certificate(c, address))
        return HttpPeer(address, pins, known, stopped=stopped)

    def _keep_certificate(self, peer: HttpPeer) -> None:
        known = self._core.store.read(lambda c: exchange.told_certificate(c, peer.address))
        if peer.certificate and peer.certificate != known:
            job = exchange.keep_certificate
            self._core.store.write_plain(lambda c: job(c, peer.address, peer.certificate), urgent=False)

    def ask(self, card: str) -> bool:
        """Ask the hub of a card to let this desk in, or what became of it; True once it has.

        Raises:
            InvalidInput: `enrol.card`.
            TryLater: `link.…`.
            Refused: `enrol.…`.
        """
        asked = self.enrolment.ask(card)
        failed: TryLater | None = None
        for address in asked.addresses:
            peer = self._peer(address, asked.pins, lambda: False)
            try:
                granted = peer.enrol(asked.request)
            except TryLater as error:
                failed = error
                continue
            finally:
                peer.close()
            if granted:
                self.enrolment.take_grant(granted)
            return bool(granted)
        raise failed or Refused("link.no_address")

    # -- by hand --------------------------------------------------------------------------------------------

    def request(self, folder: Path) -> Carried:
        """Write the request to be let in, for a stick."""
        return Carried(written(folder / f"{self._name()}-xin-noi{BUNDLE}", self.enrolment.request_file()))

    def bundle(self, *, everything: bool = False) -> Exported:
        """Seal what the hub lacks; raises Refused `bundle.nothing`, `link.not_enrolled`."""
        from onestop_desktop.sync.export import export  # noqa: PLC0415  imported on first use

        place = self.place
        return export(self._core.store, bytes.fromhex(place.key), place.recipient, everything=everything)

    def write(self, folder: Path, *, everything: bool = False) -> Carried:
        """Write a bundle into a folder (a stick) under a name of its own; an older one there is never overwritten.

        Raises:
            Refused: `bundle.nothing`, `link.not_enrolled`.
            TryLater: `store.disk_full`, `store.cannot_write`.
        """
        made = self.bundle(everything=everything)
        path = self._gone(_free(folder, self._name(), BUNDLE), made.data)
        return Carried(path, made.entries, made.first_day, made.last_day)

    def letter(self, folder: Path, words: Words) -> Carried:
        """Write a ready letter with a bundle attached; raises as `write`."""
        from onestop_desktop.sync.letter import Enclosed, letter  # noqa: PLC0415  imported on first use

        core, made = self._core, self.bundle()
        office = office_on(core.setup.offices, core.now().date())
        enclosed = Enclosed(
            office.name, core.store.meta.desk, self.place.name or office.upper, made.entries, made.first_day,
            made.last_day,
        )  # fmt: skip
        path = _free(folder, self._name(), ".eml")
        data = letter(words, enclosed, path.with_suffix(BUNDLE).name, made.data, core.now())
        return Carried(self._gone(path, data), made.entries, made.first_day, made.last_day)

    def _gone(self, path: Path, data: bytes) -> Path:
        """Write what is carried away, and know from then on that it may be anywhere."""
        written(path, data)
        self._core.store.write_plain(keep_carried)
        return path

    def take(self, path: Path) -> Answered:
        """Take an answer file that came back: a grant, or what the hub has and this desk lacks.

        Raises:
            InvalidInput: `input.no_file`, `bundle.not_one`, `bundle.not_ours`, `bundle.damaged`, `wire.signature`,
                `bundle.other_desk`.
            Refused: `link.not_enrolled`.
        """
        from onestop_desktop.wire.bundle import ANSWER_FILE  # noqa: PLC0415  imported on first use
        from onestop_desktop.wire.envelope import unseal  # noqa: PLC0415

        try:
            sealed = path.read_bytes()
        except OSError:
            raise InvalidInput("input.no_file", path=str(path)[-120:]) from None
        age = self._core.store.read(lambda c: exchange.secret(c, AGE))
        if age is None:
            raise Refused("link.not_enrolled")
        data = unseal(sealed, age.decode().split(" ")[1])
        if not data.startswith(ANSWER_FILE):
            self.enrolment.take_grant(data)
            return Answered(granted=True)
        return self._take_reply(data)

    def _take_reply(self, data: bytes) -> Answered:
        from onestop_desktop.wire.bundle import read_reply  # noqa: PLC0415  imported on first use
        from onestop_desktop.wire.signing import check, key_id, public_of  # noqa: PLC0415

        reply, packets = read_reply(data, check(bytes.fromhex(self.place.key)))
        own = {key_id(public_of(seed)) for seed in self._core.store.read(exchange.desk_seeds)}
        if reply.key not in own:
            raise InvalidInput("bundle.other_desk")
        report = self._link.take_reply(reply.answer, packets)
        return Answered(False, report.received, len(report.messages), self._link.pending().entries)

    def _name(self) -> str:
        """Return a file's name: agency, desk, day; no person's."""
        core = self._core
        now = core.now()
        return f"{office_on(core.setup.offices, now.date()).agency}-{core.store.meta.desk}-{now:%y%m%d}"


def _free(folder: Path, name: str, suffix: str) -> Path:
    number = 1
    while (path := folder / f"{name}-{number}{suffix}").exists():
        number += 1
    return path


def written(path: Path, data: bytes) -> Path:
    """Write a whole file and return its path; raises TryLater `store.disk_full`, `store.cannot_write`."""
    try:
        write_durably(path, data)
    except KnownError:
        raise
    except OSError as error:
        raise from_os(error) from error
    return path
