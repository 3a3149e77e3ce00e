"""What each paper says, field by field, in both generations; where everything stands; that codes are read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageOps

from onestop_desktop.errors import InvalidInput
from onestop_desktop.papers.daily_sheet import LISTS, day_sheet
from onestop_desktop.papers.forms import MAKERS
from onestop_desktop.papers.handover import Transfer, transfer_form
from onestop_desktop.papers.label import label_leaves, label_pdf
from onestop_desktop.papers.marks import MM, Text
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.press import Leaf
from onestop_desktop.papers.receipt import receipt_pages
from onestop_desktop.papers.register import register_sheet
from onestop_desktop.papers.wording import measures
from tests.papers import reading, samples, walks
from tests.papers.test_layout import check, crossed

STEPS: dict[str, tuple[str, ...]] = {
    "supplement": ("assign", "ask-supplement"),
    "refusal": ("assign", "ready"),
    "apology": ("assign", "extend"),
    "stop-notice": ("stop",),
    "control-slip": walks.WHOLE_WAY,
    "handover": ("forward",),
    "result-slip": walks.WHOLE_WAY,
    "fee-slip": ("collect",),
    "cert-receipt": ("ready",),
}

HEADER = (
    "UBND HUYỆN YÊN CHÂU", "UBND XÃ SẶP VẠT", "BỘ PHẬN TIẾP NHẬN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc", "Sặp Vạt, ngày",
)  # fmt: skip
"""What stands above every form (Decree 30/2020/NĐ-CP, appendix I)."""

CODE = "000.12.34.H52-220303-0017"

FIELDS: dict[str, tuple[str, ...]] = {
    # Circular 01/2018/TT-VPCP, form 02
    "supplement": (
        "Số: 03/PBS-BPTNTKQ", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", f"Mã hồ sơ: {CODE}",
        "Hồ sơ của: Quàng Văn Thương", "Nội dung yêu cầu giải quyết: Đăng ký khai sinh", "Địa chỉ: Bản Nà Khái",
        "Số điện thoại: 0987 654 321", "Email:", "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
        "1. Giấy chứng sinh bản chính", "2. Văn bản ủy quyền có chứng thực", "Lý do: Giấy chứng sinh là bản chụp",
        "liên hệ với Lò Thị Mai, số điện thoại 0212 384 0000", "NGƯỜI HƯỚNG DẪN",
        "Mẫu số 02 (Thông tư 01/2018/TT-VPCP)",
    ),
    # Form 03
    "refusal": (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Bộ phận Tiếp nhận và Trả kết quả UBND xã Sặp Vạt",
        "Tiếp nhận hồ sơ của: Quàng Văn Thương", f"Mã hồ sơ (nếu có): {CODE}", "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ", "Mẫu số 03 (Thông tư 01/2018/TT-VPCP)",
    ),
    # Form 04
    "apology": (
        "Số: 02/PXL", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", "Kính gửi: Quàng Văn Thương",
        "Ngày 03 tháng 3 năm 2022, UBND xã Sặp Vạt tiếp nhận", "thủ tục Đăng ký khai sinh", f"mã số hồ sơ: {CODE}",
        "Thời gian hẹn trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 03/03/2022", "chưa trả kết quả",
        "Lý do: Chờ kết quả xác minh", "xin lỗi Ông (Bà)/Tổ chức", "vào 17 giờ 00 phút, ngày 16/03/2022",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ", "Mẫu số 04 (Thông tư 01/2018/TT-VPCP)",
    ),
    # Decree 118/2025/NĐ-CP, art. 21
    "stop-notice": (
        "Số: 01/TB-BPTNTKQ", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Kính gửi: Quàng Văn Thương", f"Mã hồ sơ: {CODE}",
        "Thời gian nhận hồ sơ: 14 giờ 26 phút, ngày 03/03/2022", "chưa có quyết định hoặc kết quả",
        "Lý do: Quá 15 ngày", "Hồ sơ dừng giải quyết từ: 09 giờ", "1. Tờ khai đăng ký khai sinh theo mẫu (01 bản)",
        "NGƯỜI NHẬN THÔNG BÁO", "ĐẠI DIỆN CƠ QUAN, ĐƠN VỊ",
    ),
    # Form 05 of 2018
    "control-slip": (
        "Số: 17/PKS-BPTNTKQ", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", f"Mã số hồ sơ: {CODE}",
        "Cơ quan (bộ phận) giải quyết hồ sơ: Hà Văn Tư, UBND xã Sặp Vạt",
        "Cơ quan phối hợp giải quyết hồ sơ: Phòng Tư pháp huyện Yên Châu",
        "Ngày nhận: 14 giờ 26 phút, ngày 03/03/2022", "Hẹn trả kết quả vào: 17 giờ 00 phút, ngày 03/03/2022",
        "Tên đơn vị", "Thời gian giao nhận hồ sơ", "Người giao", "Người nhận", "Kết quả (trước, đúng, quá hạn)",
        "Ghi chú", "1. Giao: Quàng Văn Thương", "2. Nhận: Hà Văn Tư", "Trước hạn",
        "Mẫu số 05 (Thông tư 01/2018/TT-VPCP)",
    ),
    # Decree 61/2018/NĐ-CP, art. 18
    "handover": (
        "PHIẾU BÀN GIAO HỒ SƠ", "Thời gian bàn giao: 09 giờ", "Bên giao: Lò Thị Mai", "Bên nhận: Phòng Tư pháp",
        "Kèm theo văn bản số: 12/UBND-TP", "220303-0017", "Quàng Văn Thương", "Giấy chứng sinh (1)",
        "Tổng số: 01 hồ sơ", "BÊN GIAO", "BÊN NHẬN", "Liên 1: Bên nhận giữ", "Liên 2: Bên giao giữ",
    ),
    # Art. 20
    "result-slip": (
        "PHIẾU TRẢ KẾT QUẢ GIẢI QUYẾT HỒ SƠ", f"Mã hồ sơ: {CODE}", "Người nộp hồ sơ: Quàng Văn Thương",
        "Thời gian hẹn trả kết quả:", "Thời gian có kết quả: 09 giờ", "Kết quả số: 15/TLKS",
        "Thời gian trả kết quả: 09 giờ", "Người nhận kết quả: Lò Thị Ín", "Số định danh/hộ chiếu: 014195007788",
        "Giấy ủy quyền: Giấy ủy quyền số 17/2022", "Phí, lệ phí đã thu: 8.000 đồng", "NGƯỜI NHẬN KẾT QUẢ",
        "NGƯỜI TRẢ KẾT QUẢ",
    ),
    # Arts. 12.9 and 22
    "fee-slip": (
        "PHIẾU THU PHÍ, LỆ PHÍ", "Người nộp tiền: Quàng Văn Thương", "phí, lệ phí thủ tục Đăng ký khai sinh",
        "Số tiền: 8.000 đồng", "Bằng chữ: Tám nghìn đồng", "Hình thức nộp: tiền mặt", "Biên lai số: BL 000123",
        "NGƯỜI NỘP TIỀN", "NGƯỜI THU TIỀN",
    ),
    # Decree 23/2015/NĐ-CP, art. 7
    "cert-receipt": (
        "PHIẾU TIẾP NHẬN YÊU CẦU CHỨNG THỰC", f"Mã hồ sơ: {CODE}", "Số chứng thực: 15/TLKS",
        "Người yêu cầu chứng thực: Quàng Văn Thương", "1. Tờ khai đăng ký khai sinh theo mẫu",
        "Phí chứng thực: không thu",
        "Thời gian nhận: 14 giờ 26 phút", "Thời gian trả kết quả: 17 giờ 00 phút", "NGƯỜI TIẾP NHẬN",
    ),
}  # fmt: skip

OF_2025: dict[str, tuple[str, ...]] = {
    "supplement": (
        "Hồ sơ của Ông (Bà)/Tổ chức:", "Số định danh cá nhân/tổ chức: 014091003217",
        "Mẫu số 02 (Thông tư 03/2025/TT-VPCP)",
    ),
    "refusal": ("Số định danh cá nhân/tổ chức: 014091003217", "Mẫu số 03 (Thông tư 03/2025/TT-VPCP)"),
    "apology": (
        "ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", "số định danh: 014091003217", "đề nghị được gia hạn",
        "Mẫu số 04 (Thông tư 03/2025/TT-VPCP)",
    ),
    "stop-notice": ("Số định danh cá nhân/tổ chức: 014091003217", "Mẫu số 05 (Thông tư 03/2025/TT-VPCP)"),
    "control-slip": ("Số: 04/PKS-TTPVHCC", "Mẫu số 06 (Thông tư 03/2025/TT-VPCP)"),
    "handover": ("TRUNG TÂM PHỤC VỤ",),
    "result-slip": ("TRUNG TÂM PHỤC VỤ",),
    "fee-slip": ("Số định danh cá nhân/tổ chức: 014091003217",),
    "cert-receipt": ("Số định danh cá nhân/tổ chức: 014091003217",),
}  # fmt: skip

CODED = ("supplement", "control-slip", "result-slip", "cert-receipt")


def words_of(pdf: bytes) -> str:
    return reading.words_of(pdf).replace("\u00a0", " ")


def made(form: str, *, key: str = "2018", **special: object) -> bytes:
    of = samples.today(principal=None, owner=samples.PRESENTER) if key == "2025" else samples.simple()
    dossier, step = walks.walked(*STEPS[form], of=of)
    return MAKERS[form](dossier, step, samples.terms(key, check="", **special)).pdf()


def sheet_pages(leaf: Leaf) -> None:
    """Hold that nothing on a sheet overlaps, leaves it or is crossed by a line."""
    boxes = reading.boxes_of(leaf.page)
    for text, box in boxes:
        assert box[0] >= 0, text
        assert box[1] >= -0.1, text
        assert box[2] <= leaf.size[0] + 0.1, text
        assert box[3] <= leaf.size[1] + 0.1, text
    for (one, here), (other, there) in combinations(boxes, 2):
        assert not reading.meet(here, there), (one, other)
    assert not crossed(leaf.page)


def within(pages: list[Page], paper: str) -> None:
    """Hold the same for a sheet with margins of its own."""
    sheet = measures(paper)
    left, right = sheet.side * MM, (sheet.width - sheet.side) * MM
    for page in pages:
        for text, box in reading.boxes_of(page):
            white = 4 * MM if text == "code" else 0.1
            assert left - white <= box[0] <= box[2] <= right + white, text
            assert box[3] <= (sheet.height - sheet.bottom) * MM + 2, text
        sheet_pages(Leaf(page, (sheet.width * MM, sheet.height * MM)))


def right_edge(pdf: bytes, top: float) -> float:
    """Return where the black of the first page's uppermost strip ends, in points."""
    picture = reading.picture_of(pdf, 0, 144)
    strip = ImageOps.invert(picture.crop((0, 0, picture.width, int(top * 2) - 2)))
    box = strip.getbbox()
    assert box is not None
    return box[2] / 2


