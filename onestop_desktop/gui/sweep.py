"""Garbage of the window is swept on the window's own thread: a Qt object must not die on another one."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1_000


class Sweep(QObject):
    """Takes the collector out of the other threads' hands and sweeps a generation when it is full."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(sweep)
        self._timer.start(EVERY_MS)


def sweep() -> int:
    """Collect the oldest generation that is over its threshold; return which, or -1 for none."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return generation
    return -1
