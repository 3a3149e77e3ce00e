"""Part 1, the procedure: type-ahead, and what is known of it as chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent

from onestop_desktop.domain.deadline import Limit, LimitKind, written_days
from onestop_desktop.domain.procedure import Channel, FeeRule, Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.intake.typed import written_fee
from onestop_desktop.gui.widgets.basics import Card, chip
from onestop_desktop.gui.widgets.fields import Field
from onestop_desktop.gui.widgets.suggest import SuggestEntry, Suggestion
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words


class _ProcedureEntry(SuggestEntry):
    """Shows the chosen procedure again when typing was not finished."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.left.emit()


class ProcedurePart(Card):
    """Finds and shows the procedure; `chosen` tells it."""

    chosen = Signal(object)

    def __init__(self, words: Words, provider: Callable[[str], Sequence[Suggestion]]) -> None:
        super().__init__(words.say("window.intake.procedure"), "1")
        self._words = words
        self.procedure: Procedure | None = None
        self.entry = _ProcedureEntry(
            provider, placeholder=words.say("window.intake.procedure_hint"), first=True, limit=2000
        )
        self.field = Field(words.say("window.intake.procedure"), self.entry)
        self.field.name.hide()
        self.entry.chosen.connect(self._choose)
        self.entry.left.connect(self._restore)
        self._chips = WrappingRow()
        self.body.addWidget(self.field)
        self.body.addWidget(self._chips)
        self._show_chips(Channel.DESK)

    @property
    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that errors use."""
        return {"procedure": self.field}

    def put(self, procedure: Procedure | None) -> None:
        """Show a procedure as chosen."""
        self.procedure = procedure
        self._restore()
        self.field.wrong("")
        self._show_chips(Channel.DESK)

    @property
    def is_unfinished(self) -> bool:
        """Say whether something else is typed than what was chosen last."""
        return self.entry.text().split() != self._shown.split()

    def check(self) -> None:
        """Refuse to take the last procedure while another is being typed; raises InvalidInput `procedure.typing`."""
        if self.is_unfinished:
            # What is said stands where the list lies.
            self.entry.list.hide()
            raise InvalidInput("procedure.typing", text=self.entry.text().strip()[:60])

    @property
    def _shown(self) -> str:
        chosen = self.procedure
        return f"{chosen.display}  ·  {chosen.code}  ·  {chosen.field}" if chosen is not None else ""

    def show_channel(self, channel: str) -> None:
        """Show the limit that this channel has."""
        self._show_chips(Channel(channel))

    def _choose(self, procedure: object) -> None:
        if isinstance(procedure, Procedure):
            self.put(procedure)
            self.chosen.emit(procedure)

    def _restore(self) -> None:
        if self.procedure is not None:
            self.entry.put(self._shown)
            self.entry.setToolTip(self.procedure.title)
        elif not self.entry.hasFocus():
            self.entry.setToolTip("")

    def _show_chips(self, channel: Channel) -> None:
        self._chips.clear()
        for text, tone in self._facts(channel):
            self._chips.add(chip(text, tone))

    def _facts(self, channel: Channel) -> list[tuple[str, str]]:
        if self.procedure is None:
            return [(self._words.say("window.intake.no_procedure"), "muted")]
        limit = self.procedure.limit_for(channel)
        facts = [
            (limit_words(limit, self._words), "ok" if limit else "warn"),
            (fee_words(self.procedure.fee, self._words), "ok" if self.procedure.fee.is_known else "warn"),
        ]
        if self.procedure.level:
            facts.append((self.procedure.level, "ok"))
        if self.procedure.sure != "high":
            facts.append((self._words.say("window.intake.unsure"), "warn"))
        return facts


def limit_words(limit: Limit | None, words: Words) -> str:
    """Return a limit as its chip says it."""
    if limit is None:
        return words.say("window.limit.none")
    facts: dict[str, str | int] = {"days": limit.days or written_days(limit.minutes)}
    if limit.kind is LimitKind.HOURS:
        facts = {"hours": f"{limit.minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")}
    return words.say(f"window.limit.{limit.kind}", **facts)


def fee_words(fee: FeeRule, words: Words) -> str:
    """Return a fee rule as its chip says it."""
    if fee.free:
        return words.say("window.fee.free")
    if fee.per_page:
        return words.say("window.fee.per_page", amount=written_fee(fee.per_page[0][1]))
    if fee.amount is None:
        return words.say("window.fee.set_by", who=fee.set_by) if fee.set_by else words.say("window.fee.none")
    return words.say(f"window.fee.by_{fee.unit or 'dossier'}", amount=written_fee(fee.amount))
