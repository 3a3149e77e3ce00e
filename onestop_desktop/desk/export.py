"""Lists for the office's own work as a spreadsheet: the dossiers of a board's filter, in Vietnamese, all text as text.

Written where the clerk asks for it, never inside the data directory. A slice at a time, so that the counter waits for
none of it.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onestop_desktop.desk import board
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.files import state_of
from onestop_desktop.desk.views import DossierRow, Key, PaperJob
from onestop_desktop.domain.office import office_on, rules_on
from onestop_desktop.errors import Refused, TryLater
from onestop_desktop.store import lookup
from onestop_desktop.words import Words, load

if TYPE_CHECKING:
    from openpyxl.cell import Cell

ROWS_MOST = 1_000_000
"""A sheet holds 1,048,576 rows."""

CALL_MOST = 400
"""Nobody calls more people from one list; the paper says how many wait besides."""

SLICE = 400
_CELL_MOST = 32_000
_DAY_AND_HOUR = "dd/mm/yyyy hh:mm"
_TEXT = "@"


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its word's code, its width in letters."""

    name: str
    width: int


COLUMNS = tuple(
    _Column(name, width)
    for name, width in (
        ("no", 6), ("number", 26), ("paper_number", 18), ("applicant", 28), ("owner", 28),
        ("village", 24), ("procedure", 14), ("title", 46), ("status", 20), ("channel", 14), ("officer", 22),
        ("received_at", 17), ("due_at", 17), ("finished_at", 17), ("returned_at", 17), ("fee", 12), ("late", 10),
    )
)  # fmt: skip
"""The columns in their order; `export.column.<name>` is the title."""

