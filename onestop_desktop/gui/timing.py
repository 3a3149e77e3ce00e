"""Timers that wait until typing or writing has come to rest."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def single_shot(parent: QObject, wait_ms: int, slot: Callable[[], None]) -> QTimer:
    """Return a timer that calls a slot once, some milliseconds after its last start."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(slot)
    return timer
