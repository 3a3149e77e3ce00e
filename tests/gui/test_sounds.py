"""Good, unknown, repeated: each scan is told once, to the ear and to the eye, on every page."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from onestop_desktop import paths
from onestop_desktop.gui import sounds
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.sounds import REPEATED_WITHIN_MS, Heard
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.hands import KNOWN_CARD, NEW_CARD, Hands, HandTime

WRONG = "01234567890123456789"
LATER = REPEATED_WITHIN_MS + 1_000


class Ear:
    """Hears which sound was played."""

    def __init__(self, window: MainWindow, time: HandTime) -> None:
        self.heard: list[str] = []
        self.seen: list[str] = []
        made = sounds.of(window.session)
        made.player = lambda path: self.heard.append(path.stem)
        made.now_ms = time.now_ms
        made.told.connect(self.seen.append)


@pytest.fixture
def ear(window: MainWindow, hand_time: HandTime) -> Ear:
    return Ear(window, hand_time)


def barcode(window: MainWindow, name: str) -> str:
    desk = window.session.desk
    return desk.dossier(desk.find(name)[0].id).barcode


@pytest.mark.parametrize("task", ["receive", "certify"])
def test_a_card_sounds_good_once(window: MainWindow, hands: Hands, ear: Ear, task: str) -> None:
    window.show_task(task)
    hands.scan(KNOWN_CARD)
    assert ear.heard == ["good"]


def test_a_receipt_sounds_good_at_the_hand_over(window: MainWindow, hands: Hands, ear: Ear) -> None:
    window.show_task("return")
    hands.settle()
    hands.scan(barcode(window, "ha thi chua"))
    assert ear.heard == ["good"]


@pytest.mark.parametrize("task", ["receive", "return", "certify"])
def test_what_cannot_be_used_sounds_unknown_once(window: MainWindow, hands: Hands, ear: Ear, task: str) -> None:
    window.show_task(task)
    hands.settle()
    hands.scan(WRONG)
    assert ear.heard == ["unknown"]


def test_a_card_without_a_dossier_is_of_no_use_at_the_hand_over(window: MainWindow, hands: Hands, ear: Ear) -> None:
    window.show_task("return")
    hands.settle()
    hands.scan(NEW_CARD)
    assert ear.heard == ["unknown"]


@pytest.mark.parametrize("task", ["receive", "certify"])
def test_the_same_code_at_once_again_sounds_repeated(
    window: MainWindow, hands: Hands, ear: Ear, hand_time: HandTime, task: str
) -> None:
    window.show_task(task)
    hands.scan(NEW_CARD)
    hands.scan(NEW_CARD)
    assert ear.heard == ["good", "repeated"]
    hand_time.ms += LATER
    hands.scan(NEW_CARD)
    assert ear.heard[2:] == ["good"]


def test_another_code_in_between_is_no_repeat(hands: Hands, ear: Ear) -> None:
    for code in (NEW_CARD, KNOWN_CARD, NEW_CARD):
        hands.scan(code)
    assert ear.heard == ["good"] * 3


def test_a_scan_that_failed_and_then_succeeds_is_no_repeat(hands: Hands, ear: Ear) -> None:
    for code in (WRONG, WRONG):
        hands.scan(code)
    assert ear.heard == ["unknown", "unknown"]


@pytest.mark.parametrize("task", ["receive", "return"])
def test_a_dossier_handed_over_before_sounds_repeated_and_says_so(
    window: MainWindow, hands: Hands, ear: Ear, task: str
) -> None:
    window.show_task(task)
    hands.settle()
    hands.scan(barcode(window, "quang van thuong"))
    assert ear.heard == ["repeated"]
    assert ear.seen == ["returned"]
    assert load("vi").say("scan_mark.returned") in window.scan_mark.chip.text()


def test_switched_off_it_is_seen_and_not_heard(window: MainWindow, hands: Hands, ear: Ear, settings: Settings) -> None:
    settings.put("sounds", False)
    hands.scan(KNOWN_CARD)
    assert ear.heard == []
    assert ear.seen == ["good"]


@pytest.mark.parametrize(
    ("code", "tone", "heard"), [(KNOWN_CARD, "ok", Heard.GOOD), (WRONG, "bad", Heard.UNKNOWN)], ids=["good", "unknown"]
)
def test_a_deaf_clerk_sees_word_and_colour_in_the_scan_box(
    window: MainWindow, hands: Hands, ear: Ear, code: str, tone: str, heard: Heard
) -> None:
    hands.scan(code)
    mark = window.scan_mark.chip
    assert mark.isVisible()
    assert mark.property("chip") == tone
    assert load("vi").say(f"scan_mark.{heard}") in mark.text()
    assert window.header.scan.rect().contains(mark.geometry())


def test_typing_takes_the_mark_away(window: MainWindow, hands: Hands, ear: Ear) -> None:
    hands.scan(KNOWN_CARD)
    window.go_to_scan()
    hands.type("ha")
    assert not window.scan_mark.chip.isVisible()


def test_a_repeat_is_known_across_pages(window: MainWindow, hands: Hands, ear: Ear) -> None:
    hands.scan(NEW_CARD)
    window.show_task("certify")
    hands.scan(NEW_CARD)
    assert ear.heard == ["good", "repeated"]


# -- the files and the player ---------------------------------------------------------------------------------


def test_each_sound_is_there_short_and_unlike_the_others() -> None:
    found = {}
    for name in ("good", "unknown", "repeated"):
        path = paths.resources("sounds", f"{name}.wav")
        assert path.stat().st_size <= 20_000
        with wave.open(str(path)) as sound:
            assert sound.getnframes() / sound.getframerate() < 1
        found[name] = path.read_bytes()
    assert len(set(found.values())) == 3


def test_the_shipped_sounds_are_what_the_script_makes(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "build_spec" / "make_sounds.py"
    code = f"import runpy, pathlib; m = runpy.run_path({str(script)!r}); m['main'].__globals__['FOLDER'] = "
    code += f"pathlib.Path({str(tmp_path)!r}); m['main']()"
    subprocess.run([sys.executable, "-c", code], check=True)
    for path in tmp_path.glob("*.wav"):
        assert path.read_bytes() == paths.resources("sounds", path.name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 3


def test_without_a_player_the_pc_beeps(dressed: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps: list[bool] = []
    monkeypatch.setattr(sounds, "_player", lambda: "")
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(True))
    sounds.play(paths.resources("sounds", "good.wav"))
    assert beeps == [True]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")
def test_the_player_is_started_and_not_waited_for(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[tuple[str, list[str]]] = []

    class Process:
        @staticmethod
        def startDetached(program: str, arguments: list[str]) -> tuple[bool, int]:  # noqa: N802  Qt's name
            started.append((program, arguments))
            return True, 1

    monkeypatch.setattr(sounds, "_player", lambda: "/usr/bin/aplay")
    monkeypatch.setattr(sounds, "QProcess", Process)
    sounds.play(tmp_path / "x.wav")
    assert started == [("/usr/bin/aplay", [str(tmp_path / "x.wav")])]
