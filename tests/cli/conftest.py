"""Fixtures of the command line: desks that real processes work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A training desk made by a process of its own."""
    made = Program(tmp_path / "one")
    made.folder.mkdir()
    made.make()
    return made
