"""What can be certified here: the procedures of the catalogue that keep a certification book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from onestop_desktop.domain.procedure import Procedure

USUAL = ("2.000815", "2.000884")
"""Certified copies and signatures: most of a desk's volume, so they come first."""

_UNRANKED = 99


def kinds_of(procedures: Iterable[Procedure], day: date) -> tuple[Procedure, ...]:
    """Return the procedures with a book that are in force on a day: the usual two, then by frequency."""
    newest: dict[str, Procedure] = {}
    for one in procedures:
        if one.certification_book and one.in_force(day):
            newest[one.code] = one
    return tuple(sorted(newest.values(), key=_place))


def _place(procedure: Procedure) -> tuple[int, int, str]:
    usual = USUAL.index(procedure.code) if procedure.code in USUAL else len(USUAL)
    return usual, procedure.rank or _UNRANKED, procedure.code


def needs_pages(procedure: Procedure) -> bool:
    """Say whether the fee is counted by the page."""
    return bool(procedure.fee.per_page) or procedure.fee.unit == "page"


def needs_copies(procedure: Procedure) -> bool:
    """Say whether the fee is counted by the copy."""
    return bool(procedure.fee.per_page) or procedure.fee.unit in {"copy", "page"}


def is_capped(procedure: Procedure, pages: int, copies: int) -> bool:
    """Say whether the most that one copy may cost was reached."""
    rule = procedure.fee
    if rule.cap is None or pages <= 0 or copies <= 0:
        return False
    whole, bounded = replace(rule, cap=None).total(pages, copies), rule.total(pages, copies)
    return whole is not None and bounded is not None and whole > bounded
