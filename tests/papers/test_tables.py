"""How tables look: the cells of a row begin together, and nothing touches a line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from onestop_desktop.papers.control_slip import control_slip
from onestop_desktop.papers.daily_sheet import day_sheet
from onestop_desktop.papers.grid import grid
from onestop_desktop.papers.handover import handover
from onestop_desktop.papers.marks import Mark, Slab, Text
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.receipt import receipt_pages
from onestop_desktop.papers.register import register_sheet
from onestop_desktop.papers.table import table_of
from onestop_desktop.papers.wording import Column, wording
from tests.papers import reading, samples, walks

COLUMNS = (Column("no", "STT", 10, centred=True), Column("name", "Tên", 30), Column("note", "Ghi chú", 12))

AIR = 2.0
"""Points between a text's letters and the upright line beside it."""


def first_bases(row: Slab) -> set[float]:
    """Return the first base line of each cell."""
    cells: dict[int, float] = {}
    edges = sorted({rule.x for rule in reading.rules_of(row.marks) if rule.down})
    for mark in row.marks:
        if isinstance(mark, Text):
            cell = sum(edge <= mark.x for edge in edges)
            cells[cell] = min(mark.y, cells.get(cell, mark.y))
    return {round(y, 2) for y in cells.values()}


def touched(page: Sequence[Mark]) -> list[str]:
    """Return texts that come too near to an upright line of their table."""
    upright = [rule for rule in reading.rules_of(tuple(page)) if rule.down]
    return [
        text
        for text, (left, top, right, bottom) in reading.boxes_of(tuple(page))
        for rule in upright
        if left - AIR < rule.x < right + AIR and top < rule.y + rule.down and rule.y < bottom
    ]


def pages() -> dict[str, list[Page]]:
    slip, step = walks.walked(*walks.WHOLE_WAY)
    given, handed = walks.walked("forward")
    return {
        "control-slip": control_slip(slip, step, samples.terms()).pages(),
        "handover": handover(given, handed, samples.terms()).pages(),
        "register": register_sheet(walks.register_days(12), samples.terms()).pages(),
        "daily-sheet": day_sheet(walks.a_day(), samples.terms()).pages(),
    }


def test_cells_of_a_row_begin_on_one_line() -> None:
    _head, row = grid(COLUMNS, [["1", "Một tên rất dài phải xuống dòng " * 3, "ghi"]], 200.0, 9.0, least=60.0)
    assert len(first_bases(row)) == 1
    words = wording("receipt", "2018")
    papers = samples.crowded(4).papers
    assert all(len(first_bases(row)) == 1 for row in table_of(papers, words, 350.0, 10.0)[1:])


@pytest.mark.parametrize("paper", ["control-slip", "handover", "register", "daily-sheet"])
def test_no_text_touches_an_upright_line(paper: str) -> None:
    assert not [text for page in pages()[paper] for text in touched(page)]


@pytest.mark.parametrize("count", [2, 6, 10])
def test_no_text_touches_a_line_of_the_receipt(count: int) -> None:
    dossier = samples.simple(papers=samples.crowded(count).papers[-1:] * count)
    assert not [text for page in receipt_pages(dossier, samples.terms()) for text in touched(page) if text != "code"]


def test_days_and_hours_are_never_cut_on_the_control_slip() -> None:
    said = {mark.text for page in pages()["control-slip"] for mark in page if isinstance(mark, Text)}
    days = [text for text in said if text.startswith("ngày\u00a0") and "/" in text and "…" not in text]
    assert days
    assert all(text[-5:] == "/2022" for text in days)
