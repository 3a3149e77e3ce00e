"""What a procedure costs: how it is charged, and only the fields which that way needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onestop_desktop.domain.procedure import FeeRule, Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.admin.form import text_of
from onestop_desktop.gui.admin.typed import amount_of, pages_of
from onestop_desktop.gui.intake.typed import written_fee
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.words import Words

UNKNOWN, FREE, AMOUNT, PAGES = "unknown", "free", "amount", "pages"
WAYS = (UNKNOWN, FREE, AMOUNT, PAGES)
_ORDER = ("way", "amount", "per_page", "unit", "cap", "set_by", "fee_note")
_UNITS = ("dossier", "copy", "page", "transaction", "case")
_NEEDS: Mapping[str, tuple[str, ...]] = {
    UNKNOWN: ("set_by",), FREE: (), AMOUNT: ("amount", "unit", "set_by"), PAGES: ("per_page", "cap", "set_by"),
}  # fmt: skip


class Fees:
    """Fields by name for the form; the way chosen says which of them are open."""

    def __init__(self, words: Words) -> None:
        self._way = Choice([(way, words.say(f"admin.fee.{way}")) for way in WAYS])
        self._unit = Choice([(unit, words.say(f"admin.fee_unit.{unit}")) for unit in _UNITS])
        self._entries = {
            "amount": Entry(limit=20), "per_page": Entry(words.say("admin.per_page_hint"), 100),
            "cap": Entry(limit=20), "set_by": Entry(words.say("admin.set_by_hint"), 100), "fee_note": Entry(limit=1000),
        }  # fmt: skip
        widgets: dict[str, Choice | Entry] = {"way": self._way, "unit": self._unit, **self._entries}
        self.fields = {name: Field(words.say(f"admin.field.{name}"), widgets[name]) for name in _ORDER}
        # Nothing is shown before the fields stand in a form: alone they would be windows of their own.
        self._way.currentIndexChanged.connect(self._show)

    def _show(self) -> None:
        for name in ("amount", "unit", "per_page", "cap", "set_by"):
            self.fields[name].setVisible(name in _NEEDS[self._way.value()])

    def put(self, procedure: Procedure | None) -> None:
        """Show what a procedure costs."""
        fee = procedure.fee if procedure else FeeRule()
        self._way.put(FREE if fee.free else PAGES if fee.per_page else AMOUNT if fee.amount is not None else UNKNOWN)
        self._unit.put("copy" if fee.per_page else fee.unit)
        texts = {
            "amount": "" if fee.amount is None else written_fee(fee.amount),
            "per_page": "; ".join(f"{first}: {written_fee(price)}" for first, price in fee.per_page),
            "cap": "" if fee.cap is None else written_fee(fee.cap),
            "set_by": fee.set_by,
            "fee_note": fee.note,
        }
        for name, text in texts.items():
            self._entries[name].put(text)
        self._show()

    def row(self) -> dict[str, Any]:
        """Return the fee's table.

        Raises:
            InvalidInput: an amount that is missing or cannot be read, with its field.
        """
        way = self._way.value()
        row: dict[str, Any] = {"free": True} if way == FREE else {}
        if way == AMOUNT:
            amount = amount_of(self._text("amount"), "amount")
            if amount is None:
                raise InvalidInput("admin.empty", field="amount")
            row |= {"amount": amount, "unit": self._unit.value()}
        if way == PAGES:
            row |= {"per_page": pages_of(self._text("per_page"), "per_page"), "unit": "copy"}
            cap = amount_of(self._text("cap"), "cap")
            row |= {} if cap is None else {"cap": cap}
        if "set_by" in _NEEDS[way] and self._text("set_by"):
            row["set_by"] = self._text("set_by")
        return row | ({"note": self._text("fee_note")} if self._text("fee_note") else {})

    def _text(self, name: str) -> str:
        return text_of(self._entries[name])
