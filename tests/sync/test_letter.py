"""The ready letter: its bundle comes out as it went in, and it names nobody."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.policy import default

from onestop_desktop.sync.letter import Enclosed, letter
from onestop_desktop.words import load

AT = datetime.fromisoformat("2026-11-23T16:58:00+07:00")
ENCLOSED = Enclosed("UBND xã Sặp Vạt", "01", "UBND huyện Yên Châu", 38, "2026-11-02", "2026-11-23")


def test_the_bundle_comes_out_as_it_went_in() -> None:
    bundle = bytes(range(256)) * 20
    data = letter(load("vi"), ENCLOSED, "000.12.34.H52-01-261123-1.motcua", bundle, AT, "motcua@sonla.gov.vn")
    assert all(byte < 128 for byte in data)
    read = message_from_bytes(data, policy=default)
    (attached,) = read.iter_attachments()
    assert attached.get_filename() == "000.12.34.H52-01-261123-1.motcua"
    assert attached.get_content() == bundle
    assert read["To"] == "motcua@sonla.gov.vn"
    assert read["X-Unsent"] == "1"


def test_the_letter_says_what_it_holds() -> None:
    read = message_from_bytes(letter(load("vi"), ENCLOSED, "goi.motcua", b"x", AT), policy=default)
    body = read.get_body()
    assert body is not None
    text = body.get_content()
    for said in ("UBND xã Sặp Vạt", "38 mục", "02/11/2026", "23/11/2026", "goi.motcua"):
        assert said in text
    assert "Sặp Vạt" in read["Subject"]
    assert "To" not in read
