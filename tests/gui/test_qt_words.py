"""Qt's own dialogs and menus speak Vietnamese: nothing English is left on them."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QLocale
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCalendarWidget,
    QDialogButtonBox,
    QFileDialog,
    QGroupBox,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QProgressDialog,
    QTabWidget,
    QTextEdit,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from onestop_desktop.gui.qt_words import speak, table

NO_WORDS = {"A4", "PDF", "Ctrl", "%", "x", "mm", "...", "OSD"}
ENGLISH = {
    "the", "of", "to", "open", "save", "cancel", "close", "yes", "no", "all", "file", "files", "folder", "name", "type",
    "size", "date", "print", "printer", "pages", "page", "copy", "paste", "cut", "undo", "redo", "select", "delete",
    "look", "in:", "back", "forward", "view", "new", "options", "copies", "color", "show", "details", "help", "retry",
    "ignore", "apply", "reset", "discard", "abort", "restore", "defaults", "range", "from", "selection", "location",
    "properties", "collate", "reverse", "off", "binding", "double", "sided", "portrait", "landscape", "zoom", "next",
    "previous", "first", "last", "fit", "output", "settings", "current", "set", "preview", "directory", "parent",
    "computer", "modified", "enter", "value", "january", "november", "monday", "sunday", "mon", "sun", "mode", "hide",
}  # fmt: skip
"""Words that Qt's dialogs use and no Vietnamese syllable is spelt like, but `in`, `to` and `no`, told apart below."""
PRINTERS: list[QPrinter] = []
"""A dialog does not keep its printer alive."""
VIETNAMESE_TOO = {"to", "no"}


@pytest.fixture
def vietnamese(dressed: QApplication) -> Iterator[None]:
    """Qt in Vietnamese for the while."""
    before = QLocale()
    speak(dressed, "vi")
    yield
    speak(dressed, "en")
    QLocale.setDefault(before)


def texts_of(root: QWidget) -> list[str]:
    """Return what stands on buttons, labels, boxes, tabs, heads and in menus, tool tips included."""
    found: list[str] = [root.windowTitle()]
    for one in [root, *root.findChildren(QWidget)]:
        if isinstance(one, QAbstractButton | QLabel):
            found.append(one.text())
        if isinstance(one, QGroupBox):
            found.append(one.title())
        if isinstance(one, QTabWidget):
            found += [one.tabText(at) for at in range(one.count())]
        if isinstance(one, QHeaderView) and one.model() is not None:
            found += [str(one.model().headerData(at, one.orientation()) or "") for at in range(one.count())]
        found += [one.toolTip(), *(action.text() for action in one.actions())]
    return [text for text in found if text]


def english_in(texts: list[str]) -> list[str]:
    """Return the texts with an English word in them."""
    found = []
    for text in texts:
        words = {word.strip(string.punctuation + "…").lower() for word in text.replace("&", "").split()}
        if words & (ENGLISH - VIETNAMESE_TOO):
            found.append(text)
    return found


def buttons() -> QWidget:
    made = QDialogButtonBox()
    for kind in QDialogButtonBox.StandardButton:
        if kind != QDialogButtonBox.StandardButton.NoButton:
            made.addButton(kind)
    return made


def message() -> QWidget:
    made = QMessageBox()
    made.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    made.setDetailedText("…")
    return made


def files(mode: QFileDialog.AcceptMode, kind: QFileDialog.FileMode) -> Callable[[], QWidget]:
    def made() -> QWidget:
        dialog = QFileDialog()
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(mode)
        dialog.setFileMode(kind)
        dialog.setViewMode(QFileDialog.ViewMode.Detail)
        return dialog

    return made


def to_pdf() -> QPrinter:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    PRINTERS.append(printer)
    return printer


DIALOGS: dict[str, Callable[[], QWidget]] = {
    "buttons": buttons,
    "message": message,
    "open": files(QFileDialog.AcceptMode.AcceptOpen, QFileDialog.FileMode.ExistingFile),
    "save": files(QFileDialog.AcceptMode.AcceptSave, QFileDialog.FileMode.AnyFile),
    "folder": files(QFileDialog.AcceptMode.AcceptOpen, QFileDialog.FileMode.Directory),
    "input": QInputDialog,
    "progress": QProgressDialog,
    "calendar": QCalendarWidget,
    "print": lambda: QPrintDialog(to_pdf()),
    "preview": lambda: QPrintPreviewDialog(to_pdf()),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_has_nothing_english_left(vietnamese: None, qtbot: QtBot, name: str, tmp_path: Path) -> None:
    dialog = DIALOGS[name]()
    qtbot.addWidget(dialog)
    if isinstance(dialog, QFileDialog):
        dialog.setDirectory(str(tmp_path))
    dialog.show()
    QApplication.processEvents()
    texts = texts_of(dialog)
    assert texts
    assert english_in(texts) == []


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QTextEdit])
def test_the_menu_of_a_text_field_has_nothing_english_left(vietnamese: None, qtbot: QtBot, kind: type[QWidget]) -> None:
    field = kind()
    qtbot.addWidget(field)
    menu: QMenu = field.createStandardContextMenu()  # type: ignore[attr-defined]
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert len(texts) >= 6
    assert english_in(texts) == []
    assert "Chọn tất cả" in texts


def test_the_search_for_english_finds_it(dressed: QApplication, qtbot: QtBot) -> None:
    """Guards the test itself: without the table every dialog has English on it."""
    speak(dressed, "en")
    for name in ("buttons", "message", "open", "print"):
        dialog = DIALOGS[name]()
        qtbot.addWidget(dialog)
        dialog.show()
        QApplication.processEvents()
        assert english_in(texts_of(dialog)), name


def test_what_is_not_in_the_table_stays_as_it_is(vietnamese: None) -> None:
    assert QApplication.translate("QNowhere", "Something %1") == "Something %1"


def test_dates_are_written_as_in_vietnam(vietnamese: None) -> None:
    assert QLocale().name() == "vi_VN"
    assert QLocale().toString(QDate(2026, 3, 4), QLocale.FormatType.ShortFormat) == "4/3/26"
    assert "Thứ" in QLocale().dayName(1)


def test_every_text_keeps_the_placeholders_of_qt() -> None:
    for context, texts in table("vi").items():
        for source, text in texts.items():
            assert [one for one in ("%1", "%2") if one in source] == [one for one in ("%1", "%2") if one in text], (
                source
            )
            assert text.strip() or not source.strip(), (context, source)