class TestFields:
    @pytest.mark.parametrize("form", FIELDS)
    def test_form_holds_what_the_law_asks_in_both_copies(self, form: str) -> None:
        words = words_of(made(form, layout="a5"))
        for field in (*HEADER, *FIELDS[form]):
            assert field in words, field
            if not field.startswith("Liên"):
                assert words.count(field) >= 2, field

    @pytest.mark.parametrize("form", OF_2025)
    def test_generation_of_2025_has_its_own_words(self, form: str) -> None:
        words = words_of(made(form, key="2025", layout="a5"))
        for field in OF_2025[form]:
            assert field in words, field
        assert "BỘ PHẬN TIẾP NHẬN" not in words

    @pytest.mark.parametrize("form", FIELDS)
    def test_blank_form_says_so_and_invents_nothing(self, form: str) -> None:
        dossier, _step = walks.walked()
        pdf = MAKERS[form](dossier, None, samples.terms(check="", blank=True, today=date(2022, 3, 9))).pdf()
        words = words_of(pdf)
        assert words.count("Bản điền tay") == 2
        assert "....." in words
        assert "None" not in words
        assert "Quàng Văn Thương" in words

    @pytest.mark.parametrize(("form", "lines"), [("refusal", 4), ("supplement", 8), ("apology", 4)])
    def test_blank_form_leaves_lines_to_write_on(self, form: str, lines: int) -> None:
        dossier, _step = walks.walked()
        dossier = replace(dossier, applicant=replace(dossier.applicant, email="mai@example.vn"))
        (page,) = MAKERS[form](dossier, None, samples.terms(check="", blank=True, today=date(2022, 3, 9))).pages()
        dots = [mark for mark in page if isinstance(mark, Text) and mark.text.endswith(".....")]
        assert len(dots) == lines
        assert all(mark.box[2] == pytest.approx((measures().width - measures().side) * MM) for mark in dots)
        heights = sorted(mark.y for mark in dots)
        assert min(below - above for above, below in pairwise(heights)) >= 5 * MM

    def test_what_is_not_known_is_dots_to_the_margin_and_no_taller(self) -> None:
        marks = [mark for mark in receipt_pages(samples.simple(), samples.terms())[0] if isinstance(mark, Text)]
        (dots,) = [mark for mark in marks if mark.text.endswith(".....")]
        assert dots.box[2] == pytest.approx((measures().width - measures().side) * MM)
        (beside,) = [mark for mark in marks if mark.text.startswith("Số điện thoại:")]
        assert dots.y == beside.y

    @pytest.mark.parametrize("form", FIELDS)
    def test_training_is_written_across(self, form: str) -> None:
        assert words_of(made(form, training=True)).count("BẢN TẬP") >= 2
        assert "BẢN TẬP" not in words_of(made(form))

    @pytest.mark.parametrize("kind", ["stop", "withdraw"])
    def test_stop_notice_says_who_wanted_it(self, kind: str) -> None:
        dossier, step = walks.walked(kind)
        words = words_of(MAKERS["stop-notice"](dossier, step, samples.terms()).pdf())
        assert ("Theo đề nghị của Ông (Bà)" in words) == (kind == "withdraw")

    @pytest.mark.parametrize(
        ("contact", "said"),
        [
            ("", "liên hệ với Lò Thị Mai, số điện thoại 0212 384 0000, để được"),
            ("Hà Văn Tư", "liên hệ với Hà Văn Tư, số điện thoại 0212 384 0000, để được"),
            ("Hà Văn Tư, 0987 654 321", "liên hệ với Hà Văn Tư, 0987 654 321 để được"),
        ],
    )
    def test_supplement_says_whom_to_ask_and_no_number_twice(self, contact: str, said: str) -> None:
        dossier, _last = walks.walked("ask-supplement")
        step = walks.step("ask-supplement", contact=contact)
        dossier = replace(dossier, history=(dossier.history[0], step))
        assert said in words_of(MAKERS["supplement"](dossier, step, samples.terms()).pdf())

    def test_apology_after_a_supplement_names_the_date_that_stood(self) -> None:
        dossier, step = walks.walked("ask-supplement", "supplement", "extend")
        words = words_of(MAKERS["apology"](dossier, step, samples.terms()).pdf())
        assert "hồ sơ: 17 giờ 00 phút, ngày 11/03/2022" in words

    @pytest.mark.parametrize(
        ("due", "told"),
        [("2022-03-10", "Quá hạn"), ("2022-03-11", "Đúng hạn"), ("2022-03-12", "Trước hạn")],
    )
    def test_control_slip_tells_lateness_by_date(self, due: str, told: str) -> None:
        dossier, _step = walks.walked("assign", "ready", first_due_at=f"{due}T17:00:00+07:00")
        words = words_of(MAKERS["control-slip"](dossier, None, samples.terms()).pdf())
        body = words.split("Tên đơn vị")[1].split("Bên nhận ghi kết quả")[0]
        assert told in body

    def test_control_slip_has_four_blocks_at_least_and_one_to_come(self) -> None:
        for steps, blocks in (((), 4), (("assign", "ask-supplement", "supplement"), 5), (walks.WHOLE_WAY, 8)):
            dossier, _step = walks.walked(*steps)
            words = words_of(MAKERS["control-slip"](dossier, None, samples.terms(layout="a5")).pdf())
            assert words.count("2. Nhận:") == 2 * blocks

    def test_paid_without_an_amount_shows_what_was_asked(self) -> None:
        asked = replace(walks.step("collect"), kind="ask-payment", facts={"amount": 25000, "reason": "Phí"})
        paid = replace(walks.step("ready"), kind="paid", facts={"document": "BL 9"})
        dossier = samples.simple(history=(walks.step("receive"), asked, paid))
        words = words_of(MAKERS["fee-slip"](dossier, paid, samples.terms()).pdf())
        assert "Số tiền: 25.000 đồng" in words
        assert "Hai mươi lăm nghìn đồng" in words

    def test_several_dossiers_are_counted(self) -> None:
        one, _step = walks.walked("forward")
        others = tuple(replace(one, number=f"000.12.34.H52-220303-{no:04}") for no in range(1, 31))
        form = transfer_form(Transfer(others, "Phòng Tư pháp", "2022-03-07T16:00:00+07:00"), samples.terms())
        words = words_of(form.pdf())
        assert "Tổng số: 30 hồ sơ" in words
        assert "2 giấy tờ, 1 bộ" in words
        check(form.pages())


