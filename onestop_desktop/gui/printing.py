"""PDF pages as pictures, for the preview and for printers; all of it runs on the worker."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QMarginsF, QRect, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from onestop_desktop.errors import InvalidInput, TryLater

POINTS_PER_INCH = 72
SHARPEST = 300
"""Dots per inch beyond which a receipt gains nothing but waiting."""

MARGIN = 20
"""Points of empty paper that the preview leaves out at each side."""

_VIRTUAL = re.compile(r"pdf|xps|onenote|\bfax\b|oxps|print to file", re.IGNORECASE)


def is_virtual(printer: str) -> bool:
    """Say whether a printer's name tells that no paper will come out of it."""
    return bool(_VIRTUAL.search(printer))


def picture_of(pdf: bytes, pixels: int) -> QImage:
    """Return the first page without its side margins, `pixels` wide."""
    from pypdfium2 import PdfDocument  # noqa: PLC0415  imported on first use

    document = PdfDocument(pdf)
    try:
        page = document[0]
        width = page.get_width() - 2 * MARGIN
        return _image(page, pixels / width, (MARGIN, MARGIN / 2, MARGIN, MARGIN / 2))
    finally:
        document.close()


def page_of(pdf: bytes, number: int, pixels: int) -> QImage:
    """Return a page of any PDF, `pixels` wide; raises InvalidInput `attachment.damaged` where it cannot be drawn."""
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415  imported on first use

    try:
        document = PdfDocument(pdf)
        try:
            page = document[number]
            # A page may say that it is a hair wide and a mile high; the picture stays within bounds all the same.
            return _image(page, min(pixels / page.get_width(), 3 * pixels / page.get_height()))
        finally:
            document.close()
    except (PdfiumError, IndexError, ZeroDivisionError):
        raise InvalidInput("attachment.damaged", name=f"PDF, {number + 1}") from None


def _image(page: Any, scale: float, crop: tuple[float, float, float, float] = (0, 0, 0, 0)) -> QImage:
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=False)
    image = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888)
    # The buffer belongs to the library and goes with the bitmap.
    return image.copy()


class Printers:
    """The printers of this PC."""

    def names(self) -> tuple[str, ...]:
        """Return their names, the usual one first; asking a print server may take seconds."""
        usual = QPrinterInfo.defaultPrinterName()
        names = QPrinterInfo.availablePrinterNames()
        return tuple(sorted(names, key=lambda name: (name != usual, is_virtual(name), name)))

    def put_out(self, pdf: bytes, printer: str) -> None:
        """Print every page of a PDF on paper of its own size.

        Raises:
            TryLater: `print.gone` when the printer is not there any more, `print.failed`.
        """
        from pypdfium2 import PdfDocument  # noqa: PLC0415  imported on first use

        info = QPrinterInfo.printerInfo(printer)
        if info.isNull():
            raise TryLater("print.gone", printer=printer)
        device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        device.setResolution(min(device.resolution(), SHARPEST))
        device.setFullPage(True)
        document = PdfDocument(pdf)
        try:
            self._print(document, device, printer)
        finally:
            document.close()

    @staticmethod
    def _print(document: Any, device: QPrinter, printer: str) -> None:
        pages = list(document)
        _lay_out(device, pages[0])
        painter = QPainter()
        if not painter.begin(device):
            raise TryLater("print.failed", printer=printer)
        try:
            for number, page in enumerate(pages):
                if number and not device.newPage():
                    raise TryLater("print.failed", printer=printer)
                image = _image(page, device.resolution() / POINTS_PER_INCH)
                painter.drawImage(QRect(0, 0, image.width(), image.height()), image)
        finally:
            ended = painter.end()
        if not ended or device.printerState() in {QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error}:
            raise TryLater("print.failed", printer=printer)


def _lay_out(device: QPrinter, page: Any) -> None:
    width, height = page.get_width(), page.get_height()
    upright = QSizeF(min(width, height), max(width, height))
    size = QPageSize(upright, QPageSize.Unit.Point, matchPolicy=QPageSize.SizeMatchPolicy.FuzzyMatch)
    turned = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
    device.setPageLayout(QPageLayout(size, turned, QMarginsF(0, 0, 0, 0)))
