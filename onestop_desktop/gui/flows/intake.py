"""Where the page Tiếp nhận meets the desk: forecast and preview while typing, F9, drafts, scans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import PaperJob, Received
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.person import Person
from onestop_desktop.errors import InvalidInput, OneStopError, Refused
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.flows.ahead import IntakeAhead
from onestop_desktop.gui.flows.drafts import Drafts
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.pages.intake import IntakePage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message

_LAST_TAKEN = 10
"""Dossiers among which a draft that was received already is looked for: the cut came right after it."""


class IntakeFlow(QObject):
    """One intake after the other."""

    busy_changed = Signal(bool)
    received = Signal(object)

    def __init__(self, session: Session, page: IntakePage, prints: PrintFlow) -> None:
        super().__init__(session)
        self._session = session
        self.page = page
        self._prints = prints
        self._say = session.words.say
        self.busy = False
        self.hold: Callable[[], bool] = lambda: False
        self._person: dict[str, str] | None = None
        self._last: Received | None = None
        self.drafts = Drafts(session, self._state)
        self.ahead = IntakeAhead(session, page)
        self.show_forecast = self.ahead.show_forecast
        page.edited.connect(self._edited)
        page.procedure_chosen.connect(lambda _procedure: self.focus_next())
        page.aside.save_asked.connect(self.save)
        page.aside.draft_asked.connect(self.keep_draft)
        page.aside.print_asked.connect(prints.repeat)
        page.aside.printer_asked.connect(prints.ask)
        page.strip.closed.connect(page.start)
        prints.came_out.connect(self._came_out)
        prints.failed.connect(self._not_out)

    def begin(self) -> None:
        """Start the page: offer what the last run left behind."""
        self.page.start()
        drafted = self.drafts.find() is not None
        # Whoever waits for a paper comes first; the draft is offered after the answer.
        if not self._offer_unprinted() and drafted:
            self._offer_draft()

    def rest(self) -> None:
        """Do nothing more by itself."""
        self.ahead.rest()
        self.drafts.watch_no_more()

    # -- while typing ---------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self.drafts.touch()
        if self.page.strip.message is not None and self.page.strip.message.tone == "ok" and not self.page.is_pristine:
            self.page.strip.shrink()
        self._show_f9()
        self.ahead.touch()

    def _show_f9(self) -> None:
        self.page.aside.offer_again(again=self._prints.unprinted is not None and self.page.is_pristine)

    # -- F9 -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Take the dossier and print its receipt; on an empty form repeat the print that failed."""
        if self.busy or self.hold():
            return
        if self.page.is_pristine and self._prints.unprinted is not None:
            self._prints.repeat()
            return
        told = self.page.strip.message
        if self.page.is_pristine and told is not None and told.tone == "ok" and not self.page.procedure.is_unfinished:
            # What was just recorded stays to be read when the key is pressed twice.
            return
        self.page.quiet()
        try:
            self.page.procedure.check()
            line = self.ahead.line()
        except InvalidInput as error:
            self._wrong(error)
            return
        self._receive(line, again=False)

    def _receive(self, line: dict[str, Any], *, again: bool) -> None:
        self._set_busy(busy=True)
        desk = self._session.desk
        self._session.run(lambda: desk.receive(line, again=again), self._received, partial(self._not_received, line))

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)

    def _received(self, received: Received) -> None:
        self._last = received
        self._person = self.page.applicant.state() | {"email": self.page.more.text("email")}
        self._tell_received("window.more.received_late" if received.late else "window.print.running")
        self.received.emit(received)
        self._start_over()
        self._session.changed.emit(received.changes)
        if received.late:
            # Its receipt was handed over on paper, on the day itself.
            self._set_busy(busy=False)
            return
        desk, layout = self._session.desk, self._session.settings.text("receipt_layout")
        self._session.run(lambda: desk.issue_receipt(received.id, layout=layout), self._prints.send, self._not_issued)
        self._set_busy(busy=False)

    def _start_over(self) -> None:
        self.ahead.rest()
        self.page.clear()
        self.ahead.rest()
        self.drafts.drop()
        self.page.start()

    def _tell_received(self, code: str, tone: str = "ok", **facts: str) -> None:
        if self._last is None:
            return
        due, printed = short_instant(self._last.due_at), self._say(code, **facts)
        told = "window.intake.received" if due else "window.intake.received_no_due"
        text = self._say(told, due=due, printed=printed)
        answers = (Answer(self._say("action.same-person"), self.same_person, ACTIONS["same-person"].key),)
        self.page.strip.say(Message(tone, text, self._last.number, answers, topic=self._last.id))

    def _not_received(self, line: dict[str, Any], error: Exception) -> None:
        if isinstance(error, Refused) and error.code == "intake.again":
            self._ask_again(line, error)
        elif isinstance(error, InvalidInput):
            self._wrong(error)
        else:
            self.page.strip.say(Message("bad", self._session.tell(error)))
        self._set_busy(busy=False)

    def _wrong(self, error: InvalidInput) -> None:
        sentence = self._session.tell(error)
        if not self.page.show_problem(error, sentence):
            self.page.strip.say(Message("bad", sentence))

    def _ask_again(self, line: dict[str, Any], error: Refused) -> None:
        dossier = str(error.facts.get("dossier", ""))
        answers = (
            Answer(self._say("window.again.reprint"), lambda: self._reprint_instead(dossier), primary=True),
            Answer(self._say("window.again.another"), lambda: self._take_another(line)),
            Answer(self._say("window.again.back"), self.page.strip.dismiss, "Esc"),
        )
        self.page.strip.say(Message("warn", self._session.tell(error), answers=answers), focus=True)

    def _reprint_instead(self, dossier: str) -> None:
        self.page.strip.dismiss()
        self._start_over()
        self.reprint(dossier)

    def _take_another(self, line: dict[str, Any]) -> None:
        self.page.strip.dismiss()
        self._receive(line, again=True)

    # -- printing -------------------------------------------------------------------------------------------

    def reprint(self, dossier: str) -> None:
        """Print a stored receipt again."""
        desk = self._session.desk
        self._session.run(lambda: desk.reprint(dossier), self._prints.send, self._not_issued)

    def _not_issued(self, error: Exception) -> None:
        self.page.strip.say(Message("bad", self._session.tell(error)))

    def _came_out(self, job: PaperJob) -> None:
        if self._prints.unprinted is None:
            self.page.aside.show_unprinted("")
        self._show_f9()
        if self._last is not None and self._last.id == job.dossier:
            self._tell_received("window.print.done")
        elif self.drafts.offered is not None and self.page.is_pristine:
            self._offer_draft()
        else:
            self.page.strip.say(Message("ok", self._say("window.print.reprinted"), job.number, topic=job.dossier))

    def _not_out(self, job: PaperJob, sentence: str) -> None:
        self.page.aside.show_unprinted(self._say("window.print.not_out"))
        self._show_f9()
        if self._last is not None and self._last.id == job.dossier:
            self._tell_received("window.print.failed", "bad", why=sentence)
        else:
            text = self._say("window.print.failed", why=sentence)
            self.page.strip.say(Message("bad", text, job.number, topic=job.dossier))

    def _offer_unprinted(self) -> bool:
        rows = self._session.desk.unprinted()
        if not rows:
            return False
        answers = (
            Answer(
                self._say("window.unprinted.print"), lambda: self._print_all([row.id for row in rows]), primary=True
            ),
            Answer(self._say("window.unprinted.later"), self._after_unprinted, "Esc"),
        )
        names = ", ".join(row.number for row in rows[:3])
        text = self._say("window.unprinted.found", count=len(rows), numbers=names)
        self.page.strip.say(Message("warn", text, answers=answers), focus=True)
        return True

    def _print_all(self, dossiers: list[str]) -> None:
        self._after_unprinted()
        for dossier in dossiers:
            self.reprint(dossier)

    def _after_unprinted(self) -> None:
        self.page.strip.dismiss()
        if self.drafts.offered is not None:
            self._offer_draft()

    # -- drafts ---------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Any] | None:
        return None if self.page.is_pristine else self.page.state()

    def keep_draft(self) -> None:
        """Keep what is typed now, because the clerk says so."""
        if self.page.is_pristine:
            return
        self.drafts.keep(always=True)
        self.page.strip.say(Message("primary", self._say("window.draft.kept"), topic="draft"))

    def _offer_draft(self) -> None:
        answers = (
            Answer(self._say("window.draft.resume"), self.resume, primary=True),
            Answer(self._say("window.draft.discard"), self._discard_offered),
        )
        name = str((self.drafts.offered or {}).get("applicant", {}).get("name", ""))
        text = self._say("window.draft.found", name=name or self._say("window.draft.nameless"))
        taken = taken_already(self._session.desk, self.drafts.offered or {})
        if taken:
            # The power went between the promise and the printer: the same words must not become a second dossier.
            text = self._say("window.draft.taken", name=name or self._say("window.draft.nameless"), number=taken)
            answers = answers[::-1]
        self.page.strip.say(Message("primary", text, answers=answers, topic="draft"), focus=True)

    def resume(self) -> None:
        """Go on with the draft of the last run."""
        state = self.drafts.take(0, self._state())
        self._restore(state)

    def resume_draft(self, at: int) -> None:
        """Go on with one of the form's drafts, counted from the latest; what is typed now waits in its place."""
        typed = self._state()
        if typed is not None and at == 0:
            return
        state = self.drafts.take(at - (typed is not None), typed)
        if state:
            self._restore(state)

    def _restore(self, state: dict[str, Any]) -> None:
        self.page.strip.drop("draft")
        code = state.get("procedure")
        try:
            procedure = self._session.desk.procedure(str(code)) if code else None
        except OneStopError:
            procedure = None
        self.page.restore(state, procedure)
        self.focus_next()

    def _discard_offered(self) -> None:
        self.drafts.refuse_offered()
        self.page.strip.dismiss()
        self.page.start()

    def clear(self) -> None:
        """Discard what is typed."""
        self.page.strip.drop("draft")
        self._start_over()

    # -- people ---------------------------------------------------------------------------------------------

    def same_person(self) -> None:
        """Fill in the applicant of the dossier just taken."""
        if self._person is not None:
            self.page.applicant.restore(self._person)
            self.page.more.put_email(self._person.get("email", ""))
            self.focus_next()

    def take_card(self, card: IdCard, known: Person | None) -> None:
        """Fill the applicant from a scanned card."""
        self.page.applicant.fill_card(card, known)
        self.page.more.put_email(known.email if known else "")
        self.focus_next()

    def take_person(self, person: Person) -> None:
        """Fill the applicant with somebody who was here before."""
        self.page.applicant.fill_person(person)
        self.page.more.put_email(person.email)
        self.focus_next()

    def take_number(self, number: str) -> None:
        """Fill what a garbled card still yields."""
        self.page.applicant.entries["id_number"].put(number)
        self.page.applicant.entries["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next(self) -> None:
        """Put the focus where the next word belongs: the procedure, else the first empty field."""
        if self.page.procedure.procedure is None:
            self.page.start()
            return
        target: QWidget = self.page.applicant.first_empty() or self.page.checklist
        self.page.go_to(target)


def taken_already(desk: Desk, draft: Mapping[str, Any]) -> str:
    """Return the number of a dossier, taken today among the last, that says what a draft says; empty when none does."""
    name = " ".join(str(draft.get("applicant", {}).get("name", "")).split())
    if not name or not draft.get("procedure"):
        return ""
    day = desk.now().date().isoformat()
    for row in desk.listing(limit=_LAST_TAKEN)[0]:
        if (row.procedure, row.applicant, row.received_at[:10]) == (draft["procedure"], name, day):
            return row.number
    return ""
