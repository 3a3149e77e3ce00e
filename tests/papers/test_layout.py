"""Where things stand: nothing over another, nothing outside the margins, whatever people type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, balanced, broken
from onestop_desktop.papers.marks import MM, Text
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.receipt import receipt_pages
from onestop_desktop.papers.refusal import refusal_pages
from onestop_desktop.papers.wording import measures
from tests.papers import reading, samples

CASES = {
    "simple": (samples.simple(), "2018"),
    "today": (samples.today(), "2025"),
    "crowded": (samples.crowded(), "2025"),
    "crowded-2018": (samples.crowded(), "2018"),
    "sixty": (samples.crowded(60), "2025"),
    "none": (samples.simple(papers=()), "2018"),
}


def check(pages: Sequence[Page]) -> None:
    sheet = measures()
    left, right = sheet.side * MM, (sheet.width - sheet.side) * MM
    top, bottom = sheet.top * MM, (sheet.height - sheet.bottom) * MM
    for page in pages:
        boxes = reading.boxes_of(page)
        for text, box in boxes:
            white = 4 * MM if text == "code" else 0.0
            assert box[0] >= left - white - 0.1, text
            assert box[2] <= right + white + 0.1, text
            assert box[1] >= top - 2, text
            assert box[3] <= bottom + 2, text
        for (one, here), (other, there) in combinations(boxes, 2):
            assert not reading.meet(here, there), (one, other)
        for rule in reading.rules_of(page):
            x0, y0, x1, y1 = rule.box
            assert left - 0.1 <= x0 <= x1 <= right + 0.1
            assert top - 0.1 <= y0 <= y1 <= bottom + 0.1


def crossed(page: Page) -> list[str]:
    """Return texts that an upright line runs through."""
    upright = [rule for rule in reading.rules_of(page) if rule.down]
    return [
        text
        for text, box in reading.boxes_of(page)
        for rule in upright
        if box[0] + 0.5 < rule.x < box[2] - 0.5 and box[1] < rule.y + rule.down and rule.y < box[3]
    ]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("special", [{}, {"replacement": 3, "blank": True, "training": True}])
def test_nothing_overlaps_or_leaves_the_page(name: str, special: dict[str, object]) -> None:
    dossier, key = CASES[name]
    pages = receipt_pages(dossier, samples.terms(key, **special))
    check(pages)
    assert not [text for page in pages for text in crossed(page)]


@given(
    name=st.text(min_size=1, max_size=200),
    papers=st.lists(st.text(min_size=1, max_size=400), max_size=20),
    title=st.text(min_size=1, max_size=300),
    office=st.text(min_size=1, max_size=120),
)
@settings(max_examples=40, deadline=None)
def test_any_text_at_all_is_laid_out(name: str, papers: list[str], title: str, office: str) -> None:
    dossier = samples.today(
        applicant=replace(samples.PRESENTER, name=name),
        papers=tuple(PaperTaken(paper, copy=1) for paper in papers),
        procedure_title=title,
        office=replace(samples.NEW_OFFICE, name=office),
    )
    pages = receipt_pages(dossier, samples.terms("2025"))
    check(pages)


@pytest.mark.parametrize("length", [1, 200, 1000])
def test_longest_paper_name_stays_on_the_page(length: int) -> None:
    dossier = samples.simple(papers=(PaperTaken("W" * length, original=1),))
    pages = receipt_pages(dossier, samples.terms())
    check(pages)
    drawn = "".join(mark.text for page in pages for mark in page if isinstance(mark, Text))
    assert drawn.count("W") >= length


def test_refusal_with_a_long_reason_flows_on() -> None:
    pages = refusal_pages(samples.refusal(reason="Lý do rất dài, viết nhiều chữ. " * 200), samples.terms())
    assert len(pages) > 1
    check(pages)
    drawn = " ".join(mark.text for page in pages for mark in page if isinstance(mark, Text))
    assert drawn.count("Lý do rất dài") >= 190


def test_short_receipt_is_set_larger_than_a_crowded_one() -> None:
    def size(dossier: Dossier) -> float:
        page = receipt_pages(dossier, samples.terms())[0]
        return next(mark.size for mark in page if isinstance(mark, Text) and mark.text.startswith("Địa chỉ"))

    assert size(samples.simple()) == measures().sizes[0]
    assert measures().sizes[0] > size(samples.simple(papers=named(5))) > size(samples.simple(papers=named(10)))


NAMES = (
    "Tờ khai đăng ký lại kết hôn theo mẫu",
    "Hộ chiếu hoặc thẻ căn cước của cha, mẹ",
    "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất đã cấp",
    "Văn bản ủy quyền có chứng thực (trường hợp ủy quyền thực hiện việc đăng ký khai sinh)",
    "Bản vẽ mặt bằng vị trí, mặt đứng và mặt cắt công trình",
)


def named(count: int) -> tuple[PaperTaken, ...]:
    return tuple(PaperTaken(NAMES[number % len(NAMES)], original=1, copy=number % 2) for number in range(count))


@pytest.mark.parametrize("key", ["2018", "2025"])
@pytest.mark.parametrize("count", range(1, 11))
def test_ten_papers_stay_on_one_sheet(key: str, count: int) -> None:
    dossier = samples.simple(papers=named(count)) if key == "2018" else samples.today(papers=named(count))
    pages = receipt_pages(replace(dossier, owner=dossier.applicant, principal=None), samples.terms(key))
    assert len(pages) == 1


def test_signatures_never_stand_alone_on_a_page() -> None:
    company = ("Đăng ký nhận kết quả tại", "Phí, lệ phí", "Vào Sổ theo dõi")
    for count in range(1, 40):
        papers = tuple(PaperTaken(f"Giấy tờ số {number}", original=1) for number in range(count))
        last = receipt_pages(samples.simple(papers=papers), samples.terms())[-1]
        said = [mark.text for mark in last if isinstance(mark, Text)]
        assert all(any(text.startswith(line) for text in said) for line in company), count


def test_continued_table_repeats_its_head_and_closes() -> None:
    pages = receipt_pages(samples.crowded(40), samples.terms("2025"))
    with_rows = [page for page in pages if any(isinstance(mark, Text) and mark.text == "STT" for mark in page)]
    assert len(with_rows) >= 2
    for page in with_rows:
        lowest = max(rule.y + rule.down for rule in reading.rules_of(page) if rule.down)
        assert any(rule.across and rule.y == pytest.approx(lowest, abs=0.1) for rule in reading.rules_of(page))


@given(text=st.text(max_size=200), width=st.floats(2, 40))
@settings(max_examples=150, deadline=None)
def test_lines_are_never_longer_than_their_column(text: str, width: float) -> None:
    lines = broken((Run(text),), width)
    assert all(line.width <= width + 1e-9 for line in lines)
    drawn = "".join(piece[1] for line in lines for piece in line.pieces)
    assert "".join(drawn.split(" ")) == "".join(fonts.printable(text).split(" "))


def test_balancing_cuts_no_word() -> None:
    width = fonts.width("Chứng thực", fonts.REGULAR) * 0.95
    said = [line.pieces[0][1] for line in balanced((Run("Chứng thực"),), width)]
    assert said == ["Chứng", "thực"]
