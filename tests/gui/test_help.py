"""F1 on every page: the page about what is in front, with the program's own keys; search, contents, Escape."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop import paths
from onestop_desktop.gui import theme
from onestop_desktop.gui.actions import ACTIONS, RAIL
from onestop_desktop.gui.help import pages
from onestop_desktop.gui.help.browser import spans
from onestop_desktop.gui.help.markup import pictures, to_html
from onestop_desktop.gui.help.panel import HelpPanel, attach
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.words import load
from tests.gui.hands import Hands, Watched

LANGUAGES = ("vi", "en")
BUILT = [task.name for task in RAIL if task.built]
EXTRA = ["login", "power", "scan"]
WHOLE = [*BUILT, *EXTRA]
"""Pages that are laid out in full: five deeds, what to do when something fails, a picture."""
FIND = (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)


def raw(language: str, name: str) -> str:
    return paths.resources("help", language, f"{name}.md").read_text(encoding="utf-8")


EVERY = [(language, name) for language in LANGUAGES for name in pages.names(language)]


# -- the texts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_task_has_its_page(language: str) -> None:
    assert set(BUILT) | set(EXTRA) <= set(pages.names(language))
    tasks = [task.name for task in RAIL]
    listed = [name for name in pages.names(language) if name in tasks]
    assert listed == sorted(listed, key=tasks.index)
    assert list(pages.names(language))[: len(listed)] == listed


def test_both_languages_have_the_same_pages() -> None:
    assert pages.names("vi") == pages.names("en")


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_placeholder_is_a_key_or_a_caption_of_the_program(language: str, name: str) -> None:
    assert pages.PLACEHOLDER.search(raw(language, name))
    page = pages.read(name, load(language))
    assert not re.search(r"[{}]", page.title + page.text)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_function_key_is_never_written_by_hand(language: str, name: str) -> None:
    """A key that changes must change in the help too."""
    by_hand = re.sub(r"\{[^}]*\}", "", raw(language, name))
    assert not re.findall(r"\bF\d+\b|Ctrl\+", by_hand)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WHOLE)
def test_a_page_has_five_deeds_and_what_to_do_when_something_fails(language: str, name: str) -> None:
    parts = raw(language, name).split("\n## ")
    assert len(parts) == 3
    assert len(re.findall(r"^\d\. \*\*", parts[1], re.MULTILINE)) == 5
    assert len(re.findall(r"^- \*\*", parts[2], re.MULTILINE)) >= 3
    assert pictures(raw(language, name))


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_picture_is_there_and_small(language: str, name: str) -> None:
    named = pictures(raw(language, name))
    assert len(named) <= 2
    for picture in named:
        path = paths.resources("help", "pictures", picture)
        assert path.stat().st_size <= 80_000
        with Image.open(path) as image:
            assert image.width <= 900
            assert image.mode == "P"


def test_no_picture_is_left_over() -> None:
    shown = {picture for language, name in EVERY for picture in pictures(raw(language, name))}
    assert {path.name for path in paths.resources("help", "pictures").iterdir()} == shown


def test_a_later_page_is_a_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "backlog.md").write_text("# {word:action.backlog}\n\nBấm {key:save}.", encoding="utf-8")
    monkeypatch.setattr(paths, "resources", lambda _help, *rest: tmp_path.joinpath(*rest))
    (page,) = pages.load(load("vi"))
    assert (page.name, page.title, page.text) == ("backlog", "Dọn tồn", f"Bấm `{ACTIONS['save'].key}`.")


def test_marks_of_a_page_become_rich_text_and_nothing_else_does(dressed: QApplication) -> None:
    worn = theme.load("dark")
    text = "Một <b> & **hai**\n\n1. `F9` rồi\n   nữa\n2. xong\n\n- a\n\n![x < y](p.png)"
    made = to_html("T & T", text, worn)
    assert "Một &lt;b&gt; &amp; <b>hai</b>" in made
    assert made.count("<li") == 3
    assert "rồi nữa" in made
    assert "x &lt; y" in made
    assert worn.tokens["primary"] in made


# -- F1 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", BUILT)
def test_f1_opens_the_page_about_what_is_in_front(window: MainWindow, hands: Hands, task: str) -> None:
    window.show_task(task)
    hands.settle()
    hands.press(Qt.Key.Key_F1)
    assert window.help.isVisible()
    assert window.help.page == task
    assert window.help.browser.toPlainText().startswith(load("vi").say(f"action.{task}"))
    assert QApplication.focusWidget() is window.help.browser


def test_the_help_names_the_keys_of_the_program(window: MainWindow, hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1)
    text = window.help.browser.toPlainText().replace("\xa0", " ")
    for name in ("save", "draft", "add-paper"):
        assert f" {ACTIONS[name].key} " in text


def test_escape_closes_and_gives_the_focus_back(window: MainWindow, hands: Hands) -> None:
    before = hands.focus()
    assert before is not None
    hands.press(Qt.Key.Key_F1)
    hands.press(Qt.Key.Key_Escape)
    assert not window.help.isVisible()
    assert hands.focus() is before


def test_f1_again_closes(window: MainWindow, hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1)
    hands.press(Qt.Key.Key_F1)
    assert not window.help.isVisible()


def test_the_help_goes_along_to_another_page(window: MainWindow, hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1)
    hands.press(Qt.Key.Key_F4)
    assert window.help.isVisible()
    assert window.help.page == "return"


def test_ctrl_f_searches_the_help_and_not_the_page_below(window: MainWindow, hands: Hands) -> None:
    window.show_task("dossiers")
    hands.settle()
    hands.press(Qt.Key.Key_F1)
    hands.press(*FIND)
    assert hands.focus() is window.help.search
    hands.type("mat khau")
    listed = window.help.contents.model()
    found = [listed.index(row, 0).data() for row in range(listed.rowCount())]
    titles = {page.name: page.title for page in pages.load(window.session.words)}
    assert titles["login"] in found
    assert titles["receive"] not in found
    assert window.help.browser.extraSelections()
    hands.type(" khong co chu nay")
    assert window.help.nothing.isVisible()


def test_ctrl_f_is_the_pages_own_again_after_closing(window: MainWindow, hands: Hands) -> None:
    window.show_task("dossiers")
    hands.settle()
    hands.press(Qt.Key.Key_F1)
    hands.press(Qt.Key.Key_Escape)
    hands.press(*FIND)
    assert isinstance(hands.focus(), QLineEdit)
    assert hands.focus() is not window.help.search


def test_a_search_marks_words_with_their_marks() -> None:
    text = "Đăng nhập 😀 rồi ĐĂNG xuất"
    assert spans(text, "dang") == [(0, 4), (17, 4)]
    assert spans(text, "  ") == []
    assert spans(text, "dang xuat") == [(17, 9)]


def test_the_contents_list_every_page_and_open_each(window: MainWindow, hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1)
    contents = window.help.contents
    assert contents.count() == len(pages.names("vi"))
    contents.setFocus()
    seen = set()
    for _row in range(contents.count()):
        seen.add(window.help.browser.toPlainText().splitlines()[0])
        hands.press(Qt.Key.Key_Down)
    assert len(seen) == contents.count()


def test_pictures_are_shown_no_wider_than_the_text(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    hands.press(Qt.Key.Key_F1)
    browser = window.help.browser
    image = browser.loadResource(2, "receive.png")
    assert isinstance(image, QImage)
    assert image.width() == browser.picture_width()
    assert browser.document().idealWidth() <= browser.viewport().width()


def test_a_dossier_can_be_taken_while_the_help_is_open(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.press(Qt.Key.Key_F1)
    hands.scan("014091003217||Quàng Văn Thương|12041991|Nam|Bản Nà Khái, xã Sặp Vạt|01052021")
    window.intake.take_procedure(window.session.desk.procedure("1.001193"))
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert len(watched.taken) == 1
    assert window.help.isVisible()


def test_the_help_wears_another_theme(window: MainWindow, hands: Hands, qapp: QApplication) -> None:
    hands.press(Qt.Key.Key_F1)
    try:
        theme.wear(qapp, "dark")
        assert theme.load("dark").tokens["text"].lower() in window.help.browser.toHtml().lower()
    finally:
        theme.wear(qapp, "light")


def test_a_screen_that_stands_alone_has_its_help_behind_the_same_key(dressed: QApplication, qtbot: QtBot) -> None:
    screen = QWidget()
    entry = QLineEdit()
    QVBoxLayout(screen).addWidget(entry)
    panel: HelpPanel = attach(screen, load("vi"), "login")
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    entry.setFocus()
    QTest.keyClick(entry, Qt.Key.Key_F1)
    assert panel.isVisible()
    assert panel.page == "login"
