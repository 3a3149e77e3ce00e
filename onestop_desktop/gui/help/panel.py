"""The panel behind F1: the page about what is in front, all pages beside it, a search over all of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.dossiers.filters import FIND_KEY
from onestop_desktop.gui.help.browser import HelpBrowser, spans
from onestop_desktop.gui.help.pages import HelpPage, load
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.words import Words

_WIDTH = 760
_CONTENTS = 176
_CONTENTS_NARROW = 130


class HelpPanel(QFrame):
    """Laid over the right of `over`; nothing below it is stopped, so that a step can be read and done."""

    closed = Signal()

    def __init__(self, ground: QWidget, over: QWidget, words: Words) -> None:
        super().__init__(ground)
        self.setObjectName("help")
        self.setProperty("role", "pop")
        self._over = over
        self._words = words
        self._pages: dict[str, HelpPage] = {}
        self._back: QWidget | None = None
        self.contents = QListWidget()
        self.contents.setAccessibleName(words.say("help.contents"))
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.contents.setWordWrap(True)
        self._names: list[str] = []
        self.contents.currentRowChanged.connect(self._chosen)
        self.search = QLineEdit()
        self.search.setPlaceholderText(words.say("help.find", key=FIND_KEY))
        self.search.setAccessibleName(words.say("help.find", key=FIND_KEY))
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._go_to_next)
        self.nothing = label("", "doubt", wrap=True)
        self.browser = HelpBrowser()
        self.browser.setAccessibleName(words.say("action.help"))
        self.close_button = button(words.say("window.close"), "Esc")
        self.close_button.clicked.connect(self.dismiss)
        self._lay_out()
        ground.installEventFilter(self)
        over.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(self._words.say("action.help"), "title"))
        head.addWidget(self.search, 1)
        head.addWidget(self.close_button)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.contents)
        row.addWidget(self.browser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.nothing)
        column.addLayout(row, 1)

    # -- opening and closing --------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Open at a page; where there is none of that name, at the first."""
        if not self._pages:
            self._pages = {page.name: page for page in load(self._words)}
        if not self.isVisible():
            self._back = QApplication.focusWidget()
        self.search.clear()
        self._list(list(self._pages), name)
        self._place()
        self.show()
        self.raise_()
        self.browser.redraw()
        self.browser.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle(self, name: str) -> None:
        """Open at a page, or close when it is open."""
        if self.isVisible():
            self.dismiss()
        else:
            self.open(name)

    def follow(self, name: str) -> None:
        """Go along to the page that came to the front; the focus is the page's now."""
        if self.isVisible():
            self._back = None
            self.search.clear()
            self._list(list(self._pages), name)
            self.raise_()

    def dismiss(self) -> None:
        """Close and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        if self._back is not None and self._back.isVisible():
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._back = None
        self.closed.emit()

    @property
    def page(self) -> str:
        """Return the name of the page that is shown."""
        row = self.contents.currentRow()
        return self._names[row] if row >= 0 else ""

    # -- the pages ------------------------------------------------------------------------------------------

    def _list(self, names: list[str], chosen: str) -> None:
        # Titles go in without an item of ours: Qt's clearing away of items made in Python has crashed.
        self.contents.clear()
        self._names = list(names)
        self.contents.addItems([self._pages[name].title for name in names])
        self.contents.setCurrentRow(names.index(chosen) if chosen in names else 0)

    def _go_to_next(self) -> None:
        self.browser.go_to_next()

    def _chosen(self, row: int) -> None:
        if row >= 0:
            self.browser.show_page(self._pages[self._names[row]])

    def _search(self, wanted: str) -> None:
        """Show the pages in which the words stand; the page in front stays if they stand in it."""
        here = self.page
        names = [name for name, page in self._pages.items() if not wanted.strip() or _holds(page, wanted)]
        self.nothing.setText("" if names else self._words.say("help.nothing", text=wanted.strip()))
        self.nothing.setVisible(not names)
        if names:
            self._list(names, here)
        self.browser.mark(wanted)
        self.browser.go_to_next()

    # -- Qt's own names -------------------------------------------------------------------------------------

    def _place(self) -> None:
        ground = self.parentWidget()
        if ground is None:
            return
        corner = self._over.mapTo(ground, QPoint(0, 0)) if self._over is not ground else QPoint(0, 0)
        room = QRect(corner, self._over.size()).adjusted(8, 8, -8, -8)
        width = min(_WIDTH, room.width())
        self.contents.setFixedWidth(_CONTENTS if width == _WIDTH else _CONTENTS_NARROW)
        self.setGeometry(QRect(room.right() - width + 1, room.top(), width, room.height()))
        self.nothing.setVisible(bool(self.nothing.text()))

    def event(self, event: QEvent) -> bool:
        """Keep the search key from the page below while the help has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_find(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape close and the search key go to the search."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif _is_find(event):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay over the page at any size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Wear the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.browser.redraw()


def _holds(page: HelpPage, wanted: str) -> bool:
    return bool(spans(f"{page.title}\n{page.text}", wanted))


def _is_find(event: QKeyEvent) -> bool:
    return QKeySequence(event.keyCombination()) == QKeySequence(FIND_KEY)


def attach(screen: QWidget, words: Words, name: str) -> HelpPanel:
    """Give a screen that stands alone, as the log-in does, its help behind the same key."""
    panel = HelpPanel(screen, screen, words)
    QShortcut(QKeySequence(ACTIONS["help"].key), screen).activated.connect(lambda: panel.toggle(name))
    return panel
