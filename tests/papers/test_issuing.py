"""Papers from the desk: numbers in the steps' own entries, issued once, stored, reprinted; nothing before its step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk import papers_of
from onestop_desktop.desk.day_papers import day_of, head_code_of, register_of
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.entry import Happening
from onestop_desktop.domain.status import STEPS
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import journal
from tests.builders import a_line
from tests.papers import reading

STEPS_TO: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "supplement": (("ask-supplement", {"items": ["Giấy chứng sinh"], "reason": "Thiếu"}),),
    "apology": (("extend", {"due_at": "2026-12-30T17:00:00+07:00", "reason": "Xác minh"}),),
    "stop-notice": (("stop", {"reason": "Không bổ sung"}),),
    "refusal": (("ready", {"outcome": "declined", "reason": "Không đủ điều kiện"}),),
    "handover": (("assign", {"officer": "Hà Văn Tư"}),),
    "result-slip": (("ready", {}), ("return", {})),
    "fee-slip": (("collect", {"amount": 8000}),),
}
SERIES = {"supplement": "PBS-TTPVHCC", "apology": "PXL", "stop-notice": "TB-TTPVHCC", "refusal": "PTC-TTPVHCC"}
CERTIFICATION: dict[str, Any] = {"procedure": "2.000815", "pages": 2, "certified_copies": 3}


def taken(desk: Desk, form: str, **changes: Any) -> str:
    dossier = desk.receive(a_line(**changes), again=True).id
    for step, values in STEPS_TO.get(form, ()):
        desk.act(dossier, step, values)
    return dossier


def test_every_form_is_either_the_steps_or_the_dossiers_or_the_days() -> None:
    known = {"receipt", "label", "cert-receipt"} | set(papers_of.SPEAKS) | papers_of.OF_A_DAY
    assert known == set(papers_of.FORMS)
    assert set(papers_of.OFFERED_AFTER) <= set(STEPS)


@pytest.mark.parametrize("form", SERIES)
def test_numbers_run_one_two_three_a_form_and_begin_anew_with_the_year(desk: Desk, clock: SetClock, form: str) -> None:
    told = [desk.dossier(taken(desk, form)).history[-1].facts["form_number"] for _dossier in range(3)]
    clock.put(clock.at + timedelta(days=60))
    dossier = desk.receive(a_line(), again=True).id
    step, values = STEPS_TO[form][-1]
    later = {"due_at": "2027-12-30T17:00:00+07:00"} if form == "apology" else {}
    after, _changes = desk.act(dossier, step, values | later)
    told.append(after.history[-1].facts["form_number"])
    assert told == [f"{no:02}/{SERIES[form]}" for no in (1, 2, 3, 1)]
    assert desk.verify() == []


def test_refusals_at_the_counter_and_after_intake_share_one_series(desk: Desk) -> None:
    first = desk.refuse(a_line(reason="Không thuộc thẩm quyền"))["number"]
    after = desk.dossier(taken(desk, "refusal")).history[-1].facts["form_number"]
    second = desk.refuse(a_line(reason="Không thuộc thẩm quyền"))["number"]
    assert [first, after, second] == [f"{no:02}/PTC-TTPVHCC" for no in (1, 2, 3)]


@pytest.mark.parametrize("form", STEPS_TO)
def test_a_paper_whose_step_has_not_happened_is_refused_and_blank_is_not(desk: Desk, form: str) -> None:
    dossier = desk.receive(a_line()).id
    entries = desk.pending().entries
    with pytest.raises(Refused) as caught:
        desk.paper(dossier, form)
    assert caught.value.code == "paper.not_happened"
    number, pdf = desk.paper(dossier, form, blank=True)
    words = reading.words_of(pdf)
    assert "Bản điền tay" in words
    assert "BẢN TẬP" in words
    assert number in words.replace(" ", "")
    assert desk.pending().entries == entries


@pytest.mark.parametrize("form", STEPS_TO)
def test_a_paper_is_stored_recorded_and_reprinted_with_its_mark(desk: Desk, form: str) -> None:
    dossier = taken(desk, form)
    job = desk.papers.issue(dossier, form)
    assert desk.core.store.vault.get(job.sha256) == job.pdf
    desk.printed(job)
    issued = desk.dossier(dossier).issued
    assert [(one.form, one.sha256, one.printed) for one in issued] == [(form, job.sha256, 1)]
    again = desk.papers.print(dossier, form)
    assert again.sha256 == job.sha256
    assert again.reprint == 1
    assert reading.words_of(again.pdf).count("In lại lần 1") == 2
    assert len(desk.dossier(dossier).issued) == 1
    assert desk.verify() == []


def test_the_export_is_marked_from_its_second_time_on(desk: Desk) -> None:
    dossier = taken(desk, "supplement")
    marks = [reading.words_of(desk.paper(dossier, "supplement")[1]).count("In lại lần") for _time in range(3)]
    assert marks == [0, 2, 2]


def test_a_second_request_is_a_paper_of_its_own(desk: Desk) -> None:
    dossier = taken(desk, "supplement")
    first = desk.papers.issue(dossier, "supplement")
    desk.act(dossier, "supplement", {})
    assert desk.papers.issue(dossier, "supplement").sha256 == first.sha256
    desk.act(dossier, "ask-supplement", {"items": ["Ảnh"], "reason": "Mờ"})
    second = desk.papers.issue(dossier, "supplement")
    assert second.sha256 != first.sha256
    assert "02/PBS-TTPVHCC" in reading.words_of(second.pdf)


def test_a_correction_issues_only_the_receipt_anew(desk: Desk) -> None:
    dossier = taken(desk, "supplement")
    receipt, slip = desk.issue_receipt(dossier), desk.papers.issue(dossier, "supplement")
    changed = {"applicant": {**a_line()["applicant"], "name": "Quàng Văn Thưởng"}}
    desk.act(dossier, "correct", {"reason": "Gõ nhầm", "changes": changed})
    assert desk.papers.issue(dossier, "supplement").sha256 == slip.sha256
    assert desk.issue_receipt(dossier).sha256 != receipt.sha256


def test_an_old_entry_without_a_number_prints_dots(desk: Desk) -> None:
    state = desk.dossier(taken(desk, "supplement"))
    step = papers_of.step_of(state, "supplement")
    assert step is not None
    bare = {name: value for name, value in step.facts.items() if name != "form_number"}
    old = replace(state, history=(*state.history[:-1], replace(step, facts=bare)))
    assert "Số: …" in reading.words_of(papers_of.render(desk.core, old, "supplement"))


def test_an_undone_hand_over_has_no_result_slip(desk: Desk) -> None:
    dossier = taken(desk, "result-slip")
    assert "result-slip" in desk.papers.offered(desk.dossier(dossier))
    desk.act(dossier, "correct", {"reason": "Nhầm", "changes": {"status": "ready"}})
    with pytest.raises(Refused, match=r"paper\.not_happened"):
        desk.papers.issue(dossier, "result-slip")


def test_control_slip_grows_with_the_way_and_keeps_each_issue(desk: Desk) -> None:
    dossier = desk.receive(a_line()).id
    first = desk.papers.issue(dossier, "control-slip")
    assert desk.papers.issue(dossier, "control-slip").sha256 == first.sha256
    desk.act(dossier, "assign", {"officer": "Hà Văn Tư"})
    second = desk.papers.issue(dossier, "control-slip")
    assert second.sha256 != first.sha256
    assert reading.words_of(second.pdf).count("Hà Văn Tư") > reading.words_of(first.pdf).count("Hà Văn Tư")
    assert [one.version for one in desk.dossier(dossier).issued] == [1, 1]


def test_only_a_certification_has_its_slip(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"paper\.not_happened"):
        desk.papers.issue(desk.receive(a_line()).id, "cert-receipt")
    dossier = desk.receive(a_line(**CERTIFICATION)).id
    assert "cert-receipt" in desk.papers.offered(desk.dossier(dossier))
    assert "PHIẾU TIẾP NHẬN YÊU CẦU CHỨNG THỰC" in reading.words_of(desk.papers.issue(dossier, "cert-receipt").pdf)


def test_certifying_issues_no_paper_by_itself(desk: Desk) -> None:
    done, _changes = desk.certify([a_line(**CERTIFICATION)])
    assert desk.dossier(done[0].id).issued == ()
    assert desk.unprinted() == ()


def test_a_label_is_nobodys_paper(desk: Desk) -> None:
    dossier = desk.receive(a_line()).id
    entries = desk.pending().entries
    number, pdf = desk.paper(dossier, "label")
    assert reading.codes_of(pdf, 0, 300)[0] == [desk.dossier(dossier).barcode]
    assert number in reading.words_of(pdf)
    assert desk.pending().entries == entries


def test_a_refusal_at_the_counter_has_its_paper_and_no_dossier(desk: Desk) -> None:
    number = desk.refuse(a_line(reason="Không thuộc thẩm quyền"))["number"]
    job = desk.papers.refusal(number)
    assert "Không thuộc thẩm quyền" in reading.words_of(job.pdf)
    assert f"Số: {number}" in reading.words_of(job.pdf)
    desk.printed(job)
    told, pdf = desk.papers.refusal_pdf(number)
    assert told == number
    assert reading.words_of(pdf).count("In lại lần 1") == 2
    kinds = desk.core.store.read(lambda c: [one.kind for one in journal.entries(c) if one.kind in {"issue", "printed"}])
    assert kinds == ["issue", "printed", "printed"]
    assert desk.verify() == []
    with pytest.raises(InvalidInput, match=r"dossier\.unknown"):
        desk.papers.refusal("99/PTC-TTPVHCC")


def test_one_slip_hands_several_dossiers_to_one_officer(desk: Desk) -> None:
    ids = [taken(desk, "handover") for _dossier in range(3)]
    words = reading.letters_of(desk.papers.handover(ids))
    for dossier in ids:
        state = desk.dossier(dossier)
        assert words.count(state.number) == 2
        assert [(one.form, one.printed) for one in state.issued] == [("handover", 1)]
    other = desk.receive(a_line(), again=True).id
    with pytest.raises(Refused, match=r"paper\.not_happened"):
        desk.papers.handover([*ids, other])
    desk.act(other, "assign", {"officer": "Người khác"})
    with pytest.raises(Refused, match=r"paper\.two_takers"):
        desk.papers.handover([*ids, other])


def test_form_of_nobody_is_named(desk: Desk) -> None:
    dossier = desk.receive(a_line()).id
    with pytest.raises(InvalidInput) as caught:
        desk.paper(dossier, "diploma")
    assert caught.value.code == "paper.unknown"


class TestDays:
    def test_register_shows_every_dossier_of_its_days_in_order(self, desk: Desk, clock: SetClock) -> None:
        numbers = [desk.dossier(taken(desk, form)).number for form in ("result-slip", "stop-notice", "handover")]
        clock.put(clock.at + timedelta(days=1))
        later = desk.dossier(desk.receive(a_line(), again=True).id).number
        letters = reading.letters_of(desk.register_pdf(date(2026, 11, 23), date(2026, 11, 23)))
        assert [letters.count(number) for number in numbers] == [1, 1, 1]
        assert later not in letters
        assert letters.index(numbers[0]) < letters.index(numbers[1]) < letters.index(numbers[2])
        both = reading.letters_of(desk.register_pdf(date(2026, 11, 23), date(2026, 11, 24)))
        assert later in both
        with pytest.raises(InvalidInput, match=r"paper\.days"):
            desk.register_pdf(date(2026, 11, 24), date(2026, 11, 23))

    def test_register_shows_lost_numbers_where_they_belong(self, desk: Desk) -> None:
        desk.receive(a_line())
        lost = [{"from": 2, "name": "register|2026|01|01", "to": 4}]
        desk.core.write(lambda t: t.append(Happening("epoch", {"cause": "restored", "lost": lost}, desk.now())))
        days = register_of(desk.core, date(2026, 11, 23), date(2026, 11, 23))
        assert [place.no for place in days.lost] == [2, 3, 4]
        words = reading.words_of(desk.register_pdf(date(2026, 11, 23), date(2026, 11, 23)))
        assert words.count("mất do sự cố") == 4
        assert "số mất do sự cố: 3" in words

    def test_sheet_of_the_day_counts_what_happened_and_shows_the_head(self, desk: Desk) -> None:
        for form in ("result-slip", "stop-notice", "handover"):
            taken(desk, form)
        desk.act(desk.receive(a_line("Nhầm"), again=True).id, "void", {"reason": "Nhập nhầm"})
        desk.receive(a_line("Muộn", received_at="2026-11-20T09:00:00+07:00"), again=True)
        desk.refuse(a_line("Bị từ chối", reason="Không thuộc thẩm quyền"))
        pdf = desk.daily_sheet_pdf(date(2026, 11, 23))
        words = reading.words_of(pdf)
        for told in (
            "Hồ sơ tiếp nhận trong ngày 5", "Trong đó nhập bù 1", "Hồ sơ có kết quả trong ngày 1",
            "Hồ sơ đã trả trong ngày 1", "Rút, dừng, không đủ điều kiện 1", "Từ chối tiếp nhận tại bàn 1",
            "Hồ sơ hủy (hai người) 0", "Hồ sơ hủy tại bàn 1", "Hồ sơ đang giải quyết 2",
            "01/PTC-TTPVHCC", "Bị từ chối", "nhập bù",
        ):  # fmt: skip
            assert told in words, told
        head = desk.core.store.head
        code = head_code_of(head.hash)
        assert len(code) == 16
        assert "-".join(code[at : at + 4] for at in range(0, 16, 4)) in words
        assert reading.codes_of(pdf, 0, 200)[1] == [f"{head.epoch} {head.seq} {head.hash.hex()}"]

    def test_a_signed_head_stands_in_the_place_of_the_journals_own(self, desk: Desk) -> None:
        pdf = desk.daily_sheet_pdf(date(2026, 11, 23), "7K2M9XQ4ABCDEFGH", "onestop:head:417")
        assert "7K2M-9XQ4-ABCD-EFGH" in reading.words_of(pdf)
        assert reading.codes_of(pdf, 0, 200)[1] == ["onestop:head:417"]

    def test_yesterdays_sheet_knows_what_was_held_not_what_was_overdue(self, desk: Desk, clock: SetClock) -> None:
        taken(desk, "handover")
        clock.put(clock.at + timedelta(days=1))
        desk.receive(a_line(), again=True)
        words = reading.words_of(desk.daily_sheet_pdf(date(2026, 11, 23)))
        assert "Hồ sơ đang giải quyết 1" in words
        assert "Trong đó quá hạn –" in words

    def test_work_and_what_waits_add_up_to_what_the_board_holds(self, desk: Desk, clock: SetClock) -> None:
        for form in ("handover", "supplement", "result-slip"):
            taken(desk, form)
        waiting = [desk.receive(a_line(name), again=True).id for name in ("Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba")]
        for one in waiting:
            desk.act(one, "ready", {})
        held = next(chip.count for chip in desk.chips() if chip.code == "held")
        today = day_of(desk.core, date(2026, 11, 23)).figures
        assert (today["open"], today["waiting"]) == (2, 3)
        assert today["open"] + today["waiting"] == held
        words = reading.words_of(desk.daily_sheet_pdf(date(2026, 11, 23)))
        assert "PHIẾU TỔNG HỢP CUỐI NGÀY" in words
        assert "Hồ sơ đang giải quyết 2 Trong đó quá hạn 0 Hồ sơ chờ trả kết quả 3" in words
        clock.put(clock.at + timedelta(days=1))
        desk.act(waiting[0], "return", {})
        yesterday = day_of(desk.core, date(2026, 11, 23)).figures
        assert (yesterday["open"], yesterday["waiting"]) == (2, 3)

    def test_papers_that_were_not_printed_are_listed(self, desk: Desk) -> None:
        dossier = taken(desk, "supplement")
        job = desk.papers.issue(dossier, "supplement")
        before = reading.words_of(desk.daily_sheet_pdf(date(2026, 11, 23)))
        assert "Giấy chưa in 2" in before
        desk.printed(job)
        desk.printed(desk.issue_receipt(dossier))
        assert "8. Giấy chưa in: không có" in reading.words_of(desk.daily_sheet_pdf(date(2026, 11, 23)))
