"""Pictures of every page, taken without a screen: for the demo and the documentation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from onestop_desktop.errors import OneStopError
from onestop_desktop.gui import theme
from onestop_desktop.gui.actions import RAIL
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import SETTINGS, Settings
from onestop_desktop.words import load

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk

SIZE = (1366, 768)
_SETTLE_MS = 700
_SAMPLE: Mapping[str, str] = {
    "name": "Quàng Văn Thương", "id_number": "014091003217", "phone": "0987654321", "birth_date": "12/04/1991",
    "address": "Bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La", "sex": "nam",
}  # fmt: skip
_PROCEDURE = "1.001193"


class _NoPress:
    """Prints nothing."""

    def names(self) -> tuple[str, ...]:
        """Return no printer."""
        return ()

    def put_out(self, pdf: bytes, printer: str) -> None:
        """Never asked: nothing is received while pictures are taken."""


def take(desk: Desk, folder: Path) -> list[Path]:
    """Write a PNG of every page in every theme; the desk stays open and nothing is written to it."""
    if not isinstance(QApplication.instance(), QApplication):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _Kept.app = QApplication(["onestop-desktop"])
    folder.mkdir(parents=True, exist_ok=True)
    theme.load_fonts()
    themes = next(setting.choices for setting in SETTINGS if setting.name == "theme")
    with TemporaryDirectory() as scratch:
        settings = Settings(Path(scratch) / "settings.toml")
        made = [_pictures(desk, settings, str(name), folder / f"intake-{name}.png") for name in themes]
        return [path for some in made for path in some]


class _Kept:
    """Keeps the application that this module made alive."""

    app: QApplication | None = None


def _pictures(desk: Desk, settings: Settings, name: str, path: Path) -> list[Path]:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        theme.wear(application, name)
    session = Session(desk, settings, load("vi"), _NoPress())
    window = MainWindow(session)
    theme.dress(window)
    window.resize(*SIZE)
    window.show()
    window.flow.drafts.watch_no_more()
    window.course.hide_offer()
    window.intake.strip.dismiss()
    window.intake.applicant.restore(_SAMPLE)
    with suppress(OneStopError):
        window.intake.take_procedure(desk.procedure(_PROCEDURE))
    settle(window)
    window.grab().save(str(path))
    paths = [path]
    for task in RAIL[1:]:
        if task.built:
            window.show_task(task.name)
            settle(window)
            _open_first(window)
            paths.append(path.with_name(f"{task.name}-{name}.png"))
            window.grab().save(str(paths[-1]))
    window.let_go()
    window.deleteLater()
    return paths


def _open_first(window: MainWindow) -> None:
    """Show Trả kết quả at work: with the first result that waits, where there is one."""
    page = window.tasks.current.page
    if isinstance(page, HandoverPage) and page.list.model.rows:
        page.open_dossier(page.list.model.rows[0].id)
        settle(window)


def settle(window: QWidget, wait_ms: int = _SETTLE_MS) -> None:
    """Let timers and the worker come to rest."""
    loop = QEventLoop(window)
    QTimer.singleShot(wait_ms, loop.quit)
    loop.exec()
