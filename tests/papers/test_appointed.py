"""Which due date a paper names: the one in force when it speaks, never one that was taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from onestop_desktop.clock import SetClock
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


FIRST, SECOND, THIRD = (f"2026-12-{day}T17:00:00+07:00" for day in ("10", "20", "30"))


def with_limit(desk: Desk) -> str:
    """A procedure of some working days, so that there is a date before the one that an apology sets."""
    return next(
        one.code
        for one in desk.catalogue.all()
        if (limit := one.limit_for("desk")) and limit.kind == "working" and limit.minutes > 2000  # type: ignore[arg-type]
    )


def apology(desk: Desk, dossier: str, due: str = THIRD) -> str:
    """Extend, and return what the apology says."""
    desk.act(dossier, "extend", {"due_at": due, "reason": "Xác minh"})
    return reading.words_of(desk.paper(dossier, "apology")[1])


def said(due: str) -> str:
    year, month, day = due[:10].split("-")
    return f"hồ sơ: {due[11:13]} giờ {due[14:16]} phút, ngày {day}/{month}/{year}"


def test_the_apology_names_the_date_that_a_corrected_procedure_brought(desk: Desk) -> None:
    taken = desk.receive(a_line())
    changes = {"procedure": with_limit(desk)}
    corrected, _changes = desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": changes})
    assert corrected.due_at not in {"", taken.due_at}
    assert said(corrected.due_at) in apology(desk, taken.id)


def test_the_apology_names_the_date_that_was_agreed_anew(desk: Desk, bare: str) -> None:
    taken = desk.receive(a_line(procedure=bare, due_at=FIRST))
    desk.act(taken.id, "correct", {"reason": "Thống nhất", "changes": {"due_at": SECOND}})
    assert said(SECOND) in apology(desk, taken.id)


def test_the_apology_names_no_date_where_there_was_none(desk: Desk, bare: str) -> None:
    corrected = desk.receive(a_line())
    desk.act(corrected.id, "correct", {"reason": "Nhầm", "changes": {"procedure": bare}})
    never = desk.receive(a_line(procedure=bare, note="khác"))
    for dossier in (corrected.id, never.id):
        words = apology(desk, dossier)
        assert said(corrected.due_at) not in words
        assert said(THIRD) not in words


def test_a_correction_of_something_else_leaves_the_date_that_the_apology_names(desk: Desk) -> None:
    taken = desk.receive(a_line(procedure=with_limit(desk)))
    desk.act(taken.id, "correct", {"reason": "Chuyển kệ", "changes": {"shelf": "K2"}})
    assert said(taken.due_at) in apology(desk, taken.id)


def test_the_control_slip_judges_by_the_corrected_date(desk: Desk, clock: SetClock, bare: str) -> None:
    taken = desk.receive(a_line(procedure=bare, due_at=FIRST))
    desk.act(taken.id, "correct", {"reason": "Thống nhất", "changes": {"due_at": SECOND}})
    clock.put(datetime.fromisoformat("2026-12-15T09:00:00+07:00"))
    desk.act(taken.id, "ready", {})
    words = reading.words_of(desk.paper(taken.id, "control-slip")[1])
    assert "Trước hạn" in words.split("Tên đơn vị")[1].split("Bên nhận ghi kết quả")[0]
