"""What a commune keeps itself: the catalogue by date, its agencies, its working time."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onestop_desktop.desk import upkeep, working_time
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.setup import OwnDay, OwnWeek
from onestop_desktop.domain.calendar import Calendar, DayKind
from onestop_desktop.domain.catalogue import Catalogue, parse_rows
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.procedure import Procedure, national_code, read_procedure
from onestop_desktop.domain.procedure_text import as_row, file_name, to_toml
from onestop_desktop.domain.text import clean, nfc
from onestop_desktop.errors import InvalidInput, OneStopError, Refused, TryLater

OWN_CODES = "9."
"""Codes of the national database begin with 1, 2 or 3; what a commune adds itself is told apart by this."""

Row = Mapping[str, Any]
_TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a file that cannot be taken: the file, the row counted from 1 (0: the file itself), and why."""

    file: str
    row: int
    error: OneStopError


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would change, before anything is recorded."""

    added: tuple[Procedure, ...] = ()
    changed: tuple[Procedure, ...] = ()
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()
    rows: tuple[tuple[str, Row], ...] = field(default=(), repr=False)


class Admin:
    """What the page Quản trị asks of the desk, besides the users."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- procedures -----------------------------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """Return the shipped procedures with this desk's own changes."""
        return self._core.catalogue

    def today(self) -> date:
        """Return the corrected day."""
        return self._core.now().date()

    def find(self, text: str, limit: int = 400) -> tuple[Procedure, ...]:
        """Return procedures by typed words, each as it is today, else as it was or will be last."""
        found, today = self.catalogue.suggest(text, (), None, limit), self.today()
        return tuple(self.catalogue.nearest(one.code, today) for one in found)

    def current(self, code: str) -> Procedure:
        """Return the version in force today, else the one that starts next, else the last one.

        Raises:
            InvalidInput: `procedure.unknown`, `procedure.code`.
        """
        return self.catalogue.nearest(code, self.today())

    def versions(self, code: str) -> tuple[Procedure, ...]:
        """Return every version of a code by the day it starts.

        Raises:
            InvalidInput: `procedure.unknown`, `procedure.code`.
        """
        found = self.catalogue.versions(national_code(code))
        if not found:
            raise InvalidInput("procedure.unknown", code=code[:40])
        return found

    def own_code(self) -> str:
        """Return the next free code for a procedure of the commune's own."""
        taken = [int(one.code[2:]) for one in self.catalogue.all() if one.code.startswith(OWN_CODES)]
        return f"{OWN_CODES}{max(taken, default=0) + 1:06d}"

    def add_or_change(self, row: Row, valid_from: date | None) -> Procedure:
        """Record a version from a day on, of a known code or of a new one; `row` also holds `field`.

        Raises:
            InvalidInput: `key` names what is wrong, in the catalogue's format; nothing was recorded.
        """
        tidy: dict[str, Any] = _tidied(row, "")
        name = str(tidy.pop("field", ""))
        if not name:
            raise InvalidInput("procedure.missing", key="field", code=str(tidy.get("code", ""))[:40])
        if valid_from is not None:
            tidy["valid_from"] = valid_from
        ends = tidy.get("valid_to")
        if isinstance(ends, date) and valid_from is not None and ends < valid_from:
            del tidy["valid_to"]
        upkeep.record_procedures(self._core, [(name, tidy)])
        return read_procedure(tidy, name)

    def retire(self, code: str, from_day: date) -> None:
        """Take a procedure out of use from a day on, every version of it; dossiers taken before keep theirs.

        Raises:
            InvalidInput: `procedure.unknown`, `procedure.code`.
            Refused: `procedure.retired` where nothing of it is in force from that day on.
        """
        last = from_day - timedelta(days=1)
        open_past = [one for one in self.versions(code) if one.valid_to is None or one.valid_to > last]
        if not open_past:
            raise Refused("procedure.retired", field="from_day", code=code[:40], day=f"{from_day:%d/%m/%Y}")
        rows = [(one.field, {**as_row(one), "valid_to": last}) for one in open_past]
        upkeep.record_procedures(self._core, rows)

    def preview(self, documents: Mapping[str, str]) -> ImportPreview:
        """Say what files in the catalogue's format would change, row by row; nothing is recorded."""
        preview = _Preview(self.catalogue)
        for name, text in documents.items():
            preview.read(name, text)
        return preview.result()

    def take_over(self, preview: ImportPreview) -> int:
        """Record what a preview found added and changed, all or none; return how many.

        Raises:
            Refused: `procedure.problems` while the files hold rows that cannot be taken.
        """
        if preview.problems:
            raise Refused("procedure.problems", count=len(preview.problems))
        return upkeep.record_procedures(self._core, preview.rows) if preview.rows else 0

    def documents(self) -> Mapping[str, str]:
        """Return the whole catalogue in its own format: the text of each file by its name."""
        fields: defaultdict[str, list[Row]] = defaultdict(list)
        for procedure in self.catalogue.all():
            fields[procedure.field].append(as_row(procedure))
        named: dict[str, str] = {}
        for name, rows in sorted(fields.items()):
            file, count = file_name(name), 2
            while file in named:
                file, count = file_name(f"{name} {count}"), count + 1
            named[file] = to_toml(name, rows)
        return named

    def export(self, folder: Path) -> int:
        """Write the catalogue into a folder, one file a field; return how many files.

        Raises:
            TryLater: `procedure.not_written`.
        """
        documents = self.documents()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in documents.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError:
            raise TryLater("procedure.not_written", folder=str(folder)[-120:]) from None
        return len(documents)

    # -- agencies -------------------------------------------------------------------------------------------

    def offices(self) -> tuple[Office, ...]:
        """Return the agencies by their first day, the latest first."""
        return tuple(sorted(self._core.setup.offices, key=lambda one: one.valid_from or date.min, reverse=True))

    def add_office(self, office: Office) -> None:
        """Record a further agency; raises as `upkeep.add_office`."""
        upkeep.add_office(self._core, office)

    def end_office(self, agency: str, valid_from: date | None, last: date) -> Office:
        """Let an agency's time end with a day; raises as `upkeep.end_office`."""
        return upkeep.end_office(self._core, agency, valid_from, last)

    def change_office(self, agency: str, valid_from: date | None, changed: Office) -> None:
        """Give an agency another name, upper level or place from a day on; raises as `upkeep.change_office`."""
        upkeep.change_office(self._core, agency, valid_from, changed)

    # -- working time ---------------------------------------------------------------------------------------

    @property
    def calendar(self) -> Calendar:
        """Return the calendar in force: the shipped one with this office's own days and weeks."""
        return self._core.calendar

    def day(self, day: date) -> working_time.DayView:
        """Return what a day is, why, and where that stands."""
        return working_time.day_view(self._core, day)

    def month(self, year: int, month: int) -> tuple[working_time.DayView, ...]:
        """Return the days of a month."""
        return working_time.month(self._core, year, month)

    def set_day(self, day: date, kind: DayKind, texts: Mapping[str, str], spans: object = ()) -> None:
        """Record what this office makes of a day; raises as `working_time.set_day`."""
        working_time.set_day(self._core, day, kind, texts, spans)

    def take_back(self, day: date) -> None:
        """Give a day back to the shipped calendar; raises InvalidInput `calendar.not_own`."""
        working_time.take_back(self._core, day)

    def set_week(self, start: date, days: Mapping[str, object], texts: Mapping[str, str]) -> None:
        """Record weekly hours from a day on; raises as `working_time.set_week`."""
        working_time.set_week(self._core, start, days, texts)

    def own_days(self) -> tuple[OwnDay, ...]:
        """Return what this office decided about days, the latest day first."""
        return working_time.own_days(self._core)

    def own_weeks(self) -> tuple[OwnWeek, ...]:
        """Return the weekly hours that this office decided, the latest first."""
        return working_time.own_weeks(self._core)


