"""Files of a dossier in the desk: made small, stripped, stored once, named by entries, shown again, found when lost."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from onestop_desktop import app
from onestop_desktop.desk import pictures
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.pictures import FLOOR, shrink
from onestop_desktop.desk.scan_folder import STILL_S, TAKEN, ScanFolder, put_away
from onestop_desktop.domain.attachment import PICTURES, Kind, check
from onestop_desktop.errors import InvalidInput, Refused, TryLater
from tests import files
from tests.builders import a_line
from tests.processes import Program

GPS = b"Vinaphone"
GRAINY = {form: files.picture(form, files.sheet((80, 60), noise=40)) for form in ("JPEG", "PNG", "TIFF", "WEBP")}


def vault_files(desk: Desk) -> set[Path]:
    folder = desk.core.store.site.data / "vault"
    return {path for path in folder.rglob("*") if path.is_file()}


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


# -- pictures ------------------------------------------------------------------------------------------------------


def test_a_photograph_is_turned_and_loses_place_and_maker(desk: Desk):
    given = files.photograph((1200, 900), orientation=6)
    assert GPS in given
    taken = desk.files.take(given, "IMG_1.JPG")
    kept = desk.files.staged(taken.sha256)
    picture = opened(kept)
    assert picture.size == (900, 1200)
    assert not picture.getexif()
    assert not picture.info.get("comment")
    assert GPS not in kept
    assert b"Kin Dao" not in kept
    assert (taken.name, taken.kind, taken.size) == ("IMG_1.JPG", "jpeg", len(kept))


@pytest.mark.parametrize("kb", [100, 400])
def test_a_large_scan_is_made_small_and_stays_legible(desk: Desk, kb: int):
    given = files.picture("JPEG", files.sheet((2480, 3508), noise=30), quality=95)
    taken = desk.files.take(given, "a.jpg", limit_kb=kb)
    picture = opened(desk.files.staged(taken.sha256))
    assert max(picture.size) >= FLOOR
    assert taken.size <= kb * 1024 or taken.doubts == ("attachment.still_large",)
    assert taken.size < len(given)


def test_shrinking_stops_where_print_would_be_lost():
    noise = files.picture("PNG", files.sheet((1700, 2400), noise=255))
    made = shrink(noise, Kind.PNG, "a.png", 1024)
    assert made.large
    assert max(opened(made.data).size) == FLOOR


def test_nothing_is_ever_enlarged(desk: Desk):
    taken = desk.files.take(files.picture("WEBP", files.sheet((300, 200))), "a.webp")
    assert opened(desk.files.staged(taken.sha256)).size == (300, 200)


def test_grey_stays_grey_and_bilevel_stays_bilevel():
    grey = shrink(files.picture("TIFF", files.sheet(mode="L")), Kind.TIFF, "a", 400_000)
    assert opened(grey.data).mode == "L"
    bilevel = shrink(files.picture("TIFF", files.sheet(mode="1"), compression="group4"), Kind.TIFF, "a", 400_000)
    assert (bilevel.kind, opened(bilevel.data).mode) == (Kind.PNG, "1")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_a_picture_that_can_be_seen(mode: str):
    made = Image.new(mode, (50, 40)) if mode == "I;16" else files.sheet((500, 400)).convert(mode)
    data = files.picture("PNG", made, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0")
    assert opened(shrink(data, Kind.PNG, "a", 400_000).data).mode in {"1", "L", "RGB"}


def test_what_lay_transparent_becomes_white_paper():
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    made = opened(shrink(files.picture("WEBP", clear, lossless=True), Kind.WEBP, "a", 400_000).data)
    assert made.convert("L").getpixel((20, 15)) >= 250


def test_a_small_clean_picture_stays_as_it_is_and_taking_twice_changes_nothing(desk: Desk):
    for form in ("JPEG", "PNG"):
        data = files.picture(form, files.sheet((620, 877), "L"))
        assert desk.files.staged(desk.files.take(data, "a").sha256) == data
    once = desk.files.take(files.photograph(), "a.jpg")
    assert desk.files.take(desk.files.staged(once.sha256), "a.jpg").sha256 == once.sha256


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_scan_of_several_pages_becomes_a_pdf_page_by_page(desk: Desk, mode: str):
    pages = [files.sheet((1240, 1754), mode), files.sheet((1754, 1240), mode)]
    data = files.picture("TIFF", pages[0], save_all=True, append_images=pages[1:])
    taken = desk.files.take(data, "quet.tif")
    assert (taken.name, taken.kind, taken.pages) == ("quet.pdf", "pdf", 2)
    kept = desk.files.staged(taken.sha256)
    document = pypdfium2.PdfDocument(kept)
    sizes = [page.get_size() for page in document]
    seen = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    assert sizes[0][0] < sizes[0][1]
    assert sizes[1][0] > sizes[1][1]
    assert seen.getextrema()[0] < 120 < 200 < seen.getextrema()[1]
    assert desk.files.take(data, "quet.tif").sha256 == taken.sha256


@pytest.mark.parametrize("bomb", [files.png_bomb(), files.jpeg_bomb(), files.webp_bomb(), files.tiff_bomb()])
def test_a_bomb_is_refused_before_anything_is_decoded(desk: Desk, bomb: bytes, monkeypatch: pytest.MonkeyPatch):
    def decode(*_any: object) -> None:
        pytest.fail("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    with pytest.raises(InvalidInput, match=r"attachment\.pixels"):
        desk.files.take(bomb, "anh.png")
    assert not vault_files(desk)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "TIFF", "WEBP"]), st.data())
def test_a_cut_or_changed_picture_is_kept_whole_or_told_as_damaged(form: str, data: st.DataObject):
    whole = bytearray(GRAINY[form])
    for _change in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        kind = check(cut, "a")
        made = shrink(cut, kind, "a", 400_000) if kind in PICTURES else None
    except InvalidInput:
        return
    assert made is None or opened(made.data).size[0] <= 80 * 60


# -- documents -----------------------------------------------------------------------------------------------------


def test_documents_are_kept_byte_by_byte_and_pages_are_counted(desk: Desk):
    for data, name, pages in ((files.pdf(3), "a.pdf", 3), (files.document(), "a.docx", 0), (b"ghi\n", "a.txt", 0)):
        taken = desk.files.take(data, name)
        assert (desk.files.staged(taken.sha256), taken.name, taken.pages) == (data, name, pages)


def test_a_pdf_that_cannot_be_opened_is_kept_and_told(desk: Desk):
    locked = files.pdf(encryption=pikepdf.Encryption(user="x", owner="y"))
    assert desk.files.take(locked, "a.pdf").doubts == ("attachment.locked",)
    for broken in (b"%PDF-1.7 nothing", files.pdf()[:60]):
        assert desk.files.take(broken, "a.pdf").doubts == ("attachment.pdf_damaged",)


def test_a_name_that_lies_is_put_right_and_told(desk: Desk):
    taken = desk.files.take(files.pdf(), "../../\u202egiay.exe")
    assert (taken.name, taken.doubts) == ("giay.exe.pdf", ("attachment.mismatch",))


def test_what_is_no_file_is_not_waited_for(desk: Desk, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.pdf")
    for path in (tmp_path, tmp_path / "pipe.pdf", tmp_path / "none.pdf", Path("a\0b")):
        with pytest.raises(InvalidInput, match=r"attachment\.unreadable"):
            desk.files.take(path)


# -- the vault -----------------------------------------------------------------------------------------------------


def test_the_same_file_twice_is_stored_once(desk: Desk):
    first, again = desk.files.take(files.pdf(), "a.pdf"), desk.files.take(files.pdf(), "b.pdf")
    assert first.sha256 == again.sha256
    assert len(vault_files(desk)) == 1


def test_a_full_disk_leaves_nothing_half_written(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    before = desk.pending()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(TryLater, match=r"store\.disk_full"):
            desk.files.take(files.pdf(), "a.pdf")
    assert not vault_files(desk)
    assert desk.pending() == before
    assert desk.files.take(files.pdf(), "a.pdf")


# -- entries -------------------------------------------------------------------------------------------------------


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "chung-sinh.pdf"
    path.write_bytes(files.pdf())
    return path


def test_an_intake_names_files_by_path_and_by_what_was_taken_before(desk: Desk, scan: Path):
    taken = desk.files.take(files.pdf(2), "to-khai.pdf", "Tờ khai")
    line = a_line(attachments=[{"path": str(scan), "paper": 1}, taken.as_body()])
    dossier = desk.receive(line).id
    first, second = desk.files.listed(dossier)
    assert (first.name, first.paper, first.kind) == ("chung-sinh.pdf", "Giấy chứng sinh", "pdf")
    assert second == taken
    assert desk.files.open(dossier, taken.sha256) == files.pdf(2)


def test_a_hash_that_the_vault_does_not_hold_is_refused(desk: Desk):
    with pytest.raises(InvalidInput, match=r"attachment\.not_stored"):
        desk.receive(a_line(attachments=[{"sha256": "ab" * 32, "name": "a.pdf"}]))


def test_facts_of_a_stored_file_are_read_from_the_file_not_believed(desk: Desk):
    taken = desk.files.take(files.pdf(), "a.pdf")
    lie: dict[str, Any] = {**taken.as_body(), "size": 1, "kind": "exe", "name": "../CON"}
    dossier = desk.receive(a_line(attachments=[lie])).id
    kept = desk.files.listed(dossier)[0]
    assert (kept.size, kept.kind, kept.name) == (taken.size, "pdf", "_CON.pdf")


def test_digitised_grows_with_what_is_attached_later(desk: Desk, scan: Path):
    papers = [{"name": "Giấy chứng sinh", "original": 1}, {"name": "Tờ khai", "original": 1}]
    dossier = desk.receive(a_line(papers=papers, attachments=[{"path": str(scan), "paper": "Giấy chứng sinh"}])).id
    assert desk.files.digitised(dossier).missing == ("Tờ khai",)
    after, _changes = desk.act(dossier, "attach", {"files": [{"path": str(scan), "paper": 2}]})
    assert desk.files.digitised(dossier).complete
    assert after.status == "received"
    assert after.attachments[1]["paper"] == "Tờ khai"


def test_a_dossier_opens_only_its_own_files(desk: Desk, scan: Path):
    dossier = desk.receive(a_line(attachments=[str(scan)])).id
    other = desk.files.take(b"khac", "a.txt")
    with pytest.raises(InvalidInput, match=r"attachment\.unknown"):
        desk.files.open(dossier, other.sha256)


def test_a_file_is_written_out_by_place_or_hash_but_never_into_the_data(desk: Desk, scan: Path, tmp_path: Path):
    dossier = desk.receive(a_line(attachments=[str(scan)])).id
    sha256 = desk.files.listed(dossier)[0].sha256
    for which in ("1", sha256, sha256[:8].upper()):
        out = tmp_path / f"out-{which}" / "a.pdf"
        desk.files.write_out(dossier, which, out)
        assert out.read_bytes() == scan.read_bytes()
    with pytest.raises(Refused, match=r"attachment\.inside_data"):
        desk.files.write_out(dossier, "1", tmp_path / "x" / ".." / "desk" / "a.pdf")
    for which in ("2", "0", "-1", "zz", "", sha256[:5]):
        with pytest.raises(InvalidInput, match=r"attachment\.unknown"):
            desk.files.write_out(dossier, which, tmp_path / "b.pdf")
    with pytest.raises(TryLater, match=r"attachment\.unwritable"):
        desk.files.write_out(dossier, "1", scan / "a.pdf")


def test_certifications_keep_their_files(desk: Desk, scan: Path):
    line = a_line(procedure="2.000815", papers=None, pages=2, certified_copies=1, fee=4000, attachments=[str(scan)])
    done, _changes = desk.certify([line])
    assert desk.files.open(done[0].id, desk.files.listed(done[0].id)[0].sha256) == scan.read_bytes()
    assert desk.verify() == []


@pytest.mark.parametrize("way", ["receive", "attach"])
def test_verify_finds_a_lost_file_however_it_came(desk: Desk, scan: Path, way: str):
    dossier = desk.receive(a_line(attachments=[str(scan)] if way == "receive" else None)).id
    if way == "attach":
        desk.act(dossier, "attach", {"files": [{"path": str(scan), "paper": 1}]})
    assert desk.verify() == []
    for path in vault_files(desk):
        path.unlink()
    assert [one.code for one in desk.verify()] == ["verify.vault"]


def test_files_are_there_after_the_desk_was_closed(make_desk: Callable[..., Desk], reopen: Callable[..., Desk]):
    desk = make_desk()
    taken = desk.files.take(files.photograph(), "a.jpg")
    desk.close()
    assert opened(reopen().files.staged(taken.sha256))


# -- the command line ----------------------------------------------------------------------------------------------


def test_the_command_line_attaches_by_paper_and_writes_a_file_out(program: Program, scan: Path, tmp_path: Path):
    number = program.intake(a_line(attachments=[str(scan)])).rows[0]["number"]
    values = {"files": [{"path": str(scan), "paper": "Giấy chứng sinh"}]}
    assert program.run("act", number, "attach", "--with", json.dumps(values), "--json").code == 0
    shown = program.run("show", number, "--json").rows[0]["attachments"]
    assert [one.get("paper") for one in shown] == [None, "Giấy chứng sinh"]
    out = tmp_path / "ra.pdf"
    for which in ("2", shown[0]["sha256"]):
        told = program.run("attachment", number, which, "--out", str(out), "--json")
        assert (told.code, told.rows[0]["path"], out.read_bytes()) == (0, str(out), scan.read_bytes())
        out.unlink()
    inside = program.run("attachment", number, "1", "--out", str(program.data / "x.pdf"), "--json")
    assert (inside.code, inside.rows[0]["error"]["code"]) == (3, "attachment.inside_data")
    assert not (program.data / "x.pdf").exists()
    none = program.run("attachment", number, "3", "--out", str(out), "--json")
    assert (none.code, none.rows[0]["error"]["code"]) == (2, "attachment.unknown")


# -- the scanner's folder ------------------------------------------------------------------------------------------


class Elapsed:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def watch(tmp_path: Path, elapsed: Elapsed) -> ScanFolder:
    (tmp_path / "scan").mkdir()
    return ScanFolder(tmp_path / "scan", elapsed)


def look(watch: ScanFolder, elapsed: Elapsed) -> list[str]:
    elapsed.now += STILL_S
    return [path.name for path in watch.look()]


def test_a_file_is_told_when_it_has_stopped_growing_and_only_once(watch: ScanFolder, elapsed: Elapsed):
    assert look(watch, elapsed) == []
    path = watch.folder / "1.pdf"
    for part in (b"", b"%PDF", b"%PDF-1.7"):
        path.write_bytes(part)
        assert look(watch, elapsed) == []
    assert watch.look() == ()
    assert look(watch, elapsed) == ["1.pdf"]
    assert look(watch, elapsed) == []
    path.write_bytes(b"%PDF-1.7 written anew")
    assert look(watch, elapsed) == []
    assert look(watch, elapsed) == ["1.pdf"]


def test_two_looks_at_once_do_not_make_a_file_complete(watch: ScanFolder):
    watch.look()
    (watch.folder / "1.pdf").write_bytes(b"%PDF")
    assert watch.look() == ()
    assert watch.look() == ()


def test_what_was_there_long_before_is_left_alone(watch: ScanFolder, elapsed: Elapsed):
    old, fresh = watch.folder / "old.pdf", watch.folder / "fresh.pdf"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    assert look(watch, elapsed) == []
    assert look(watch, elapsed) == ["fresh.pdf"]


def test_unfinished_hidden_linked_and_nested_files_are_not_told(watch: ScanFolder, elapsed: Elapsed, tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"x")
    (watch.folder / "link.pdf").symlink_to(tmp_path / "secret")
    (watch.folder / "folder").mkdir()
    for name in ("a.part", "b.TMP", ".hidden.pdf", "folder/c.pdf"):
        (watch.folder / name).write_bytes(b"x")
    assert [look(watch, elapsed), look(watch, elapsed)] == [[], []]


def test_a_folder_that_is_gone_is_told_and_comes_back(watch: ScanFolder, elapsed: Elapsed):
    watch.folder.rmdir()
    with pytest.raises(TryLater, match=r"attachment\.folder_gone"):
        watch.look()
    watch.folder.mkdir()
    (watch.folder / "1.pdf").write_bytes(b"x")
    assert [look(watch, elapsed), look(watch, elapsed)] == [[], ["1.pdf"]]


def test_taken_files_are_moved_and_never_replaced(watch: ScanFolder):
    for content in (b"one", b"two", b"three"):
        path = watch.folder / "1.pdf"
        path.write_bytes(content)
        put_away(path)
        assert not path.exists()
    kept = sorted((path.name, path.read_bytes()) for path in (watch.folder / TAKEN).iterdir())
    assert kept == [("1 (2).pdf", b"two"), ("1 (3).pdf", b"three"), ("1.pdf", b"one")]
    assert put_away(watch.folder / "none.pdf") is None


def test_the_ladder_never_goes_below_the_floor():
    assert min(side for side, _quality in pictures.LADDER) == FLOOR


# -- the chosen size -----------------------------------------------------------------------------------------------


@pytest.fixture
def sheet_path(tmp_path: Path) -> str:
    """A page that the scanner wrote, too large for any setting."""
    path = tmp_path / "quet.jpg"
    path.write_bytes(files.picture("JPEG", files.sheet((2480, 3508), noise=30), quality=95))
    return str(path)


def attached_size(desk: Desk, path: str) -> int:
    """Attach by plain path, as the command line does, and return the size of what is kept."""
    dossier = desk.receive(a_line(), again=True).id
    after, _changes = desk.act(dossier, "attach", {"files": [path]})
    return int(after.attachments[-1]["size"])


def test_files_named_by_path_are_made_as_small_as_this_pc_wants(desk: Desk, sheet_path: str):
    usual = attached_size(desk, sheet_path)
    desk.files.limit_kb = 150
    small = attached_size(desk, sheet_path)
    line = a_line(attachments=[sheet_path])
    taken = desk.files.listed(desk.receive(line, again=True).id)[0].size
    certified, _changes = desk.certify([line | {"procedure": "2.000815", "pages": 1, "certified_copies": 1}])
    assert small <= 150 * 1024 < usual <= 400 * 1024
    assert (taken, desk.files.listed(certified[0].id)[0].size) == (small, small)
    assert desk.files.take(Path(sheet_path), limit_kb=400).size == usual
    assert desk.verify() == []


def test_the_program_hands_the_setting_of_this_pc_to_its_desk(
    make_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet_path: str
):
    make_desk().close()
    state = tmp_path / "desk-state"
    (state / "settings.toml").write_text("attach_kb = 150\n", encoding="utf-8")
    monkeypatch.setenv("ONESTOP_STATE", str(state))
    desk = app.door(tmp_path / "desk").open("mai", "tap")
    try:
        assert desk.files.limit_kb == 150
        assert attached_size(desk, sheet_path) <= 150 * 1024
    finally:
        desk.close()