class TestSheets:
    def test_register_has_every_column_and_the_book(self) -> None:
        words = words_of(register_sheet(walks.register_days(3), samples.terms()).pdf())
        for field in (
            "SỔ THEO DÕI HỒ SƠ", "Số: 01/STD-BPTNTKQ", "Từ ngày 03/03/2022 đến ngày 04/03/2022",
            "Quyển số 01, năm 2022 (Bàn 01)", "STT", "Mã hồ sơ", "Tên TTHC", "Tên tổ chức, cá nhân",
            "Địa chỉ, số điện thoại", "Cơ quan chủ", "Nhận và trả kết quả", "Nhận hồ sơ", "Trả kết quả",
            "Phương thức", "Ký nhận", "Lò Thị Ín", "THỦ TRƯỞNG CƠ QUAN", "Mẫu số 06 (Thông tư 01/2018/TT-VPCP)",
        ):  # fmt: skip
            assert field in words, field

    def test_lost_numbers_stand_in_their_place(self) -> None:
        words = words_of(register_sheet(walks.register_days(8, lost=(5, 6)), samples.terms()).pdf())
        assert words.count("mất do sự cố") == 3
        assert "Cộng: 6 hồ sơ, số thứ tự từ 01 đến 08; số mất do sự cố: 2." in words
        assert words.index("220303-0004") < words.index("mất do sự cố") < words.index("220303-0007")
        assert "Đã hủy" in words

    def test_late_book_has_a_table_of_its_own(self) -> None:
        days = walks.register_days(2)
        late = replace(days.dossiers[0], register=replace(days.dossiers[0].register, book="NB"), late=True)
        words = words_of(register_sheet(replace(days, dossiers=(*days.dossiers, late)), samples.terms()).pdf())
        assert "Sổ nhập bù, năm 2022 (Bàn 01)" in words
        assert "(nhập bù)" in words
        assert words.count("Cộng:") == 2

    def test_days_without_dossiers_say_so(self) -> None:
        words = words_of(register_sheet(walks.register_days(0), samples.terms()).pdf())
        assert "Không có hồ sơ nào" in words

    @pytest.mark.parametrize("long", [False, True])
    def test_register_of_many_pages_repeats_its_head_and_loses_no_row(self, long: bool) -> None:
        days = walks.register_days(120, long=long)
        sheet = register_sheet(days, samples.terms())
        pages = sheet.pages()
        words = words_of(sheet.pdf())
        assert len(pages) > 4
        assert words.count("Mã hồ sơ") >= len(pages)
        assert f"Trang {len(pages)}/{len(pages)}" in words
        for dossier in days.dossiers:
            assert dossier.number.split("-", 1)[1] in words
        within(pages, "register")

    @pytest.mark.parametrize("long", [False, True])
    def test_registers_sum_and_signatures_take_a_dossier_along(self, long: bool) -> None:
        for count in range(1, 40):
            last = register_sheet(walks.register_days(count, long=long), samples.terms()).pages()[-1]
            said = " ".join(mark.text for mark in last if isinstance(mark, Text))
            assert "NGƯỜI GHI SỔ" in said
            assert f"220303-{count:04}" in said, count

    @pytest.mark.parametrize(("lines", "long"), [(0, False), (5, False), (30, True)])
    def test_daily_sheet_stands_in_its_margins(self, lines: int, long: bool) -> None:
        sheet = day_sheet(walks.a_day(lines, long=long), samples.terms())
        within(sheet.pages(), "daily-sheet")
        words = words_of(sheet.pdf())
        assert "7K2M-9XQ4-ABCD-EF12" in words
        assert "thời kỳ abababab, dòng 417" in words
        assert words.count("STT") >= (len(LISTS) - 1 if lines else 0)
        assert "NGƯỜI KIỂM TRA" in words

    @pytest.mark.parametrize("paper", ["register", "daily-sheet"])
    def test_page_number_ends_where_the_text_does(self, paper: str) -> None:
        made = {"register": register_sheet(walks.register_days(3), samples.terms()),
                "daily-sheet": day_sheet(walks.a_day(), samples.terms())}  # fmt: skip
        sheet = measures(paper)
        assert right_edge(made[paper].pdf(), sheet.top * MM) == pytest.approx((sheet.width - sheet.side) * MM, abs=1)

    @pytest.mark.parametrize("dpi", [150, 200])
    def test_head_is_read_from_the_daily_sheet(self, dpi: int) -> None:
        assert reading.codes_of(day_sheet(walks.a_day(), samples.terms()).pdf(), 0, dpi)[1] == [walks.HEAD.qr]


