"""The story below the head comes turns of the loop later: never another dossier's, and never an empty moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from tests.gui.test_dossiers_list import Opened, take

SHELVES = ("Kệ 1, ngăn 1", "Kệ 2, ngăn 2")


@pytest.fixture
def opened(qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page on the training desk."""
    return Opened(qtbot, desk, tmp_path)


def moment(opened: Opened) -> tuple[str, frozenset[str]]:
    """Return the number in the head, and the shelves told below it."""
    detail = opened.view.detail
    labels = [one.text() for one in detail.story.findChildren(QLabel) if one.isVisibleTo(detail)]
    return detail.number.text(), frozenset(shelf for shelf in (*SHELVES, "Kệ 9") if shelf in labels)


def moments_until_built(opened: Opened, was: str) -> list[tuple[str, frozenset[str]]]:
    """Return each moment a clerk could see after the detail changed from `was`, one for each turn of the loop."""
    seen = []

    def turned() -> bool:
        QApplication.processEvents()
        seen.append(moment(opened))
        return opened.view.detail.dossier != was and opened.view.detail.story.is_built

    opened.qtbot.waitUntil(turned)
    return seen


def test_no_story_stands_under_another_dossiers_head(opened: Opened, desk: Desk):
    first, second = (take(desk, shelf=shelf) for shelf in SHELVES)
    numbers = {
        desk.dossier(one).number: frozenset({shelf}) for one, shelf in zip((first, second), SHELVES, strict=True)
    }
    opened.open(first)
    assert moment(opened) == (desk.dossier(first).number, frozenset({SHELVES[0]}))
    opened.page.open_dossier(second)
    seen = moments_until_built(opened, first)
    assert seen[-1] == (desk.dossier(second).number, frozenset({SHELVES[1]}))
    assert all(told <= numbers[number] for number, told in seen), seen


def test_the_files_come_with_the_story(opened: Opened, desk: Desk):
    first, second = (take(desk) for _each in range(2))
    opened.open(first)
    detail = opened.view.detail
    detail.show_dossier(detail.opened, ())
    assert detail.files.isVisible()
    opened.page.open_dossier(second)
    opened.qtbot.waitUntil(lambda: detail.dossier == second)
    assert detail.files.isVisible() == detail.story.is_built
    opened.settle()
    assert detail.files.isVisible()


def test_the_same_dossier_is_told_without_a_gap_and_keeps_its_place(opened: Opened, desk: Desk):
    dossier = take(desk, shelf=SHELVES[0])
    opened.open(dossier)
    bar = opened.view.detail.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 0
    opened.page.changed(desk.act(dossier, "correct", {"reason": "x", "changes": {"shelf": "Kệ 9"}})[1])
    seen = set()

    def told() -> bool:
        QApplication.processEvents()
        seen.add(moment(opened)[1])
        return frozenset({"Kệ 9"}) in seen

    opened.qtbot.waitUntil(told)
    assert seen == {frozenset({SHELVES[0]}), frozenset({"Kệ 9"})}
    opened.settle()
    assert bar.value() == place


def test_what_was_asked_for_first_is_not_built_when_another_was_asked_for_since(opened: Opened, desk: Desk):
    first, second = (take(desk, shelf=shelf) for shelf in SHELVES)
    opened.open(first)
    detail = opened.view.detail
    shown = detail.opened
    opened.open(second)
    now = detail.opened
    detail.show_dossier(shown, ())
    detail.show_dossier(now, ())
    opened.settle()
    assert moment(opened) == (desk.dossier(second).number, frozenset({SHELVES[1]}))
    detail.show_dossier(shown, ())
    detail.show_nothing()
    opened.settle()
    assert moment(opened)[1] == frozenset()
