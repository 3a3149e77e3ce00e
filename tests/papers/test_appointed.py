"""Which due date a paper names: the one in force when it speaks, never one that was taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.papers.forms import MAKERS
from onestop_desktop.papers.label import label_pdf
from onestop_desktop.papers.receipt import render_receipt
from onestop_desktop.papers.register import RegisterDays, register_rows
from tests.builders import a_line
from tests.papers import reading, samples

TERMS = samples.terms()


def made(form: str) -> Callable[[Dossier], str]:
    return lambda dossier: reading.words_of(MAKERS[form](dossier, None, TERMS).pdf())


def row(dossier: Dossier) -> str:
    day = date(2022, 3, 2)
    days = RegisterDays(dossier.office, day, day, day, (dossier,))
    return " ".join(" ".join(one) for one in register_rows(days, TERMS)[1])


PRINTED: dict[str, Callable[[Dossier], str]] = {
    "receipt": lambda dossier: reading.words_of(render_receipt(dossier, TERMS)),
    "label": lambda dossier: reading.words_of(label_pdf([dossier], TERMS)),
    "cert-receipt": made("cert-receipt"),
    "result-slip": made("result-slip"),
    "control-slip": made("control-slip"),
    "register": row,
}


@pytest.fixture
def bare(desk: Desk) -> str:
    """A procedure whose limit nobody knows."""
    return next(one.code for one in desk.catalogue.all() if one.limit_for("desk") is None)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", PRINTED)
def test_a_procedure_corrected_to_one_without_a_limit_leaves_no_foreign_appointment(form: str) -> None:
    """What was promised for another procedure would send the citizen to the counter for nothing."""
    promised = samples.simple(received_at="2022-03-02T09:00:00+07:00", due_basis="limit")
    assert "03/03/2022" in PRINTED[form](promised)
    corrected = samples.simple(received_at=promised.received_at, due_at="", limit={}, due_basis="unknown")
    assert "03/03/2022" not in PRINTED[form](corrected)


@pytest.mark.parametrize("form", PRINTED)
def test_a_date_that_was_agreed_stands_while_papers_are_awaited(form: str) -> None:
    assert "03/03/2022" in PRINTED[form](samples.simple(due_at="", limit={}, due_basis="agreed"))


def test_the_replacement_of_a_receipt_says_by_notice(desk: Desk, bare: str) -> None:
    taken = desk.receive(a_line())
    desk.printed(desk.issue_receipt(taken.id))
    desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": {"procedure": bare}})
    words = reading.words_of(desk.issue_receipt(taken.id).pdf)
    assert "Bản thay thế lần 1" in words
    assert "Thời gian trả kết quả giải quyết hồ sơ: Theo thông báo" in words