class TestLabels:
    def test_a_sheet_holds_ten_and_begins_where_it_is_told(self) -> None:
        dossiers = [replace(samples.simple(), number=f"X-{no}") for no in range(12)]
        leaves = label_leaves(dossiers, samples.terms(), first=4)
        texts = [[mark.text for mark in leaf.page if isinstance(mark, Text)] for leaf in leaves]
        assert [sum(text.startswith("X-") for text in one) for one in texts] == [7, 5]
        assert min(mark.box[1] for mark in leaves[0].page if isinstance(mark, Text)) > 59 * MM

    @pytest.mark.parametrize("layout", ["a4", "roll"])
    def test_label_is_read_and_fits_with_the_longest_texts(self, layout: str) -> None:
        longest = samples.crowded()
        named = replace(longest, owner=replace(longest.owner, name="W" * 200), shelf="K" * 60)
        dossiers = [samples.simple(), walks.lengthy()[0], named]
        for leaf in label_leaves(dossiers, samples.terms(layout=layout)):
            sheet_pages(leaf)
        pdf = label_pdf(dossiers[:1], samples.terms(layout=layout))
        assert reading.codes_of(pdf, 0, 300)[0] == [samples.simple().barcode]
        words = words_of(pdf)
        for field in ("000.12.34.H52-220303-0017", "Quàng Văn Thương", "Đăng ký khai sinh", "Hẹn trả: 17 giờ 00"):
            assert field in words

    def test_usual_label_fills_its_place(self) -> None:
        place = measures("label")
        (leaf,) = label_leaves([samples.simple(shelf="Kệ 2, ngăn 5")], samples.terms())
        boxes = [box for _text, box in reading.boxes_of(leaf.page)]
        assert max(box[2] for box in boxes) - min(box[0] for box in boxes) >= 0.7 * place.room[0]
        assert max(box[3] for box in boxes) - min(box[1] for box in boxes) >= 0.85 * place.room[1]
        sizes = {mark.text: mark.size for mark in leaf.page if isinstance(mark, Text)}
        assert min(sizes["Quàng Văn Thương"], sizes["000.12.34.H52-220303-0017"]) >= 16

    def test_twenty_digits_are_read_from_the_roll(self) -> None:
        pdf = label_pdf([samples.today()], samples.terms(layout="roll"))
        assert reading.codes_of(pdf, 0, 300)[0] == [samples.today().barcode]

    def test_labels_beside_one_another_do_not_meet(self) -> None:
        leaf = label_leaves([walks.lengthy()[0]] * 10, samples.terms())[0]
        sheet_pages(leaf)
        for mark in leaf.page:
            if isinstance(mark, Text):
                assert mark.box[2] <= 105 * MM or mark.box[0] >= 105 * MM

    def test_other_layouts_are_named(self) -> None:
        with pytest.raises(InvalidInput, match=r"paper\.layout"):
            label_pdf([samples.simple()], samples.terms(layout="a5"))


