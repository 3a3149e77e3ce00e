"""The page Trả kết quả: it takes data and gives events; `gui.flows.handover` connects it with the desk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.status import TO_HAND_OVER, UNDONE, next_steps
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.handover.cards import Fact, result_details, result_pills, who_details, who_pills
from onestop_desktop.gui.handover.faces import Faces
from onestop_desktop.gui.handover.foot import Foot
from onestop_desktop.gui.handover.matching import Holder, holder_of
from onestop_desktop.gui.handover.notice import Notice
from onestop_desktop.gui.handover.ready_list import ReadyList
from onestop_desktop.gui.handover.receiver_part import SELF, ReceiverPart
from onestop_desktop.gui.handover.steps import Taken, planned
from onestop_desktop.gui.widgets.basics import Card, label
from onestop_desktop.gui.widgets.fields import Choice, Entry
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry
from onestop_desktop.words import Words

_SCAN = "font-size: 15pt; min-height: 50px; border-radius: 8px; padding: 0 17px;"
_TITLE = "font-size: 12.5pt; font-weight: 700;"
_NARROW = 1000
_LIST_WIDE, _LIST_NARROW = 360, 296


ENDED = TO_HAND_OVER | frozenset(UNDONE)
"""Statuses that the page works on: what waits for its owner, and what was handed over."""


class HandoverPage(QWidget):
    """Scan field, the open dossier and its buttons on the left, what waits for pick-up on the right."""

    scan_entered = Signal(str)
    dossier_wanted = Signal(str)
    save_asked = Signal()
    reprint_asked = Signal()
    stale = Signal(Changes)
    left = Signal()

    def __init__(self, words: Words, dossiers: Provider, people: Provider) -> None:
        super().__init__()
        self.setObjectName("page")
        self._words = words
        say = words.say
        self.dossier: Dossier | None = None
        self.card: IdCard | None = None
        self.strip = Strip(say("window.close"))
        self.scan = SuggestEntry(dossiers, placeholder=say("window.handover.scan_hint"), limit=4096)
        self.scan.setStyleSheet(_SCAN)
        self.scan.setAccessibleName(say("window.handover.scan"))
        self.scan.setAccessibleDescription(say("window.handover.hint"))
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.who = Fact(say("window.handover.who"))
        self.what = Fact(say("window.handover.what"))
        self.notice = Notice(words)
        self.receiver = ReceiverPart(words, people)
        self.faces = Faces(words)
        self.rate = label(say("window.handover.rate"), "label", wrap=True)
        self.idle = label(say("window.handover.idle"), "muted", wrap=True)
        self.foot = Foot(words)
        self.reprint, self.save = self.foot.reprint, self.foot.save
        self.list = ReadyList(words)
        self._lay_out()
        self._connect()
        self.clear()

    # -- layout ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._card = Card()
        self._card.body.setContentsMargins(0, 0, 0, 16)
        self._card.body.setSpacing(8)
        column = QWidget()
        column.setObjectName("column")
        self._column = QVBoxLayout(column)
        self._column.setSpacing(10)
        title = label(self._words.say("action.return"))
        title.setStyleSheet(_TITLE)
        self._column.addWidget(self.strip)
        self._head = [title, label(self._words.say("window.handover.hint"), "muted", wrap=True)]
        for one in self._head:
            self._column.addWidget(one)
        self._column.addWidget(self.scan)
        self._column.addWidget(self.problem)
        self._column.addWidget(self._opened())
        self._column.addWidget(self.idle)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(column)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._card.body.addWidget(self._area, 1)
        self._card.body.addWidget(self.foot)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._card, 1)
        self._row.addWidget(self.list)
        self._fit()

    def _opened(self) -> QWidget:
        self._open = QWidget()
        column = QVBoxLayout(self._open)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        facts.addWidget(self.who, 1)
        facts.addWidget(self.what, 1)
        column.addLayout(facts)
        for part in (self.notice, self.receiver, self.rate, self.faces):
            column.addWidget(part)
        return self._open

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._row.setContentsMargins(*((12, 10, 12, 10) if narrow else (18, 14, 18, 14)))
        self._row.setSpacing(10 if narrow else 14)
        side = 14 if narrow else 28
        self._column.setContentsMargins(side, 14 if narrow else 22, side, 6)
        self.foot.stand_off(side)
        self.list.setFixedWidth(_LIST_NARROW if narrow else _LIST_WIDE)
        for one in self._head:
            one.setVisible(not narrow or self.dossier is None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the dossier its room in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus; a key held down presses nothing."""
        focused = self.focusWidget()
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _connect(self) -> None:
        self.scan.entered.connect(self._entered)
        self.scan.textEdited.connect(lambda _text: self.say_problem(""))
        self.save.clicked.connect(self.save_asked)
        self.reprint.clicked.connect(self.reprint_asked)
        self.foot.leave.clicked.connect(self.left)
        self.list.opened.connect(self.dossier_wanted)
        self.receiver.edited.connect(self._show_buttons)
        self.faces.chosen.connect(lambda _score: self._show_buttons())
        self.faces.entered.connect(lambda: self.save.setFocus(Qt.FocusReason.TabFocusReason))
        for field in self.receiver.fields.values():
            entry = field.entry
            if isinstance(entry, Entry | Choice):
                entry.entered.connect(lambda entry=entry: self._next(entry))

    def _entered(self) -> None:
        text = self.scan.text().strip()
        if self.looks_for:
            self.scan_entered.emit(self.looks_for)
        elif text:
            self._focus_first()

    def _next(self, entry: QWidget) -> None:
        following = entry.nextInFocusChain()
        while following is not None and following is not entry:
            if following.isVisible() and following.isEnabled() and following.focusPolicy() & Qt.FocusPolicy.TabFocus:
                self._go_to(following, Qt.FocusReason.TabFocusReason)
                return
            following = following.nextInFocusChain()

    # -- what the flow puts in ------------------------------------------------------------------------------

    def show_dossier(self, dossier: Dossier, *, may_undo: bool = False) -> None:
        """Show a dossier and what the table of steps allows with it; a card of somebody else's is forgotten."""
        if self.dossier is None or self.dossier.id != dossier.id:
            self.card = None
        self.dossier = dossier
        say = self._words
        self.scan.put(dossier.number)
        self.say_problem("")
        self.what.put(dossier.procedure_title, result_details(dossier, say), result_pills(dossier, say))
        self._show_who()
        self.notice.show_dossier(dossier, may_undo=may_undo)
        self.receiver.show_dossier(dossier)
        self.faces.choose(str(dossier.rating) if dossier.rating else "")
        allowed = next_steps(dossier.status, conflict=dossier.conflict)
        self.receiver.fields["kind"].setVisible("return" in allowed)
        ended = dossier.status in ENDED
        self.receiver.setVisible(ended)
        for part in (self.rate, self.faces):
            part.setVisible(ended and "rate" in allowed)
        self._open.show()
        self.idle.hide()
        self._fit()
        self._area.verticalScrollBar().setValue(0)
        self._show_buttons()
        self.list.mark(dossier.id)
        self._focus_first()

    def renew(self, dossier: Dossier, *, may_undo: bool) -> None:
        """Show what else became known of the open dossier; fields, faces and focus stay as they are."""
        self.dossier = dossier
        self.what.put(dossier.procedure_title, result_details(dossier, self._words), result_pills(dossier, self._words))
        self._show_who()
        self.notice.show_dossier(dossier, may_undo=may_undo)
        self._show_buttons()

    @property
    def looks_for(self) -> str:
        """Return what stands in the scan field besides the open dossier's number; empty when there is nothing else."""
        text = self.scan.text().strip()
        return "" if self.dossier is not None and text == self.dossier.number else text

    def _show_who(self) -> None:
        if self.dossier is None:
            return
        holder = holder_of(self.card, self.dossier) if self.card else None
        details = who_details(self.dossier, self._words)
        self.who.put(self.dossier.applicant.name, details, who_pills(holder, self._words))

    def identify(self, card: IdCard) -> Holder | None:
        """Compare a scanned card with the open dossier; somebody else's fills the receiver."""
        if self.dossier is None:
            return None
        self.card = card
        self._show_who()
        holder = holder_of(card, self.dossier)
        if self.dossier.status in TO_HAND_OVER:
            if holder is Holder.OWNER and self.dossier.owner != self.dossier.applicant:
                self.receiver.take_owner()
            elif holder in {Holder.OTHER, Holder.PRINCIPAL}:
                self.receiver.take_card(card)
                self._go_to(self.receiver.authority)
            else:
                self.receiver.kind.put(SELF)
        return holder

    def steps(self) -> tuple[Taken, ...]:
        """Return the steps that F9 takes; raises InvalidInput for an amount that cannot be read."""
        if self.dossier is None:
            return ()
        score = self.faces.score
        wish = self.receiver.wish("" if score == str(self.dossier.rating) else score)
        return planned(self.dossier, wish) if self.dossier.status in ENDED else ()

    def _show_buttons(self) -> None:
        try:
            steps = self.steps()
        except InvalidInput:
            # F9 tells what is wrong with the amount.
            steps = (("collect", {}),)
        self.foot.show_dossier(self.dossier, may_save=bool(steps))

    def _focus_first(self) -> None:
        """Put the focus where the next key belongs: what stops the hand-over, the money, else the faces."""
        if not self.isVisible():
            # What changes meanwhile on another page must not take the keys from it.
            return
        targets = ((self.notice.ready, self.notice.ready), (self.notice.undo, self.scan),
                   (self.receiver.fee, self.receiver.fee), (self.faces, self.faces))  # fmt: skip
        due = self.dossier.fee_due if self.dossier else None
        for seen, target in targets:
            if seen is self.receiver.fee and due == 0:
                continue
            if seen.isVisibleTo(self):
                self._go_to(target)
                return
        self.start()

    def _go_to(self, target: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        target.setFocus(reason)
        # The area learns its new height only when the parts have been laid out.
        QTimer.singleShot(0, self, partial(self._area.ensureWidgetVisible, target))

    def say_problem(self, sentence: str) -> None:
        """Tell below the scan field why a scan was of no use; an empty sentence takes it back."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if sentence:
            self._area.ensureWidgetVisible(self.problem)

    def show_problem(self, error: InvalidInput, sentence: str) -> bool:
        """Show a problem beside its field and put the focus there; False when no field is meant."""
        field = self.receiver.field_of(error)
        if field is None or not field.isVisibleTo(self):
            return False
        field.wrong(sentence)
        self._go_to(field.entry)
        return True

    def clear(self) -> None:
        """Close the dossier; messages stay."""
        self.dossier = None
        self.card = None
        self.scan.clear()
        self.say_problem("")
        self.faces.choose("")
        self._open.hide()
        self.idle.show()
        self._fit()
        self._show_buttons()
        self.list.mark("")
        self._area.verticalScrollBar().setValue(0)

    def start(self) -> None:
        """Put the focus where a hand-over begins."""
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scan.selectAll()

    # -- what the shell asks --------------------------------------------------------------------------------

    def open_dossier(self, dossier_id: str) -> None:
        """Ask for a dossier by its id."""
        self.dossier_wanted.emit(dossier_id)

    def changed(self, changes: Changes) -> None:
        """Ask for what a write elsewhere has touched."""
        self.stale.emit(changes)
