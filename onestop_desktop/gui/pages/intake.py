"""The page Tiếp nhận: it takes data and gives events; `gui.flows.intake` connects it with the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.intake.applicant_part import ApplicantPart
from onestop_desktop.gui.intake.aside import Aside
from onestop_desktop.gui.intake.checklist import Checklist
from onestop_desktop.gui.intake.more_part import MorePart
from onestop_desktop.gui.intake.papers import PapersModel, rows_of
from onestop_desktop.gui.intake.procedure_part import ProcedurePart
from onestop_desktop.gui.intake.terms_part import TermsPart
from onestop_desktop.gui.widgets.attachments import AttachmentsPanel, FileDrop
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.file_sheet import FileSheet
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.gui.widgets.suggest import Provider
from onestop_desktop.words import Words

_NARROW = 1000


class IntakePage(QWidget):
    """Four parts on the left, due date, preview and buttons on the right."""

    edited = Signal()
    procedure_chosen = Signal(object)
    files_dropped = Signal(list)
    attachments_restored = Signal(list)
    cleared = Signal()

    def __init__(self, words: Words, procedures: Provider, people: Provider) -> None:
        super().__init__()
        self.setObjectName("page")
        self._words = words
        self.strip = Strip(words.say("window.close"))
        self.procedure = ProcedurePart(words, procedures)
        self.applicant = ApplicantPart(words, people)
        self.papers = PapersModel(
            [words.say(f"window.papers.{name}") for name in ("name", "original", "certified", "copy")],
            words.raw("window.papers.spoken"), words.raw("window.papers.barred"),
        )  # fmt: skip
        self.checklist = Checklist(self.papers, words.say("window.intake.papers"))
        self.add_paper = button(words.say("action.add-paper"), ACTIONS["add-paper"].key, kind="link")
        self.scan_papers = button(words.say("action.attach"), ACTIONS["attach"].key, kind="link")
        self.attachments = AttachmentsPanel(words)
        self.attachments.hide()
        self.file_sheet = FileSheet(self, words)
        self.terms = TermsPart(words)
        self.more = MorePart(words)
        self.aside = Aside(words)
        self._lay_out()
        self._connect()
        self._order()
        self._drop = FileDrop(self, self.files_dropped.emit, lambda: True)

    def _lay_out(self) -> None:
        column = QWidget()
        column.setObjectName("column")
        parts = QVBoxLayout(column)
        parts.setContentsMargins(0, 0, 4, 0)
        parts.setSpacing(10)
        for part in (self.strip, self.procedure, self.applicant):
            parts.addWidget(part)
        parts.addWidget(self._papers_card(), 1)
        parts.addWidget(self.attachments)
        parts.addWidget(self.terms)
        parts.addWidget(self.more)
        self.more.head.insertWidget(0, self.scan_papers)
        self._area = QScrollArea()
        self._area.setWidget(column)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 14, 18, 14)
        self._row.setSpacing(10)
        self._row.addWidget(self._area, 3)
        self._row.addWidget(self.aside, 2)

    def _papers_card(self) -> Card:
        card = Card(self._words.say("window.intake.papers"), "3")
        card.head.addWidget(self.add_paper)
        self.checklist.setAccessibleDescription(self._words.say("window.papers.keys"))
        self.checklist.setMinimumHeight(78)
        self.papers_empty = label(self._words.say("window.papers.none"), "muted", wrap=True)
        card.body.addWidget(self.papers_empty)
        card.body.addWidget(self.checklist, 1)
        self._show_papers([])
        return card

    def _connect(self) -> None:
        self.procedure.chosen.connect(self.take_procedure)
        self.procedure.entry.textEdited.connect(lambda _text: self.procedure.field.wrong(""))
        self.applicant.edited.connect(self.edited)
        self.papers.edited.connect(self.edited)
        self.attachments.edited.connect(self.edited)
        self.edited.connect(self._offer_papers)
        self.terms.edited.connect(self.edited)
        self.more.edited.connect(self.edited)
        self.applicant.known.connect(lambda known: self.more.put_email(known.person.email))
        self.terms.channel_changed.connect(self._channel_changed)
        self.add_paper.clicked.connect(self.add_own_paper)
        self.checklist.left.connect(lambda: self.terms.channel.setFocus(Qt.FocusReason.TabFocusReason))
        fields = [*self.procedure.fields.values(), *self.applicant.fields.values(), *self.terms.fields.values(),
                  *self.more.fields.values()]  # fmt: skip
        for field in fields:
            if isinstance(field.entry, Entry | Choice):
                field.entry.entered.connect(partial(self._next, field.entry))
        self.applicant.kind.entered.connect(partial(self._next, self.applicant.kind))

    def _order(self) -> None:
        order: list[QWidget] = [self.procedure.entry]
        order += [field.entry for field in self.applicant.fields.values()]
        order += [self.applicant.kind, self.checklist, self.scan_papers, self.add_paper]
        order += [self.attachments.choose, self.terms.channel, self.terms.return_by]
        order += [self.terms.entries[name] for name in ("sets", "fee", "post_address", "pages", "certified_copies")]
        order += [self.terms.entries["due_at"], self.more.toggle, *self.more.entries.values()]
        order += [self.aside.draft, self.aside.save]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _next(self, entry: QWidget) -> None:
        following = entry.nextInFocusChain()
        while following is not None and following is not entry:
            if following.isVisible() and following.isEnabled() and following.focusPolicy() & Qt.FocusPolicy.TabFocus:
                following.setFocus(Qt.FocusReason.TabFocusReason)
                return
            following = following.nextInFocusChain()

    def _channel_changed(self, channel: str) -> None:
        self.procedure.show_channel(channel)
        self.terms.show_procedure(self.procedure.procedure)

    # -- what the flow puts in ------------------------------------------------------------------------------

    def take_procedure(self, procedure: Procedure) -> None:
        """Show a procedure's checklist and the fields that it needs."""
        another = self.procedure.procedure is None or self.procedure.procedure.code != procedure.code
        self.procedure.put(procedure)
        self._show_papers_of(procedure)
        if another:
            self.attachments.take_papers([paper["name"] for paper in self.papers.taken()])
        self.terms.show_procedure(procedure)
        self.procedure_chosen.emit(procedure)
        self.edited.emit()

    def _show_papers_of(self, procedure: Procedure) -> None:
        rows = rows_of(procedure)
        named = {row.name for row in rows}
        # What the clerk added lies on the desk whatever the procedure is called.
        own = [row for row in self.papers.rows if row.own and row.name.strip() and row.name not in named]
        self.papers.put([*rows, *own])
        self._show_papers(self.papers.rows)

    def _show_papers(self, rows: Sequence[object]) -> None:
        self.papers_empty.setVisible(not rows)
        self.checklist.setVisible(bool(rows))

    def show_attachments(self) -> None:
        """Open the panel of files and go to it."""
        self.attachments.show()
        self.attachments.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, lambda: self._area.ensureWidgetVisible(self.attachments))

    def _offer_papers(self) -> None:
        self.attachments.offer_papers([paper["name"] for paper in self.papers.taken()])

    def add_own_paper(self) -> None:
        """Add a paper that the catalogue does not name."""
        self._show_papers([True])
        self.checklist.add_own()
        self.edited.emit()

    def line(self, today: date) -> dict[str, Any]:
        """Return the intake line as typed; what is empty is absent.

        Raises:
            InvalidInput: a day, amount or number that cannot be read.
        """
        line: dict[str, Any] = {}
        if self.procedure.procedure is not None:
            line["procedure"] = self.procedure.procedure.code
        line |= self.applicant.line()
        if papers := self.papers.taken():
            line["papers"] = papers
        if files := self.attachments.line():
            line["attachments"] = files
        if email := self.more.text("email"):
            line["applicant"] = {**line["applicant"], "email": email}
        return line | self.terms.line(today) | self.more.line(today)

    @property
    def is_pristine(self) -> bool:
        """Say whether nothing worth keeping is typed."""
        parts = (self.applicant, self.terms, self.attachments, self.more)
        return self.procedure.procedure is None and all(part.is_empty for part in parts)

    def state(self) -> dict[str, Any]:
        """Return all that is typed, for a draft."""
        state: dict[str, Any] = {"applicant": self.applicant.state(), "terms": self.terms.state()}
        state |= {"more": self.more.state()} if not self.more.is_empty else {}
        if self.procedure.procedure is not None:
            state["procedure"] = self.procedure.procedure.code
        files = [item.as_state() for item in self.attachments.items]
        return state | {"papers": self.papers.state()} | ({"attachments": files} if files else {})

    def restore(self, state: Mapping[str, Any], procedure: Procedure | None) -> None:
        """Put a draft back."""
        self.clear()
        if procedure is not None:
            self.take_procedure(procedure)
        self.applicant.restore(state.get("applicant", {}))
        self.terms.restore(state.get("terms", {}))
        self.more.restore(state.get("more", {}))
        self.papers.restore(state.get("papers", ()))
        self._show_papers(self.papers.rows)
        self.edited.emit()
        if state.get("attachments"):
            self.attachments.show()
            self.attachments_restored.emit(state["attachments"])

    def clear(self) -> None:
        """Empty the form; messages stay."""
        self.procedure.entry.clear()
        self.procedure.put(None)
        self.applicant.clear()
        self.papers.put([])
        self._show_papers([])
        self.attachments.clear()
        self.attachments.hide()
        self.terms.clear()
        self.more.clear()
        self.aside.show_late("")
        self.aside.show_due(None)
        self.aside.preview.show_picture(None)
        self.cleared.emit()
        self._area.verticalScrollBar().setValue(0)

    def show_problem(self, error: InvalidInput, sentence: str) -> bool:
        """Show a problem beside its field and put the focus there; False when no field is meant."""
        field = self._field_of(error)
        if field is None:
            return False
        field.wrong(sentence)
        self._area.ensureWidgetVisible(field)
        field.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _field_of(self, error: InvalidInput) -> Field | None:
        path = str(error.facts.get("field", ""))
        if error.code.startswith("procedure."):
            path = "procedure"
        if error.code.startswith("due."):
            path = "due_at"
        if path == "applicant" and error.code == "input.missing":
            return self.applicant.fields["name"]
        more = self.more.field_of(error.code, path)
        if more is not None:
            return more
        flat = {**self.procedure.fields, **self.terms.fields}
        return flat.get(path) or self.applicant.field_of(error.code, path)

    def quiet(self) -> None:
        """Take back every problem."""
        self.procedure.field.wrong("")
        self.applicant.quiet()
        self.terms.quiet()
        self.more.quiet()

    def toggle_more(self) -> None:
        """Open the part of further fields and go to it, or fold it."""
        self.more.go_to()
        if self.more.toggle.isChecked():
            QTimer.singleShot(0, lambda: self._area.ensureWidgetVisible(self.more))
        else:
            self.more.toggle.setFocus(Qt.FocusReason.OtherFocusReason)

    def start(self) -> None:
        """Put the focus where an intake begins."""
        self.go_to(self.procedure.entry)

    def go_to(self, target: QWidget) -> None:
        """Put the focus on a control and bring it into sight."""
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus; a key held down presses nothing."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        focused = self.focusWidget()
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the right pane more of a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._row.setContentsMargins(*((12, 10, 12, 10) if narrow else (18, 14, 18, 14)))
        self._row.setStretch(0, 11 if narrow else 3)
        self._row.setStretch(1, 9 if narrow else 2)
