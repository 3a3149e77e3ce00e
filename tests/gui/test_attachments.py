"""Files at the window: dropped, chosen, scanned; kept in drafts, saved with the dossier, looked at, added later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.files import Files
from onestop_desktop.desk.scan_folder import TAKEN
from onestop_desktop.domain.attachment import Taken
from onestop_desktop.gui.attaching import AttachFlow
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.dossiers import DossiersPage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.attachments import AttachmentsPanel
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests import files
from tests.builders import a_line
from tests.gui.conftest import open_window
from tests.gui.hands import FakePress, Hands, HandTime, Watched

CTRL = Qt.KeyboardModifier.ControlModifier
WORDS = load("vi")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "chung-sinh.jpg"
    path.write_bytes(files.photograph((900, 1200), 1))
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "to-khai.pdf"
    path.write_bytes(files.pdf(3))
    return path


def drop(target: QWidget, paths: Sequence[Path]) -> bool:
    """Drop files as a file manager does: on the innermost widget, else the first around it that takes them."""
    while not target.acceptDrops() and target.parentWidget() is not None:
        target = target.parentWidget()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    entered = QDragEnterEvent(QPointF(5, 5).toPoint(), *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, entered)
    if not entered.isAccepted():
        return False
    dropped = QDropEvent(QPointF(5, 5), *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, dropped)
    assert dropped.dropAction() == Qt.DropAction.CopyAction
    assert dropped.type() == QEvent.Type.Drop
    return dropped.isAccepted()


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0 and not window.files.files.is_busy, timeout=10_000)


def fill(window: MainWindow, hands: Hands) -> None:
    page = window.intake
    page.take_procedure(window.session.desk.procedure("1.001193"))
    page.applicant.entries["name"].put("Quàng Văn Thương")
    hands.settle()


def panel(window: MainWindow) -> AttachmentsPanel:
    return window.intake.attachments


# -- the page Tiếp nhận --------------------------------------------------------------------------------------------


def test_files_dropped_on_a_text_field_go_into_the_line_with_their_papers(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, scan: Path, other: Path
):
    fill(window, hands)
    papers = [row["name"] for row in window.intake.papers.taken()]
    assert panel(window).isHidden()
    assert drop(window.intake.applicant.entries["name"], [scan, other])
    settle(window, qtbot)
    assert panel(window).isVisible()
    assert [row.paper.value() for row in panel(window).rows] == papers[:2]
    assert window.intake.applicant.entries["name"].text() == "Quàng Văn Thương"
    hands.press(Qt.Key.Key_F9)
    settle(window, qtbot)
    kept = desk.files.listed(desk.find("Quàng")[0].id)
    assert [(one.name, one.paper, one.pages) for one in kept] == [
        ("chung-sinh.jpg", papers[0], 0), ("to-khai.pdf", papers[1], 3),
    ]  # fmt: skip
    assert panel(window).isHidden()
    assert panel(window).is_empty
    assert scan.exists()


def test_a_text_that_is_dropped_is_no_file(window: MainWindow):
    mime = QMimeData()
    mime.setText("https://example.vn/a.pdf")
    mime.setUrls([QUrl("https://example.vn/a.pdf")])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(window.intake, event)
    assert not event.isAccepted()
    assert panel(window).is_empty


def test_each_refused_file_is_told_with_its_own_sentence_and_the_rest_is_taken(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, scan: Path
):
    (tmp_path / "virus.exe").write_bytes(b"MZ\x90\0")
    (tmp_path / "bom.png").write_bytes(files.png_bomb())
    drop(window.intake, [tmp_path / "virus.exe", scan, tmp_path / "bom.png", tmp_path / "mat.pdf", scan])
    settle(window, qtbot)
    assert [row.item.taken.name for row in panel(window).rows] == ["chung-sinh.jpg"]
    told = [panel(window)._problems.itemAt(at).widget().text() for at in range(panel(window)._problems.count())]
    assert [text.split(" ")[1] for text in told[:2]] == ["virus.exe", "bom.png"]
    assert "mat.pdf" in told[2]
    assert told[3].endswith(WORDS.say("window.attach.twice"))


def test_the_key_opens_the_panel_and_files_can_be_chosen_and_taken_out_by_keyboard(
    window: MainWindow, hands: Hands, qtbot: QtBot, scan: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_any: ([str(scan)], ""))
    hands.press(Qt.Key.Key_D, CTRL)
    assert hands.focus() is panel(window).choose
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(panel(window).rows) == 1)
    row = panel(window).rows[0]
    assert row.thumb.pixmap().height() > 0
    row.remove.setFocus()
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel(window).is_empty)
    assert window.intake.is_pristine


def test_saving_waits_for_files_that_are_still_being_taken(
    window: MainWindow, hands: Hands, qtbot: QtBot, watched: Watched, scan: Path, other: Path
):
    fill(window, hands)
    drop(window.intake, [scan, other])
    hands.press(Qt.Key.Key_F9)
    assert not watched.taken
    qtbot.waitUntil(lambda: bool(watched.taken), timeout=10_000)
    settle(window, qtbot)
    assert len(watched.lines[0]["attachments"]) == 2


def test_a_draft_keeps_taken_files_over_a_restart(
    window: MainWindow, hands: Hands, qtbot: QtBot, watched: Watched, settings: Settings, scan: Path
):
    fill(window, hands)
    drop(window.intake, [scan])
    settle(window, qtbot)
    before = panel(window).items[0].taken
    scan.unlink()
    hands.press(Qt.Key.Key_S, CTRL)
    hands.settle()
    window.let_go()
    again = open_window(qtbot, Session(watched, settings, WORDS, FakePress()), HandTime())  # type: ignore[arg-type]
    again.flow.resume()
    settle(again, qtbot)
    assert again.intake.attachments.items[0].taken == before
    assert again.intake.attachments.isVisible()
    again.flow.save()
    settle(again, qtbot)
    assert watched.lines[-1]["attachments"][0]["sha256"] == before.sha256
    again.let_go()


# -- the scanner's folder ------------------------------------------------------------------------------------------


@pytest.fixture
def scanner(tmp_path: Path, settings: Settings, window: MainWindow, qtbot: QtBot) -> Path:
    """A folder that the window watches; it looks when told, not by the clock."""
    folder = tmp_path / "scanner"
    folder.mkdir()
    settings.put("scan_folder", str(folder))
    window.files.files.scans.stop()
    look(window, qtbot)
    return folder


def look(window: MainWindow, qtbot: QtBot) -> None:
    """Let a second pass and look once."""
    watch = window.files.files.scans
    if watch._folder is not None:
        watch._folder._growing = {path: (size, at - 1.0) for path, (size, at) in watch._folder._growing.items()}
    watch.look()
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)


def test_a_scan_is_offered_when_complete_taken_by_one_key_and_moved_once_it_is_saved(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, scanner: Path
):
    fill(window, hands)
    offer = panel(window).offer
    written = scanner / "quet001.pdf"
    written.write_bytes(files.pdf()[:40])
    look(window, qtbot)
    assert offer.isHidden()
    written.write_bytes(files.pdf(2))
    look(window, qtbot)
    assert offer.isHidden()
    look(window, qtbot)
    assert offer.isVisible()
    assert "quet001.pdf" in offer.names.text()
    focused = hands.focus()
    hands.press(Qt.Key.Key_D, CTRL)
    settle(window, qtbot)
    assert offer.isHidden()
    assert [row.item.taken.name for row in panel(window).rows] == ["quet001.pdf"]
    assert focused is not None
    assert written.exists()
    look(window, qtbot)
    assert offer.isHidden()
    hands.press(Qt.Key.Key_F9)
    settle(window, qtbot)
    assert desk.files.listed(desk.find("Quàng")[0].id)
    assert not written.exists()
    assert (scanner / TAKEN / "quet001.pdf").read_bytes() == files.pdf(2)


def test_a_scan_stays_where_it_is_when_the_dossier_is_not_saved(
    window: MainWindow, hands: Hands, qtbot: QtBot, watched: Watched, scanner: Path
):
    fill(window, hands)
    (scanner / "1.pdf").write_bytes(files.pdf())
    look(window, qtbot)
    look(window, qtbot)
    hands.press(Qt.Key.Key_D, CTRL)
    settle(window, qtbot)
    watched.fault = OSError("power")
    with qtbot.captureExceptions():
        hands.press(Qt.Key.Key_F9)
        settle(window, qtbot)
    assert (scanner / "1.pdf").exists()
    assert len(panel(window).rows) == 1


def test_an_offer_can_be_put_off(window: MainWindow, qtbot: QtBot, scanner: Path):
    (scanner / "1.pdf").write_bytes(files.pdf())
    look(window, qtbot)
    look(window, qtbot)
    panel(window).offer.leave.click()
    assert panel(window).isHidden()
    assert (scanner / "1.pdf").exists()


def test_a_scanner_that_is_gone_is_told_once_and_stops_nothing(window: MainWindow, qtbot: QtBot, scanner: Path):
    scanner.rmdir()
    look(window, qtbot)
    strip = window.intake.strip
    assert "scanner" in strip.message.text  # type: ignore[union-attr]
    strip.dismiss()
    look(window, qtbot)
    assert strip.message is None


# -- the detail of a dossier ---------------------------------------------------------------------------------------


@pytest.fixture
def dossiers(window: MainWindow, qtbot: QtBot, desk: Desk, scan: Path) -> DossiersPage:
    """The page Hồ sơ with one dossier of two papers, the first of which has a file."""
    papers = [{"name": "Giấy chứng sinh", "original": 1}, {"name": "Tờ khai đăng ký khai sinh", "original": 1}]
    line: dict[str, Any] = a_line(papers=papers, attachments=[{"path": str(scan), "paper": 1}])
    taken = desk.receive(line)
    window.show_task("dossiers")
    page = window.tasks.current.page
    assert isinstance(page, DossiersPage)
    page.open_dossier(taken.id)
    qtbot.waitUntil(lambda: page.view.detail.dossier == taken.id)
    return page


def test_the_detail_shows_files_with_their_papers_and_says_what_is_not_digitised(dossiers: DossiersPage):
    part = dossiers.view.detail.files
    assert [(row.name.text(), row.of_paper.text()) for row in part.rows] == [("chung-sinh.jpg", "Giấy chứng sinh")]
    assert part.digitised.text() == WORDS.say("window.attach.not_digitised", count=1)


def test_files_dropped_on_the_page_are_attached_and_complete_the_dossier(
    window: MainWindow, qtbot: QtBot, desk: Desk, dossiers: DossiersPage, other: Path
):
    part = dossiers.view.detail.files
    dossier = dossiers.view.detail.dossier
    assert drop(dossiers.view.table.viewport(), [other])
    qtbot.waitUntil(lambda: len(part.panel.rows) == 1 and not dossiers.files.files.is_busy)
    assert part.panel.rows[0].paper.value() == "Tờ khai đăng ký khai sinh"
    part.attach.click()
    qtbot.waitUntil(lambda: len(part.rows) == 2, timeout=10_000)
    assert desk.files.digitised(dossier).complete
    assert part.digitised.text() == WORDS.say("window.attach.digitised", count=2)
    assert part.panel.is_empty
    assert part.attach.isHidden()


def test_a_scan_is_offered_above_the_detail_and_taken_by_the_same_key(
    window: MainWindow, hands: Hands, qtbot: QtBot, scanner: Path, dossiers: DossiersPage
):
    (scanner / "quet.pdf").write_bytes(files.pdf())
    look(window, qtbot)
    look(window, qtbot)
    strip, part = dossiers.view.detail.strip, dossiers.view.detail.files
    assert strip.message is not None
    assert strip.message.text == WORDS.say("window.attach.offer", count=1)
    hands.press(Qt.Key.Key_D, CTRL)
    qtbot.waitUntil(lambda: len(part.panel.rows) == 1 and not dossiers.files.files.is_busy)
    assert strip.message is None
    assert panel(window).offer.isHidden()
    assert (scanner / "quet.pdf").exists()
    part.attach.click()
    qtbot.waitUntil((scanner / TAKEN / "quet.pdf").exists, timeout=10_000)
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)


def test_waiting_files_belong_to_the_dossier_on_which_they_were_dropped(
    window: MainWindow, qtbot: QtBot, desk: Desk, dossiers: DossiersPage, other: Path
):
    detail = dossiers.view.detail
    first = detail.dossier
    second = desk.receive(a_line("Lò Thị Xuân", applicant={"name": "Lò Thị Xuân"})).id
    drop(dossiers, [other])
    qtbot.waitUntil(lambda: len(detail.files.panel.rows) == 1)
    dossiers.open_dossier(second)
    qtbot.waitUntil(lambda: detail.dossier == second)
    assert detail.files.panel.is_empty
    dossiers.open_dossier(first)
    qtbot.waitUntil(lambda: detail.dossier == first)
    assert [row.item.taken.name for row in detail.files.panel.rows] == ["to-khai.pdf"]
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)


def test_a_voided_dossier_takes_no_file(
    window: MainWindow, qtbot: QtBot, desk: Desk, dossiers: DossiersPage, other: Path
):
    detail = dossiers.view.detail
    _state, changes = desk.act(detail.dossier, "void", {"reason": "nhầm"})
    window.session.changed.emit(changes)
    qtbot.waitUntil(detail.files.panel.isHidden, timeout=10_000)
    drop(dossiers, [other])
    assert detail.files.panel.is_empty
    assert detail.strip.message.text == WORDS.say("window.attach.no_room")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)


def test_a_file_is_looked_at_page_by_page_and_written_out(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, dossiers: DossiersPage, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, other: Path,
):  # fmt: skip
    part, sheet = dossiers.view.detail.files, dossiers.files.files.viewer.sheet
    _state, changes = desk.act(dossiers.view.detail.dossier, "attach", {"files": [str(other)]})
    window.session.changed.emit(changes)
    qtbot.waitUntil(lambda: len(part.rows) == 2, timeout=10_000)
    part.rows[1].view.click()
    qtbot.waitUntil(lambda: sheet.preview.has_picture)
    assert sheet.place.text() == "Trang 1/3"
    hands.press(Qt.Key.Key_PageDown)
    assert sheet.place.text() == "Trang 2/3"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(tmp_path / "ra.pdf"), ""))
    sheet.export.click()
    qtbot.waitUntil((tmp_path / "ra.pdf").exists)
    assert (tmp_path / "ra.pdf").read_bytes() == files.pdf(3)
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)
    sheet.close_button.setFocus()
    hands.press(Qt.Key.Key_Escape)
    assert sheet.isHidden()
    part.rows[0].view.click()
    qtbot.waitUntil(lambda: sheet.preview.has_picture)
    assert sheet.place.isHidden()
    hands.press(Qt.Key.Key_Escape)


def test_a_lost_file_is_told_in_the_place_of_its_picture(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, dossiers: DossiersPage
):
    for path in (desk.core.store.site.data / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    sheet = dossiers.files.files.viewer.sheet
    dossiers.view.detail.files.rows[0].view.click()
    qtbot.waitUntil(sheet.said.isVisible)
    assert sheet.said.text() == WORDS.say(
        "vault.missing", sha256=dossiers.view.detail.files.rows[0].item.taken.sha256[:12]
    )
    hands.press(Qt.Key.Key_Escape)


def test_files_wait_for_nothing_but_the_counter(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    """Between two files the worker does what the counter asks: no file holds up a dossier for longer than itself."""
    order: list[str] = []
    real = Files.take

    def take(self: Files, source: Path, **how: Any) -> Taken:
        order.append(source.name)
        return real(self, source, **how)

    paths = []
    for name in ("1.txt", "2.txt", "3.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        paths.append(tmp_path / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "take", take)
        flow: AttachFlow = window.files.files
        flow.add(paths)
        window.session.run(lambda: order.append("counter"))
        settle(window, qtbot)
    assert order == ["1.txt", "counter", "2.txt", "3.txt"]
