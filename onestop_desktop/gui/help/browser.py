"""Where a page of the help is read: pictures as wide as the text, matches of a search marked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from onestop_desktop import paths
from onestop_desktop.domain.text import fold
from onestop_desktop.gui import theme
from onestop_desktop.gui.help.markup import to_html
from onestop_desktop.gui.help.pages import HelpPage
from onestop_desktop.gui.timing import single_shot

_MARGIN = 14
_WIDEST = 620
_REST_MS = 40
_SHEET = (
    "QTextBrowser { background: transparent; border: 2px solid transparent; border-radius: 6px; }"
    "QTextBrowser:focus { border-color: palette(highlight); }"
)


def spans(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return (start, length) in UTF-16 units of each place where the wanted words stand, marks or none."""
    needle = fold(wanted)
    if not needle:
        return []
    folded, places, at = "", [], 0
    for letter in text:
        bare = fold(letter) if not letter.isspace() else " "
        folded += bare
        places += [at] * len(bare)
        at += len(letter.encode("utf-16-le")) // 2
    places.append(at)
    found, start = [], folded.find(needle)
    while start >= 0:
        end = start + len(needle)
        found.append((places[start], places[end] - places[start]))
        start = folded.find(needle, end)
    return found


class HelpBrowser(QTextBrowser):
    """Shows one page; it opens no link and asks no network."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("help-text")
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes with the text would change the width that the text was drawn for.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setStyleSheet(_SHEET)
        self.document().setDocumentMargin(_MARGIN)
        self._page: HelpPage | None = None
        self._drawn_for = 0
        self._wanted = ""
        self._at = -1
        self._rest = single_shot(self, _REST_MS, self.redraw)

    def show_page(self, page: HelpPage) -> None:
        """Show a page from its beginning, dressed in the theme worn now."""
        self._page = page
        self._draw()
        self.verticalScrollBar().setValue(0)

    def redraw(self) -> None:
        """Draw the same page anew, where it was."""
        place = self.verticalScrollBar().value()
        self._draw()
        self.verticalScrollBar().setValue(place)

    def _draw(self) -> None:
        if self._page is None:
            return
        self._drawn_for = self.viewport().width()
        self.document().clear()
        self.setHtml(to_html(self._page.title, self._page.text, theme.current()))
        self.mark(self._wanted)

    def picture_width(self) -> int:
        """Return how wide a picture is drawn, in logical pixels."""
        return max(120, min(_WIDEST, self.viewport().width() - 2 * _MARGIN - 4))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture of `resources/help/pictures`, made small with care; everything else does not exist."""
        url = name.toString() if isinstance(name, QUrl) else str(name)
        path = paths.resources("help", "pictures", url.rpartition("/")[2])
        image = QImage(str(path)) if path.suffix == ".png" else QImage()
        if image.isNull():
            return super().loadResource(kind, QUrl())
        ratio = self.devicePixelRatioF()
        width = min(self.picture_width(), image.width())
        size = QSize(round(width * ratio), round(image.height() * width / image.width() * ratio))
        smooth = image.convertToFormat(QImage.Format.Format_RGB32).scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        smooth.setDevicePixelRatio(ratio)
        return smooth

    # -- searching ------------------------------------------------------------------------------------------

    def mark(self, wanted: str) -> int:
        """Mark every place where the words stand; return how many."""
        self._wanted = wanted
        self._at = -1
        found = spans(self.toPlainText(), wanted)
        worn = theme.current().tokens
        look = QTextCharFormat()
        look.setBackground(QColor(worn["warn-soft"]))
        look.setForeground(QColor(worn["text"]))
        look.setFontUnderline(True)
        marks = []
        for start, length in found:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = self._cursor(start, length)
            mark.format = look
            marks.append(mark)
        self.setExtraSelections(marks)
        return len(found)

    def go_to_next(self) -> None:
        """Scroll to the next marked place, after the last one to the first."""
        found = spans(self.toPlainText(), self._wanted)
        if not found:
            return
        self._at = (self._at + 1) % len(found)
        cursor = self._cursor(found[self._at][0], 0)
        self.setTextCursor(cursor)
        place = self.cursorRect(cursor).top() + self.verticalScrollBar().value()
        self.verticalScrollBar().setValue(place - self.viewport().height() // 3)

    def _cursor(self, start: int, length: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the pictures anew for another width, once it has come to rest."""
        super().resizeEvent(event)
        if self._page is not None and self._drawn_for != self.viewport().width():
            self._rest.start()
