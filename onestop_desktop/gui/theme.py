"""Colours and type of the window: tokens from `resources/themes`, one style sheet for all of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from weakref import WeakSet

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from onestop_desktop import paths
from onestop_desktop.errors import Damaged

FAMILY = "Be Vietnam Pro"
POINTS = 10
_TOKEN = re.compile(r"\$([a-z-]+)")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "bg"), ("text", "surface"), ("text", "field-bg"), ("text", "primary-soft"),
    ("muted", "bg"), ("muted", "surface"), ("muted", "field-bg"), ("primary", "primary-soft"),
    ("primary", "surface"), ("primary", "bg"), ("on-primary", "primary"), ("on-primary", "primary-hover"),
    ("ok", "ok-soft"), ("ok", "surface"), ("warn", "warn-soft"), ("warn", "surface"), ("bad", "bad-soft"),
    ("bad", "surface"), ("text", "ok-soft"), ("text", "warn-soft"), ("text", "bad-soft"),
    ("rail-text", "rail"), ("rail-text", "rail-active"), ("rail-muted", "rail"), ("rail-muted", "rail-active"),
    ("rail-off", "rail"), ("on-band", "band"),
)  # fmt: skip
"""Every pair of text and ground that the style sheet uses; each must be readable in each theme."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of colours by name."""

    name: str
    tokens: Mapping[str, str]

    def color(self, token: str) -> QColor:
        """Return a token's colour."""
        return QColor(self.tokens[token])

    def sheet(self) -> str:
        """Return the style sheet in these colours."""
        text = paths.resources("themes", "app.qss").read_text(encoding="utf-8")
        return _TOKEN.sub(lambda found: self.tokens[found[1]], text)


@cache
def load(name: str) -> Theme:
    """Return a theme of `resources/themes`."""
    path = paths.resources("themes", f"{name}.toml")
    return Theme(name, tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(slots=True)
class _Wardrobe:
    theme: Theme | None = None
    sheet: str = ""
    windows: WeakSet[QWidget] = field(default_factory=WeakSet)


_worn = _Wardrobe()


def current() -> Theme:
    """Return the theme that the window wears; what is painted by hand asks here."""
    return _worn.theme or load("light")


def wear(app: QApplication, name: str) -> Theme:
    """Dress the application and its windows: font, palette and style sheet; may be called again at any time."""
    theme = load(name)
    # Dressing anew touches every control there is: a second and more on an old PC.
    if theme is _worn.theme:
        return theme
    _worn.theme, _worn.sheet = theme, theme.sheet()
    # Another style, or the same one anew, takes every control there is apart: six times as long as all the rest.
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    font = QFont(FAMILY, POINTS)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    app.setPalette(_palette(theme))
    for window in tuple(_worn.windows):
        if isValid(window):
            window.setStyleSheet(_worn.sheet)
    return theme


def dress(window: QWidget) -> None:
    """Let a window, which has no parent, and all that comes to stand in it wear the theme, now and when it changes.

    The sheet hangs on windows and not on the application: with one there, Qt dresses every control again each time
    that what it stands in is put into something larger, and a page is put together from the inside out. The page of
    settings took 0.6 s to make that way.
    """
    _worn.windows.add(window)
    window.setStyleSheet(_worn.sheet)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: "bg", role.WindowText: "text", role.Base: "field-bg", role.AlternateBase: "bg",
        role.Text: "text", role.Button: "surface", role.ButtonText: "text", role.Highlight: "primary",
        role.HighlightedText: "on-primary", role.PlaceholderText: "muted", role.ToolTipBase: "surface",
        role.ToolTipText: "text", role.Link: "primary",
    }  # fmt: skip
    palette = QPalette()
    for one, token in colors.items():
        palette.setColor(one, theme.color(token))
    return palette


@cache
def load_fonts() -> None:
    """Load the shipped faces; installed fonts are never relied on.

    Raises:
        Damaged: `window.fonts` when the program's own files are missing.
    """
    for path in sorted(paths.resources("fonts", "be-vietnam-pro").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    if FAMILY not in QFontDatabase.families():
        raise Damaged("window.fonts")


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
