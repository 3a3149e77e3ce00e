"""The receipt as it will come out, as wide as its pane."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from onestop_desktop.gui import theme
from onestop_desktop.gui.widgets.basics import label

_EDGE = 8


class _Sheet(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.picture = QPixmap()

    def show_picture(self, image: QImage) -> None:
        self.picture = QPixmap.fromImage(image)
        self._fit()
        self.update()

    def _fit(self) -> None:
        if self.picture.isNull():
            return
        height = round(self.width() * self.picture.height() / max(self.picture.width(), 1))
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.current().color("paper"))
        height = round(self.width() * self.picture.height() / self.picture.width())
        painter.drawPixmap(0, 0, self.width(), height, self.picture)


class Preview(QFrame):
    """A pane that asks for a picture of its own width and shows it; words while there is none."""

    width_changed = Signal()

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(name)
        self.setMinimumHeight(60)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._sheet = _Sheet()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._sheet)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._area = area
        self._empty = label(empty, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner = QWidget()
        self._stack = QStackedLayout(inner)
        self._stack.addWidget(self._padded(self._empty))
        self._stack.addWidget(area)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.addWidget(inner)

    @staticmethod
    def _padded(text: QLabel) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(24, 8, 24, 8)
        column.addWidget(text)
        return box

    @property
    def pixels(self) -> int:
        """Return the width of the picture that would be sharp here, in device pixels."""
        return max(round((self.width() - 2 * _EDGE - 12) * self.devicePixelRatioF()), 200)

    @property
    def has_picture(self) -> bool:
        """Say whether a receipt is shown."""
        return self._stack.currentIndex() == 1

    def show_picture(self, image: QImage | None) -> None:
        """Show a picture, or the words in its place."""
        if image is None:
            self._stack.setCurrentIndex(0)
            return
        self._sheet.show_picture(image)
        self._stack.setCurrentIndex(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a sharp picture of the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.width_changed.emit()

    def sizeHint(self) -> QSize:
        """Return a modest size: the pane takes what is left."""
        return QSize(300, 200)
