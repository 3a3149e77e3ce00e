"""One hub for the tests that only read, and one of its own for each test that changes something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.web.stage import Stage, made_stage, running


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub that is read only."""
    with running(made_stage(tmp_path_factory.mktemp("stage"))) as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Stage]:
    """A hub of the test's own."""
    with running(made_stage(tmp_path)) as made:
        yield made
