"""The three kinds of failure, each with a dotted code; the sentences live in `words`.

A `KnownError` is the world's or the user's doing, a `TryLater` passes by itself, anything else is our bug.
"""

from __future__ import annotations

from enum import IntEnum

Fact = str | int


class Exit(IntEnum):
    """What the command line answers to the shell."""

    DONE = 0
    BUG = 1
    INVALID = 2
    REFUSED = 3
    DAMAGED = 4
    LATER = 5


class OneStopError(Exception):
    """A failure that we foresaw: a code for programs, facts for the sentence that people read."""

    exit = Exit.BUG

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})" if facts else self.code


class KnownError(OneStopError):
    """The world or the user is at fault; a sentence says what to do next."""

    exit = Exit.REFUSED


class InvalidInput(KnownError):
    """What was given cannot be understood or cannot be true."""

    exit = Exit.INVALID


class Refused(KnownError):
    """A rule, a right or a password says no."""

    exit = Exit.REFUSED


class Damaged(KnownError):
    """The store is damaged or was made by a newer program."""

    exit = Exit.DAMAGED


class TryLater(OneStopError):
    """Nothing is wrong with the request; the world is not ready (in use, disk full, no network)."""

    exit = Exit.LATER
