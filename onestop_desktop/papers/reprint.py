"""A reprint is the stored file with a stamp in the top margin; nothing is made anew."""

from __future__ import annotations

import io

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from onestop_desktop.errors import Damaged
from onestop_desktop.papers import fonts
from onestop_desktop.papers.marks import MM
from onestop_desktop.papers.press import ONE_AT_A_TIME, opened
from onestop_desktop.papers.wording import shared

_TOP = 7.6 * MM
_SIZE = 8.0


def mark_reprint(pdf: bytes, times: int) -> bytes:
    """Return the file with "In lại lần n" above each copy; equal files and numbers give equal bytes.

    Raises:
        Damaged: `paper.unreadable` when the stored bytes are no PDF.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as stored:
            return _stamped(stored, times)
    except pikepdf.PdfError as error:
        raise Damaged("paper.unreadable") from error


def _stamped(stored: pikepdf.Pdf, times: int) -> bytes:
    words = shared()["reprint"].format(times=times)
    stamps: dict[tuple[float, float], pikepdf.Pdf] = {}
    for page in stored.pages:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        size = (right - left, top - bottom)
        if size not in stamps:
            with ONE_AT_A_TIME:
                stamps[size] = pikepdf.open(io.BytesIO(_stamp(size, words)))
        _lay_over(page, stored.copy_foreign(stamps[size].pages[0].as_form_xobject()), times)
    out = io.BytesIO()
    stored.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _lay_over(page: pikepdf.Page, stamp: pikepdf.Object, times: int) -> None:
    """Draw a form over a page; pikepdf's own way names it at random, and equal papers shall be equal bytes."""
    name = page.add_resource(stamp, pikepdf.Name.XObject, pikepdf.Name(f"/Reprint{times}"))
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q {name} Do Q".encode())


def _stamp(size: tuple[float, float], words: str) -> bytes:
    """Return one page with the words above the middle of each copy: two on a landscape sheet."""
    out = io.BytesIO()
    canvas = opened(out, size, words)
    middles = (size[0] / 4, size[0] * 3 / 4) if size[0] > size[1] else (size[0] / 2,)
    for middle in middles:
        _stamp_at(canvas, middle, size[1] - _TOP, words)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _stamp_at(canvas: Canvas, x: float, y: float, words: str) -> None:
    canvas.setFont(fonts.BOLD, _SIZE)
    canvas.drawCentredString(x, y, words)
    length = fonts.width(words, fonts.BOLD) * _SIZE
    canvas.setLineWidth(0.5)
    canvas.roundRect(x - length / 2 - 4, y - 3, length + 8, _SIZE + 3.5, 2)
