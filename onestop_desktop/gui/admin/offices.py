"""The section Cơ quan: agencies by date, a further one, a change from a day, an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.admin.form import AdminForm
from onestop_desktop.gui.admin.table import Line, LinesTable
from onestop_desktop.gui.admin.typed import day_of, shown
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.words import Words

ADD, CHANGE, END = "add", "change", "end"
_TEXTS: Mapping[str, int] = {"agency": 35, "name": 200, "upper": 200, "place": 100, "valid_from": 20, "valid_to": 20}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    ADD: tuple(_TEXTS), CHANGE: ("agency", "name", "upper", "place", "valid_from"), END: ("agency", "valid_to"),
}  # fmt: skip
_FIELD_OF_CODE: Mapping[str, str] = {
    "number.agency": "agency", "office.name_empty": "name", "office.days": "valid_to",
}  # fmt: skip


class OfficeForm(AdminForm):
    """What is done, and the fields that it needs."""

    def __init__(self, words: Words) -> None:
        entries: dict[str, QWidget] = {
            "what": Choice([(what, words.say(f"admin.office.{what}")) for what in (CHANGE, END, ADD)])
        }
        entries |= {name: Entry(limit=limit) for name, limit in _TEXTS.items()}
        super().__init__(
            words, words.say("admin.office.title"),
            {name: Field(words.say(f"admin.field.{name}"), entry) for name, entry in entries.items()},
        )  # fmt: skip
        get = self.fields.__getitem__
        self.column.addWidget(
            FieldGrid(
                wide=(
                    ((get("what"), 4), (get("agency"), 4), (get("valid_from"), 2), (get("valid_to"), 2)),
                    ((get("name"), 5), (get("upper"), 4), (get("place"), 3)),
                ),
                narrow=(
                    ((get("what"), 12),), ((get("agency"), 6), (get("valid_from"), 6)), ((get("valid_to"), 6),),
                    ((get("name"), 12),), ((get("upper"), 7), (get("place"), 5)),
                ),
                break_at=680,
            )
        )  # fmt: skip
        self.column.addStretch(1)
        self.office: Office | None = None
        self._start = date.min
        self.choice("what").currentIndexChanged.connect(self._show)

    def put(self, office: Office | None, start: date) -> None:
        """Show an agency as what a change from a day begins with."""
        self.office = office
        self._start = start
        self.choice("what").put(CHANGE if office else ADD)
        self._show()

    def _show(self) -> None:
        what = self.choice("what").value()
        office = self.office if what != ADD else None
        texts = {} if office is None else {"agency": office.agency, "name": office.name, "upper": office.upper,
                                           "place": office.place}  # fmt: skip
        texts["valid_from"] = shown(self._start) if what != END else ""
        for name in _TEXTS:
            self.entry(name).put(texts.get(name, ""))
            self.fields[name].setVisible(name in _NEEDS[what])
        self.entry("agency").setReadOnly(what != ADD)
        self.quiet()

    def typed(self, today: date) -> Office:
        """Return what is typed; raises InvalidInput `window.day_typed` with the field."""
        return Office(
            self.text("agency").upper(), self.text("name"), self.text("upper"), self.text("place"),
            day_of(self.text("valid_from"), today, "valid_from"), day_of(self.text("valid_to"), today, "valid_to"),
        )  # fmt: skip

    def last_day(self, today: date) -> date:
        """Return the last day typed; raises InvalidInput `admin.empty`, `window.day_typed`."""
        last = day_of(self.text("valid_to"), today, "valid_to")
        if last is None:
            raise InvalidInput("admin.empty", field="valid_to")
        return last

    def field_of(self, error: OneStopError) -> Field | None:
        """Return the field that a refusal is about."""
        return self.fields.get(_FIELD_OF_CODE.get(error.code, str(error.facts.get("field", ""))))


class OfficesPart(QWidget):
    """The list above, the form below."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        titles = [words.say(f"admin.column.{name}") for name in ("agency", "name", "upper", "days", "state")]
        self.table = LinesTable(words.say("admin.section.offices"), titles, 1, (2,))
        self.form = OfficeForm(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.table, 2)
        column.addWidget(self.form, 3)
        self.table.opened.connect(lambda _office: self.form.start())
        self.form.left.connect(self.table.setFocus)

    def put(self, offices: Sequence[Office], today: date) -> None:
        """Show agencies, the latest first."""
        self.table.put([self._line(office, today) for office in offices])

    def _line(self, office: Office, today: date) -> Line:
        say = self._words.say
        days = say("admin.days", first=shown(office.valid_from) or "…", last=shown(office.valid_to) or "…")
        ahead = office.valid_from is not None and office.valid_from > today
        state = "now" if office.holds(today) else "later" if ahead else "past"
        cells = (office.agency, office.name, office.upper, days, say(f"admin.state.{state}"))
        return Line(cells, office, {4: "ok" if state == "now" else "muted"})

    def start(self) -> None:
        """Put the focus into the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
