"""Reading connections: one a thread, gone with its thread or with the store, never closed under a question."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import TryLater
from onestop_desktop.store import readers
from onestop_desktop.store.store import FILE
from tests.builders import a_line

FDS = Path("/proc/self/fd")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")


def open_files(desk: Desk) -> int:
    """Say how often this process has the desk's file open."""
    file = desk.core.store.site.data / FILE
    found = 0
    for fd in FDS.iterdir():
        try:
            found += fd.readlink() == file
        except OSError:
            continue
    return found


@contextmanager
def asking(desk: Desk, count: int) -> Iterator[None]:
    """Threads that have asked the store something and live on."""
    asked, go = threading.Barrier(count + 1), threading.Event()

    def ask() -> None:
        desk.chips()
        asked.wait()
        go.wait()

    threads = [threading.Thread(target=ask) for _one in range(count)]
    for one in threads:
        one.start()
    asked.wait()
    try:
        yield
    finally:
        go.set()
        for one in threads:
            one.join()


@only_linux
def test_closing_leaves_no_file_open_for_threads_that_live_on(make_desk: Callable[..., Desk]) -> None:
    """An open file would stay locked on Windows: the folder could be neither moved nor put back."""
    desk = make_desk()
    with asking(desk, 4):
        assert open_files(desk) > 4
        desk.close()
        assert open_files(desk) == 0


@only_linux
def test_a_thread_that_ends_takes_its_connection_along(desk: Desk) -> None:
    desk.chips()
    before = open_files(desk)
    for _turn in range(5):
        with asking(desk, 1):
            pass
    # SQLite keeps a closed descriptor for the next connection as long as another one holds a lock on the file.
    assert open_files(desk) <= before + 1


def test_a_question_that_is_being_answered_is_not_cut_off(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.receive(a_line())
    begun, answered = threading.Event(), []

    def slow(connection: object) -> int:
        begun.set()
        time.sleep(0.2)
        return connection.execute("SELECT count(*) FROM dossier").fetchone()[0]  # type: ignore[attr-defined, no-any-return]

    closing = threading.Thread(target=desk.close)
    worker = threading.Thread(target=lambda: answered.append(desk.core.store.read(slow)))
    worker.start()
    begun.wait()
    closing.start()
    worker.join()
    closing.join()
    assert answered == [1]


def test_a_question_without_end_does_not_hold_the_closing_up(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "CLOSE_SECONDS", 0.05)
    desk = make_desk()
    begun, go = threading.Event(), threading.Event()

    def endless(_connection: object) -> None:
        begun.set()
        go.wait()

    worker = threading.Thread(target=lambda: desk.core.store.read(endless))
    worker.start()
    begun.wait()
    desk.close()
    go.set()
    worker.join()


@pytest.mark.parametrize("before", [True, False])
def test_who_asks_a_closed_store_is_told_so(make_desk: Callable[..., Desk], before: bool) -> None:
    """Also from a thread that never asked: it must not open the file anew behind the lock."""
    desk = make_desk()
    if before:
        desk.chips()
    desk.close()
    told: list[str] = []

    def ask() -> None:
        try:
            desk.chips()
        except TryLater as error:
            told.append(error.code)

    ask()
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert told == ["store.closed"] * 2
