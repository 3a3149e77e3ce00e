"""Four fields: which kind, who, how many pages, how many copies; the fee follows until it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.desk.views import KnownPerson
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.intake import COUNT_LIMIT
from onestop_desktop.domain.money import format_dong
from onestop_desktop.domain.person import Person
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.certify.kinds import is_capped, needs_copies, needs_pages
from onestop_desktop.gui.certify.lines import Line
from onestop_desktop.gui.intake.typed import read_fee, written_fee
from onestop_desktop.gui.widgets.basics import Card, button, chip, label
from onestop_desktop.gui.widgets.fields import AllMarked, Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry
from onestop_desktop.words import Words

_COUNTS = ("pages", "copies")


class CertifyForm(Card):
    """The fields of one line; `added` says that the line is complete and another one follows."""

    edited = Signal()
    added = Signal()

    def __init__(self, words: Words, kinds: Sequence[Procedure], people: Provider) -> None:
        super().__init__(words.say("window.certify.title"))
        self._words = words
        say = words.say
        self._kinds: dict[str, Procedure] = {one.code: one for one in kinds}
        self._person: Person | None = None
        self._dirty = False
        self.source = chip("", "ok", keeps_room=True)
        self.head.addWidget(self.source)
        self.kind = Choice([(one.code, one.display) for one in kinds])
        self.name = SuggestEntry(people, limit=200)
        self.pages = AllMarked("0", 5)
        self.copies = AllMarked("1", 5)
        self.fee = AllMarked("", 20)
        self.add = button(say("window.certify.add"), "Enter")
        self.schedule = label("", "muted", wrap=True)
        self.known = label("", "muted", wrap=True)
        self.capped = label("", "doubt", wrap=True)
        self.fields = {
            "kind": Field(say("window.certify.kind"), self.kind),
            "name": Field(say("window.certify.name"), self.name),
            "pages": Field(say("window.certify.pages"), self.pages),
            "copies": Field(say("window.certify.copies"), self.copies),
            "fee": Field(say("window.certify.fee"), self.fee),
        }
        self._lay_out()
        self._connect()
        self.clear()

    def _lay_out(self) -> None:
        get = self.fields.__getitem__
        self.body.addWidget(label(self._words.say("window.certify.hint"), "muted", wrap=True))
        self.body.addWidget(
            FieldGrid(
                wide=(
                    ((get("kind"), 6), (get("name"), 6)),
                    ((get("pages"), 3), (get("copies"), 3), (get("fee"), 6)),
                ),
                narrow=(
                    ((get("kind"), 12),),
                    ((get("name"), 12),),
                    ((get("pages"), 3), (get("copies"), 3), (get("fee"), 6)),
                ),
                break_at=480,
            )
        )
        self.body.addWidget(self.known)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.capped)
        told.addWidget(self.schedule)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addLayout(told, 1)
        foot.addWidget(self.add, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(foot)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.name.chosen.connect(self._known_chosen)
        self.name.textEdited.connect(lambda _text: self._touched("name"))
        for name, entry in (("pages", self.pages), ("copies", self.copies), ("fee", self.fee)):
            entry.textEdited.connect(lambda _text, name=name: self._touched(name))
        self.kind.entered.connect(lambda: self._to(self.name))
        self.name.entered.connect(self._after_name)
        self.pages.entered.connect(lambda: self._to(self.copies))
        for last in (self.copies, self.fee):
            last.entered.connect(self.added)
        self.add.clicked.connect(self.added)

    @staticmethod
    def _to(entry: Entry) -> None:
        entry.setFocus(Qt.FocusReason.TabFocusReason)

    def _after_name(self) -> None:
        counted = self._first_counted()
        if counted is None:
            self.added.emit()
        else:
            self._to(counted)

    def _first_counted(self) -> Entry | None:
        return next((entry for entry in (self.pages, self.copies) if entry.isEnabled()), None)

    def _kind_chosen(self) -> None:
        self._dirty = True
        self._show_kind()
        self.edited.emit()

    def _show_kind(self) -> None:
        chosen = self.procedure
        if chosen is None:
            return
        for entry, needed, usual in (
            (self.pages, needs_pages(chosen), "0"),
            (self.copies, needs_copies(chosen), "1"),
        ):
            entry.setEnabled(needed)
            entry.setPlaceholderText(usual if needed else "–")
        self._show_usual_copies()
        self.schedule.setText(chosen.fee.note)
        self.kind.setToolTip(chosen.title)

    def _show_usual_copies(self) -> None:
        usual = "1" if self.copies.isEnabled() else ""
        if not self.copies.isEnabled() or not self.copies.text():
            self.copies.put(usual)

    def _touched(self, name: str) -> None:
        self._dirty = True
        self.fields[name].wrong("")
        if name == "name":
            self._show_person()
        self.edited.emit()

    def _known_chosen(self, value: object) -> None:
        if isinstance(value, KnownPerson):
            self.take_person(value.person, "window.certify.known_chip")

    # -- what is put in -------------------------------------------------------------------------------------

    def take_person(self, person: Person, source: str) -> None:
        """Fill in somebody with all that is known of them, and go on to the pages."""
        self._person = person
        self._dirty = True
        self.name.put(person.name)
        self.fields["name"].wrong("")
        self.source.setText(self._words.say(source))
        self._show_person()
        self.edited.emit()
        self._to(self._first_counted() or self.name)

    def take_card(self, card: IdCard, known: Person | None) -> None:
        """Fill in the holder of a card; the telephone comes from who was here before."""
        body = {**(known.as_body() if known else {}), **card.as_person().as_body()}
        self.take_person(Person.from_body(body), "window.certify.card")

    def _show_person(self) -> None:
        person = self._person if self._person is not None and self._text(self.name) == self._person.name else None
        self.source.setVisible(person is not None and bool(self.source.text()))
        year = person.birth_date[:4] if person else ""
        parts = (
            self._words.say("window.handover.id", number=person.id_number) if person and person.id_number else "",
            self._words.say("window.certify.known", year=year) if year else "",
            person.address.split(",")[0] if person else "",
        )
        told = "  ·  ".join(part for part in parts if part)
        self.known.setText(told)
        self.known.setVisible(bool(told))

    def show_price(self, fee: int | None) -> None:
        """Show the fee by the schedule in the place where another one could be typed."""
        self.fee.setPlaceholderText("" if fee is None else written_fee(fee))
        line = self.peek()
        chosen = self.procedure
        capped = line is not None and chosen is not None and is_capped(chosen, line.pages, line.copies)
        self.capped.setVisible(capped)
        if capped and chosen is not None:
            self.capped.setText(self._words.say("window.certify.capped", cap=format_dong(chosen.fee.cap or 0)))
        typed = line.typed_fee if line else None
        other = typed is not None and fee is not None and typed != fee
        self.fields["fee"].doubt(self._words.say("window.certify.waived", fee=format_dong(fee or 0)) if other else "")

    def put(self, line: Line) -> None:
        """Take a line back to change it."""
        self.kind.put(line.procedure)
        self._person = Person.from_body(line.applicant)
        self.name.put(line.name)
        self.pages.put(str(line.pages) if line.pages else "")
        self.copies.put(str(line.copies) if line.copies else "")
        self._show_usual_copies()
        self.fee.put(written_fee(line.typed_fee) if line.typed_fee is not None else "")
        self._dirty = True
        self._show_person()
        self.edited.emit()
        self._to(self._first_counted() or self.name)

    def state(self) -> dict[str, Any]:
        """Return what is typed of the next line, for a draft."""
        texts = {name: entry.text() for name, entry in self._texts.items() if entry.text()}
        return texts | {"procedure": self.kind.value(), "applicant": dict(self._applicant())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put a draft's texts back."""
        self.kind.put(str(state.get("procedure", "")))
        self._person = Person.from_body({"kind": "person", "name": "", **state.get("applicant", {})})
        for name, entry in self._texts.items():
            entry.put(str(state.get(name, "")))
        self._show_usual_copies()
        self._dirty = True
        self._show_person()
        self.edited.emit()

    @property
    def _texts(self) -> Mapping[str, Entry]:
        return {"name": self.name, "pages": self.pages, "copies": self.copies, "fee": self.fee}

    def next_line(self) -> None:
        """Empty the counts and keep name and kind for the next line."""
        self._empty_counts()
        self.quiet()
        self._dirty = False
        self.edited.emit()
        self._to(self._first_counted() or self.name)

    def _empty_counts(self) -> None:
        for entry in (self.pages, self.copies, self.fee):
            entry.clear()
        self._show_usual_copies()

    def clear(self) -> None:
        """Empty all but the kind."""
        self._person = None
        self.name.clear()
        self._empty_counts()
        self._dirty = False
        self.capped.hide()
        self.quiet()
        self._show_kind()
        self._show_person()
        self.edited.emit()

    # -- what is read out -----------------------------------------------------------------------------------

    @property
    def procedure(self) -> Procedure | None:
        """Return the chosen kind."""
        return self._kinds.get(self.kind.value())

    @property
    def is_begun(self) -> bool:
        """Say whether something was typed since the last line was added."""
        return self._dirty and bool(self._text(self.name) or self.pages.text().strip())

    def peek(self) -> Line | None:
        """Return the line as far as it is typed, None while something in it cannot be read."""
        try:
            return self._line()
        except InvalidInput:
            return None

    def line(self) -> Line:
        """Return the complete line, its fee still to be told.

        Raises:
            InvalidInput: `person.name_empty`, `window.certify.no_pages`, `window.certify.no_copies`, or a number.
        """
        if not self._text(self.name):
            raise InvalidInput("person.name_empty", field="name")
        line = self._line()
        chosen = self.procedure
        if chosen is not None:
            # A fee that is typed needs no pages to be told; what is certified is at least one copy all the same.
            if line.typed_fee is None and needs_pages(chosen) and not line.pages:
                raise InvalidInput("window.certify.no_pages", field="pages")
            if needs_copies(chosen) and not line.copies:
                raise InvalidInput("window.certify.no_copies", field="copies")
        return line

    def _line(self) -> Line:
        chosen = self.procedure
        if chosen is None:
            raise InvalidInput("input.missing", field="procedure")
        counts = {name: _counted(name, self.fields[name].entry) for name in _COUNTS}
        typed = read_fee(self.fee.text()) if self.fee.text().strip() else None
        return Line(self._applicant(), chosen.code, chosen.display, counts["pages"], counts["copies"], 0, typed)

    def _applicant(self) -> Mapping[str, Any]:
        name = self._text(self.name)
        if self._person is not None and self._person.name == name:
            return self._person.as_body()
        return {"name": name}

    @staticmethod
    def _text(entry: Entry) -> str:
        return " ".join(entry.text().split())

    def show_problem(self, error: InvalidInput, sentence: str) -> bool:
        """Show a problem beside its field and put the focus there; False when no field is meant."""
        path = str(error.facts.get("field", ""))
        name = "name" if path.startswith("applicant") else {"certified_copies": "copies"}.get(path, path)
        field = self.fields.get("fee" if error.code == "window.certify.no_fee" else name)
        if field is None:
            return False
        field.wrong(sentence)
        field.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def quiet(self) -> None:
        """Take back every problem."""
        for field in self.fields.values():
            field.wrong("")


def _counted(name: str, entry: QWidget) -> int:
    text = " ".join(entry.text().split()) if isinstance(entry, Entry) else ""
    if not text or not entry.isEnabled():
        return 0
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput("window.number_typed", field=name, text=text)
    if int(text) > COUNT_LIMIT:
        raise InvalidInput("input.count", field=name, value=text, limit=COUNT_LIMIT)
    return int(text)
