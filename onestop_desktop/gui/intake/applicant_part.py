"""Part 2, who stands at the counter, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal

from onestop_desktop.desk.views import KnownPerson
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.person import Person, PersonKind
from onestop_desktop.gui.intake.typed import shown_day
from onestop_desktop.gui.widgets.basics import Card, chip, set_tone
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.gui.widgets.suggest import SuggestEntry, Suggestion
from onestop_desktop.words import Words

TYPED = ("name", "id_number", "birth_date", "phone", "address")
BEHALF = ("behalf_name", "behalf_id", "authority")
DOUBT_FIELDS: Mapping[str, str] = {
    "doubt.province": "id_number",
    "doubt.sex": "sex",
    "doubt.birth_year": "birth_date",
    "doubt.cmnd_expired": "id_number",
}
"""Where a doubt of the desk is shown."""

_ERROR_PARTS: Mapping[str, str] = {
    "person.name_empty": "name",
    "person.id_length": "id_number",
    "person.id_without_kind": "id_number",
    "person.tax_check": "id_number",
}
_ON_BEHALF = {"name": "behalf_name", "id_number": "behalf_id", "authority": "authority"}


class ApplicantPart(Card):
    """Fields of applicant and principal as texts; nothing here judges them."""

    edited = Signal()
    known = Signal(object)

    def __init__(self, words: Words, provider: Callable[[str], Sequence[Suggestion]]) -> None:
        super().__init__(words.say("window.intake.applicant"), "2")
        self._words = words
        self.source = chip("", "ok")
        self.source.hide()
        self.kind = Choice([(kind, words.say(f"window.person.{kind}")) for kind in PersonKind])
        self.kind.setProperty("compact", "true")
        self.kind.setAccessibleName(words.say("window.intake.kind"))
        self.kind.setFixedWidth(124)
        self.head.addWidget(self.source)
        self.head.addWidget(self.kind)
        self.sex = Choice([("", words.say("window.sex.none")), ("nam", words.say("window.sex.nam")),
                           ("nữ", words.say("window.sex.nu"))])  # fmt: skip
        self.entries: dict[str, Entry] = {
            "name": SuggestEntry(provider, limit=200),
            "id_number": Entry(limit=20),
            "birth_date": Entry(words.say("window.intake.birth_hint"), 20),
            "phone": Entry(limit=20),
            "address": Entry(limit=300),
            "behalf_name": Entry(words.say("window.intake.behalf_hint"), 200),
            "behalf_id": Entry(limit=20),
            "authority": Entry(words.say("window.intake.authority_hint"), 300),
        }
        self.fields: dict[str, Field] = {}
        self._build()

    def _build(self) -> None:
        say = self._words.say
        named: dict[str, Any] = {**self.entries, "sex": self.sex}
        order = ("name", "id_number", "birth_date", "sex", "phone", "address", *BEHALF)
        for name in order:
            self.fields[name] = Field(say(f"window.intake.{name}"), named[name])
        get = self.fields.__getitem__
        self.body.addWidget(
            FieldGrid(
                wide=(
                    ((get("name"), 5), (get("id_number"), 3), (get("birth_date"), 2), (get("sex"), 2)),
                    ((get("phone"), 2.5), (get("address"), 7), (get("behalf_name"), 2.5)),
                    ((get("behalf_id"), 4), (get("authority"), 8)),
                ),
                narrow=(
                    ((get("name"), 7), (get("id_number"), 5)),
                    ((get("birth_date"), 4), (get("sex"), 3), (get("phone"), 5)),
                    ((get("address"), 7), (get("behalf_name"), 5)),
                    ((get("behalf_id"), 5), (get("authority"), 7)),
                ),
            )
        )
        for name, entry in self.entries.items():
            entry.textChanged.connect(self.edited)
            entry.textEdited.connect(lambda _text, name=name: self._touched(name))
        name_entry = self.entries["name"]
        if isinstance(name_entry, SuggestEntry):
            name_entry.chosen.connect(self._known)
        self.entries["behalf_name"].textChanged.connect(self._show_behalf)
        self.sex.currentIndexChanged.connect(self.edited)
        self.kind.currentIndexChanged.connect(self.edited)
        self._show_behalf("")

    def _known(self, value: object) -> None:
        if isinstance(value, KnownPerson):
            self.fill_person(value.person)
            self.known.emit(value)

    def _touched(self, name: str) -> None:
        self.fields[name].wrong("")

    def _show_behalf(self, text: str) -> None:
        for name in ("behalf_id", "authority"):
            self.fields[name].setVisible(bool(text))

    def text(self, name: str) -> str:
        """Return what stands in an entry, spaces tidied."""
        return " ".join(self.entries[name].text().split())

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is typed."""
        return not any(entry.text().strip() for entry in self.entries.values()) and not self.sex.value()

    def line(self) -> dict[str, Any]:
        """Return `applicant`, and `owner` and `principal` where it is somebody else's matter."""
        applicant = {name: self.text(name) for name in TYPED if self.text(name)}
        if self.sex.value():
            applicant["sex"] = self.sex.value()
        if self.kind.value() != PersonKind.PERSON:
            applicant["kind"] = self.kind.value()
        line: dict[str, Any] = {"applicant": applicant}
        if self.text("behalf_name"):
            other = {key: self.text(name) for key, name in _ON_BEHALF.items() if self.text(name)}
            line["owner"] = other
            if "authority" in other:
                line["principal"] = dict(other)
        return line

    def state(self) -> dict[str, str]:
        """Return the texts for a draft."""
        texts = {name: entry.text() for name, entry in self.entries.items() if entry.text()}
        return texts | {"sex": self.sex.value(), "kind": self.kind.value()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put a draft's texts back."""
        for name, entry in self.entries.items():
            entry.put(str(state.get(name, "")))
        self.sex.put(str(state.get("sex", "")))
        self.kind.put(str(state.get("kind", PersonKind.PERSON)))

    def fill_person(self, person: Person) -> None:
        """Show a known person."""
        self.quiet()
        self.restore(
            {
                "name": person.name, "id_number": person.id_number, "birth_date": shown_day(person.birth_date),
                "phone": person.phone, "address": person.address, "sex": person.sex, "kind": str(person.kind),
                **{name: self.entries[name].text() for name in BEHALF},
            }
        )  # fmt: skip

    def fill_card(self, card: IdCard, known: Person | None) -> None:
        """Show a scanned card; phone and the rest come from who was here before under the same number."""
        same = known is not None
        self.fill_person(card.as_person())
        if known is not None:
            self.entries["phone"].put(known.phone)
            if not card.address:
                self.entries["address"].put(known.address)
        self._source("window.intake.card_known" if same else "window.intake.card_new")
        for name in card.doubtful:
            if name in self.fields:
                self.fields[name].doubt(self._words.say("window.intake.card_doubt"))

    def _source(self, code: str) -> None:
        self.source.setText(self._words.say(code))
        set_tone(self.source, "chip", "ok")
        self.source.show()

    def first_empty(self) -> Entry | None:
        """Return the first entry that a receipt needs and that is empty: name, number, phone, address."""
        order = ("name", "id_number", "phone", "address")
        return next((self.entries[name] for name in order if not self.text(name)), None)

    def show_doubts(self, doubts: Sequence[str]) -> None:
        """Show the desk's doubts beside their fields; those shown before and gone are taken back."""
        by_field = {DOUBT_FIELDS[code]: self._words.say(code) for code in doubts if code in DOUBT_FIELDS}
        for name in set(DOUBT_FIELDS.values()):
            field = self.fields[name]
            if name in by_field:
                field.doubt(by_field[name])
            elif field.property("doubted"):
                field.doubt("")
            field.setProperty("doubted", name in by_field)

    def field_of(self, code: str, path: str) -> Field | None:
        """Return the field that an error is about."""
        who, _, part = path.partition(".")
        part = part or _ERROR_PARTS.get(code, "")
        if who == "applicant":
            return self.fields.get(part)
        if who in {"owner", "principal"}:
            return self.fields.get(_ON_BEHALF.get(part, "behalf_name"))
        return None

    def quiet(self) -> None:
        """Take back every problem and doubt."""
        self.source.hide()
        for field in self.fields.values():
            field.wrong("")

    def clear(self) -> None:
        """Empty all."""
        self.restore({})
        self.quiet()
