"""Pages onto sheets: both copies of a page side by side on A4, each on its own A5, or one page a sheet."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from onestop_desktop.errors import InvalidInput
from onestop_desktop.papers import fonts
from onestop_desktop.papers.marks import MM, Black, Mark, Rule, Text
from onestop_desktop.papers.page import Page

A4 = (297 * MM, 210 * MM)
A5 = (148 * MM, 210 * MM)
_SECOND = 149 * MM
_CUT = 148.5 * MM
_LABEL_TOP = 7.6 * MM
_LABEL_SIZE = 7.5
_SIDE = 11 * MM
_GREY = 0.9

ONE_AT_A_TIME = threading.Lock()
"""reportlab's faces read from one place in one file: two drawings at once would spoil each other."""

# Base 85 would add a quarter to every stream and nobody sends these files through a seven-bit channel.
rl_config.useA85 = 0


@dataclass(frozen=True, slots=True)
class Job:
    """What the press needs besides the pages: the words above each copy, and in the corner of each page."""

    title: str
    copies: tuple[str, str]
    corners: tuple[str, ...]
    training: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page that fills a sheet of its own size (width and height in points).

    `corner` is said in its upper right corner, as far from the edge as its text: `side`.
    """

    page: Page
    size: tuple[float, float]
    corner: str = ""
    side: float = _SIDE


def leaves(pages: Sequence[Leaf], title: str, training: str = "") -> bytes:
    """Return a PDF of one sheet a page."""
    out = io.BytesIO()
    with ONE_AT_A_TIME:
        canvas = opened(out, pages[0].size, title)
        for leaf in pages:
            canvas.setPageSize(leaf.size)
            _draw(canvas, leaf.page, training, leaf.size)
            _label(canvas, "", leaf.corner, leaf.size, leaf.side)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def printed(pages: Sequence[Page], job: Job, layout: str) -> bytes:
    """Return a PDF: per page one A4 landscape sheet, or two A5 pages.

    Raises:
        InvalidInput: `paper.layout` for any other layout.
    """
    if layout not in {"a4", "a5"}:
        raise InvalidInput("paper.layout", layout=layout[:20])
    with ONE_AT_A_TIME:
        return _pressed(pages, job, layout)


def _pressed(pages: Sequence[Page], job: Job, layout: str) -> bytes:
    out = io.BytesIO()
    canvas = opened(out, A4 if layout == "a4" else A5, job.title)
    for number, page in enumerate(pages):
        canvas.beginForm(f"copy{number}", 0, 0, *A5)
        _draw(canvas, page, job.training, A5)
        canvas.endForm()
    for number in range(len(pages)):
        draw = _sheet if layout == "a4" else _leaves
        draw(canvas, f"copy{number}", job, job.corners[number])
    canvas.save()
    return out.getvalue()


def opened(out: io.BytesIO, size: tuple[float, float], title: str) -> Canvas:
    """Return a canvas whose files are equal byte for byte for equal drawings, with none but our faces."""
    fonts.ready()
    canvas = Canvas(
        out,
        pagesize=size,
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.REGULAR,  # type: ignore[arg-type]  # the stubs take a name for a number
        lang="vi",
        pdfVersion=(1, 5),
    )
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setCreator("OneStop Desktop")
    return canvas


def _sheet(canvas: Canvas, form: str, job: Job, corner: str) -> None:
    for left, label in ((0.0, job.copies[0]), (_SECOND, job.copies[1])):
        canvas.saveState()
        canvas.translate(left, 0)
        canvas.doForm(form)
        _label(canvas, label, corner)
        canvas.restoreState()
    _cut_line(canvas)
    canvas.showPage()


def _leaves(canvas: Canvas, form: str, job: Job, corner: str) -> None:
    for label in job.copies:
        canvas.doForm(form)
        _label(canvas, label, corner)
        canvas.showPage()


def _label(canvas: Canvas, label: str, corner: str, size: tuple[float, float] = A5, side: float = _SIDE) -> None:
    canvas.setFont(fonts.ITALIC, _LABEL_SIZE)
    y = size[1] - _LABEL_TOP
    if label:
        canvas.drawString(side, y, fonts.printable(label))
    if corner:
        canvas.drawRightString(size[0] - side, y, fonts.printable(corner))


def _cut_line(canvas: Canvas) -> None:
    """Draw where the sheet is cut: a dashed line and scissors on it."""
    canvas.saveState()
    canvas.setStrokeGray(0.45)
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    canvas.line(_CUT, 5 * MM, _CUT, A4[1] - 13 * MM)
    canvas.setDash()
    canvas.translate(_CUT, A4[1] - 9 * MM)
    for side in (-1, 1):
        canvas.circle(side * 2.4, 4.6, 1.7)
        canvas.line(side * 1.5, 3.1, -side * 1.9, -5.2)
    canvas.restoreState()


def _draw(canvas: Canvas, page: Page, training: str, size: tuple[float, float]) -> None:
    if training:
        _across(canvas, training, size)
    canvas.setFillGray(0)
    for mark in page:
        if isinstance(mark, Black):
            _blacken(canvas, mark, size[1])
    for thickness, dashed in sorted({(mark.thickness, mark.dashed) for mark in page if isinstance(mark, Rule)}):
        _rule(canvas, page, thickness, size[1], dashed=dashed)
    _write(canvas, page, size[1])


def _blacken(canvas: Canvas, mark: Black, height: float) -> None:
    canvas.saveState()
    canvas.translate(mark.x, height - mark.y - mark.zone[1])
    canvas.scale(mark.module, mark.module)
    # A hair of overlap: rectangles that only touch show a seam when drawn with smoothing.
    cells = [f"{left} {low} {wide} {tall}.02 re" for left, low, wide, tall in mark.cells]
    canvas.drawPath(PDFPathObject(["n", *cells]), stroke=0, fill=1)
    canvas.restoreState()


def _rule(canvas: Canvas, page: Page, thickness: float, height: float, *, dashed: bool) -> None:
    """Draw all lines of one kind as one path."""
    lines = []
    for mark in page:
        if isinstance(mark, Rule) and (mark.thickness, mark.dashed) == (thickness, dashed):
            y = height - mark.y
            lines.append(f"{mark.x:.2f} {y:.2f} m {mark.x + mark.across:.2f} {y - mark.down:.2f} l")
    canvas.setLineWidth(thickness)
    canvas.setDash([2, 2] if dashed else [])
    canvas.drawPath(PDFPathObject(["n", *lines]), stroke=1, fill=0)


def _write(canvas: Canvas, page: Sequence[Mark], height: float) -> None:
    text = canvas.beginText()
    font: tuple[str, float] | None = None
    for mark in page:
        if isinstance(mark, Text):
            if font != (mark.face, mark.size):
                font = (mark.face, mark.size)
                text.setFont(*font)
            text.setTextOrigin(round(mark.x, 2), round(height - mark.y, 2))
            text.textOut(mark.text)
    canvas.drawText(text)


def _across(canvas: Canvas, words: str, sheet: tuple[float, float]) -> None:
    """Write large and light from corner to corner, under everything else."""
    size = math.hypot(*sheet) * 0.72 / fonts.width(words, fonts.BOLD)
    canvas.saveState()
    canvas.setFillGray(_GREY)
    canvas.translate(sheet[0] / 2, sheet[1] / 2)
    canvas.rotate(math.degrees(math.atan2(sheet[1], sheet[0])))
    canvas.setFont(fonts.BOLD, size)
    canvas.drawCentredString(0, -size * 0.33, words)
    canvas.restoreState()
