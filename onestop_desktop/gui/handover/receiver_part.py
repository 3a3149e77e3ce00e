"""What is still to be paid, and who takes the result: with which paper, under which number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from onestop_desktop.desk.views import KnownPerson
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.money import format_dong
from onestop_desktop.domain.status import PAY_WAYS
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.handover.steps import Wish
from onestop_desktop.gui.intake.typed import read_fee
from onestop_desktop.gui.widgets.fields import AllMarked, Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry
from onestop_desktop.words import Words

SELF, OWNER, AUTHORISED, FAMILY = "self", "owner", "authorised", "family"
RECEIVERS = (SELF, OWNER, AUTHORISED, FAMILY)
_OTHERS = ("name", "id_number", "authority")


class ReceiverPart(QWidget):
    """Texts and choices; the fields of another receiver appear when there is one."""

    edited = Signal()

    def __init__(self, words: Words, people: Provider) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self._dossier: Dossier | None = None
        self.fee = AllMarked(say("window.intake.fee_hint"), 20)
        self.way = Choice([(way, say(f"window.handover.paid_by.{way}")) for way in PAY_WAYS])
        self.kind = Choice([(kind, say(f"window.handover.receiver.{kind}")) for kind in RECEIVERS])
        self.name = SuggestEntry(people, limit=200)
        self.id_number = Entry(limit=20)
        self.authority = Entry(limit=300)
        named: dict[str, QWidget] = {
            "fee": self.fee, "way": self.way, "kind": self.kind, "name": self.name, "id_number": self.id_number,
            "authority": self.authority,
        }  # fmt: skip
        self.fields = {name: Field(say(f"window.handover.{name}"), widget) for name, widget in named.items()}
        self._lay_out()
        self._connect()
        self._show_kind()

    def _lay_out(self) -> None:
        get = self.fields.__getitem__
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            FieldGrid(
                wide=(
                    ((get("fee"), 4), (get("way"), 3), (get("kind"), 5)),
                    ((get("name"), 5), (get("id_number"), 3), (get("authority"), 4)),
                ),
                narrow=(
                    ((get("fee"), 6), (get("way"), 6)),
                    ((get("kind"), 12),),
                    ((get("name"), 7), (get("id_number"), 5)),
                    ((get("authority"), 12),),
                ),
            )
        )

    def _connect(self) -> None:
        self.fee.textEdited.connect(lambda _text: self._fee_typed())
        self.fee.editingFinished.connect(self._tidy_fee)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.name.chosen.connect(self._known)
        for name in ("name", "id_number"):
            entry = self.fields[name].entry
            if isinstance(entry, Entry):
                entry.textEdited.connect(lambda _text, name=name: self.fields[name].wrong(""))
        self.authority.textEdited.connect(lambda _text: self._doubt_authority())

    # -- what is put in -------------------------------------------------------------------------------------

    def show_dossier(self, dossier: Dossier) -> None:
        """Start with the applicant as receiver and all that is due."""
        self._dossier = dossier
        due = dossier.fee_due
        self.fee.put("" if due is None else format_dong(due))
        self.way.put(PAY_WAYS[0])
        self.kind.put(SELF)
        for name in _OTHERS:
            entry = self.fields[name].entry
            if isinstance(entry, Entry):
                entry.put("")
        self.quiet()
        self._show_kind()
        self._show_way()

    def take_card(self, card: IdCard) -> None:
        """Fill in somebody else's card: it is they who take the result."""
        if self.kind.value() in {SELF, OWNER}:
            self.kind.put(AUTHORISED)
        self.name.put(card.name)
        self.id_number.put(card.number)

    def take_owner(self) -> None:
        """Let the owner take the result: their card was scanned."""
        self.kind.put(OWNER)

    def _known(self, value: object) -> None:
        if isinstance(value, KnownPerson):
            self.name.put(value.person.name)
            self.id_number.put(value.person.id_number)
            self.id_number.setFocus()

    def _kind_chosen(self) -> None:
        if self.kind.value() == OWNER and self._dossier is not None:
            self.name.put(self._dossier.owner.name)
            self.id_number.put(self._dossier.owner.id_number)
        self._show_kind()
        self.edited.emit()

    def _show_kind(self) -> None:
        kind = self.kind.value()
        for name in _OTHERS:
            self.fields[name].setVisible(kind != SELF)
        self.fields["authority"].setVisible(kind in {AUTHORISED, FAMILY})
        if kind in {AUTHORISED, FAMILY}:
            name = self._words.say(f"window.handover.authority_of.{kind}")
            self.fields["authority"].name.setText(name)
            self.authority.setAccessibleName(name)
            self.authority.setPlaceholderText(self._words.say(f"window.handover.authority_hint.{kind}"))
        self._doubt_authority()

    def _doubt_authority(self) -> None:
        missing = self.kind.value() == AUTHORISED and not self.authority.text().strip()
        self.fields["authority"].doubt(self._words.say("window.handover.no_authority") if missing else "")

    def _fee_typed(self) -> None:
        self.fields["fee"].wrong("")
        self._show_way()
        self.edited.emit()

    def _tidy_fee(self) -> None:
        try:
            amount = self.amount()
        except InvalidInput:
            return
        if self.fee.text().strip():
            self.fee.put(format_dong(amount))
        due = self._dossier.fee_due if self._dossier else None
        more = due is not None and amount > due
        self.fields["fee"].doubt(self._words.say("window.handover.more", due=format_dong(due or 0)) if more else "")

    def _show_way(self) -> None:
        try:
            self.way.setEnabled(self.amount() > 0)
        except InvalidInput:
            self.way.setEnabled(True)

    # -- what is read out -----------------------------------------------------------------------------------

    def amount(self) -> int:
        """Return what is collected now, in đồng; raises InvalidInput `money.invalid`, `money.negative`."""
        return read_fee(self.fee.text()) if self.fee.text().strip() else 0

    def wish(self, score: str) -> Wish:
        """Return what is filled in; raises InvalidInput for an amount that cannot be read."""
        return Wish(self.amount(), self.way.value() or PAY_WAYS[0], self._receiver(), score)

    def _receiver(self) -> Mapping[str, Any]:
        kind = self.kind.value()
        if kind == SELF:
            return {}
        name, number = self._text(self.name), self._text(self.id_number)
        to = {"name": name} | ({"id_number": number} if number else {})
        if kind == OWNER and self._dossier is not None and self._dossier.owner.name == name:
            to = self._dossier.owner.as_body() | to
        return {"to": to} | ({"authority": self._authority(kind)} if kind != OWNER else {})

    def _authority(self, kind: str) -> str:
        paper = self._text(self.authority)
        standing = self._words.say(f"window.handover.receiver.{kind}")
        return f"{standing}: {paper}" if paper else standing

    @staticmethod
    def _text(entry: Entry) -> str:
        return " ".join(entry.text().split())

    def field_of(self, error: InvalidInput) -> Field | None:
        """Return the field that a problem is about."""
        path = str(error.facts.get("field", ""))
        if path in {"fee", "amount"}:
            return self.fields["fee"]
        if path == "authority":
            return self.fields["authority"]
        if path.partition(".")[0] != "to":
            return None
        return self.fields["id_number" if "id" in error.code.split(".")[-1].split("_") else "name"]

    def quiet(self) -> None:
        """Take back every problem and doubt."""
        for field in self.fields.values():
            field.wrong("")