class _Preview:
    """Reads files row by row and sorts the rows by what they would change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known = {(one.code, one.valid_from): one for one in catalogue.all()}
        self._seen: set[tuple[str, date | None]] = set()
        self._problems: list[RowProblem] = []
        self._added: list[Procedure] = []
        self._changed: list[Procedure] = []
        self._rows: list[tuple[str, Row]] = []
        self._unchanged = 0

    def read(self, file: str, text: str) -> None:
        try:
            name, rows = parse_rows(tomllib.loads(nfc(text)))
        except tomllib.TOMLDecodeError as error:
            self._problems.append(RowProblem(file, 0, InvalidInput("procedure.file", why=str(error)[:80])))
            return
        except InvalidInput as error:
            self._problems.append(RowProblem(file, 0, error))
            return
        for number, row in enumerate(rows, start=1):
            try:
                self._sort(name, row)
            except OneStopError as error:
                self._problems.append(RowProblem(file, number, error))

    def _sort(self, name: str, row: Row) -> None:
        procedure = read_procedure(row, name)
        version = (procedure.code, procedure.valid_from)
        if version in self._seen:
            raise InvalidInput("procedure.twice", code=procedure.code)
        self._seen.add(version)
        if self._known.get(version) == procedure:
            self._unchanged += 1
            return
        known = bool(self._catalogue.versions(procedure.code))
        (self._changed if known else self._added).append(procedure)
        self._rows.append((name, row))

    def result(self) -> ImportPreview:
        return ImportPreview(
            tuple(self._added), tuple(self._changed), self._unchanged, tuple(self._problems), tuple(self._rows)
        )


def _tidied(value: Any, key: str) -> Any:
    """Compose and tidy every text of a row; raises InvalidInput `text.control`, `text.too_long` with the key."""
    if isinstance(value, Mapping):
        return {name: _tidied(inner, f"{key}.{name}".lstrip(".")) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_tidied(inner, key) for inner in value]
    return clean(value, key, _TEXT_LIMIT) if isinstance(value, str) else value
