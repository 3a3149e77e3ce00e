"""The section Thủ tục: the list with its search box, the form, and what a file would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from onestop_desktop.desk.admin import ImportPreview
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.admin.form import scrolled
from onestop_desktop.gui.admin.procedure_form import ProcedureForm
from onestop_desktop.gui.admin.table import Line, LinesTable
from onestop_desktop.gui.admin.typed import shown
from onestop_desktop.gui.intake.procedure_part import fee_words, limit_words
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Entry
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

FIND_KEY = "Ctrl+F"
_COLUMNS = ("code", "title", "limit", "fee", "version", "sure")
_TOLD = 40


class FindEntry(Entry):
    """The words to look for; Down and Enter go into the list, Escape empties."""

    left_down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steer towards the list."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left_down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class ImportView(QWidget):
    """What files would change, to be looked at before anything is recorded."""

    sent = Signal()
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.title = label(words.say("admin.import.title"), "title")
        self.counts = label("", wrap=True)
        self.details = label("", "muted", wrap=True)
        self.problems = label("", "problem", wrap=True)
        self.save = button(words.say("admin.import.save"), ACTIONS["save"].key, kind="primary")
        self.back = button(words.say("admin.back"), "Esc")
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 8, 0)
        for one in (self.counts, self.problems, self.details):
            lines.addWidget(one)
        lines.addStretch(1)
        foot = WrappingRow(8)
        foot.add(self.save)
        foot.add(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(scrolled(inside), 1)
        column.addWidget(foot)
        self.save.clicked.connect(self.sent)
        self.back.clicked.connect(self.left)

    def put(self, preview: ImportPreview) -> None:
        """Show counts, each row that cannot be taken, and the names of what changes."""
        say = self._words.say
        added, changed, wrong = len(preview.added), len(preview.changed), len(preview.problems)
        self.counts.setText(
            say("admin.import.counts", added=added, changed=changed, unchanged=preview.unchanged, wrong=wrong)
        )
        told = [
            say("admin.import.row", file=one.file, row=one.row, why=self._words.tell(one.error))
            for one in preview.problems[:_TOLD]
        ]
        self.problems.setText("\n".join([*told, *([say("admin.import.whole")] if wrong else [])]))
        self.problems.setVisible(bool(wrong))
        names = [f"+ {one.code}  {one.display}" for one in preview.added]
        names += [f"± {one.code}  {one.display}  {self._from(one.valid_from)}" for one in preview.changed]
        more = [say("admin.import.more", count=len(names) - _TOLD)] if len(names) > _TOLD else []
        self.details.setText("\n".join(names[:_TOLD] + more))
        self.save.setEnabled(not wrong and bool(names))
        (self.save if self.save.isEnabled() else self.back).setFocus(Qt.FocusReason.OtherFocusReason)

    def _from(self, day: date | None) -> str:
        return self._words.say("admin.version.from", day=shown(day)) if day else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape go back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class ProceduresPart(QWidget):
    """One of list, form and import at a time; the form and the import are made when they are needed."""

    find_changed = Signal(str)
    opened = Signal(object)
    new_asked = Signal()
    import_asked = Signal()
    export_asked = Signal()
    sent = Signal()
    retire_asked = Signal()
    leave_asked = Signal()
    """The clerk goes back from a form in which something was typed."""

    def __init__(self, words: Words, databases: Sequence[str]) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.search = FindEntry(say("admin.find"), 200)
        self.search.setAccessibleName(say("admin.find"))
        self.search.setToolTip(FIND_KEY)
        self.count = label("", "muted")
        titles = [say(f"admin.column.{name}") for name in _COLUMNS]
        self.table = LinesTable(say("admin.section.procedures"), titles, 1, (3, 4))
        self._databases = tuple(databases)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._list())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.search.textChanged.connect(self.find_changed)
        self.search.left_down.connect(self.table.setFocus)
        self.table.opened.connect(self.opened)
        shortcut = QShortcut(QKeySequence(FIND_KEY), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.go_to_find)

    @cached_property
    def form(self) -> ProcedureForm:
        """One procedure, to be changed."""
        made = ProcedureForm(self._words, self._databases)
        made.sent.connect(self.sent)
        made.retire_asked.connect(self.retire_asked)
        made.left.connect(lambda: self.leave_asked.emit() if made.is_touched else self.show_list())
        self.pages.addWidget(made)
        return made

    @cached_property
    def imports(self) -> ImportView:
        """What chosen files would change."""
        made = ImportView(self._words)
        made.sent.connect(self.sent)
        made.left.connect(self.show_list)
        self.pages.addWidget(made)
        return made

    def _list(self) -> QWidget:
        say = self._words.say
        made = QWidget()
        self.buttons = WrappingRow(8)
        for code, asked in (("new", self.new_asked), ("import", self.import_asked), ("export", self.export_asked)):
            one = button(say(f"admin.procedures.{code}"))
            one.clicked.connect(asked)
            self.buttons.add(one)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.buttons)
        return made

    def put(self, procedures: Sequence[Procedure], today: date, coming: Sequence[str]) -> None:
        """Show procedures; `coming` are the codes that have a version which starts later."""
        self.count.setText(self._words.say("admin.procedures.count", count=len(procedures)))
        self.table.put([self._line(one, today, one.code in coming) for one in procedures])

    def _line(self, one: Procedure, today: date, coming: bool) -> Line:
        say = self._words.say
        limits = {one.limit_for(channel) for channel in one.channels or Channel}
        limit = limit_words(limits.pop(), self._words) if len(limits) == 1 else say("admin.limit.by_channel")
        version = say("admin.version.from", day=shown(one.valid_from)) if one.valid_from else say("admin.version.first")
        if one.valid_to is not None:
            version = say("admin.version.until", day=shown(one.valid_to))
        elif coming:
            version = say("admin.version.coming")
        tones = {4: "muted"} if one.in_force(today) else {4: "warn"}
        sure = "" if one.sure == "high" else say("admin.unsure")
        cells = (one.code, one.display, limit, fee_words(one.fee, self._words), version, sure)
        return Line(cells, one.code, {**tones, 5: "warn"})

    def show_list(self) -> None:
        """Go back to the list."""
        self.pages.setCurrentIndex(0)
        (self.table if self.table.value() is not None else self.search).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_form(self) -> None:
        """Bring the form to the front."""
        self.pages.setCurrentWidget(self.form)
        self.form.start()

    def show_import(self, preview: ImportPreview) -> None:
        """Bring the preview of files to the front."""
        self.pages.setCurrentWidget(self.imports)
        self.imports.put(preview)

    def go_to_find(self) -> None:
        """Put the focus into the search box."""
        self.pages.setCurrentIndex(0)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.selectAll()

    def start(self) -> None:
        """Put the focus where the work begins."""
        front = self.pages.currentWidget()
        if isinstance(front, ProcedureForm):
            front.start()
        else:
            self.show_list()
            self.go_to_find()
