"""Which numbers an entry told to somebody: nobody may be told one of them again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.number import index_of
from onestop_desktop.errors import InvalidInput


def told(entry: Entry, start: int | None) -> Iterator[tuple[str, int]]:
    """Give the counters and the numbers of theirs that an entry tells: of a day, of the refusals of a year.

    `start` is the first sequence number of the desk's block where it is not the usual one.
    """
    facts = entry.facts
    if entry.kind == "refuse":
        number = str(facts.get("form_number", "")).split("/")[0]
        if number.isdigit():
            yield f"form|{entry.happened_at[:4]}|refusal", int(number)
    if entry.kind != "receive" or facts.get("paper_number") == facts.get("number"):
        return  # an old code stands on its paper, whoever gave it
    with suppress(InvalidInput, KeyError, TypeError, ValueError):
        index = index_of(int(facts["register"]["desk"]), int(facts["sequence"]), start)
        yield f"{facts['agency']}|{facts['day']}", index


def registered(entry: Entry) -> Iterator[tuple[str, int]]:
    """Give the registers and the numbers of theirs that an entry uses or declares lost."""
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        if entry.kind == "receive":
            at = entry.facts["register"]
            yield f"register|{int(at['year'])}|{at['book']}|{at['desk']}", int(at["no"])
        for gap in entry.facts.get("lost", ()) if entry.kind == "epoch" else ():
            yield str(gap["name"]), int(gap["to"])
