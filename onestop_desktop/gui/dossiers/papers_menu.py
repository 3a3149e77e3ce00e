"""The button behind which a dossier's other papers wait to be printed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from onestop_desktop.gui.widgets.basics import button
from onestop_desktop.words import Words


def papers_button(
    forms: Sequence[str], issued: Collection[str], words: Words, asked: Callable[[str], object]
) -> QPushButton:
    """Return the button; `asked` is told the form that was chosen."""
    made = button(f"{words.say('window.papers.other')} ▾", icon="print")
    made.setAccessibleName(words.say("window.papers.other"))
    menu = QMenu(made)
    for form in forms:
        code = "window.papers.reprint" if form in issued else "window.papers.print"
        action = QAction(words.say(code, form=f"word:paper.form.{form}"), menu)
        action.setData(form)
        action.triggered.connect(lambda _on=False, form=form: asked(form))
        menu.addAction(action)
    made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
    return made
