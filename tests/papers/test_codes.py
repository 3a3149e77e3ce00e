"""Bar code and QR code are read back from the paper as a scanner sees it."""

from __future__ import annotations

import pytest

from onestop_desktop.papers.codes import MODULE, bars, qr_text
from onestop_desktop.papers.marks import MM
from onestop_desktop.papers.receipt import render_receipt
from tests.papers import reading, samples


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("key", ["2018", "2025"])
def test_both_codes_of_both_copies_are_read(dpi: int, training: bool, key: str) -> None:
    dossier = samples.today() if key == "2025" else samples.simple()
    terms = samples.terms(key, training=training)
    lines, squares = reading.codes_of(render_receipt(dossier, terms), 0, dpi)
    assert lines == [dossier.barcode] * 2
    assert squares == [f"https://motcua.example.vn/{dossier.office.agency}/{dossier.barcode}"] * 2


@pytest.mark.parametrize("dpi", [150, 203])
def test_a5_copy_is_read(dpi: int) -> None:
    lines, squares = reading.codes_of(render_receipt(samples.simple(), samples.terms(layout="a5")), 0, dpi)
    assert lines == [samples.simple().barcode]
    assert len(squares) == 1


def test_without_an_address_the_qr_is_the_digits() -> None:
    pdf = render_receipt(samples.simple(), samples.terms(hub_address=""))
    assert reading.codes_of(pdf, 0, 200)[1] == [samples.simple().barcode] * 2


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("", "220303001712345694"),
        ("motcua.example.vn", "https://motcua.example.vn/000.12.34.H52/220303001712345694"),
        ("http://10.0.0.1:8080/", "http://10.0.0.1:8080/000.12.34.H52/220303001712345694"),
    ],
)
def test_qr_text_names_the_agency_and_ends_in_the_digits(address: str, text: str) -> None:
    assert qr_text(samples.simple(), address) == text


@pytest.mark.parametrize(("digits", "modules"), [("220303001712345694", 134), ("25100301200145678912", 145)])
def test_bars_are_set_c_with_white_on_both_sides(digits: str, modules: int) -> None:
    code = bars(digits, 30)
    assert MODULE >= 0.30 * MM
    assert code.zone[0] == pytest.approx((modules + 20) * MODULE)
    assert min(left for left, *_rest in code.cells) == 10
    assert max(left + wide for left, _low, wide, _tall in code.cells) == modules + 10


def test_digits_stand_beneath_the_bars() -> None:
    assert reading.words_of(render_receipt(samples.simple(), samples.terms())).count("220303001712345694") == 2
