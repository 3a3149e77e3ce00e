"""The chips above the list: what each shows and how many that are, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup

from onestop_desktop.gui import theme
from onestop_desktop.gui.dossiers.query import CHIPS, SELDOM
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

TONES: Mapping[str, str] = MappingProxyType(
    {
        "held": "primary", "near": "warn", "overdue": "bad", "ready": "ok", "awaiting": "warn",
        "unsent": "muted", "draft": "primary",
        "all": "text", "conflict": "bad",
    }
)  # fmt: skip
_HEIGHT = 30
_PAD = 14
_CLOSE_PAD = 9
_GAP = 8


class Chip(QAbstractButton):
    """One chip; the chosen one has a ground, a frame and a bar, not a colour only."""

    def __init__(self, code: str, text: str, key: str) -> None:
        super().__init__()
        self.code = code
        self.count: int | None = None
        self.pad = _PAD
        self.setText(text)
        self.setCheckable(True)
        self.setToolTip(f"{text} ({key})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tell()

    def show_count(self, count: int) -> None:
        """Show how many dossiers it holds."""
        self.count = count
        self._tell()
        self.updateGeometry()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleName(f"{self.text()}: {self.number}" if self.number else self.text())

    @property
    def number(self) -> str:
        """Return the count as shown: "1.234"."""
        return "" if self.count is None else f"{self.count:,}".replace(",", ".")

    def sizeHint(self) -> QSize:
        """Return the room for words and number."""
        metrics = QFontMetrics(self._font())
        number = metrics.horizontalAdvance(self.number) + _GAP if self.number else 0
        return QSize(metrics.horizontalAdvance(self.text()) + number + 2 * self.pad + 2, _HEIGHT)

    @staticmethod
    def _font() -> QFont:
        font = QFont(theme.FAMILY)
        font.setPointSizeF(9.5)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        worn, chosen = theme.current(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        line = "focus" if self.hasFocus() else ("primary" if chosen else "line")
        painter.setPen(QPen(worn.color(line), 2 if self.hasFocus() else 1))
        painter.setBrush(worn.color("primary-soft" if chosen or self.underMouse() else "surface"))
        painter.drawRoundedRect(frame, 6, 6)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(worn.color("primary"))
            painter.drawRoundedRect(QRectF(self.pad, self.height() - 5, self.width() - 2 * self.pad, 2.5), 1, 1)
        painter.setFont(self._font())
        tone = "primary" if chosen and TONES[self.code] == "text" else TONES[self.code]
        painter.setPen(worn.color(tone))
        inner = self.rect().adjusted(self.pad, -1, -self.pad, -1)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self.number)


class ChipBar(WrappingRow):
    """The chips in a row; arrows move between them, Alt and a digit choose one from anywhere."""

    chosen = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(8)
        self.setAccessibleName(words.say("window.dossiers.chips"))
        self._narrow = False
        self._group = QButtonGroup(self)
        self.chips = {
            code: Chip(code, words.say(f"window.dossiers.chip.{code}"), f"Alt+{at}") for at, code in enumerate(CHIPS, 1)
        }
        for chip in self.chips.values():
            self._group.addButton(chip)
            self.add(chip)
            chip.setVisible(chip.code not in SELDOM)
            chip.toggled.connect(lambda on, code=chip.code: self._toggled(code, on=on))
        self.put("held")

    @property
    def code(self) -> str:
        """Return the chosen chip."""
        return next(code for code, chip in self.chips.items() if chip.isChecked())

    def _toggled(self, code: str, *, on: bool) -> None:
        self._show_seldom()
        if on:
            self.chosen.emit(code)

    def _show_seldom(self) -> None:
        for code in SELDOM:
            chip = self.chips[code]
            chip.setVisible(bool(chip.count) or chip.isChecked())
        self._pad()

    def _pad(self) -> None:
        close = self._narrow or any(not self.chips[code].isHidden() for code in SELDOM)
        for chip in self.chips.values():
            chip.pad = _CLOSE_PAD if close else _PAD
            chip.updateGeometry()

    def put(self, code: str) -> None:
        """Choose a chip without telling."""
        chip = self.chips[code]
        before = chip.blockSignals(True)
        chip.setChecked(True)
        chip.blockSignals(before)
        self._show_seldom()
        self.update()

    def choose(self, code: str) -> None:
        """Choose a chip as a click does."""
        self.chips[code].setChecked(True)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show true counts."""
        for code, count in counts.items():
            if code in self.chips:
                self.chips[code].show_count(count)
        self._show_seldom()

    def crowd(self, *, narrow: bool) -> None:
        """Take less room in a narrow window."""
        self._narrow = narrow
        self._pad()
