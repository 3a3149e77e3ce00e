"""The refusal, and the stamp of a reprint."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest

from onestop_desktop.errors import Damaged
from onestop_desktop.papers.receipt import render_receipt
from onestop_desktop.papers.refusal import render_refusal
from onestop_desktop.papers.reprint import mark_reprint
from tests.papers import reading, samples


def test_refusal_of_2018_says_why() -> None:
    words = reading.words_of(render_refusal(samples.refusal(), samples.terms()))
    for one in (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Số: 05/PTC-BPTNTKQ",
        "Sặp Vạt, ngày 09 tháng 02 năm 2022",
        "Tiếp nhận hồ sơ của: Quàng Văn Thương",
        "Mã hồ sơ (nếu có):",
        "Nội dung yêu cầu giải quyết: Đăng ký kết hôn",
        "hai bên cùng thường trú tại xã khác",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Mẫu số 03 (Thông tư 01/2018/TT-VPCP)",
    ):
        assert one in words, one
    assert "Số định danh" not in words


def test_refusal_of_2025_has_the_identity_number() -> None:
    paper = samples.refusal(office=samples.NEW_OFFICE, number="Số: 06/PTC-TTPVHCC", code="H52.04075-251003-0002")
    words = reading.words_of(render_refusal(paper, samples.terms("2025")))
    assert "Số định danh cá nhân/tổ chức: 014091003217" in words
    assert "Mã hồ sơ (nếu có): H52.04075-251003-0002" in words
    assert words.count("Số: 06/PTC-TTPVHCC") == 2


def test_refusal_is_small_equal_and_embedded() -> None:
    pdf = render_refusal(samples.refusal(), samples.terms())
    assert pdf == render_refusal(samples.refusal(), samples.terms())
    assert len(pdf) <= 40_000
    assert all(reading.fonts_of(pdf).values())


@pytest.mark.parametrize("layout", ["a4", "a5"])
@pytest.mark.parametrize("times", [1, 12])
def test_reprint_keeps_the_text_and_says_how_often(layout: str, times: int) -> None:
    issued = render_receipt(samples.simple(), samples.terms(layout=layout))
    again = mark_reprint(issued, times)
    words = reading.words_of(again)
    assert words.count(f"In lại lần {times}") == 2
    assert reading.squeezed(words.replace(f"In lại lần {times}", "")) == reading.letters_of(issued)
    assert reading.codes_of(again, 0, 200) == reading.codes_of(issued, 0, 200)


def test_stamp_stands_in_the_top_margin_of_each_copy() -> None:
    again = mark_reprint(render_receipt(samples.simple(), samples.terms()), 2)
    with pypdfium2.PdfDocument(again) as document:
        page = document[0]
        found = page.get_textpage().search("In lại lần 2")
        text = page.get_textpage()
        lefts = []
        while (hit := found.get_next()) is not None:
            left, bottom, _right, _top = text.get_charbox(hit[0])
            assert bottom > page.get_height() - 31.2
            lefts.append(left)
        width = page.get_width()
    assert [left > width / 2 for left in sorted(lefts)] == [False, True]


def test_every_sheet_of_a_long_receipt_is_stamped() -> None:
    issued = render_receipt(samples.crowded(), samples.terms("2025"))
    with pikepdf.open(io.BytesIO(issued)) as document:
        sheets = len(document.pages)
    assert reading.words_of(mark_reprint(issued, 1)).count("In lại lần 1") == 2 * sheets


def test_reprint_is_equal_small_and_embedded() -> None:
    issued = render_receipt(samples.simple(), samples.terms())
    again = mark_reprint(issued, 3)
    assert again == mark_reprint(issued, 3)
    assert len(again) <= 45_000
    assert all(reading.fonts_of(again).values())


def test_bytes_that_are_no_pdf_are_named() -> None:
    with pytest.raises(Damaged, match=r"paper\.unreadable"):
        mark_reprint(b"not a paper", 1)
