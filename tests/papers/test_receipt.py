"""The receipt: what it says in both generations, what it never loses, and that it is one file for one dossier."""

from __future__ import annotations

import io
import threading
import unicodedata
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from onestop_desktop.domain.number import secret_in
from onestop_desktop.errors import InvalidInput, KnownError
from onestop_desktop.papers import fonts
from onestop_desktop.papers.receipt import render_receipt
from tests.papers import reading, samples

A4 = (841.9, 595.3)
A5 = (419.5, 595.3)


def sizes_of(pdf: bytes) -> list[tuple[float, float]]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_size() for page in document]


class TestWording:
    def test_form_of_2018_shows_its_fields_in_order(self) -> None:
        words = reading.words_of(render_receipt(samples.simple(), samples.terms(layout="a5")))
        expected = [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Sặp Vạt, ngày 03 tháng 3 năm 2022",
            "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
            "Mã hồ sơ: 000.12.34.H52-220303-0017",
            "Mã kiểm tra: 7K2M-9XQ4",
            f"6 số bí mật để tra cứu: {secret_in(samples.simple().barcode)}",
            "Tiếp nhận hồ sơ của: Quàng Văn Thương",
            "Địa chỉ: Bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La",
            "Số điện thoại: 0987 654 321",
            "Email:",
            "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
            "Thành phần hồ sơ nộp gồm:",
            "Giấy chứng sinh",
            "Số lượng hồ sơ: 01 (bộ)",
            "Thời gian giải quyết hồ sơ theo quy định là: trong ngày làm việc; nhận sau 15 giờ",
            "Thời gian nhận hồ sơ: 14 giờ 26 phút, ngày 03/03/2022",
            "Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 03/03/2022",
            "Đăng ký nhận kết quả tại: Bộ phận Tiếp nhận và Trả kết quả UBND xã Sặp Vạt",
            "Phí, lệ phí: không thu",
            "Vào Sổ theo dõi hồ sơ: Quyển số 01 năm 2022 (Bàn 01); Số thứ tự 17",
            "NGƯỜI NỘP HỒ SƠ",
            "(Ký và ghi rõ họ tên)",
            "NGƯỜI TIẾP NHẬN HỒ SƠ",
            "Lò Thị Mai",
            "Mang theo giấy này và căn cước khi đến nhận kết quả",
        ]
        at = [words.find(one) for one in expected]
        assert -1 not in at, [one for one, place in zip(expected, at, strict=True) if place < 0]
        assert at == sorted(at)
        for left in ("UBND HUYỆN YÊN CHÂU", "UBND XÃ SẶP VẠT", "BỘ PHẬN TIẾP NHẬN", "Số: 17/BPTNTKQ"):
            assert left in words
        assert "Số định danh" not in words

    def test_form_of_2025_adds_identity_and_proxy(self) -> None:
        words = reading.words_of(render_receipt(samples.today(), samples.terms("2025")))
        for one in (
            "HÀNH CHÍNH CÔNG",
            "Số: 04/TTPVHCC",
            "Tiếp nhận hồ sơ của Ông (Bà)/Tổ chức: Quàng Văn Thương",
            "Số định danh cá nhân/tổ chức: 014091003217",
            "Chủ hồ sơ: Lò Thị Ín",
            "Họ và tên người ủy quyền: Hoàng Thị Phượng Vĩ",
            "C1234567 (hộ chiếu)",
            "Email: phuong.vi@example.vn",
            "Giấy tờ ủy quyền: Giấy ủy quyền số 17/2025",
            "là: 03 ngày làm việc",
            "qua dịch vụ bưu chính công ích",
            "Phí, lệ phí: 8.000 đồng",
            "Thông tư 03/2025/TT-VPCP",
        ):
            assert one in words, one

    def test_neither_owner_nor_proxy_is_named_when_one_person_is_all_three(self) -> None:
        words = reading.words_of(render_receipt(samples.simple(), samples.terms()))
        assert "Chủ hồ sơ" not in words
        assert "ủy quyền:" not in words

    @pytest.mark.parametrize(
        ("limit", "said"),
        [
            ({"kind": "working", "minutes": 1440}, "03 ngày làm việc"),
            ({"kind": "working", "minutes": 240}, "0,5 ngày làm việc"),
            ({"kind": "working", "minutes": 12000}, "25 ngày làm việc"),
            ({"kind": "calendar", "days": 5}, "05 ngày"),
            ({"kind": "hours", "minutes": 240}, "04 giờ làm việc"),
            ({"kind": "hours", "minutes": 90}, "01 giờ 30 phút làm việc"),
            ({"kind": "same-day"}, "trong ngày làm việc"),
        ],
    )
    def test_limit_is_said_as_the_rule_counts_it(self, limit: dict[str, object], said: str) -> None:
        words = reading.words_of(render_receipt(samples.simple(limit=limit), samples.terms()))
        assert f"theo quy định là: {said}" in words

    def test_no_due_date_means_by_notice(self) -> None:
        dossier = samples.simple(due_at="", first_due_at="", limit={}, fee=None)
        words = reading.words_of(render_receipt(dossier, samples.terms()))
        assert "Thời gian trả kết quả giải quyết hồ sơ: Theo thông báo" in words
        assert "theo quy định là" not in words
        assert "lệ phí" not in words

    def test_suspended_dossier_shows_its_first_due_date(self) -> None:
        words = reading.words_of(render_receipt(samples.simple(due_at=""), samples.terms()))
        assert "hồ sơ: 17 giờ 00 phút, ngày 03/03/2022" in words

    def test_marks_of_special_issues(self) -> None:
        dossier = samples.simple(late=True, recorded_at="2022-03-09T20:00:00.000Z", paper_number="12/2019")
        words = reading.words_of(render_receipt(dossier, samples.terms(training=True, replacement=2, blank=True)))
        for one in (
            "Bản ghi nhập bù ngày 10 tháng 3 năm 2022, không thay giấy hẹn đã giao",
            "Số giấy cũ: 12/2019",
            "Bản thay thế lần 2",
            "Bản điền tay",
        ):
            assert one in words, one
        assert words.count("BẢN TẬP") == 2

    def test_usual_receipt_has_no_marks(self) -> None:
        words = reading.words_of(render_receipt(samples.simple(), samples.terms()))
        for one in ("BẢN TẬP", "Bản thay thế", "nhập bù", "Bản điền tay", "Số giấy cũ", "Trang"):
            assert one not in words

    def test_draft_has_neither_number_nor_code(self) -> None:
        unsaved = samples.simple(number="", barcode="", register=replace(samples.simple().register, no=0))
        pdf = render_receipt(unsaved, samples.terms(draft=True, check=""))
        words = reading.words_of(pdf)
        assert "Mã hồ sơ: (cấp khi lưu)" in words
        assert "Số: (cấp khi lưu)/BPTNTKQ" in words
        assert reading.codes_of(pdf, 0, 200) == ([], [])

    @pytest.mark.parametrize(
        ("office", "place"),
        [
            ("UBND xã Sặp Vạt", "Sặp Vạt"),
            ("Ủy ban nhân dân phường Chiềng Lề", "Chiềng Lề"),
            ("UBND đặc khu Phú Quốc", "Phú Quốc"),
            ("Văn phòng X", "Văn phòng X"),
        ],
    )
    def test_place_is_the_communes_own_name(self, office: str, place: str) -> None:
        dossier = samples.simple(office=replace(samples.OLD_OFFICE, name=office))
        assert f"{place}, ngày 03 tháng 3 năm 2022" in reading.words_of(render_receipt(dossier, samples.terms()))


