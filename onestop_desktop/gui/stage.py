"""What the screens before the desk share: the words, a worker, and the place where one screen is shown at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.session import Press
from onestop_desktop.gui.worker import Worker
from onestop_desktop.settings import Settings
from onestop_desktop.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """`show` brings a screen to the front; `cannot` tells a failure with a way to try again."""

    words: Words
    settings: Settings
    press: Press
    worker: Worker
    show: Callable[[QWidget], None]
    cannot: Callable[[Exception, Callable[[], None]], None]

    @staticmethod
    def still(screen: QWidget, deed: Callable[[T], None]) -> Callable[[T], None]:
        """Return a deed that is left undone once its screen is gone: the worker's answer may come late."""
        return lambda answer: deed(answer) if isValid(screen) else None

    def tell(self, error: Exception) -> str:
        """Return the sentence of a failure."""
        return self.words.tell(error) if isinstance(error, OneStopError) else self.words.say("window.bug")
