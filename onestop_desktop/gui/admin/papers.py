"""The papers that a procedure asks for: one line each, with counts and what may not be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QStyleOptionComboBox, QVBoxLayout, QWidget

from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.domain.procedure_text import as_row
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.admin.form import text_of
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import AllMarked, Choice, Entry
from onestop_desktop.words import Words

COUNTS = ("original", "certified", "copy")
_COUNT_WIDTH = 56
_DATABASE_WIDTH = 190
_BESIDE_TEXT = 60


class _Database(Choice):
    """Ends in "…" where the database's name has no room, and tells the whole on hover."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        room = self.width() - _BESIDE_TEXT
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip(self.currentText())


@dataclass(slots=True)
class _Paper:
    rest: dict[str, Any]
    name: Entry
    counts: tuple[AllMarked, ...]
    database: Choice
    remove: QPushButton

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return (self.name, *self.counts, self.database, self.remove)


class PaperLines(QWidget):
    """Lines of papers; what the form does not show of a paper is kept as it was."""

    grew = Signal(QWidget)

    def __init__(self, words: Words, databases: Sequence[str]) -> None:
        super().__init__()
        self._words = words
        self._databases = tuple(databases)
        self._papers: list[_Paper] = []
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.add = button(words.say("admin.papers.add"))
        self.add.clicked.connect(self.add_own)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        names = ("name", *COUNTS, "database")
        for column, name in enumerate(names):
            self._grid.addWidget(label(words.say(f"admin.papers.{name}"), "label"), 0, column)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(0, 0, 0, 0)
        column_of.setSpacing(5)
        column_of.addLayout(self._grid)
        column_of.addWidget(self.problem)
        column_of.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def put(self, procedure: Procedure | None) -> None:
        """Show a procedure's papers."""
        for paper in list(self._papers):
            self._remove(paper)
        for row in as_row(procedure).get("papers", []) if procedure else []:
            self._append(row)
        self.wrong("")

    def add_own(self) -> None:
        """Add an empty line and go to it."""
        paper = self._append({"name": "", "original": 1})
        for widget in paper.widgets:
            # A layout shows its widgets later, and what is not shown takes no focus.
            widget.show()
        paper.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grew.emit(paper.name)

    def rows(self) -> list[dict[str, Any]]:
        """Return the papers' tables; a line without a name and without anything else is left out.

        Raises:
            InvalidInput: `window.number_typed` for a count that is no number.
        """
        return [self._row(paper) for paper in self._papers if text_of(paper.name) or paper.rest]

    def wrong(self, sentence: str) -> None:
        """Tell what is wrong with the lines; an empty sentence takes it back."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def widgets(self) -> tuple[QWidget, ...]:
        """Return what can be reached by Tab, line by line."""
        return (*(widget for paper in self._papers for widget in paper.widgets), self.add)

    def _row(self, paper: _Paper) -> dict[str, Any]:
        row: dict[str, Any] = {"name": text_of(paper.name)}
        for kind, entry in zip(COUNTS, paper.counts, strict=True):
            text = text_of(entry)
            if text and (not text.isascii() or not text.isdigit()):
                raise InvalidInput("window.number_typed", field="papers", text=text[:20])
            row |= {kind: int(text)} if text and int(text) else {}
        row |= {"forbidden": paper.database.value()} if paper.database.value() else {}
        return row | {key: value for key, value in paper.rest.items() if key in {"required", "case", "note"}}

    def _append(self, row: dict[str, Any]) -> _Paper:
        say, barred = self._words.say, str(row.get("forbidden", ""))
        known = self._databases if barred in {"", *self._databases} else (*self._databases, barred)
        databases = [(one, say("admin.papers.barred", database=one)) for one in known]
        paper = _Paper(
            {key: value for key, value in row.items() if key in {"required", "case", "note"}},
            Entry(say("admin.papers.name_hint"), 1000),
            tuple(AllMarked("0", 2) for _kind in COUNTS),
            _Database([("", say("admin.papers.may_ask")), *databases]),
            button("", kind="link"),
        )
        paper.name.put(row["name"])
        paper.name.setToolTip("\n".join(filter(None, (row["name"], row.get("case", ""), row.get("note", "")))))
        for kind, entry in zip(COUNTS, paper.counts, strict=True):
            entry.put(str(row[kind]) if row.get(kind) else "")
            entry.setFixedWidth(_COUNT_WIDTH)
        paper.database.put(barred)
        paper.database.setFixedWidth(_DATABASE_WIDTH)
        paper.remove.setIcon(icons.icon("remove", theme.current().tokens["muted"], 16))
        paper.remove.clicked.connect(partial(self._remove, paper))
        self._name(paper)
        at = self._grid.rowCount()
        for column, widget in enumerate(paper.widgets):
            self._grid.addWidget(widget, at, column)
            if isinstance(widget, Entry | Choice):
                widget.entered.connect(partial(self._next, widget))
        self._papers.append(paper)
        return paper

    def _name(self, paper: _Paper) -> None:
        number = len(self._papers) + 1
        names = ("name", *COUNTS, "database", "remove")
        for name, widget in zip(names, paper.widgets, strict=True):
            widget.setAccessibleName(self._words.say("admin.papers.spoken", number=number,
                                                     what=self._words.say(f"admin.papers.{name}")))  # fmt: skip
        paper.remove.setToolTip(self._words.say("admin.papers.remove"))

    @staticmethod
    def _next(widget: QWidget) -> None:
        following = widget.nextInFocusChain()
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    def _remove(self, paper: _Paper) -> None:
        self._papers.remove(paper)
        for widget in paper.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
