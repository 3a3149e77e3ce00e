"""Where the page Chốt ngày meets the desk: figures, checks, closing, and what is carried by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from onestop_desktop.desk.close_day import Check, Closed, DayFigures
from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.errors import KnownError
from onestop_desktop.gui.close_day.enrol_part import CARD
from onestop_desktop.gui.close_day.line import Line, LinkView, dots
from onestop_desktop.gui.flows.link import LinkFlow, told_to
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.attachments import FileDrop
from onestop_desktop.gui.widgets.strip import Answer, Message

if TYPE_CHECKING:
    from onestop_desktop.desk.arrivals import Arrival
    from onestop_desktop.desk.carry import Answered, Carried
    from onestop_desktop.desk.desk import Desk
    from onestop_desktop.desk.enrol import Asked

T = TypeVar("T")

_TOPIC = "close-day"
_LET_IN = "let-in"
_PAST_LETTING_IN = frozenset(Line) - {Line.ASKING, Line.SENDING, Line.WAITING, Line.SENT}
"""States in which it is no longer worth telling that this desk was let in."""
_CHIPS = frozenset({"ready", "overdue", "unsent", "conflict"})


@dataclass(frozen=True, slots=True)
class _Day:
    """What the left side shows."""

    figures: DayFigures
    checks: tuple[Check, ...]
    closed: str


def _read(desk: Desk, day: date) -> _Day:
    at = desk.close_day.closed_at(day)
    return _Day(desk.close_day.figures(day), desk.close_day.checks(day), f"{at:%H:%M}" if at else "")


class CloseDayFlow(QObject):
    """The end of a day; `chip_asked` asks for the list of dossiers behind a check, `dossier_asked` for one of them."""

    busy_changed = Signal(bool)
    chip_asked = Signal(str)
    dossier_asked = Signal(str)

    def __init__(self, session: Session, page: CloseDayPage, prints: PrintFlow, link: LinkFlow) -> None:
        super().__init__(session)
        self._session = session
        self._say = session.words.say
        self._prints = prints
        self._begun = False
        self._firsts: dict[str, str] = {}
        """By what settles a check: the first dossier that it speaks of."""
        self.link = link
        self.page = page
        self.busy = False
        page.save_asked.connect(self.save)
        page.register_asked.connect(self.print_register)
        page.checks.settled.connect(self.settle)
        page.send.send_asked.connect(link.attempt)
        page.send.stop_asked.connect(link.stop)
        page.send.opened.connect(self._open)
        page.hand.bundle_asked.connect(self.write_bundle)
        page.hand.letter_asked.connect(self.write_letter)
        page.hand.answer_asked.connect(self.choose_answer)
        page.enrol.card_entered.connect(self.take_card)
        page.enrol.ask_again_asked.connect(link.attempt)
        page.enrol.request_asked.connect(self.write_request)
        page.stale.connect(self.load)
        link.logged.connect(lambda: page.show_log(link.lines()))
        link.asked.connect(page.enrol.say_state)
        link.granted.connect(self._let_in)
        told_to(link, self._show_link)
        self._drop = FileDrop(page, lambda paths: self.take_answer(Path(paths[0])), lambda: not self.busy)

    def begin(self) -> None:
        """Show the page as it is when a clerk turns to it."""
        self._begun = False
        self.page.strip.drop(_LET_IN)
        self.load()
        self.page.show_log(self.link.lines())
        self.link.look()
        self.link.inbox.read()
        self._show_request()

    # -- the left side --------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read figures and checks."""
        desk, day = self._session.desk, self._session.desk.now().date()
        self._session.run(lambda: _read(desk, day), self._loaded, self._failed, key=_TOPIC)

    def _loaded(self, day: _Day) -> None:
        page = self.page
        page.figures.put(day.figures)
        self._firsts = {one.action: one.first for one in day.checks if one.first}
        page.checks.put(day.checks, linked=self.link.view.enrolled)
        page.show_closed(self._say("window.closing.closed_at", at=day.closed) if day.closed else "")
        if not self._begun:
            self._begun = True
            page.start()

    def settle(self, action: str) -> None:
        """Do what settles a check: print, send, or show its dossiers."""
        if action == "unprinted":
            self._print_receipts()
        elif action == "unsent" and self.link.view.enrolled:
            self.link.attempt()
        elif action in self._firsts:
            self._open(self._firsts[action])
        else:
            self.chip_asked.emit(action if action in _CHIPS else "all")

    def _show_link(self, view: LinkView) -> None:
        self.page.show_link(view)
        if view.line in _PAST_LETTING_IN:
            self.page.strip.drop(_LET_IN)

    def _open(self, dossier: str) -> None:
        self.link.opened(dossier)
        self.dossier_asked.emit(dossier)

    def _print_receipts(self) -> None:
        desk = self._session.desk

        def job() -> list[PaperJob]:
            return [desk.papers.print(row.id, "receipt") for row in desk.unprinted()]

        def made(jobs: Sequence[PaperJob]) -> None:
            for one in jobs:
                self._prints.send(one)
            self._tell("ok", "window.closing.printing", count=dots(len(jobs)))
            # Behind the printing on the one worker: by then it is known what came out.
            self.load()

        self._session.run(job, made, self._failed)

    def print_register(self) -> None:
        """Print the register of the day."""
        desk, press, printer = self._session.desk, self._session.press, self._prints.printer
        day = desk.now().date()
        if not printer:
            self._prints.ask()
            self._tell("warn", "window.closing.choose_printer")
            return

        def done(_none: None) -> None:
            self._tell("ok", "window.closing.register_printed", printer=printer)

        self._session.run(lambda: press.put_out(desk.close_day.register_pdf(day), printer), done, self._failed)

    def save(self) -> None:
        """Close the day: sheet, register, bundle and letter into the folder that was chosen once."""
        if self.busy:
            return
        folder = self._session.settings.text("out_folder")
        if not folder or not Path(folder).is_dir():
            folder = self._ask_folder("window.closing.choose_out", folder)
            if not folder:
                return
        self._close(folder)

    def _close(self, folder: str) -> None:
        desk, words, settings = self._session.desk, self._session.words, self._session.settings
        day = desk.now().date()

        def job() -> Closed:
            settings.put("out_folder", folder)
            return desk.close_day.close(day, Path(folder), words)

        self._work(job, partial(self._closed, folder))

    def _closed(self, folder: str, closed: Closed) -> None:
        say = self._say
        names = [path.name for path in (closed.sheet, closed.register, closed.bundle, closed.letter) if path]
        code = "window.closing.done" if closed.bundle else "window.closing.done_no_bundle"
        text = say(code, folder=folder, files=", ".join(names), count=dots(closed.entries))
        other = Answer(say("window.closing.other_folder"), self._choose_other)
        headline = say("window.closing.done_title", day=f"{self._session.desk.now():%d/%m/%Y}")
        self.page.strip.say(Message("ok", text, headline, (other,), _TOPIC))
        self.link.note("closed", "recorded", "ok")
        self._session.changed.emit(Changes())

    def _choose_other(self) -> None:
        folder = self._ask_folder("window.closing.choose_out", self._session.settings.text("out_folder"))
        if folder and not self.busy:
            self._close(folder)

    # -- by hand --------------------------------------------------------------------------------------------

    def write_bundle(self) -> None:
        """Write what the hub lacks onto a stick."""
        carry = self._session.desk.carry
        self._write("window.closing.choose_stick", carry.write, partial(self._carried, "bundle"))

    def write_letter(self) -> None:
        """Write a letter with the bundle attached."""
        carry, words = self._session.desk.carry, self._session.words
        job = lambda folder: carry.letter(folder, words)  # noqa: E731  the folder comes from the dialog
        self._write("window.closing.choose_letter", job, partial(self._carried, "letter"))

    def write_request(self) -> None:
        """Write the request to be let in onto a stick."""
        self._write("window.closing.choose_stick", self._session.desk.carry.request, self._requested)

    def _write(self, title: str, job: Callable[[Path], Carried], done: Callable[[Carried], None]) -> None:
        if self.busy:
            return
        folder = self._ask_folder(title, "")
        if folder:
            self._work(lambda: job(Path(folder)), done)

    def _carried(self, kind: str, carried: Carried) -> None:
        facts = {"count": dots(carried.entries), "first": _day(carried.first_day), "last": _day(carried.last_day)}
        self._tell("ok", f"window.closing.wrote_{kind}", path=str(carried.path), **facts)
        self.link.note(kind, "recorded", "ok", count=dots(carried.entries))

    def _requested(self, carried: Carried) -> None:
        self._tell("ok", "window.closing.wrote_request", path=str(carried.path))
        self.link.note("request", "recorded", "ok")

    def choose_answer(self) -> None:
        """Ask for an answer file."""
        title, kinds = self._say("window.closing.choose_answer"), self._say("window.closing.answer_files")
        path, _kind = QFileDialog.getOpenFileName(self.page, title, "", f"{kinds} (*.traloi);;* (*)")
        if path:
            self.take_answer(Path(path))

    def take_answer(self, path: Path) -> None:
        """Take an answer file that came back."""
        desk, seen = self._session.desk, self.link.inbox.seen
        if not self.busy:
            self._work(lambda: (desk.carry.take(path), desk.arrivals.since(seen)), self._taken)

    def _taken(self, got: tuple[Answered, tuple[Arrival, ...]]) -> None:
        answered, arrivals = got
        if answered.granted:
            self.link.let_in()
            return
        facts = {
            "count": dots(answered.received), "messages": dots(answered.messages), "waiting": dots(answered.waiting)
        }  # fmt: skip
        self._tell("ok", "window.closing.took", **facts)
        self.link.note("took", "recorded", "ok")
        self.link.take_arrived(arrivals)
        self._session.changed.emit(Changes(people=True, office=True))

    # -- being let in ---------------------------------------------------------------------------------------

    def scanned(self, text: str) -> bool:
        """Take a scanned card of a hub; False for anything else, which the scan box answers."""
        if not text.strip().upper().startswith(CARD):
            return False
        self.take_card(text.strip())
        return True

    def take_card(self, card: str) -> None:
        """Make the request that answers a card, show the words, and ask over the line."""
        enrolment = self._session.desk.carry.enrolment
        self._work(lambda: enrolment.ask(card), partial(self._asked, card), self._no_card)

    def _asked(self, card: str, asked: Asked) -> None:
        by_network = bool(asked.addresses)
        self.page.enrol.show_asked(asked.name, asked.words, by_network=by_network)
        code = "window.closing.enrol.asking" if by_network else "window.closing.enrol.by_stick"
        self.page.enrol.say_state(self._say(code))
        if by_network:
            self.link.ask(card)

    def _no_card(self, error: Exception) -> None:
        self.page.enrol.wrong(self._session.tell(error))

    def _show_request(self) -> None:
        """Show what was asked before the program was last ended; over the network it is asked again by itself."""
        if not self.link.view.wants_card:
            return
        asked = self._session.desk.carry.enrolment.asked()
        if asked is not None:
            self.page.enrol.show_asked(asked.name, asked.words, by_network=bool(self.link.card))
            code = "window.closing.enrol.asking" if self.link.card else "window.closing.enrol.still"
            self.page.enrol.say_state(self._say(code))

    def _let_in(self) -> None:
        self.page.enrol.start_over()
        text = self._say("window.closing.enrol.done", name=self._session.desk.carry.place.name)
        self.page.strip.say(Message("ok", text, topic=_LET_IN))

    # -- together -------------------------------------------------------------------------------------------

    def _ask_folder(self, title: str, before: str) -> str:
        return QFileDialog.getExistingDirectory(self.page, self._say(title), before)

    def _work(
        self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None] | None = None
    ) -> None:
        self._set_busy(busy=True)

        def landed(got: T) -> None:
            self._set_busy(busy=False)
            done(got)

        def not_landed(error: Exception) -> None:
            self._set_busy(busy=False)
            (failed or self._failed)(error)

        self._session.run(job, landed, not_landed)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.page.set_busy(busy=busy)
        self.busy_changed.emit(busy)

    def _failed(self, error: Exception) -> None:
        tone = "warn" if isinstance(error, KnownError) else "bad"
        self.page.strip.say(Message(tone, self._session.tell(error), topic=_TOPIC))

    def _tell(self, tone: str, code: str, **facts: str) -> None:
        self.page.strip.say(Message(tone, self._say(code, **facts), topic=_TOPIC))


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else "–"
