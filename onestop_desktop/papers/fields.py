"""A form's fields in its own order: a label, a value, dots where somebody writes by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from onestop_desktop.domain.person import IdKind, Person
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, dotted, paragraph
from onestop_desktop.papers.marks import Slab
from onestop_desktop.papers.wording import Wording
from onestop_desktop.papers.written import written_phone

Pair = tuple[str, str]
"""A label's key and the value."""

_APART = " \u00a0\u00a0\u00a0 "
_INDENT = 12.0
_LINE_GAP = 1.0
_LINE_STRETCH = 1.8
_GROUP_GAP = 2.0
_GROUP_STRETCH = 6.0


def identity(person: Person, words: Wording) -> str:
    """Return the number, its kind named where the label does not say it."""
    if person.id_kind is IdKind.PASSPORT:
        return words.phrases["passport"].format(number=person.id_number)
    return person.id_number


def contact(person: Person) -> list[Pair]:
    """Return telephone and e-mail for one line."""
    return [("phone", written_phone(person.phone)), ("email", person.email)]


def told(pairs: Sequence[Pair], words: Wording, *, bold: bool = False) -> tuple[Run, ...]:
    """Return the runs of one line of the form; dots stand for what is not known, after the last label the line's."""
    runs: list[Run] = []
    for number, (key, value) in enumerate(pairs, 1):
        if runs:
            runs.append(Run(_APART))
        label = words.labels[key]
        if label:
            runs.append(Run(f"{label} "))
        if value:
            runs.append(Run(value, fonts.BOLD if bold else fonts.REGULAR))
        elif number < len(pairs):
            runs.append(Run(words.phrases["dots"]))
    return tuple(runs)


def laid(
    words: Wording,
    lines: Mapping[str, Callable[[], list[list[Pair]]]],
    blocks: Mapping[str, Callable[[], list[Slab]]],
    width: float,
    size: float,
    *,
    by_hand: bool,
) -> list[Slab]:
    """Return the form's body: `lines` give pairs line by line, `blocks` are laid out by themselves.

    `by_hand` leaves room for a pen where a value is not known.
    """
    body: list[Slab] = []
    for group in words.groups:
        gap, stretch = _GROUP_GAP, _GROUP_STRETCH
        for key in group:
            if key in blocks:
                body += blocks[key]()
                gap, stretch = _GROUP_GAP, _LINE_STRETCH
                continue
            for number, pairs in enumerate(lines[key]()):
                runs = told(pairs, words, bold=key in words.bold)
                room = words.by_hand.get(pairs[-1][0], 1) if by_hand else 0
                lay_out = paragraph if pairs[-1][1] else partial(dotted, by_hand=room)
                # What belongs to the line above it stands a little to the right.
                body += lay_out(runs, width, size, gap=gap, stretch=stretch, indent=_INDENT if number else 0.0)
                gap, stretch = _LINE_GAP, _LINE_STRETCH
    return body
