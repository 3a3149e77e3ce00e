"""What stands below the buttons of the detail: marks, the way so far, persons, papers and fees, and what to print."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from onestop_desktop.gui.dossiers.facts import sections, timeline
from onestop_desktop.gui.dossiers.offers import Opened
from onestop_desktop.gui.dossiers.papers_menu import papers_button
from onestop_desktop.gui.dossiers.timeline import SectionPart, line_up, timeline_widget
from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.widgets.basics import button
from onestop_desktop.words import Words

_ABOVE = {"marks"}
_ELSEWHERE = {"attachments"}


class _Sheet(QWidget):
    """Parts one below the other, hidden while they are put together."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def put(self, part: QWidget) -> None:
        """Add a part and have it dressed now: the turn that shows the sheet has enough to do."""
        side = Qt.AlignmentFlag.AlignLeft if isinstance(part, QPushButton) else Qt.AlignmentFlag(0)
        self._column.addWidget(part, 0, side)
        for one in (part, *part.findChildren(QWidget)):
            one.ensurePolished()


class StoryPart(QWidget):
    """Is built over several turns of the loop after the head: all in one would hold an old PC's keys up."""

    reprint_asked = Signal()
    paper_asked = Signal(str)
    built = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._dossier = ""
        self._next_turn = single_shot(self, 0, self._go_on)
        self._to_build: deque[Callable[[], Iterable[QWidget]]] = deque()
        self._sheet: _Sheet | None = None
        self._coming: _Sheet | None = None
        self.reprint: QPushButton | None = None
        self.papers: QPushButton | None = None
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)

    def show_dossier(self, opened: Opened, forms: tuple[str, ...]) -> None:
        """Show a dossier and the other papers it has (`forms`); what is told of it stays until the new is there."""
        if self._dossier != opened.dossier.id:
            # Under a new head nothing may be read of the dossier before.
            self.clear()
        self._dossier = opened.dossier.id
        self._drop_coming()
        self._coming = _Sheet(self)
        self._to_build.extend(
            (
                lambda: self._way(opened),
                lambda: self._sections(opened),
                lambda: self._buttons(opened, forms),
            )
        )
        self._next_turn.start()

    def show_only(self, part: QWidget) -> None:
        """Show something else than a dossier's story."""
        self.clear()
        sheet = _Sheet(self)
        sheet.put(part)
        self._show_sheet(sheet)

    def clear(self) -> None:
        """Show nothing."""
        self._drop_coming()
        self._dossier = ""
        self.reprint = self.papers = None
        self._show_sheet(None)

    @property
    def is_built(self) -> bool:
        """Return whether all that was asked for is shown."""
        return self._coming is None

    def _drop_coming(self) -> None:
        self._next_turn.stop()
        self._to_build.clear()
        if self._coming is not None:
            self._coming.deleteLater()
            self._coming = None

    def _go_on(self) -> None:
        if self._coming is None:
            return
        if not self._to_build:
            self._show_sheet(self._coming)
            self._coming = None
            self.built.emit()
            return
        for part in self._to_build.popleft()():
            self._coming.put(part)
        self._next_turn.start()

    def _show_sheet(self, sheet: _Sheet | None) -> None:
        before, self._sheet = self._sheet, sheet
        if before is not None:
            self._place.removeWidget(before)
            before.hide()
            before.deleteLater()
        if sheet is not None:
            self._place.addWidget(sheet)
            sheet.show()

    def _way(self, opened: Opened) -> Iterator[QWidget]:
        words = self._words
        for one in sections(opened, words):
            if one.code in _ABOVE:
                yield SectionPart(one)
        yield timeline_widget(words.say("window.dossiers.section.timeline"), timeline(opened, words))

    def _sections(self, opened: Opened) -> list[SectionPart]:
        parts = [SectionPart(one) for one in sections(opened, self._words) if one.code not in _ABOVE | _ELSEWHERE]
        line_up(parts)
        return parts

    def _buttons(self, opened: Opened, forms: tuple[str, ...]) -> Iterator[QWidget]:
        """Offer the receipt again, and the other papers behind one button; what was issued is printed again."""
        self.reprint = self.papers = None
        if opened.dossier.status != "voided":
            again = any(paper.form == "receipt" for paper in opened.dossier.issued)
            word = "window.dossiers.reprint" if again else "window.dossiers.first_print"
            self.reprint = button(self._words.say(word), icon="print")
            self.reprint.clicked.connect(self.reprint_asked)
            yield self.reprint
        if forms:
            issued = {paper.form for paper in opened.dossier.issued}
            self.papers = papers_button(forms, issued, self._words, self.paper_asked.emit)
            yield self.papers
