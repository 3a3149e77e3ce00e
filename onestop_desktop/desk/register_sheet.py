"""The register of some days as a spreadsheet: what is text stays text, whatever it begins with."""

from __future__ import annotations

from io import BytesIO

from onestop_desktop.papers.register import RegisterDays, register_rows
from onestop_desktop.papers.terms import PaperTerms

_WIDEST = 48


def register_xlsx(days: RegisterDays, terms: PaperTerms) -> bytes:
    """Return the register as XLSX; a cell that begins like a formula is typed as text and computes nothing."""
    from openpyxl import Workbook  # noqa: PLC0415  spreadsheets are imported on first use
    from openpyxl.cell import Cell, WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    titles, rows = register_rows(days, terms)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(f"{days.first:%d-%m-%Y}")
    for at, title in enumerate(titles):
        longest = max([len(title), *(len(row[at]) for row in rows)])
        sheet.column_dimensions[chr(ord("A") + at)].width = min(longest + 2, _WIDEST)
    sheet.freeze_panes = "A3"

    def cells(row: list[str] | tuple[str, ...], *, bold: bool = False) -> list[Cell]:
        made = []
        for text in row:
            cell = WriteOnlyCell(sheet)
            cell.value = text
            # "=1+1" as a name is a name.
            cell.data_type = "s"
            cell.font = Font(bold=bold)
            made.append(cell)
        return made

    sheet.append(cells([f"{days.office.name} · {days.first:%d/%m/%Y} – {days.last:%d/%m/%Y}"], bold=True))
    for row in (cells(titles, bold=True), *(cells(row) for row in rows)):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
