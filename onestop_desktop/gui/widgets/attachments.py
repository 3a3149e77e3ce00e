"""The files of a dossier before they are saved: dropped, chosen or offered by the scanner, each with its paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from onestop_desktop.domain.attachment import Taken
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.widgets.basics import Elided, button, label, set_tone
from onestop_desktop.gui.widgets.fields import Choice
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

THUMB = 44
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A file in the list: its facts, the file it came from if the scanner wrote it, a small picture if it has one."""

    taken: Taken
    source: str = ""
    thumb: QImage | None = None

    def as_state(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        return {**self.taken.as_body(), "source": self.source}

    @staticmethod
    def from_state(state: Any) -> Item:
        """Read what a draft kept."""
        return Item(Taken.from_body(state), str(state.get("source", "")))


def facts_words(taken: Taken, words: Words) -> str:
    """Write how large a file is and how many pages it has: "312 kB · 2 trang"."""
    kb = max(round(taken.size / 1024), 1)
    size = words.say("window.attach.kb", count=kb)
    if kb > 9999:
        size = words.say("window.attach.mb", count=round(kb / 1024))
    pages = words.say("window.attach.pages", count=taken.pages) if taken.pages else ""
    return " · ".join(part for part in (size, pages) if part)


class FileDrop(QObject):
    """Lets files be dropped on a widget and everything in it; text fields in it give way."""

    def __init__(self, widget: QWidget, take: Callable[[list[str]], None], allowed: Callable[[], bool]) -> None:
        super().__init__(widget)
        self._take = take
        self._allowed = allowed
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)
        give_way(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files that come from outside the program."""
        if isinstance(event, QDropEvent | QDragMoveEvent):
            paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
            if not paths or not self._allowed():
                event.ignore()
                return True
            # Copied, never moved: whoever drags must not delete the file afterwards.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if event.type() == QEvent.Type.Drop:
                self._take(paths)
            return True
        return super().eventFilter(watched, event)


def give_way(widget: QWidget) -> None:
    """Let files that are dropped on a text field fall through to the page."""
    for line in widget.findChildren(QLineEdit):
        line.setAcceptDrops(False)
    for text in widget.findChildren(QPlainTextEdit):
        text.setAcceptDrops(False)
        text.viewport().setAcceptDrops(False)


class FileRow(QWidget):
    """One file: picture, name, size, its paper, and what may be done with it."""

    def __init__(self, item: Item, words: Words, *, fixed: bool = False) -> None:
        super().__init__()
        self.item = item
        self._words = words
        taken = item.taken
        self.name = Elided(taken.name, "title")
        self.facts = label(facts_words(taken, words), "muted")
        self.paper = Choice([("", words.say("window.attach.no_paper"))])
        self.paper.setProperty("compact", "true")
        self.paper.setAccessibleName(words.say("window.attach.which", name=taken.name))
        self.of_paper = label(taken.paper, "muted", wrap=True)
        self.view = self._link("view", taken.name)
        self.remove = self._link("remove", taken.name)
        self.note = label("\n".join(words.say(code) for code in taken.doubts), "doubt", wrap=True)
        self.note.setVisible(bool(taken.doubts))
        self.setAccessibleName(words.say("window.attach.row", name=taken.name, facts=self.facts.text()))
        self._lay_out()
        self.paper.setVisible(not fixed)
        self.remove.setVisible(not fixed)
        self.of_paper.setVisible(fixed and bool(taken.paper))

    def _link(self, word: str, name: str) -> QPushButton:
        made = button(self._words.say(f"window.attach.{word}"), kind="link")
        made.setAccessibleName(self._words.say(f"window.attach.{word}_of", name=name))
        return made

    def _lay_out(self) -> None:
        self.thumb = QLabel()
        self.thumb.setFixedSize(THUMB, THUMB)
        self.thumb.setProperty("role", "card")
        self.thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._show_thumb()
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self.name, 1)
        first.addWidget(self.facts)
        first.addWidget(self.view)
        first.addWidget(self.remove)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.paper, 1)
        second.addWidget(self.of_paper, 1)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        row.addWidget(self.thumb, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def _show_thumb(self) -> None:
        if self.item.thumb is None or self.item.thumb.isNull():
            self.thumb.setPixmap(icons.pixmap("document", theme.current().tokens["muted"], 28))
            return
        ratio = self.devicePixelRatioF()
        side = round((THUMB - 4) * ratio)
        small = QPixmap.fromImage(self.item.thumb).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(ratio)
        self.thumb.setPixmap(small)

    def offer_papers(self, papers: Sequence[str], chosen: str) -> None:
        """Offer these papers, and whatever paper was chosen before."""
        self.paper.blockSignals(True)
        self.paper.clear()
        self.paper.addItem(self._words.say("window.attach.no_paper"), "")
        for name in dict.fromkeys([*papers, *([chosen] if chosen else [])]):
            self.paper.addItem(name, name)
        self.paper.put(chosen)
        self.paper.blockSignals(False)
        self.paper.setToolTip(chosen)

    def current(self) -> Item:
        """Return the file with the paper that is chosen."""
        return replace(self.item, taken=replace(self.item.taken, paper=self.paper.value()))


class Bar(QWidget):
    """How much of a piece of work is done; it speaks to screen readers by its name."""

    def __init__(self) -> None:
        super().__init__()
        self._done = 0.0
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_done(self, done: float) -> None:
        """Show a part between 0 and 1."""
        self._done = min(max(done, 0.0), 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground and part."""
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(worn.color("field-line"))
        painter.setBrush(worn.color("bg"))
        painter.drawRoundedRect(ground, 3, 3)
        ground.setWidth(ground.width() * self._done)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(worn.color("primary"))
        painter.drawRoundedRect(ground, 3, 3)


class OfferBar(QFrame):
    """The scanner has put something out: take it, or leave it for later."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setObjectName("strip")
        set_tone(self, "tone", "primary")
        self._words = words
        self.text = label("", wrap=True)
        self.names = label("", "muted", wrap=True)
        self.accept = button(words.say("window.attach.accept"), ACTIONS["attach"].key, kind="primary")
        self.leave = button(words.say("window.attach.leave"))
        buttons = WrappingRow(8)
        buttons.add(self.accept)
        buttons.add(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(5)
        for one in (self.text, self.names, buttons):
            column.addWidget(one)
        self.hide()

    def show_names(self, names: Sequence[str]) -> None:
        """Offer these files; none takes the offer away."""
        self.text.setText(self._words.say("window.attach.offer", count=len(names)))
        told = ", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")
        self.names.setText(self._words.say("window.attach.offer_names", names=told))
        self.setAccessibleName(self.text.text())
        self.setVisible(bool(names))


class AttachmentsPanel(QFrame):
    """The list with what fills it; it takes data and gives events."""

    given = Signal(list)
    choose_asked = Signal()
    view_asked = Signal(object)
    edited = Signal()

    def __init__(self, words: Words, *, titled: bool = True) -> None:
        super().__init__()
        self._words = words
        self._papers: list[str] = []
        self.rows: list[FileRow] = []
        self.offer = OfferBar(words)
        self.title = label(words.say("window.attach.title"), "title")
        self.title.setVisible(titled)
        self.hint = label(words.say("window.attach.drop"), "muted")
        self.choose = button(words.say("window.attach.choose"), kind="link" if not titled else "")
        self.choose.clicked.connect(self.choose_asked)
        self.bar = Bar()
        self.progress = label("", "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._problems = QVBoxLayout()
        if titled:
            self.setProperty("role", "card")
        self._lay_out(titled=titled)
        self.show_progress(0, 0, "")
        self.drop = FileDrop(self, self.given.emit, self.isEnabled)

    def _lay_out(self, *, titled: bool) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self.hint)
        foot.addWidget(self.choose)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*((16, 11, 16, 11) if titled else (0, 0, 0, 0)))
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.offer)
        column.addLayout(self._list)
        column.addLayout(self._problems)
        column.addWidget(self.progress)
        column.addWidget(self.bar)
        column.addLayout(foot)

    # -- what is in it --------------------------------------------------------------------------------------

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the files with their papers."""
        return tuple(row.current() for row in self.rows)

    @property
    def is_empty(self) -> bool:
        """Say whether no file waits to be saved."""
        return not self.rows

    def line(self) -> list[dict[str, Any]]:
        """Return the files as an intake line or a step's form names them."""
        return [item.taken.as_body() for item in self.items]

    def add(self, item: Item) -> None:
        """Add a file; without a paper of its own it gets the next paper that has none."""
        if any(row.item.taken.sha256 == item.taken.sha256 for row in self.rows):
            self.add_problem(item.taken.name, self._words.say("window.attach.twice"))
            return
        row = FileRow(item, self._words)
        row.offer_papers(self._papers, item.taken.paper or self._next_paper())
        row.paper.currentIndexChanged.connect(lambda _at: self.edited.emit())
        row.view.clicked.connect(lambda: self.view_asked.emit(row.item.taken))
        row.remove.clicked.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._list.addWidget(row)
        self.edited.emit()

    def _next_paper(self) -> str:
        shown = {row.paper.value() for row in self.rows}
        return next((name for name in self._papers if name not in shown), "")

    def _remove(self, row: FileRow) -> None:
        self.rows.remove(row)
        _gone(row)
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def add_problem(self, name: str, sentence: str) -> None:
        """Tell why a file was not taken; it stays until the next files come."""
        said = label(sentence if name in sentence else f"{name}: {sentence}", "problem", wrap=True)
        said.setAccessibleName(said.text())
        self._problems.addWidget(said)

    def forget_problems(self) -> None:
        """Take back what was told of earlier files."""
        _empty(self._problems)

    def clear(self) -> None:
        """Empty the list, also of the papers that files could belong to; an offer stays."""
        self._papers = []
        self.put(())

    def put(self, items: Iterable[Item]) -> None:
        """Show these files in the place of all others."""
        for row in self.rows:
            _gone(row)
        self.rows = []
        self.forget_problems()
        for item in items:
            self.add(item)

    def offer_papers(self, papers: Sequence[str]) -> None:
        """Offer these papers; what is chosen stays."""
        if list(papers) != self._papers:
            self._papers = list(papers)
            for row in self.rows:
                row.offer_papers(self._papers, row.paper.value())

    def take_papers(self, papers: Sequence[str]) -> None:
        """Offer another procedure's papers: a file whose paper is not among them gets one that has none."""
        self._papers = list(papers)
        for row in self.rows:
            chosen = row.paper.value()
            row.offer_papers(self._papers, chosen if chosen in self._papers else "")
        for row in self.rows:
            if not row.paper.value():
                row.paper.put(self._next_paper())

    # -- what goes on ---------------------------------------------------------------------------------------

    def show_progress(self, done: int, total: int, name: str) -> None:
        """Show which file is being taken; a total of 0 takes the bar away."""
        said = self._words.say("window.attach.taking", done=done + 1, total=total, name=name) if total else ""
        self.progress.setText(said)
        self.bar.setAccessibleName(said)
        self.bar.show_done(done / total if total else 0)
        self.progress.setVisible(bool(total))
        self.bar.setVisible(bool(total))

    def show_offer(self, paths: Sequence[Path]) -> None:
        """Offer what the scanner has put out."""
        self.offer.show_names([path.name for path in paths])


def _gone(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            _gone(widget)
