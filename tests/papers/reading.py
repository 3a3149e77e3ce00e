"""How the tests read a paper back: its text, its pictures, its fonts, its boxes."""

from __future__ import annotations

import io
import unicodedata

import pikepdf
import pypdfium2
import zxingcpp
from PIL.Image import Image

from onestop_desktop.papers.marks import Black, Box, Mark, Rule, Text


def words_of(pdf: bytes) -> str:
    """Return the text of all pages, every white space run as one blank."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def letters_of(pdf: bytes) -> str:
    """Return the text of all pages without white space, so that line ends do not matter."""
    return squeezed(words_of(pdf))


def squeezed(text: str) -> str:
    """Drop every white space."""
    return "".join(text.split())


def is_composed(text: str) -> bool:
    """Say whether a text is NFC."""
    return unicodedata.is_normalized("NFC", text)


def picture_of(pdf: bytes, page: int, dpi: int) -> Image:
    """Return a page as a grey picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
        return picture


def codes_of(pdf: bytes, page: int, dpi: int) -> tuple[list[str], list[str]]:
    """Return what readers find on a page: bar codes, QR codes."""
    found = zxingcpp.read_barcodes(picture_of(pdf, page, dpi))
    lines = [code.text for code in found if code.format == zxingcpp.BarcodeFormat.Code128]
    squares = [code.text for code in found if code.format == zxingcpp.BarcodeFormat.QRCode]
    return lines, squares


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return every font's name and whether it is embedded."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        return {str(one.BaseFont): "/FontFile2" in one.get("/FontDescriptor", {}) for one in fonts}


def boxes_of(page: tuple[Mark, ...]) -> list[tuple[str, Box]]:
    """Return what must not overlap: texts and codes."""
    return [
        (mark.text if isinstance(mark, Text) else "code", mark.box) for mark in page if isinstance(mark, Text | Black)
    ]


def rules_of(page: tuple[Mark, ...]) -> list[Rule]:
    """Return the lines of a page."""
    return [mark for mark in page if isinstance(mark, Rule)]


def meet(one: Box, other: Box, slack: float = 0.05) -> bool:
    """Say whether two boxes share more than a hair."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and down > slack
