"""The pane beside the list: one dossier with its next steps, or the form of the step being taken."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.dossiers.facts import SEP
from onestop_desktop.gui.dossiers.files_part import FilesPart
from onestop_desktop.gui.dossiers.looks import left_pill, phone_words, status_pill, village_words
from onestop_desktop.gui.dossiers.offers import Offer, Offers, Opened, offers
from onestop_desktop.gui.dossiers.query import Line
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.dossiers.story import StoryPart
from onestop_desktop.gui.widgets.basics import Elided, button, chip, label, set_tone
from onestop_desktop.gui.widgets.fields import is_typed
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_LOW = 480
_LOWEST = 260


class DetailPane(QFrame):
    """Shows what it is given; `offered` names the step that was asked for."""

    offered = Signal(object)
    reprint_asked = Signal()
    paper_asked = Signal(str)
    draft_asked = Signal(str)
    narrowed = Signal(str)
    """A letter was typed where nothing can be typed: it begins a search, as in the list."""

    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("detail")
        self._words = words
        self.opened: Opened | None = None
        self.offers = Offers()
        self.form: StepForm | None = None
        self.buttons: dict[str, QPushButton | QAction] = {}
        self._first: QPushButton | None = None
        self.number = Elided("", "muted")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pill = chip("")
        self.title = label("", "number", wrap=True)
        self.who = label("", "muted", wrap=True)
        self.status = chip("")
        self.state = label("", "muted", wrap=True)
        self.strip = Strip(words.say("window.dossiers.close"))
        self.empty = label(words.say("window.dossiers.nothing_chosen"), "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        self._deeds = WrappingRow(8)
        self.story = StoryPart(words)
        self.files = FilesPart(words)
        self.story.reprint_asked.connect(self.reprint_asked)
        self.story.paper_asked.connect(self.paper_asked)
        self.story.built.connect(self.files.show)
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        self._head = QWidget()
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.status)
        first.addWidget(self.pill)
        first.addStretch(1)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 6, 0)
        head.setSpacing(4)
        head.addWidget(self.number)
        head.addWidget(self.title)
        head.addLayout(first)
        self._more = QWidget()
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(3)
        more.addWidget(self.who)
        more.addWidget(self.state)
        head.addWidget(self._more)
        inside = QWidget()
        inside.setObjectName("column")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        column.addWidget(self._deeds)
        column.addWidget(self.story)
        column.addWidget(self.files)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack.addWidget(self.area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 13, 10, 13)
        whole.setSpacing(9)
        whole.addWidget(self.strip)
        whole.addWidget(self._head)
        whole.addWidget(self.empty, 1)
        whole.addWidget(self.stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less above a form where there is little room."""
        super().resizeEvent(event)
        self._crowd()

    def _crowd(self) -> None:
        low = self.height() < _LOW
        size = f"font-size: {11 if low else 13}pt;"
        if self.title.styleSheet() != size:
            self.title.setStyleSheet(size)
        self._more.setVisible(not low or (self.form is None and self.height() >= _LOWEST))

    # -- one dossier ----------------------------------------------------------------------------------------

    @property
    def dossier(self) -> str:
        """Return the id of the dossier shown, empty when there is none."""
        return self.opened.dossier.id if self.opened else ""

    def show_dossier(self, opened: Opened, forms: tuple[str, ...]) -> None:
        """Show a dossier and the other papers it has (`forms`); the same one again keeps its place."""
        same = self.dossier == opened.dossier.id
        place = self.area.verticalScrollBar().value() if same else 0
        had_focus = same and self._deeds.isAncestorOf(QApplication.focusWidget() or self)
        self.opened = opened
        self.offers = offers(opened)
        self._show_head(opened)
        self._show_offers()
        self.story.show_dossier(opened, forms)
        self.files.show_dossier(opened, may_attach=any(one.step == "attach" for one in self.offers.all))
        self._show_parts(empty=False)
        if not same:
            # The files stand below the story and come with it.
            self.files.hide()
        if had_focus and self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
        # A button that is taken away while it has the focus makes Qt scroll to the next one.
        self.area.verticalScrollBar().setValue(place)

    def _show_head(self, opened: Opened) -> None:
        state, words = opened.dossier, self._words
        self.number.setText(state.number)
        left = left_pill(state.status, opened.left, words)
        status = status_pill(state.status, words, conflict=state.conflict)
        self._put_pill(self.pill, left.text, left.tone, left.full)
        self._put_pill(self.status, status.text, status.tone, status.full)
        # "Có kết quả" and "Chờ trả", "Tạm dừng" and "Chờ bổ sung" say one thing: the status is enough.
        self.pill.setVisible(opened.left.amount > 0 or left.tone == "bad")
        self.status.setVisible(not self.pill.isVisibleTo(self))
        self.title.setText(state.procedure_title)
        parts = (state.applicant.name, phone_words(state.applicant.phone), village_words(state.applicant.address))
        self.who.setText(SEP.join(part for part in parts if part))
        due = words.say("window.dossiers.due_at", due=short_instant(state.due_at)) if state.due_at else ""
        self.state.setText(SEP.join(part for part in (status.text, due) if part))
        self.state.setVisible(self.pill.isVisibleTo(self))

    @staticmethod
    def _put_pill(pill: QWidget, text: str, tone: str, full: str) -> None:
        pill.setProperty("text", text)
        pill.setToolTip(full)
        pill.setAccessibleName(full or text)
        set_tone(pill, "chip", tone)

    def _show_offers(self) -> None:
        self._clear_deeds()
        shown = ((self.offers.primary, "primary"), *((one, "") for one in self.offers.beside))
        for offer, kind in shown:
            if offer is not None:
                self._add_button(offer, kind)
        if self.offers.rest:
            self._add(self._menu())
        self._deeds.setVisible(bool(self.offers.all))

    def _clear_deeds(self) -> None:
        self._deeds.clear()
        self.buttons = {}
        self._first = None

    def _add(self, made: QPushButton) -> None:
        self._deeds.add(made)
        self._first = self._first or made

    def _add_button(self, offer: Offer, kind: str) -> None:
        made = button(self._words.say(offer.word), offer.key, kind=kind)
        made.clicked.connect(lambda: self.offered.emit(offer))
        self.buttons[offer.word] = made
        self._add(made)

    def _menu(self) -> QPushButton:
        made = button(f"{self._words.say('window.dossiers.other_steps')} ▾")
        made.setAccessibleName(self._words.say("window.dossiers.other_steps"))
        menu = QMenu(made)
        for offer in self.offers.rest:
            action = QAction(self._words.say(offer.word), menu)
            action.triggered.connect(lambda _on=False, offer=offer: self.offered.emit(offer))
            menu.addAction(action)
            self.buttons[offer.word] = action
        made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
        return made

    # -- a draft, nothing -----------------------------------------------------------------------------------

    def show_draft(self, line: Line) -> None:
        """Show what a draft holds and let it be gone on with."""
        self.opened = None
        self.offers = Offers()
        say = self._words.say
        self.number.setText(say("window.dossiers.draft.number"))
        self._put_pill(self.status, say("window.dossiers.draft.status"), "muted", "")
        self.pill.hide()
        self.state.hide()
        self.status.show()
        self.title.setText(line.row.title or say("window.dossiers.draft.no_procedure"))
        self.who.setText(line.row.applicant or say("window.dossiers.draft.nobody"))
        self._clear_deeds()
        made = button(say("window.dossiers.draft.open"), "Enter", kind="primary")
        made.clicked.connect(lambda: self.draft_asked.emit(line.row.id))
        self._add(made)
        self._deeds.show()
        self.story.show_only(label(say("window.dossiers.draft.why"), "muted", wrap=True))
        self.files.show_nothing()
        self._show_parts(empty=False)

    def show_nothing(self) -> None:
        """Show that nothing is chosen."""
        self.opened = None
        self.offers = Offers()
        self._clear_deeds()
        self.story.clear()
        self.files.show_nothing()
        self._show_parts(empty=True)

    def _show_parts(self, *, empty: bool) -> None:
        self.empty.setVisible(empty)
        self._head.setVisible(not empty)
        self.stack.setVisible(not empty)

    # -- a form ---------------------------------------------------------------------------------------------

    def show_form(self, form: StepForm) -> None:
        """Put a form in the place of the detail."""
        self.close_form()
        self.form = form
        self.stack.addWidget(form)
        self.stack.setCurrentWidget(form)
        self._crowd()
        form.start()

    def close_form(self) -> None:
        """Show the detail again."""
        form = self.take_form()
        if form is not None:
            form.deleteLater()

    def take_form(self) -> StepForm | None:
        """Show the detail again and return the form that stood in its place, whole."""
        form, self.form = self.form, None
        if form is not None:
            self.stack.setCurrentWidget(self.area)
            self.stack.removeWidget(form)
            form.hide()
            self._crowd()
        return form

    def start(self) -> None:
        """Put the focus on the usual next step, else on the first button."""
        if self.form is not None:
            self.form.start()
            return
        first = self._first
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, Up and Down scroll, Escape and Left go back to the list.

        A letter goes to the search: the blank after a name's first word must not press the button that has the focus.
        """
        focused: QWidget | None = QApplication.focusWidget()
        bar = self.area.verticalScrollBar()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Left}:
            self.left.emit()
        elif event.key() in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            down = event.key() == Qt.Key.Key_PageDown
            bar.setValue(bar.value() + (bar.pageStep() if down else -bar.pageStep()))
        elif is_typed(event):
            self.narrowed.emit(event.text())
        else:
            super().keyPressEvent(event)
            return
        event.accept()