class TestLayout:
    @pytest.mark.parametrize("form", STEPS)
    @pytest.mark.parametrize("key", ["2018", "2025"])
    @pytest.mark.parametrize("special", [{}, {"blank": True, "training": True}])
    def test_long_names_stay_within_the_margins(self, form: str, key: str, special: dict[str, object]) -> None:
        dossier, step = walks.lengthy(*STEPS[form])
        pages = MAKERS[form](dossier, step, samples.terms(key, check="", **special)).pages()
        check(pages)
        assert not [text for page in pages for text in crossed(page)]

    @pytest.mark.parametrize("form", STEPS)
    def test_usual_paper_needs_one_sheet(self, form: str) -> None:
        dossier, step = walks.walked(*(STEPS[form] if form != "control-slip" else ("assign", "ready")))
        assert len(MAKERS[form](dossier, step, samples.terms(check="")).pages()) == 1

    @pytest.mark.parametrize("form", STEPS)
    def test_no_signature_stands_alone_on_a_page(self, form: str) -> None:
        for papers in range(1, 40, 2):
            dossier, step = walks.lengthy(*STEPS[form])
            dossier = replace(dossier, papers=dossier.papers[:1] * papers)
            pages = MAKERS[form](dossier, step, samples.terms("2025", check="")).pages()
            last = [mark.text for mark in pages[-1] if isinstance(mark, Text)]
            # Header of the page, foot, and the block itself leave the line that came along.
            assert len(last) > 7, (papers, last)

    @pytest.mark.parametrize("form", STEPS)
    @given(
        name=st.text(min_size=1, max_size=200),
        title=st.text(min_size=1, max_size=300),
        fact=st.text(min_size=1, max_size=900),
        papers=st.lists(st.text(min_size=1, max_size=300), max_size=12),
    )
    @settings(max_examples=6, deadline=None)
    def test_any_text_at_all_is_laid_out(self, form: str, name: str, title: str, fact: str, papers: list[str]) -> None:
        dossier, step = walks.walked(*STEPS[form])
        person = replace(dossier.applicant, name=name, address=fact[:300])
        kept = tuple(replace(dossier.papers[0], name=paper) for paper in papers)
        facts = {key: fact for key in ("reason", "officer", "unit", "document", "authority") if key in step.facts}
        told = replace(step, facts=dict(step.facts) | facts)
        history = (*dossier.history[:-1], told)
        dossier = replace(dossier, applicant=person, procedure_title=title, papers=kept, history=history)
        check(MAKERS[form](dossier, told, samples.terms(check="")).pages())

    @pytest.mark.parametrize("form", STEPS)
    def test_markup_is_printed_as_typed(self, form: str) -> None:
        dossier, step = walks.walked(*STEPS[form])
        person = replace(dossier.applicant, name=samples.HOSTILE[0])
        dossier = replace(dossier, applicant=person)
        letters = reading.letters_of(MAKERS[form](dossier, step, samples.terms(check="")).pdf())
        assert reading.squeezed('<b>đậm</b> <img src="/etc/passwd"> &amp;') in letters


