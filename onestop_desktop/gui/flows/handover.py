"""Where the page Trả kết quả meets the desk: scans, F9, undo, what waits for pick-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import Changes, DossierRow, Scanned
from onestop_desktop.domain.correction import ALONE_FOR
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.idcard import IdCard, salvage_number
from onestop_desktop.domain.status import TO_HAND_OVER, UNDONE
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput, KnownError, OneStopError
from onestop_desktop.gui import sounds
from onestop_desktop.gui.flows.call_list import CallList
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.reprints import Reprints
from onestop_desktop.gui.flows.suggestions import dossier_row
from onestop_desktop.gui.flows.waiting import WaitingList
from onestop_desktop.gui.handover.matching import Holder, for_pick_up
from onestop_desktop.gui.handover.steps import Outcome, check, take, told_of
from onestop_desktop.gui.not_offered import why_not
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.paper_prints import PaperPrints
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message
from onestop_desktop.gui.widgets.suggest import Provider, Suggestion

_TRY_AGAIN_MS = 30
_GARBLED = "idcard.garbled"


def dossiers_of(session: Session) -> Provider:
    """Return suggestions of dossiers, those that wait for pick-up first."""

    def provide(text: str) -> Sequence[Suggestion]:
        if len(text.strip()) < 2:
            return []
        rows = sorted(session.desk.find(text, 12), key=lambda row: row.status not in TO_HAND_OVER)
        return [dossier_row(row, session.words) for row in rows]

    return provide


def of_card(desk: Desk, card: IdCard) -> Sequence[DossierRow]:
    """Return the dossiers of a card's holder: by number, by the number before, else by the whole name."""
    rows = desk.find(card.number) or (desk.find(card.old_number) if card.old_number else ())
    if rows:
        return rows
    name = fold(card.name)
    return [row for row in desk.find(card.name) if name in {fold(row.applicant), fold(row.owner)}]


def nothing_to_take(session: Session, dossier: Dossier) -> str:
    """Return why F9 has nothing to record: nothing is filled in, or there is nothing to be handed over."""
    handed_over = dossier.status in UNDONE
    return why_not(session, None if handed_over else dossier, "return", "window.handover.nothing_more")