_INSTANTS = frozenset({"received_at", "due_at", "finished_at", "returned_at"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is exported: a chip, what narrows it, and both in the words that stand in the sheet.

    `rows` are given where the list was found by words; without them the board is read page by page.
    """

    chip: str
    narrowed: Mapping[str, Any] = field(default_factory=dict)
    told: str = ""
    rows: tuple[DossierRow, ...] | None = None


class Export:
    """Spreadsheets of the desk; each method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def begin(self, asked: Asked, out: Path) -> Running:
        """Begin a spreadsheet.

        Raises:
            Refused: `export.inside_data`, `export.too_many`.
            TryLater: `export.unwritable`.
            InvalidInput: `board.order`.
        """
        if out.resolve().is_relative_to(self._core.store.site.data.resolve()):
            raise Refused("export.inside_data", path=str(out)[-120:])
        total = self._total(asked)
        if total > ROWS_MOST:
            raise Refused("export.too_many", count=total, limit=ROWS_MOST)
        return Running(self._core, asked, out, total)

    def call_list(self) -> PaperJob:
        """Return the list of what waits for pick-up to call by, longest waiting first; nothing is recorded of it.

        Raises:
            InvalidInput: `office.none_on_day`.
        """
        from onestop_desktop.papers.call_list import Waiting, call_list  # noqa: PLC0415  imported on first use
        from onestop_desktop.papers.terms import PaperTerms  # noqa: PLC0415  as above

        core = self._core
        day = core.now().date()
        total = self._total(Asked("ready"))
        rows = board.page(core, "ready", limit=CALL_MOST).rows
        dossiers = tuple(state_of(core, one.id) for one in rows)
        office = office_on(core.setup.offices, day)
        waiting = Waiting(office, core.store.meta.desk, day, dossiers, max(total - len(dossiers), 0))
        terms = PaperTerms(
            rules=rules_on(core.seed.rules, day), clerk=core.user_name(core.user), training=core.training
        )
        return PaperJob("", f"{day:%d/%m/%Y}", "call-list", "", call_list(waiting, terms).pdf())

    def _total(self, asked: Asked) -> int:
        if asked.rows is not None:
            return len(asked.rows)
        chosen = board.chosen_by(self._core, asked.chip, **asked.narrowed)
        return self._core.store.read(lambda c: lookup.counted(c, chosen))


class Running:
    """A spreadsheet being written: `go_on` until it says that there is no more, then `finish`; or `stop`."""

    def __init__(self, core: Core, asked: Asked, out: Path, total: int) -> None:
        from openpyxl import Workbook  # noqa: PLC0415  imported on first use

        self._core = core
        self._words = load("vi")
        self._out = out
        self._part = out.with_name(f"{out.name}.part")
        self._sheet_part = out.with_name(f"{out.name}.part-sheet")
        # A window that goes while it writes leaves no names behind either.
        weakref.finalize(self, _remove, self._part, self._sheet_part)
        self.total = total
        self.done = 0
        self._rows = _rows(core, asked)
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(self._words.say("export.sheet"))
        try:
            self._begin_sheet(asked)
        except OSError:
            raise TryLater("export.unwritable", path=str(out)[-120:]) from None

    def _begin_sheet(self, asked: Asked) -> None:
        from openpyxl.utils import get_column_letter  # noqa: PLC0415  imported on first use
        from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter  # noqa: PLC0415  as above

        sheet = self._sheet
        head = self._head(asked)
        for at, column in enumerate(COLUMNS, 1):
            sheet.column_dimensions[get_column_letter(at)].width = column.width
        sheet.freeze_panes = f"A{len(head) + 2}"
        # The library would put people's names into the system's folder for temporary files.
        self._sheet_part.touch()
        ALL_TEMP_FILES.append(str(self._sheet_part))
        writer = WorksheetWriter(sheet, out=str(self._sheet_part))
        sheet._writer = writer  # noqa: SLF001  it has no public way
        writer.write_top()
        for line in head:
            sheet.append([self._text(line)])
        sheet.append([self._bold(self._words.say(f"export.column.{column.name}")) for column in COLUMNS])

    def _head(self, asked: Asked) -> list[str]:
        core, say = self._core, self._words.say
        now = core.now()
        return [
            office_on(core.setup.offices, now.date()).name,
            say("export.title"),
            asked.told,
            say("export.made", at=f"{now:%H:%M %d/%m/%Y}", by=core.user_name(core.user), count=self.total),
            say("export.training") if core.training else "",
        ]

    def go_on(self, most: int = SLICE) -> bool:
        """Write the next rows; False when there are no more. Raises TryLater `export.unwritable`."""
        rows = list(islice(self._rows, most))
        more = self._core.store.read(lambda c: lookup.details(c, [one.id for one in rows]))
        try:
            for one in rows:
                self.done += 1
                values = _values(self.done, one, more[one.id], self._words)
                self._sheet.append([self._cell(column.name, values[column.name]) for column in COLUMNS])
        except OSError:
            self.stop()
            raise TryLater("export.unwritable", path=str(self._out)[-120:]) from None
        return len(rows) == most

    def _cell(self, name: str, value: str | int | None) -> Cell | int | None:
        if value is None or value == "":
            return None
        if isinstance(value, int):
            return value
        return self._instant(value) if name in _INSTANTS else self._text(value)

    def _text(self, text: str) -> Cell:
        """Return a cell that is text whatever it begins with, also after somebody has edited it."""
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  imported on first use
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415  as above

        cell: Cell = WriteOnlyCell(self._sheet, value="")
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)[:_CELL_MOST]
        # The library takes what begins with "=" for a formula.
        cell.data_type = "s"
        cell.number_format = _TEXT
        cell.quotePrefix = True
        return cell

    def _bold(self, text: str) -> Cell:
        from openpyxl.styles import Font  # noqa: PLC0415  imported on first use

        cell = self._text(text)
        cell.font = Font(bold=True)
        return cell

    def _instant(self, text: str) -> Cell:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  imported on first use

        cell: Cell = WriteOnlyCell(self._sheet, value=datetime.fromisoformat(text).replace(tzinfo=None))
        cell.number_format = _DAY_AND_HOUR
        return cell

    def finish(self) -> Path:
        """Put the spreadsheet where it was asked for; raises TryLater `export.unwritable`."""
        try:
            self._book.save(self._part)
            self._part.replace(self._out)
        except OSError:
            self.stop()
            raise TryLater("export.unwritable", path=str(self._out)[-120:]) from None
        return self._out

    def stop(self) -> None:
        """Leave nothing behind; may be called at any time, also twice."""
        self._rows = iter(())
        with suppress(Exception):
            self._sheet.close()
        _remove(self._part, self._sheet_part)


def _remove(*parts: Path) -> None:
    for part in parts:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _rows(core: Core, asked: Asked) -> Iterator[DossierRow]:
    if asked.rows is not None:
        yield from asked.rows
        return
    before: Key | None = None
    while True:
        page = board.page(core, asked.chip, before=before, limit=SLICE, **asked.narrowed)
        yield from page.rows
        if page.after is None:
            return
        before = page.after


def _values(no: int, one: DossierRow, more: lookup.Details, words: Words) -> dict[str, str | int | None]:
    say = words.say
    return {
        "no": no,
        "number": one.number,
        "paper_number": one.paper_number,
        "applicant": one.applicant,
        "owner": one.owner if one.owner != one.applicant else "",
        "village": more.village,
        "procedure": one.procedure,
        "title": one.title,
        "status": say(f"status.{one.status}"),
        "channel": say(f"window.dossiers.channel.{more.channel}"),
        "officer": more.officer,
        "received_at": one.received_at,
        "due_at": one.due_at,
        "finished_at": one.finished_at,
        "returned_at": more.returned_at,
        "fee": more.fee,
        "late": say("export.late") if one.late else "",
    }
