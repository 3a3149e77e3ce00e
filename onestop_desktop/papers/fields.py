"""A form's fields in its own order: a label, a value, dots where somebody writes by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onestop_desktop.domain.person import IdKind, Person
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, paragraph
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
    """Return the runs of one line of the form; a value that is not known becomes dots."""
    runs: list[Run] = []
    for key, value in pairs:
        if runs:
            runs.append(Run(_APART))
        label = words.labels[key]
        if label:
            runs.append(Run(f"{label} "))
        runs.append(Run(value, fonts.BOLD if bold else fonts.REGULAR) if value else Run(words.phrases["dots"]))
    return tuple(runs)


def laid(
    words: Wording,
    lines: Mapping[str, Callable[[], list[list[Pair]]]],
    blocks: Mapping[str, Callable[[], list[Slab]]],
    width: float,
    size: float,
) -> list[Slab]:
    """Return the form's body: `lines` give pairs line by line, `blocks` are laid out by themselves."""
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
                # What belongs to the line above it stands a little to the right.
                body += paragraph(runs, width, size, gap=gap, stretch=stretch, indent=_INDENT if number else 0.0)
                gap, stretch = _LINE_GAP, _LINE_STRETCH
    return body
