"""Icons by meaning, tinted to the theme; the drawings are Lucide's, in `resources/icons`."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from onestop_desktop import paths


@lru_cache(maxsize=256)
def _drawing(name: str, color: str) -> bytes:
    svg = paths.resources("icons", f"{name}.svg").read_text(encoding="utf-8")
    return svg.replace("currentColor", color).encode()


def pixmap(name: str, color: str, size: int = 20) -> QPixmap:
    """Return a crisp picture of `size` logical pixels at the screen's own resolution."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_drawing(name, color))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, color: str, size: int = 20) -> QIcon:
    """Return an icon in one colour."""
    return QIcon(pixmap(name, color, size))
