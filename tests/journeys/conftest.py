"""Fixtures of the journeys: the same desks as the command line's."""

from __future__ import annotations

from tests.cli.conftest import program

__all__ = ["program"]