class HandoverFlow(QObject):
    """One hand-over after the other."""

    busy_changed = Signal(bool)

    def __init__(self, session: Session, page: HandoverPage, prints: PrintFlow) -> None:
        super().__init__(session)
        self._session = session
        self.page = page
        self._papers = PaperPrints(session, page.strip)
        self._say = session.words.say
        self._sounds = sounds.of(session)
        self.busy = False
        page.scan_entered.connect(self.scanned)
        page.scan.chosen.connect(self._chosen)
        page.dossier_wanted.connect(self.open)
        page.save_asked.connect(self.save)
        page.reprint_asked.connect(self.reprint)
        page.left.connect(self.leave)
        page.stale.connect(self._refresh)
        page.notice.ready_asked.connect(self.make_ready)
        page.notice.undo_asked.connect(self._undo_open)
        page.strip.closed.connect(page.start)
        self._papers.made.connect(prints.send)
        self._papers.watch(prints)
        self._reprints = Reprints(session, self._papers, page.strip, prints)
        self._waiting = WaitingList(session, page)
        self._calls = CallList(session, page.list, page.strip, prints)

    def begin(self) -> None:
        """Show the page as it is when a clerk turns to it."""
        self.load()
        self.page.start()

    # -- what waits for pick-up -----------------------------------------------------------------------------

    def load(self) -> None:
        """Read the first page of what waits."""
        self._waiting.load()

    def _refresh(self, changes: Changes) -> None:
        self.load()
        shown = self.page.dossier
        if changes.papers:
            # A paper that came out changes nothing that is typed here.
            return
        if shown is not None and shown.id in changes.dossiers and not self.busy:
            self._renew(shown)

    def _renew(self, shown: Dossier) -> None:
        """Show what has changed of the open dossier; what is typed of its hand-over stays where that still holds."""
        desk = self._session.desk
        try:
            now = desk.dossier(shown.id)
        except OneStopError as error:
            self._wrong_scan(self._session.tell(error))
            return
        if (now.status, now.fee_due, now.owner) == (shown.status, shown.fee_due, shown.owner):
            self.page.renew(now, may_undo=desk.alone(now).take_back)
        else:
            self._show(now)

    # -- finding --------------------------------------------------------------------------------------------

    def scanned(self, text: str) -> None:
        """Take a scan or typed words; while something is being written it waits."""
        if self.busy:
            QTimer.singleShot(_TRY_AGAIN_MS, self, lambda: self.scanned(text))
            return
        self._sounds.begin()
        self.page.scan.list.hide()
        try:
            scanned = self._session.desk.scan(text)
            self.take(scanned, text)
            self._sounds.found(text, scanned)
        except KnownError as error:
            self._not_understood(text, error)
        except OneStopError as error:
            self._wrong_scan(self._session.tell(error))

    def take(self, scanned: Scanned, text: str = "") -> None:
        """Take what a scan turned out to be; what cannot be used leaves the page as it is."""
        if scanned.card is not None:
            self.take_card(scanned.card)
        elif scanned.dossier is not None:
            self.open(scanned.dossier.id)
        elif scanned.other_desk:
            self._wrong_scan(self._say("window.scan.other_desk", desk=scanned.other_desk))
        elif scanned.rows:
            self._offer(scanned.rows, text)
        else:
            self._wrong_scan(self._say("window.scan.nothing"))

    def _not_understood(self, text: str, error: KnownError) -> None:
        number = salvage_number(text) if error.code == _GARBLED else None
        rows = self._session.desk.find(number) if number else ()
        if error.code.startswith("idcard.") and self.page.scan.text().strip() == text.strip():
            # A card's text is personal: it is shown nowhere and kept nowhere.
            self.page.scan.clear()
        if rows:
            self._offer(rows, number or "")
        else:
            self._wrong_scan(self._session.tell(error))

    def _wrong_scan(self, sentence: str) -> None:
        self._sounds.unknown()
        self.page.say_problem(sentence)

    def _offer(self, rows: Sequence[DossierRow], text: str) -> None:
        chosen = for_pick_up(rows)
        if len(chosen) == 1:
            self.open(chosen[0].id)
            return
        self.page.scan.setFocus()
        if text and self.page.scan.text() != text:
            self.page.scan.put(text)
        self.page.scan.list.offer([dossier_row(row, self._session.words) for row in chosen], first=True)

    def take_card(self, card: IdCard) -> None:
        """Identify who stands here; without an open dossier find theirs."""
        if self.page.scan.text().count("|") > 1:
            self.page.scan.put(self.page.dossier.number if self.page.dossier else "")
        if self.page.dossier is not None and self.page.dossier.status in TO_HAND_OVER:
            holder = self.page.identify(card)
            if holder is Holder.OTHER:
                self._offer_their_own(card)
            return
        rows = of_card(self._session.desk, card)
        if not rows:
            self._wrong_scan(self._say("window.handover.nobody", name=card.name))
            return
        self._offer(rows, "")
        if self.page.dossier is not None:
            self.page.identify(card)

    def _offer_their_own(self, card: IdCard) -> None:
        theirs = [row for row in of_card(self._session.desk, card) if row.status in TO_HAND_OVER]
        if not theirs:
            return

        def turn_to() -> None:
            self.page.strip.dismiss()
            self.page.clear()
            self.take_card(card)

        answers = (Answer(self._say("window.handover.turn_to", name=card.name), turn_to),)
        text = self._say("window.handover.also_theirs", name=card.name, count=len(theirs))
        self.page.strip.say(Message("primary", text, answers=answers, topic="card"))

    def _chosen(self, value: object) -> None:
        if isinstance(value, DossierRow):
            self.open(value.id)

    def open(self, dossier: str) -> None:
        """Show a dossier."""
        if self.busy:
            return
        try:
            self._show(self._session.desk.dossier(dossier))
        except OneStopError as error:
            self._wrong_scan(self._session.tell(error))

    def _show(self, dossier: Dossier) -> None:
        desk = self._session.desk
        for topic in ("card", "list", dossier.id):
            self.page.strip.drop(topic)
        # The last hand-over gives its room, and its buttons, to the next one.
        self.page.strip.shrink()
        self.page.show_dossier(dossier, may_undo=desk.alone(dossier).take_back)

    # -- F9 -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Collect, hand over, rate: each its own step, on the worker."""
        dossier = self.page.dossier
        if self.busy:
            return
        if self.page.looks_for:
            # Another name stands in the box: it is looked for, nothing is handed over under the last one.
            self.scanned(self.page.looks_for)
            return
        if dossier is None:
            self._nothing_open()
            return
        self.page.receiver.quiet()
        try:
            steps = self.page.steps()
            check(steps, self._session.desk.now().date())
        except InvalidInput as error:
            self._wrong(error)
            return
        if not steps:
            self.page.strip.say(Message("warn", nothing_to_take(self._session, dossier), topic=dossier.id))
            return
        desk = self._session.desk
        self._work(lambda: take(desk, dossier.id, steps), self._saved)

    def leave(self) -> None:
        """Put the open dossier back; nothing was recorded."""
        if not self.busy and self.page.dossier is not None:
            self.page.clear()
            self.page.start()

    def _nothing_open(self) -> None:
        # What was just recorded stays to be read when the key is held too long.
        if self.page.strip.message is None:
            self.page.say_problem(self._say("window.handover.idle"))

    def _work(self, job: Callable[[], Outcome], done: Callable[[Outcome], None]) -> None:
        self._set_busy(busy=True)

        def landed(outcome: Outcome) -> None:
            self._session.changed.emit(Changes(frozenset({outcome.dossier.id})))
            self._set_busy(busy=False)
            done(outcome)

        def failed(error: Exception) -> None:
            self._set_busy(busy=False)
            self.page.strip.say(Message("bad", self._session.tell(error)))

        self._session.run(job, landed, failed)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)

    def _wrong(self, error: InvalidInput) -> None:
        sentence = self._session.tell(error)
        if not self.page.show_problem(error, sentence):
            self.page.strip.say(Message("bad", sentence))

    def _saved(self, outcome: Outcome) -> None:
        if outcome.stopped is not None:
            self._stopped(outcome, outcome.stopped)
            return
        details = [text for taken in outcome.done if (text := told_of(taken, self._session.words))]
        answers: tuple[Answer, ...] = ()
        if outcome.did("return"):
            details.insert(0, self._say("window.handover.did.return", name=outcome.receiver))
            answers = (Answer(self._say("window.handover.undo"), partial(self.undo, outcome.dossier.id)),)
            answers += self._papers.after(outcome.dossier, *(step for step, _form in outcome.done))
            # After that it takes two people, and a button that refuses helps nobody.
            wait_ms = round(ALONE_FOR.total_seconds() * 1000)
            QTimer.singleShot(wait_ms, self, partial(self.page.strip.drop, outcome.dossier.id))
        text = " ".join(details)
        message = Message("ok", text, outcome.dossier.number, answers, topic=outcome.dossier.id)
        self.page.clear()
        self.page.strip.say(message)
        self.page.start()

    def _stopped(self, outcome: Outcome, error: OneStopError) -> None:
        details = [text for taken in outcome.done if (text := told_of(taken, self._session.words))]
        self._show(outcome.dossier)
        text = self._say("window.handover.stopped", why=self._session.tell(error), done=" ".join(details)).strip()
        self.page.strip.say(Message("bad", text, outcome.dossier.number, topic=outcome.dossier.id))

    # -- the other deeds ------------------------------------------------------------------------------------

    def make_ready(self, document: str = "") -> None:
        """Record that the result is here, so that it can be handed over now."""
        dossier = self.page.dossier
        if self.busy or dossier is None:
            return
        desk = self._session.desk
        form = {"document": document} if document else {}
        self._work(
            lambda: take(desk, dossier.id, (("ready", form),)), partial(self._reopened, "window.handover.readied")
        )

    def _undo_open(self) -> None:
        if self.page.dossier is not None:
            self.undo(self.page.dossier.id)

    def undo(self, dossier: str) -> None:
        """Undo a wrong hand-over; within 30 minutes the same clerk may do it alone."""
        if self.busy:
            return
        desk = self._session.desk
        reason = self._say("window.handover.undo_reason")

        def job() -> Outcome:
            back = UNDONE.get(desk.dossier(dossier).status, "ready")
            return take(desk, dossier, (("correct", {"changes": {"status": back}, "reason": reason}),))

        self._work(job, partial(self._reopened, "window.handover.undone"))

    def _reopened(self, code: str, outcome: Outcome) -> None:
        if outcome.stopped is not None:
            self._stopped(outcome, outcome.stopped)
            return
        self._show(outcome.dossier)
        self.page.strip.say(Message("ok", self._say(code), outcome.dossier.number, topic=outcome.dossier.id))

    def reprint(self) -> None:
        """Print the open dossier's receipt again."""
        dossier = self.page.dossier
        if dossier is None:
            return
        self._reprints.print(dossier.id)
