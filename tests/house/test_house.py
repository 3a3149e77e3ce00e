"""The rules of the house: sizes, names, and what a stranger's clone must not hold."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from onestop_desktop import __version__

ROOT = Path(__file__).parents[2]
PACKAGE = sorted((ROOT / "onestop_desktop").rglob("*.py"))
FUNCTION, CLASS, FILE = 60, 300, 400
BANNED_NAMES = re.compile(r"Manager|Helper|Utils?\b|Handler$")
DRAWERS = {"utils", "helpers", "misc", "common"}


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_reader_can_hold_each_piece_in_mind(path: Path):
    text = path.read_text(encoding="utf-8")
    too_long = [f"{path.name}: {len(text.splitlines())} lines; split where it has two subjects"] * (
        len(text.splitlines()) > FILE
    )
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and lines(node) > FUNCTION:
            too_long.append(f"{path.name}:{node.lineno} {node.name}: {lines(node)} lines")
        if isinstance(node, ast.ClassDef) and lines(node) > CLASS:
            too_long.append(f"{path.name}:{node.lineno} class {node.name}: {lines(node)} lines")
    assert not too_long


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_the_fields_own_terms(path: Path):
    assert path.stem not in DRAWERS
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bad = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and BANNED_NAMES.search(node.name)]
    assert not bad


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_lock_files_name_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_the_gui_never_pumps_events_itself_outside_its_pictures():
    """`processEvents` re-enters a half-done action; long work belongs to the worker."""
    for path in (ROOT / "onestop_desktop" / "gui").rglob("*.py"):
        if path.name != "screenshots.py":
            assert "processEvents" not in path.read_text(encoding="utf-8"), path


def test_the_changelog_opens_the_newest_version_with_a_paragraph():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1]
    heading, _blank, paragraph = newest.split("\n")[:3]
    assert heading.startswith(__version__)
    assert len(paragraph) > 80
    assert not paragraph.startswith("-")


def test_the_readmes_commands_are_in_the_makefile():
    made = subprocess.run(["make", "-n", "run", "test"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_make_test_leaves_no_folder_of_tests_out() -> None:
    parts = re.findall(r"^(\w+)_TESTS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    run = {folder for _part, folders in parts for folder in re.findall(r"tests/\w+", folders)}
    there = {f"tests/{one.parent.name}" for one in (ROOT / "tests").glob("*/test_*.py")}
    assert there - {"tests/bench"} <= run
    named = re.search(r"^PARTS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert named is not None
    assert {part for part, _folders in parts} == set(named[1].split())


COLOURS = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}(?:[0-9a-fA-F]{2})?)?\b|\b(?:rgba?|hsla?|hsva?)\(\s*\d")
OWN_COLOURS = {"code_picture.py"}
"""A QR is black on white in every theme, or no telephone reads it."""


def colours_in(text: str) -> list[str]:
    """Return the colours that a module writes out: in a text, as numbers, or as one of Qt's own by name."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += COLOURS.findall(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QColor":
            found += ["QColor"] if any(isinstance(one, ast.Constant) for one in node.args) else []
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("Qt.GlobalColor."):
            found += [ast.unparse(node)] if node.attr != "transparent" else []
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "onestop_desktop" / "gui").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_colours_come_from_the_theme_alone(path: Path):
    """A colour written out stays as it is in the dark and in the high-contrast theme."""
    assert path.name in OWN_COLOURS or colours_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    ['a = "color: #ff0000;"', 'a = "#FFF"', 'a = "rgba(0, 0, 0, 40)"', 'QColor("red")', "QColor(1, 2, 3)",
     "Qt.GlobalColor.white"],
)  # fmt: skip
def test_a_colour_is_seen_however_it_is_written(text: str):
    assert colours_in(text)


def test_tokens_ids_and_numbers_are_no_colours():
    assert colours_in('a = theme.color("warn"), "#scan", "#{no}", "Bàn #12", QColor(worn["ok"])') == []
