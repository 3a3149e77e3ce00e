"""The form of a procedure: a new version from a day on, or a procedure of the commune's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.domain.procedure_text import as_row
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.admin.fees import Fees
from onestop_desktop.gui.admin.form import AdminForm
from onestop_desktop.gui.admin.limits import Limits
from onestop_desktop.gui.admin.papers import PaperLines
from onestop_desktop.gui.admin.typed import day_of, shown
from onestop_desktop.gui.widgets.basics import label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.words import Words

_TEXTS: Mapping[str, int] = {
    "code": 20, "field": 200, "level": 200, "valid_from": 20, "title": 1000, "short": 200, "result": 500,
    "source": 2000, "keywords": 500, "note": 2000,
}  # fmt: skip
_SURE = ("high", "medium", "low")
_KEPT = ("rank", "certification_book", "not_to_ask", "valid_to")
"""What the form does not show and a new version takes over."""

_MONEY: Mapping[str, int] = {"amount": 2, "unit": 2, "cap": 2}
"""The shares of the fee's fields that need less room."""

_FIELD_OF_KEY: Mapping[str, str] = {
    "limit.days": "number_desk", "limit.hours": "number_desk", "fee.amount": "amount", "fee.cap": "cap",
    "fee.per_page": "per_page", "fee.unit": "unit", "fee.set_by": "set_by", "fee.note": "fee_note",
    "channels": "kind_desk",
}  # fmt: skip
_OWN_SENTENCES: Mapping[str, str] = {
    "procedure.missing": "admin.empty", "procedure.type": "admin.unusable", "procedure.value": "admin.unusable",
}  # fmt: skip


