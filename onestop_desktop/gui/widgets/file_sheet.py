"""A file of a dossier, page by page, laid over the page; it asks for pictures and shows them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.basics import Elided, button, label
from onestop_desktop.gui.widgets.preview import Preview
from onestop_desktop.words import Words

_SIDE = 900


class FileSheet(QWidget):
    """Escape closes, Page Up and Page Down turn the pages."""

    picture_asked = Signal(int)
    export_asked = Signal()

    def __init__(self, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._words = words
        self.page = 0
        self.pages = 1
        self._before: QWidget | None = None
        say = words.say
        self.name = Elided("", "title")
        self.place = label("", "muted")
        self.back = button(f"‹ {say('window.attach.preview.before')}")
        self.on = button(f"{say('window.attach.preview.after')} ›")
        self.export = button(say("window.attach.preview.export"))
        self.close_button = button(say("window.attach.preview.close"), "Esc", kind="primary")
        self.said = label("", "muted", wrap=True)
        self.preview = Preview(say("window.attach.preview.title"), say("window.attach.preview.loading"))
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(1))
        self.export.clicked.connect(self.export_asked)
        self.close_button.clicked.connect(self.leave)
        self.preview.width_changed.connect(self._ask)
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        for one in (self.back, self.place, self.on, self.export, self.close_button):
            head.addWidget(one)
        inside = QWidget()
        inside.setMaximumWidth(_SIDE)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.said)
        column.addWidget(self.preview, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 18, 12)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)

    def open(self, name: str, pages: int, *, may_export: bool) -> None:
        """Cover the page and ask for the first picture."""
        self._before = self.window().focusWidget()
        self.page, self.pages = 0, max(pages, 1)
        self.name.setText(name)
        self.export.setVisible(may_export)
        self.said.hide()
        self.preview.show_picture(None)
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self._show_place()
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def turn(self, by: int) -> None:
        """Turn the pages."""
        page = min(max(self.page + by, 0), self.pages - 1)
        if page != self.page:
            self.page = page
            self._show_place()
            self._ask()

    def _show_place(self) -> None:
        several = self.pages > 1
        for one in (self.back, self.on, self.place):
            one.setVisible(several)
        self.back.setEnabled(self.page > 0)
        self.on.setEnabled(self.page < self.pages - 1)
        self.place.setText(self._words.say("window.attach.preview.page", page=self.page + 1, count=self.pages))

    def _ask(self) -> None:
        if self.isVisible():
            self.picture_asked.emit(self.page)

    def show_picture(self, page: int, image: QImage) -> None:
        """Show a page if it is still the one that is wanted."""
        if self.isVisible() and page == self.page:
            self.preview.show_picture(image)

    def say(self, sentence: str) -> None:
        """Say something in the place of a picture, or above it."""
        self.said.setText(sentence)
        self.said.show()

    def leave(self) -> None:
        """Go away; the focus goes back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape close and the page keys turn; the rest stays below."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in {Qt.Key.Key_PageDown, Qt.Key.Key_Right}:
            self.turn(1)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_Left}:
            self.turn(-1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            if focused in {self.back, self.on, self.export, self.close_button}:
                focused.click()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the page at any size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            parent = self.parentWidget()
            if parent is not None:
                self.setGeometry(parent.rect())
        return super().eventFilter(watched, event)
