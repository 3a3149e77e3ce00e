"""Where the certification desk meets the desk: the fee while typing, the next number, F9, receipts if asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from onestop_desktop.desk.certify import LINES_LIMIT, Certified
from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.domain.money import format_dong
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui import sounds
from onestop_desktop.gui.certify.kinds import kinds_of
from onestop_desktop.gui.certify.lines import Line
from onestop_desktop.gui.flows.drafts import CERTIFY, Drafts
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.pages.certify import CertifyPage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message
from onestop_desktop.gui.widgets.suggest import Provider, Suggestion

_TRY_AGAIN_MS = 30

Done = tuple[tuple[Certified, ...], Changes]


def books_of(session: Session) -> Provider:
    """Return the procedures that keep a certification book, the usual two first."""

    def provide(_text: str) -> Sequence[Suggestion]:
        desk = session.desk
        kinds = kinds_of(desk.catalogue.all(), desk.now().date())
        return [Suggestion(one.display, one.code, one) for one in kinds]

    return provide


class CertifyFlow(QObject):
    """Certifications, several at a time."""

    busy_changed = Signal(bool)

    def __init__(self, session: Session, page: CertifyPage, prints: PrintFlow) -> None:
        super().__init__(session)
        self._session = session
        self.page = page
        self._prints = prints
        self._say = session.words.say
        self._sounds = sounds.of(session)
        self.busy = False
        self._printing: set[str] = set()
        self.drafts = Drafts(session, page.state, CERTIFY)
        page.destroyed.connect(self.drafts.watch_no_more)
        self._looked = False
        page.edited.connect(self._edited)
        page.add_asked.connect(self.add)
        page.save_asked.connect(self.save)
        page.stale.connect(lambda _changes: self.show_numbers())
        page.change_refused.connect(self._finish_first)
        page.strip.closed.connect(page.start)
        page.lines.number_by(session.desk.next_book_number)
        prints.came_out.connect(self._came_out)
        prints.failed.connect(self._not_out)
        self.show_price()

    def begin(self) -> None:
        """Show the page as it is when a clerk turns to it."""
        self.show_numbers()
        self.page.start()
        if not self._looked:
            self._looked = True
            if self.drafts.find() is not None:
                self._offer_draft()

    # -- drafts ---------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self.drafts.touch()
        self.show_price()

    def _offer_draft(self) -> None:
        draft = self.drafts.offered or {}
        count = len(draft.get("lines", ())) + ("begun" in draft)
        answers = (
            Answer(self._say("window.draft.resume"), partial(self._take_draft, 0), primary=True),
            Answer(self._say("window.draft.discard"), self._discard_draft),
        )
        text = self._say("window.certify.draft_found", count=count)
        self.page.strip.say(Message("primary", text, answers=answers, topic="draft"), focus=True)

    def resume_draft(self, at: int) -> None:
        """Go on with one of the form's drafts, counted from the latest; what is typed now waits in its place."""
        typed = self.page.state() is not None
        if not (typed and at == 0):
            self._take_draft(at - typed)

    def _take_draft(self, at: int) -> None:
        state = self.drafts.take(at, self.page.state())
        self.page.strip.drop("draft")
        if state:
            self.page.restore(state, self._lines_of(state))
            self.page.start()

    def _lines_of(self, state: Mapping[str, Any]) -> list[Line]:
        """Return a draft's lines with the fees of today; where there is none, F9 tells."""
        lines = [Line(**one) for one in state.get("lines", ())]
        return [replace(line, fee=self._by_schedule(line) or line.fee) for line in lines]

    def _discard_draft(self) -> None:
        self.drafts.refuse_offered()
        self.page.strip.dismiss()

    # -- while typing ---------------------------------------------------------------------------------------

    def show_price(self) -> None:
        """Show what the line being typed costs, and the next number of its book."""
        line = self.page.form.peek()
        self.page.show_price(self._by_schedule(line) if line else None)
        self._show_next()

    def show_numbers(self) -> None:
        """Read the books' next numbers again."""
        self.page.lines.renumber()
        self._show_next()

    def _show_next(self) -> None:
        chosen = self.page.form.procedure
        if chosen is not None:
            following = self._session.desk.next_book_number(chosen.code) + self.page.lines.count_of(chosen.code)
            self.page.aside.show_next(following, chosen.display)

    def _by_schedule(self, line: Line) -> int | None:
        try:
            return self._session.desk.forecast(replace(line, typed_fee=None).as_intake()).fee
        except OneStopError:
            # A count beyond all bounds; F9 tells.
            return None

    def _priced(self, line: Line) -> Line:
        fee = line.typed_fee if line.typed_fee is not None else self._by_schedule(line)
        if fee is None:
            raise InvalidInput("window.certify.no_fee", field="fee")
        return replace(line, fee=fee)

    def add(self) -> None:
        """Add the line being typed; name and kind stay for the next one."""
        if self.busy:
            return
        self.page.form.quiet()
        if len(self.page.lines.lines) >= LINES_LIMIT:
            self.page.strip.say(Message("warn", self._say("window.certify.full", limit=LINES_LIMIT)))
            return
        try:
            line = self._priced(self.page.form.line())
        except InvalidInput as error:
            self._wrong(error)
            return
        self.page.add(line)

    def _finish_first(self) -> None:
        self.page.strip.say(Message("warn", self._say("window.certify.finish_first"), topic="line"))

    # -- F9 -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Certify every line in one transaction: all of them or none."""
        if self.busy:
            return
        self.page.form.quiet()
        try:
            lines = [self._priced(line) for line in self.page.wanted()]
        except InvalidInput as error:
            self._wrong(error)
            return
        desk = self._session.desk
        with_receipt = self.page.aside.receipt.isChecked()
        self._set_busy(busy=True)
        intakes = [line.as_intake() for line in lines]
        done = partial(self._certified, lines, with_receipt=with_receipt)
        self._session.run(lambda: desk.certify(intakes), done, self._not_certified)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)

    def _certified(self, lines: Sequence[Line], done: Done, *, with_receipt: bool) -> None:
        certified, changes = done
        self.page.clear()
        self.drafts.drop()
        names = ", ".join(dict.fromkeys(line.name for line in lines))
        total = format_dong(sum(one.fee for one in certified))
        text = self._say("window.certify.done", names=names, lines=len(certified), total=total)
        headline, books = _numbers(lines, certified)
        text = f"{text} {books}".strip()
        if with_receipt:
            text = f"{text} {self._say('window.certify.printing')}"
        self.page.strip.say(Message("ok", text, f"{headline}  ·  {total}" if headline else total, topic="certified"))
        self._set_busy(busy=False)
        self._session.changed.emit(changes)
        self.show_numbers()
        if with_receipt:
            self._print([one.id for one in certified])

    def _not_certified(self, error: Exception) -> None:
        self._set_busy(busy=False)
        if isinstance(error, InvalidInput):
            self._wrong(error)
        else:
            self.page.strip.say(Message("bad", self._session.tell(error)))

    def _wrong(self, error: InvalidInput) -> None:
        sentence = self._session.tell(error)
        if not self.page.show_problem(error, sentence):
            self.page.strip.say(Message("bad", sentence))

    # -- receipts -------------------------------------------------------------------------------------------

    def _print(self, dossiers: Sequence[str]) -> None:
        desk, layout = self._session.desk, self._session.settings.text("receipt_layout")
        self._printing |= set(dossiers)
        for dossier in dossiers:
            issue = partial(desk.issue_receipt, dossier, layout=layout)
            self._session.run(issue, self._prints.send, self._not_issued)

    def _not_issued(self, error: Exception) -> None:
        self.page.strip.say(Message("bad", self._session.tell(error)))

    def _came_out(self, job: PaperJob) -> None:
        if job.dossier in self._printing:
            self._printing.discard(job.dossier)
            before = self.page.strip.message
            if not self._printing and before is not None and before.topic == "certified":
                text = before.text.replace(self._say("window.certify.printing"), self._say("window.print.done"))
                self.page.strip.say(replace(before, text=text))

    def _not_out(self, job: PaperJob, sentence: str) -> None:
        if job.dossier in self._printing:
            self._printing.discard(job.dossier)
            text = self._say("window.print.failed", why=sentence)
            self.page.strip.say(Message("bad", text, job.number, topic="print"))

    # -- scans ----------------------------------------------------------------------------------------------

    def scanned(self, text: str) -> None:
        """Take a scan: a card fills the name; all else belongs to another page."""
        if self.busy:
            QTimer.singleShot(_TRY_AGAIN_MS, self, lambda: self.scanned(text))
            return
        self._sounds.begin()
        try:
            scanned = self._session.desk.scan(text)
        except OneStopError as error:
            self._of_no_use(self._session.tell(error))
            return
        if scanned.card is not None:
            self.page.strip.drop("scan")
            self.page.form.take_card(scanned.card, scanned.known)
            self._sounds.found(text, scanned)
        elif scanned.dossier is not None or scanned.other_desk:
            self._of_no_use(self._say("window.certify.not_here"))
        else:
            self._of_no_use(self._say("window.certify.found"))

    def _of_no_use(self, sentence: str) -> None:
        self._sounds.unknown()
        self.page.strip.say(Message("warn", sentence, topic="scan"))


def _numbers(lines: Sequence[Line], certified: Sequence[Certified]) -> tuple[str, str]:
    """Return the book numbers as headline where all stand in one book, else as a sentence that names each book."""
    books: dict[str, list[str]] = {}
    for line, one in zip(lines, certified, strict=True):
        books.setdefault(line.title, []).append(one.book_number)
    runs = {title: _run(numbers) for title, numbers in books.items()}
    if len(runs) == 1:
        return next(iter(runs.values())), ""
    return "", f"{'; '.join(f'{title}: {run}' for title, run in runs.items())}."


def _run(numbers: Sequence[str]) -> str:
    return ", ".join(numbers) if len(numbers) <= 4 else f"{numbers[0]} … {numbers[-1]}"
