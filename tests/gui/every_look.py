"""What is measured on a look: cut text, columns and what sticks out, colours by their tokens, keys, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QImage, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTextEdit,
    QWidget,
)  # fmt: skip

from onestop_desktop.gui import theme
from onestop_desktop.settings import SETTINGS
from tests.gui.test_looks import clipped

THEMES = tuple(str(name) for name in next(one.choices for one in SETTINGS if one.name == "theme"))
READABLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""

SHARP = 2
"""So much larger a look is painted, so that the strokes of small letters have their full colour somewhere."""

_FRAME = 3
INKS = frozenset(
    {
        "text", "muted", "primary", "on-primary", "ok", "warn", "bad", "rail-text", "rail-muted", "rail-off", "on-band",
    }
)  # fmt: skip
"""Tokens that letters are painted with."""

_GROUNDS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "on-primary": ("primary", "primary-hover"), "on-band": ("band",), "primary": ("primary-soft",),
        "ok": ("ok-soft",), "warn": ("warn-soft",), "bad": ("bad-soft",),
    }
)  # fmt: skip
"""An ink's own ground: where it is there too, as in a pill inside a line, the letters stand on it."""

Pair = tuple[str, str]


def probe() -> theme.Theme:
    """Return a theme in which no two tokens look alike, so that a pixel tells which token painted it."""
    # By chance, but always the same: no mixture of two of them, as at the edge of a letter, is likely to be a third.
    colours = {name: f"#{sha256(name.encode()).hexdigest()[:6].upper()}" for name in theme.load("light").tokens}
    assert len(set(colours.values())) == len(colours)
    return theme.Theme("light", colours)


@dataclass(slots=True)
class Seen:
    """What was found on the looks so far, and which kinds of widgets and forms were on them."""

    cut: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    pairs: dict[Pair, str] = field(default_factory=dict)
    kinds: set[type] = field(default_factory=set)
    looks: list[str] = field(default_factory=list)

    def geometry(self, look: str, root: QWidget) -> None:
        """Measure what has too little room."""
        self.looks.append(look)
        there = shown(root)
        self.kinds |= {type(one) for one in (root, *there)}
        found = [*clipped(root), *lines_too_long(there), *titles_cut(there), *sticking_out(there, root)]
        self.cut += [f"{look}: {one}" for one in dict.fromkeys(found)]

    def state(self, look: str, root: QWidget, *, colours: bool) -> None:
        """Measure what no size changes: keys, names and, as no language changes them, for one language the colours."""
        there = shown(root)
        self.keys += [f"{look}: {one}" for one in keys_twice(there, root)]
        self.nameless += [f"{look}: {one}" for one in nameless(there)]
        if colours:
            for pair, where in painted_pairs(there, root).items():
                self.pairs.setdefault(pair, f"{look}: {where}")


def shown(root: QWidget) -> list[QWidget]:
    """Return what is visible below a widget."""
    return [one for one in root.findChildren(QWidget) if one.isVisible()]


def _told(widget: QWidget, why: str = "") -> str:
    text = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__} {widget.width()}x{widget.height()} {why}: {text or widget.accessibleName()}"


# -- room -----------------------------------------------------------------------------------------------------


def titles_cut(there: Sequence[QWidget]) -> list[str]:
    """Return the titles of columns that are wider than their column."""
    found = []
    for head in there:
        if not isinstance(head, QHeaderView) or head.orientation() is not Qt.Orientation.Horizontal:
            continue
        for at in range(head.count()):
            title = str(head.model().headerData(at, head.orientation()) or "") if head.model() else ""
            wide = head.fontMetrics().horizontalAdvance(title)
            if title and not head.isSectionHidden(at) and head.sectionSize(at) < wide:
                found.append(f"column {head.sectionSize(at)} of {wide}: {title}")
    return found


def lines_too_long(there: Sequence[QWidget]) -> list[str]:
    """Return texts of several lines that would have to be moved sideways to be read."""
    return [_told(one) for one in there if isinstance(one, QTextEdit) and one.horizontalScrollBar().maximum() > 0]


def sticking_out(there: Sequence[QWidget], root: QWidget) -> list[str]:
    """Return texts and controls that reach over the edge of what holds them; upright a list may be scrolled."""
    kinds = QLabel | QAbstractButton | QLineEdit | QComboBox
    return [_told(one, why) for one in there if isinstance(one, kinds) and (why := _over(one, root))]


def _over(widget: QWidget, root: QWidget) -> str:
    upright = True
    holder = widget.parentWidget()
    while holder is not None and holder is not root.parentWidget():
        place = QRect(widget.mapTo(holder, QPoint(0, 0)), widget.size())
        if isinstance(holder.parentWidget(), QAbstractScrollArea):
            upright = False
        if place.left() < 0 or place.right() > holder.width():
            return f"sideways over {type(holder).__name__}"
        if upright and (place.top() < 0 or place.bottom() > holder.height()):
            return f"upright over {type(holder).__name__}"
        if holder.isWindow():
            return ""
        holder = holder.parentWidget()
    return ""


# -- colours --------------------------------------------------------------------------------------------------