class TestNothingLost:
    def test_every_vietnamese_letter_comes_back_with_its_marks(self) -> None:
        assert len(set(samples.LETTERS)) >= 134
        dossier = samples.simple(applicant=replace(samples.PRESENTER, address=samples.LETTERS))
        assert samples.LETTERS in reading.letters_of(render_receipt(dossier, samples.terms()))

    def test_decomposed_text_is_composed(self) -> None:
        spread = unicodedata.normalize("NFD", "Nguyễn Thị Phượng Ỡ")
        pdf = render_receipt(
            samples.simple(applicant=replace(samples.PRESENTER, name=spread)), samples.terms(clerk=spread)
        )
        words = reading.words_of(pdf)
        assert words.count("Nguyễn Thị Phượng Ỡ") == 4
        assert reading.is_composed(words)

    def test_crowded_receipt_keeps_every_text(self) -> None:
        dossier = samples.crowded()
        letters = reading.letters_of(render_receipt(dossier, samples.terms("2025")))
        texts = [paper.name for paper in dossier.papers]
        texts += [dossier.applicant.name, dossier.applicant.address, dossier.applicant.email, dossier.procedure_title]
        assert dossier.principal
        texts += [dossier.principal.name, dossier.principal.authority, dossier.post_address, dossier.paper_number]
        for text in texts:
            assert letters.count(reading.squeezed(fonts.printable(text))) >= 2, text

    def test_pages_are_counted_and_named(self) -> None:
        pdf = render_receipt(samples.crowded(), samples.terms("2025"))
        words = reading.words_of(pdf)
        count = len(sizes_of(pdf))
        assert count >= 2
        for page in range(1, count + 1):
            assert words.count(f"Trang {page}/{count}") == 2
        assert words.count("Tiếp theo GIẤY TIẾP NHẬN") == 2 * (count - 1)

    def test_markup_is_printed_as_typed(self) -> None:
        words = reading.words_of(render_receipt(samples.crowded(), samples.terms("2025")))
        assert '<b>đậm</b> <img src="/etc/passwd"> &amp;' in words

    def test_letters_without_a_glyph_show_as_boxes(self) -> None:
        assert fonts.printable("a👩🏠ש\u202e\u200bb") == "a□□□□b"
        assert fonts.printable("\ud800\x00") == "□□"

    def test_fifteen_plain_papers_fit_on_one_sheet_or_flow(self) -> None:
        few = samples.simple(papers=samples.simple().papers * 4)
        assert len(sizes_of(render_receipt(few, samples.terms()))) == 1