class TestFile:
    @pytest.mark.parametrize("form", STEPS)
    def test_equal_dossiers_give_equal_small_files_with_three_faces_at_most(self, form: str) -> None:
        pdf = made(form, training=True)
        assert pdf == made(form, training=True)
        assert len(pdf) <= 45_000
        embedded = reading.fonts_of(pdf)
        assert 1 <= len(embedded) <= 3
        assert all(embedded.values())
        with pikepdf.open(io.BytesIO(pdf)) as document:
            told = " ".join(str(value) for value in document.docinfo.values())
        assert "Thương" not in told

    @pytest.mark.parametrize("form", CODED)
    @pytest.mark.parametrize("dpi", [150, 300])
    def test_codes_of_both_copies_are_read(self, form: str, dpi: int) -> None:
        lines, squares = reading.codes_of(made(form), 0, dpi)
        assert lines == [samples.simple().barcode] * 2
        assert len(squares) == 2

    def test_sheets_are_equal_byte_for_byte(self) -> None:
        assert (
            register_sheet(walks.register_days(30), samples.terms()).pdf()
            == register_sheet(walks.register_days(30), samples.terms()).pdf()
        )
        assert day_sheet(walks.a_day(), samples.terms()).pdf() == day_sheet(walks.a_day(), samples.terms()).pdf()
        labels = [label_pdf([samples.simple()], samples.terms(layout="roll")) for _time in range(2)]
        assert labels[0] == labels[1]