class ProcedureForm(AdminForm):
    """Texts, limits, fee and papers; `retire_asked` says that it shall no longer be used from the day typed."""

    retire_asked = Signal()

    def __init__(self, words: Words, databases: Sequence[str]) -> None:
        entries: dict[str, QWidget] = {name: Entry(limit=limit) for name, limit in _TEXTS.items()}
        entries["sure"] = Choice([(sure, words.say(f"admin.sure.{sure}")) for sure in _SURE])
        fields = {name: Field(words.say(f"admin.field.{name}"), entry) for name, entry in entries.items()}
        self.limits, self.fees = Limits(words), Fees(words)
        last = {name: fields.pop(name) for name in ("note", "keywords")}
        super().__init__(words, "", fields | self.limits.fields | self.fees.fields | last)
        self.versions = label("", "muted", wrap=True)
        self.papers = PaperLines(words, databases)
        self.papers.grew.connect(self._grew)
        self.procedure: Procedure | None = None
        self._row: dict[str, Any] = {}
        self.retire = self.offer(words.say("admin.retire"))
        self.retire.clicked.connect(self.retire_asked)
        self.back = self.offer(words.say("admin.back"), "Esc")
        self.back.clicked.connect(self.left)
        self._lay_out()

    def _lay_out(self) -> None:
        get = self.fields.__getitem__
        limits = tuple((get(f"{part}_{channel}"), share) for channel in ("desk", "post", "online")
                       for part, share in (("kind", 3), ("number", 1)))  # fmt: skip
        money = QHBoxLayout()
        money.setSpacing(8)
        for name in ("way", "amount", "per_page", "unit", "cap", "set_by"):
            money.addWidget(get(name), _MONEY.get(name, 3))
        self.column.addWidget(self.versions)
        self.column.addWidget(
            FieldGrid(
                wide=(
                    ((get("code"), 2), (get("field"), 4), (get("level"), 3), (get("valid_from"), 3)),
                    ((get("title"), 12),),
                    ((get("short"), 6), (get("result"), 6)),
                    ((get("source"), 9), (get("sure"), 3)),
                    limits,
                ),
                narrow=(
                    ((get("code"), 4), (get("field"), 8)),
                    ((get("valid_from"), 4), (get("level"), 8)),
                    ((get("title"), 12),),
                    ((get("short"), 12),),
                    ((get("result"), 12),),
                    ((get("source"), 12),),
                    ((get("sure"), 12),),
                    *(((limits[at][0], 9), (limits[at + 1][0], 3)) for at in (0, 2, 4)),
                ),
                break_at=760,
            )
        )
        self.column.addLayout(money)
        notes = ((get("fee_note"), 6), (get("note"), 6))
        self.column.addWidget(
            FieldGrid(
                wide=(notes, ((get("keywords"), 12),)),
                narrow=(*(((field, 12),) for field, _share in notes), ((get("keywords"), 12),)),
                break_at=760,
            )
        )
        self.column.addWidget(self.papers)
        self.column.addStretch(1)

    def further(self) -> Sequence[QWidget]:
        """Return the papers' lines."""
        return self.papers.widgets()

    def _grew(self, entry: QWidget) -> None:
        self.order()
        self.area.ensureWidgetVisible(entry)

    # -- what is put in -------------------------------------------------------------------------------------

    def put(self, procedure: Procedure, versions: str, start: date) -> None:
        """Show a procedure as the beginning of its next version."""
        self.procedure = procedure
        self._fill(as_row(procedure), procedure.field, start)
        self.title.setText(procedure.display)
        self.versions.setText(versions)
        self.retire.show()
        self._fill_parts(procedure)

    def put_new(self, code: str, start: date) -> None:
        """Empty the form for a procedure of the commune's own."""
        self.procedure = None
        self._fill({"code": code, "level": self.words.say("admin.level")}, "", start)
        self.title.setText(self.words.say("admin.new_procedure"))
        self.versions.setText(self.words.say("admin.own_code"))
        self.retire.hide()
        self._fill_parts(None)

    def _fill(self, row: Mapping[str, Any], field: str, start: date) -> None:
        self._row = dict(row)
        for name in _TEXTS:
            self.entry(name).put(str(row.get(name, "")))
        self.entry("field").put(field)
        self.entry("keywords").put(", ".join(row.get("keywords", [])))
        self.entry("valid_from").put(shown(start))
        self.choice("sure").put(str(row.get("sure", "high")))
        self.entry("code").setReadOnly(self.procedure is not None)

    def _fill_parts(self, procedure: Procedure | None) -> None:
        self.limits.put(procedure)
        self.fees.put(procedure)
        self.papers.put(procedure)
        self.order()
        self.quiet()
        doubtful = procedure is not None and procedure.sure != "high"
        self.fields["sure"].doubt(self.words.say("admin.check_source") if doubtful else "")
        self.area.verticalScrollBar().setValue(0)
        self.mark_untouched()

    # -- what is read out -----------------------------------------------------------------------------------

    def day(self, today: date) -> date:
        """Return the day from which it shall hold; raises InvalidInput `window.day_typed`, `admin.empty`."""
        day = day_of(self.text("valid_from"), today, "valid_from")
        if day is None:
            raise InvalidInput("admin.empty", field="valid_from")
        return day

    def row(self) -> dict[str, Any]:
        """Return the row in the catalogue's format, with its `field`; raises InvalidInput with the field."""
        row: dict[str, Any] = {name: self._row[name] for name in _KEPT if name in self._row}
        row |= {name: self.text(name) for name in _TEXTS if name not in {"valid_from", "keywords"} and self.text(name)}
        row |= {"code": self.text("code"), "field": self.text("field")}
        keywords = [one.strip() for one in self.text("keywords").split(",") if one.strip()]
        fee, papers = self.fees.row(), self.papers.rows()
        row |= self.limits.row()
        row |= {"keywords": keywords} if keywords else {}
        row |= {"fee": fee} if fee else {}
        row |= {"papers": papers} if papers else {}
        return row | ({"sure": self.choice("sure").value()} if self.choice("sure").value() != "high" else {})

    def field_of(self, error: OneStopError) -> Field | None:
        """Return the field that a refusal is about; those of the catalogue's format name a key."""
        if error.code == "procedure.code":
            return self.fields["code"]
        key = str(error.facts.get("key", "") or error.facts.get("field", ""))
        parts = key.split(".")
        if parts[0] == "limits" and len(parts) == 3:
            return self.fields.get(f"number_{parts[1]}")
        return self.fields.get(_FIELD_OF_KEY.get(key, key))

    def show_problem(self, error: Exception, sentence: str) -> None:
        """Show a refusal at its field; what the catalogue's format refuses is said without naming a file."""
        if isinstance(error, OneStopError):
            own = _OWN_SENTENCES.get(error.code)
            sentence = self.words.say(own) if own else sentence
            if str(error.facts.get("key", error.facts.get("field", ""))).startswith("papers"):
                self.papers.wrong(sentence)
                self.area.ensureWidgetVisible(self.papers.problem)
                return
        super().show_problem(error, sentence)

    def quiet(self) -> None:
        """Take back every problem."""
        super().quiet()
        self.papers.wrong("")