class TestFile:
    def test_a4_holds_both_copies_on_one_landscape_sheet(self) -> None:
        pdf = render_receipt(samples.simple(), samples.terms())
        assert sizes_of(pdf) == [pytest.approx(A4, abs=0.1)]
        words = reading.words_of(pdf)
        assert words.count("Liên 1: Giao người nộp hồ sơ") == words.count("Liên 2: Lưu") == 1
        assert words.count("Quàng Văn Thương") == 2

    def test_a5_holds_a_copy_a_page(self) -> None:
        pdf = render_receipt(samples.simple(), samples.terms(layout="a5"))
        assert sizes_of(pdf) == [pytest.approx(A5, abs=0.1)] * 2

    @pytest.mark.parametrize("key", ["2018", "2025"])
    def test_equal_dossiers_give_equal_bytes(self, key: str) -> None:
        dossier = samples.today() if key == "2025" else samples.simple()
        assert render_receipt(dossier, samples.terms(key)) == render_receipt(dossier, samples.terms(key))

    def test_threads_do_not_disturb_one_another(self) -> None:
        dossiers = [samples.simple(number=f"000.12.34.H52-220303-{number:04}") for number in range(12)]
        alone = [render_receipt(dossier, samples.terms()) for dossier in dossiers]
        together: dict[int, bytes] = {}

        def work(number: int) -> None:
            together[number] = render_receipt(dossiers[number], samples.terms())

        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [together[number] for number in range(12)] == alone

    @pytest.mark.parametrize("training", [False, True])
    def test_file_is_small(self, training: bool) -> None:
        for dossier, key in ((samples.simple(), "2018"), (samples.today(), "2025"), (samples.crowded(), "2025")):
            assert len(render_receipt(dossier, samples.terms(key, training=training))) <= 40_000

    def test_only_embedded_faces_of_ours_are_named(self) -> None:
        embedded = reading.fonts_of(render_receipt(samples.simple(), samples.terms(training=True)))
        assert 1 <= len(embedded) <= 3
        assert all(embedded.values())
        assert all("Tinos" in name for name in embedded)

    def test_metadata_tell_the_form_and_nobody(self) -> None:
        pdf = render_receipt(samples.simple(), samples.terms())
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert document.docinfo["/Title"] == "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
            assert document.Root.Lang == "vi"
            told = " ".join(str(value) for value in document.docinfo.values())
        assert "Thương" not in told
        assert "Mai" not in told

    def test_unknown_rules_and_layouts_are_named(self) -> None:
        strange = samples.terms(rules=replace(samples.rule_set("2025"), key="2099"))
        with pytest.raises(KnownError, match=r"paper\.rules_unknown"):
            render_receipt(samples.simple(), strange)
        with pytest.raises(InvalidInput, match=r"paper\.layout"):
            render_receipt(samples.simple(), samples.terms(layout="a3"))
