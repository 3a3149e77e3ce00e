"""Part 4, how it came and goes back, the fee, and what only some procedures need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from onestop_desktop.domain.intake import RETURN_WAYS
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.intake.typed import read_due, read_fee, written_fee
from onestop_desktop.gui.widgets.basics import Card
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.words import Words

COUNTS = ("sets", "pages", "certified_copies")


class TermsPart(Card):
    """Texts and choices; the fee follows the forecast until it is typed."""

    edited = Signal()
    channel_changed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.channel = Choice([(str(way), say(f"window.channel.{way}")) for way in Channel])
        self.return_by = Choice([(way, say(f"window.return_by.{way}")) for way in RETURN_WAYS])
        self.entries: dict[str, Entry] = {
            "sets": Entry("1", 3),
            "fee": Entry(limit=20),
            "pages": Entry("0", 5),
            "certified_copies": Entry("0", 5),
            "due_at": Entry(say("window.intake.due_hint"), 30),
            "post_address": Entry(limit=300),
        }
        self._fee_forecast: int | None = None
        widgets: dict[str, Choice | Entry] = {"channel": self.channel, "return_by": self.return_by, **self.entries}
        self.fields = {name: Field(say(f"window.intake.{name}"), widget) for name, widget in widgets.items()}
        self._build()
        self.show_procedure(None)

    def _build(self) -> None:
        get = self.fields.__getitem__
        self.body.addWidget(
            FieldGrid(
                wide=(
                    ((get("channel"), 4), (get("return_by"), 4), (get("sets"), 1), (get("fee"), 3)),
                    ((get("post_address"), 12),),
                    ((get("pages"), 3), (get("certified_copies"), 3), (get("due_at"), 6)),
                ),
                narrow=(
                    ((get("channel"), 5), (get("return_by"), 7)),
                    ((get("sets"), 4), (get("fee"), 8)),
                    ((get("post_address"), 12),),
                    ((get("pages"), 6), (get("certified_copies"), 6)),
                    ((get("due_at"), 12),),
                ),
            )
        )
        for entry in self.entries.values():
            entry.textChanged.connect(self.edited)
        for name, entry in self.entries.items():
            entry.textEdited.connect(lambda _text, name=name: self.fields[name].wrong(""))
        self.entries["fee"].editingFinished.connect(self._tidy_fee)
        self.channel.currentIndexChanged.connect(lambda: self.channel_changed.emit(self.channel.value()))
        self.channel.currentIndexChanged.connect(self.edited)
        self.return_by.currentIndexChanged.connect(self.edited)
        self.return_by.currentIndexChanged.connect(self._show_post)

    def show_procedure(self, procedure: Procedure | None) -> None:
        """Open the fields that this procedure needs."""
        certifies = procedure is not None and procedure.certification_book
        by_pages = procedure is not None and procedure.fee.total(0, 0) is None and procedure.fee.is_known
        limited = procedure is None or procedure.limit_for(Channel(self.channel.value())) is not None
        self.fields["pages"].setVisible(certifies or by_pages)
        self.fields["certified_copies"].setVisible(certifies or by_pages)
        self.fields["due_at"].setVisible(not limited)
        if limited:
            self.entries["due_at"].put("")
        self.entries["fee"].setPlaceholderText(self._fee_hint(procedure))
        self._show_post()

    def _fee_hint(self, procedure: Procedure | None) -> str:
        if procedure is None:
            return ""
        case = "_counted" if procedure.fee.is_known else "_set" if procedure.fee.set_by else ""
        return self._words.say(f"window.intake.fee_hint{case}")

    def show_fee(self, fee: int | None) -> None:
        """Show the forecast's fee unless the clerk has typed one."""
        typed, self._fee_forecast = self._fee_typed, fee
        if not typed:
            before = self.entries["fee"].blockSignals(True)
            self.entries["fee"].put(self._fee_usual)
            self.entries["fee"].blockSignals(before)

    @property
    def _fee_usual(self) -> str:
        return "" if self._fee_forecast is None else written_fee(self._fee_forecast)

    @property
    def _fee_typed(self) -> bool:
        return self._text("fee") not in {"", self._fee_usual}

    def line(self, today: date) -> dict[str, Any]:
        """Return the parts of the intake line that stand here; what is empty or as usual is absent.

        Raises:
            InvalidInput: a typed day, amount or number that cannot be read.
        """
        line: dict[str, Any] = {}
        if self.channel.value() != Channel.DESK:
            line["channel"] = self.channel.value()
        if self.return_by.value() != "desk":
            line["return_by"] = self.return_by.value()
        if self.return_by.value() == "post" and self._text("post_address"):
            line["post_address"] = self._text("post_address")
        for name in COUNTS:
            if self.fields[name].isHidden() or not self._text(name):
                continue
            if not self._text(name).isdigit():
                raise InvalidInput("window.number_typed", field=name, text=self._text(name)[:20])
            line[name] = int(self._text(name))
        if self._fee_typed:
            line["fee"] = read_fee(self._text("fee"))
        if self._text("due_at") and not self.fields["due_at"].isHidden():
            line["due_at"] = read_due(self._text("due_at"), today)
        return line

    def _text(self, name: str) -> str:
        return " ".join(self.entries[name].text().split())

    def _tidy_fee(self) -> None:
        if not self._fee_typed:
            self.show_fee(self._fee_forecast)
            return
        try:
            self.entries["fee"].put(written_fee(read_fee(self._text("fee"))))
        except InvalidInput as error:
            self.fields["fee"].wrong(self._words.tell(error))

    def _show_post(self) -> None:
        self.fields["post_address"].setVisible(self.return_by.value() == "post")

    @property
    def is_empty(self) -> bool:
        """Say whether nothing differs from the usual."""
        typed = any(self._text(name) for name in self.entries if name != "fee") or self._fee_typed
        return not typed and self.channel.value() == Channel.DESK and self.return_by.value() == "desk"

    def state(self) -> dict[str, Any]:
        """Return texts and choices for a draft."""
        texts = {name: entry.text() for name, entry in self.entries.items() if entry.text() and name != "fee"}
        if self._fee_typed:
            texts["fee"] = self._text("fee")
        return texts | {"channel": self.channel.value(), "return_by": self.return_by.value()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put a draft's texts and choices back."""
        self.channel.put(str(state.get("channel", "desk")))
        self.return_by.put(str(state.get("return_by", "desk")))
        for name, entry in self.entries.items():
            entry.put(str(state.get(name, "")))

    def quiet(self) -> None:
        """Take back every problem."""
        for field in self.fields.values():
            field.wrong("")

    def clear(self) -> None:
        """Back to the usual."""
        self._fee_forecast = None
        self.restore({})
        self.quiet()
        self.show_procedure(None)