def painted_pairs(there: Sequence[QWidget], root: QWidget) -> dict[Pair, str]:
    """Return which ink stands on which ground, by their tokens, and an example of each; read from the pixels.

    The window must wear the theme of `probe`.
    """
    names = {(*bytes.fromhex(colour[1:])[::-1], 255): name for name, colour in theme.current().tokens.items()}
    picture = _picture(root)
    found: dict[Pair, str] = {}
    for widget, place in _written(there, root):
        box = (place.left() * SHARP, place.top() * SHARP, (place.right() + 1) * SHARP, (place.bottom() + 1) * SHARP)
        part = picture.crop(box)
        colours = part.getcolors(part.width * part.height) or []
        counted = Counter({names[colour]: count for count, colour in colours if colour in names})
        for pair in _pairs(counted):
            found.setdefault(pair, _told(widget))
    return found


def _picture(root: QWidget) -> Image.Image:
    image = QImage(root.size() * SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARP)
    painter = QPainter(image)
    root.render(painter, QPoint(0, 0))
    painter.end()
    # Qt's own order, blue first, is kept: what is not copied costs no time.
    size = (image.width(), image.height())
    return Image.frombuffer("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine(), 1)


def _pairs(counted: Counter[str]) -> Iterator[Pair]:
    if not counted:
        return
    ground = counted.most_common(1)[0][0]
    for ink in counted.keys() & INKS - {ground}:
        own = [one for one in _GROUNDS_OF.get(ink, ()) if one in counted]
        yield ink, own[0] if own else ground


def _written(there: Sequence[QWidget], root: QWidget) -> Iterator[tuple[QWidget, QRect]]:
    """Yield where text stands: what nothing lies over, and the single cells of lists."""
    leaves = QLabel | QAbstractButton | QLineEdit | QComboBox | QPlainTextEdit | QTextEdit
    for one in there:
        if isinstance(one, QTableView | QListView):
            for place in _cells(one):
                yield from _in_sight(root, one.viewport(), place)
        elif isinstance(one, leaves):
            # Frames are painted with inks too, where they show the focus.
            frame = _FRAME if isinstance(one, QPushButton | QLineEdit | QComboBox) else 0
            yield from _in_sight(root, one, one.rect().adjusted(frame, frame, -frame, -frame))


def _cells(view: QAbstractItemView) -> Iterator[QRect]:
    model = view.model()
    for row in range(min(model.rowCount(), 40)):
        for column in range(model.columnCount() if isinstance(view, QTableView) else 1):
            place = view.visualRect(model.index(row, column)) & view.viewport().rect()
            if not place.isEmpty():
                yield place


def _in_sight(root: QWidget, widget: QWidget, place: QRect) -> Iterator[tuple[QWidget, QRect]]:
    seen = widget.visibleRegion().boundingRect() & place
    if seen.width() < 4 or seen.height() < 8:
        return
    there = QRect(widget.mapTo(root, seen.topLeft()), seen.size())
    on_top = root.childAt(there.center())
    if on_top is None or on_top is widget or widget.isAncestorOf(on_top) or on_top.isAncestorOf(widget):
        yield widget, there


def unreadable(pairs: Mapping[Pair, str]) -> list[str]:
    """Return the pairs that are too faint, with the theme in which they are."""
    found = []
    for name in THEMES:
        tokens = theme.load(name).tokens
        for (ink, ground), where in sorted(pairs.items()):
            ratio = theme.contrast(tokens[ink], tokens[ground])
            if ratio < READABLE:
                found.append(f"{name}: {ink} on {ground} is {ratio:.2f} ({where})")
    return found


# -- keys and names -------------------------------------------------------------------------------------------


def keys_twice(there: Sequence[QWidget], root: QWidget) -> list[str]:
    """Return the keys that more than one thing answers to while a look is in front."""
    owners: dict[str, list[str]] = {}
    # A menu shows actions of the window: the same thing in two places is one thing.
    for key, owner in {(key, id(thing)): (key, owner) for key, thing, owner in _keys(there, root)}.values():
        owners.setdefault(key, []).append(owner)
    return [f"{key} for {', '.join(who)}" for key, who in owners.items() if len(who) > 1]


def _keys(there: Sequence[QWidget], root: QWidget) -> Iterator[tuple[str, object, str]]:
    for shortcut in root.findChildren(QShortcut):
        holder = shortcut.parent()
        if isinstance(holder, QWidget) and holder.isVisible() and shortcut.isEnabled():
            yield shortcut.key().toString(), shortcut, f"a shortcut of {type(holder).__name__}"
    for one in (root, *there):
        for action in one.actions():
            yield from _keys_of(action)
        if isinstance(one, QAbstractButton) and not one.shortcut().isEmpty():
            yield one.shortcut().toString(), one, f"the button {one.text().strip()}"


def _keys_of(action: QAction) -> Iterator[tuple[str, object, str]]:
    if action.isEnabled() and action.shortcutContext() is Qt.ShortcutContext.WindowShortcut:
        for key in action.shortcuts():
            yield key.toString(), action, f"the action {action.text()}"


def nameless(there: Sequence[QWidget]) -> list[str]:
    """Return what the keyboard reaches and a screen reader has no name for."""
    kinds = QLineEdit | QComboBox | QAbstractButton | QAbstractItemView | QPlainTextEdit | QTextEdit
    beside = {one.buddy() for one in there if isinstance(one, QLabel)}
    return [
        f"{_told(one)} in {type(one.parentWidget()).__name__}"
        for one in there
        if isinstance(one, kinds)
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not one.accessibleName()
        and one not in beside
        and not (isinstance(one, QAbstractButton) and one.text())
    ]
