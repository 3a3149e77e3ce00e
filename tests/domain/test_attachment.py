"""What a file is, by its bytes; harmless names; nothing hostile gets further than a sentence."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.attachment import (
    NAME_LIMIT,
    Kind,
    Named,
    Taken,
    check,
    clean_name,
    digitised,
    fitting_name,
    read_named,
)  # fmt: skip
from onestop_desktop.domain.form import read_form
from onestop_desktop.domain.pixels import is_plain, sizes
from onestop_desktop.errors import InvalidInput
from tests import files

SMALL = files.sheet((60, 40))
EVERY = {
    Kind.PDF: files.pdf(),
    Kind.JPEG: files.picture("JPEG", SMALL),
    Kind.PNG: files.picture("PNG", SMALL),
    Kind.TIFF: files.picture("TIFF", SMALL, save_all=True, append_images=[SMALL]),
    Kind.WEBP: files.picture("WEBP", SMALL),
    Kind.DOCX: files.document(),
    Kind.XLSX: files.document(files.EXCEL),
    Kind.TEXT: "Đơn xin xác nhận\r\n".encode(),
}


MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBPVP8X", b"PK\x03\x04")
REFUSALS = {
    f"attachment.{why}" for why in ("empty", "kind", "heic", "old_office", "macro", "pixels", "pages", "damaged")
}


def verdict(data: bytes) -> str:
    """Return the kind of a file, or the code of its refusal; any other failure is a crash."""
    try:
        return check(data, "scan")
    except InvalidInput as error:
        return error.code


def code_of(data: bytes, name: str = "a") -> str:
    with pytest.raises(InvalidInput) as error:
        check(data, name)
    return error.value.code


@pytest.mark.parametrize("kind", EVERY)
def test_each_kind_is_told_by_its_bytes_whatever_its_name(kind: Kind):
    assert check(EVERY[kind], "virus.exe") is kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "attachment.empty"),
        (b"MZ\x90\0\x03\0\0\0", "attachment.kind"),
        (b"\x7fELF\x02\x01", "attachment.kind"),
        (b"GIF89a\x01\0\x01\0", "attachment.kind"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "attachment.heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "attachment.old_office"),
        ("Đơn".encode("utf-16"), "attachment.kind"),
        (b"abc\0def", "attachment.kind"),
        (files.archive(("a.txt", b"x")), "attachment.kind"),
        (files.document("application/vnd.ms-word.document.macroEnabled.main+xml"), "attachment.macro"),
        (files.document(files.WORD, ("word/vbaProject.bin", b"x")), "attachment.macro"),
        (files.document(files.EXCEL, ("xl/VBAPROJECT.BIN", b"x")), "attachment.macro"),
        (files.document(files.WORD, ("word/activeX/activeX1.bin", b"x")), "attachment.macro"),
        (files.document(types='<Default ContentType="application/vnd.ms-office.vbaProject"/>'), "attachment.macro"),
        (files.document("application/vnd.openxmlformats-officedocument.presentationml"), "attachment.kind"),
        (files.document()[:-30], "attachment.damaged"),
        (b"PK\x03\x04" + bytes(100), "attachment.damaged"),
        (files.archive(("[Content_Types].xml", bytes(3_000_000))), "attachment.damaged"),
        (files.archive(("[Content_Types].xml", bytes(9)), packing=zipfile.ZIP_LZMA), "attachment.damaged"),
        (files.png_bomb(), "attachment.pixels"),
        (files.jpeg_bomb(), "attachment.pixels"),
        (files.webp_bomb(), "attachment.pixels"),
        (files.tiff_bomb(), "attachment.pixels"),
        (files.png_bomb(31_000, 10), "attachment.pixels"),
        (files.png_bomb(0, 10), "attachment.damaged"),
        (b"\x89PNG\r\n\x1a\n", "attachment.damaged"),
        (b"\xff\xd8\xff\xe0", "attachment.damaged"),
        (b"II*\0\x08\0\0\0\x01\0", "attachment.damaged"),
        (b"RIFF\0\0\0\0WEBP????" + bytes(20), "attachment.damaged"),
        (b"a" * (2 * 1024 * 1024 + 1), "attachment.kind"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_own_sentence(data: bytes, code: str):
    assert code_of(data) == code


def test_too_many_bytes_are_refused_by_kind():
    assert code_of(b"%PDF-1.7" + bytes(50 * 1024 * 1024)) == "attachment.too_large"


def test_pages_that_lead_round_in_a_circle_end():
    data = bytearray(files.tiff_bomb())
    data[-4:] = (8).to_bytes(4, "little")
    assert code_of(bytes(data)) == "attachment.damaged"


def test_a_tiff_of_too_many_pages_is_refused():
    page = SMALL.convert("1")
    data = files.picture("TIFF", page, save_all=True, append_images=[page] * 60)
    assert code_of(data) in {"attachment.pages", "attachment.damaged"}


def test_sizes_are_those_of_the_picture():
    for kind in (Kind.JPEG, Kind.PNG, Kind.WEBP):
        assert sizes(EVERY[kind], kind) == ((60, 40),)
    assert sizes(EVERY[Kind.TIFF], "tiff") == ((60, 40), (60, 40))
    assert sizes(files.picture("JPEG", SMALL, progressive=True), "jpeg") == ((60, 40),)
    assert sizes(files.picture("WEBP", SMALL, lossless=True), "webp") == ((60, 40),)
    assert sizes(files.picture("WEBP", SMALL, exif=b"Exif\0\0"), "webp") == ((60, 40),)


def test_plain_means_pixels_and_nothing_else():
    for kind in (Kind.JPEG, Kind.PNG):
        assert is_plain(EVERY[kind], kind)
        assert not is_plain(EVERY[kind] + b"PK\x03\x04", kind)
        assert not is_plain(EVERY[kind][:-3], kind)
    assert is_plain(files.picture("JPEG", files.sheet(), progressive=True), "jpeg")
    assert not is_plain(files.photograph(), "jpeg")
    assert not is_plain(files.picture("JPEG", SMALL, comment=b"who"), "jpeg")
    assert not is_plain(files.picture("PNG", SMALL, exif=b"Exif\0\0x"), "png")
    assert not is_plain(EVERY[Kind.WEBP], "webp")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(EVERY)), st.data())
def test_a_cut_or_changed_file_is_a_kind_or_a_sentence_and_never_a_crash(kind: Kind, data: st.DataObject):
    whole = bytearray(EVERY[kind])
    for _change in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    assert verdict(cut) in {*Kind, *REFUSALS}
    assert is_plain(cut, kind) in {True, False}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_noise_behind_a_true_beginning_is_never_a_crash(magic: bytes, noise: bytes):
    assert verdict(magic + noise) in {*Kind, *REFUSALS}


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\a.pdf", "a.pdf"),
        ("a.pdf:Zone.Identifier", "a.pdf_Zone.Identifier"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.jpg", "_LPT1.jpg"),
        ("com¹.txt", "_com¹.txt"),
        ("aux .pdf", "_aux .pdf"),
        ("gi\u1ea5y\u202efdp.exe", "gi\u1ea5yfdp.exe"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
        ("dong\ndong.pdf", "dong dong.pdf"),
        ("\ud83d.pdf", "pdf"),
        ("...", "tep"),
        ("", "tep"),
        ("a. ", "a"),
        ("Gia\u0302\u0301y.pdf", "Giấy.pdf"),
        ('<>:"|?*.pdf', "_______.pdf"),
    ],
)
def test_a_name_becomes_harmless(name: str, clean: str):
    assert clean_name(name) == clean


@settings(max_examples=500)
@given(st.text(max_size=300))
def test_a_clean_name_is_data_on_every_file_system(name: str):
    clean = clean_name(name)
    assert clean == clean_name(clean)
    assert 0 < len(clean) <= NAME_LIMIT
    assert not set(clean) & set('/\\<>:"|?*')
    assert clean not in {".", ".."}
    assert clean[-1] not in ". "
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in clean)


def test_a_long_name_keeps_its_end():
    assert clean_name("a" * 400 + ".pdf").endswith("a.pdf")


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("scan.JPG", Kind.JPEG, ("scan.JPG", False)),
        ("scan", Kind.PDF, ("scan.pdf", False)),
        ("hoa-don.pdf.exe", Kind.PDF, ("hoa-don.pdf.exe.pdf", True)),
        ("anh.png", Kind.JPEG, ("anh.png.jpg", True)),
        ("x" * 200, Kind.TEXT, ("x" * 114 + ".txt", False)),
    ],
)
def test_a_name_that_says_another_kind_is_put_right_and_told(name: str, kind: Kind, expected: tuple[str, bool]):
    assert fitting_name(name, kind) == expected


# -- how files are named in a line ---------------------------------------------------------------------------------

SHA = "ab" * 32


def test_a_line_names_files_by_path_by_object_or_by_stored_content():
    papers = ["Giấy chứng sinh", "Tờ khai"]
    given = ["a.pdf", {"path": "b.jpg", "paper": 2}, {"sha256": SHA, "name": "c.png", "size": 5, "paper": "Khác"}]
    assert read_named(given, "attachments", papers) == (
        "a.pdf", Named("b.jpg", paper="Tờ khai"), Named(sha256=SHA, name="c.png", paper="Khác"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("a.pdf", "input.type"), ([1], "input.type"), ([{}], "input.type"), ([{"path": 1}], "input.type"),
        ([{"path": "a", "sha256": SHA}], "input.type"), ([{"sha256": "xyz"}], "input.type"),
        ([{"sha256": SHA.upper()}], "input.type"), ([{"path": "a", "evil": 1}], "input.unknown_key"),
        ([{"path": "a", "paper": 3}], "attachment.paper"), ([{"path": "a", "paper": 0}], "attachment.paper"),
        ([{"path": "a", "paper": True}], "input.type"), ([{"path": "a", "paper": "x" * 1001}], "text.too_long"),
        ([{"sha256": SHA, "pages": -1}], "input.type"), (["a"] * 61, "input.count"),
    ],
)  # fmt: skip
def test_files_that_are_named_wrongly_are_refused(given: object, code: str):
    with pytest.raises(InvalidInput) as error:
        read_named(given, "attachments", ["A", "B"])
    assert error.value.code == code


def test_facts_survive_the_entry_and_old_entries_read_as_before():
    taken = Taken("a.pdf", SHA, 12, "pdf", "Tờ khai", 3, ("attachment.mismatch",))
    assert Taken.from_body(taken.as_body()) == Taken("a.pdf", SHA, 12, "pdf", "Tờ khai", 3)
    assert Taken.from_body({"name": "a", "sha256": SHA, "size": 1}) == Taken("a", SHA, 1, "")


def test_the_step_keeps_paper_kind_and_pages():
    body = Taken("a.pdf", SHA, 12, "pdf", "Tờ khai", 3).as_body()
    assert read_form("attach", {"files": [body]}, date(2026, 11, 23))["files"] == [body]
    old = {"name": "a", "sha256": SHA, "size": 1}
    assert read_form("attach", {"files": [old]}, date(2026, 11, 23))["files"] == [old]


# -- digitised -----------------------------------------------------------------------------------------------------


def test_digitised_needs_a_file_of_each_paper():
    papers = ["Giấy chứng sinh", "Tờ khai"]
    one = digitised(papers, [{"paper": "GIẤY CHỨNG SINH"}, {"paper": ""}, {}])
    assert (one.complete, one.missing) == (False, ("Tờ khai",))
    assert digitised(papers, [{"paper": "Tờ khai"}, {"paper": "Giấy chứng sinh"}]).complete
    assert not digitised([], [{"paper": "Tờ khai"}]).complete
    assert not digitised(["Tờ khai"], [{"paper": "To khai"}]).complete
