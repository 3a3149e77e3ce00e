"""Which widget asks for which kind of field, filled with what is usual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import FieldKind, StepField
from onestop_desktop.gui.dossiers.answers import (
    AmountAnswer,
    Asked,
    ChoiceAnswer,
    FilesAnswer,
    InstantAnswer,
    LinesAnswer,
    NamedAnswer,
    ReceiverAnswer,
    TextAnswer,
)  # fmt: skip
from onestop_desktop.gui.dossiers.changes import ChangesAnswer
from onestop_desktop.gui.intake.typed import written_fee
from onestop_desktop.gui.widgets.fields import Entry


def _text(field: StepField, asked: Asked, _step: str) -> QWidget:
    if field.name == "officer":
        return NamedAnswer(asked.opened.officers, asked.words.say("window.dossiers.hint.officer"))
    code = f"window.dossiers.hint.{field.name}"
    return TextAnswer(asked.words.say(code) if code in asked.words else "")


def _instant(field: StepField, asked: Asked, _step: str) -> QWidget:
    return InstantAnswer(field.name, asked.now, asked.words, ahead=field.name == "due_at")


_BUILD: Mapping[FieldKind, Callable[[StepField, Asked, str], QWidget]] = MappingProxyType(
    {
        FieldKind.TEXT: _text,
        FieldKind.LINES: lambda _field, asked, _step: LinesAnswer(asked.words.say("window.dossiers.hint.lines")),
        FieldKind.CHOICE: lambda field, asked, _step: ChoiceAnswer(field, asked.words),
        FieldKind.INSTANT: _instant,
        FieldKind.PERSON: lambda _field, asked, _step: ReceiverAnswer(asked.dossier, asked.words),
        FieldKind.COUNT: lambda field, _asked, _step: AmountAnswer(field.name),
        FieldKind.OBJECT: lambda _field, asked, _step: ChangesAnswer(asked),
        FieldKind.FILES: lambda _field, asked, _step: FilesAnswer(asked.words),
    }
)


def build(field: StepField, asked: Asked, step: str) -> QWidget:
    """Return the widget of a field, filled with what is usual."""
    made = _BUILD[field.kind](field, asked, step)
    usual = _USUAL.get((step, field.name))
    if usual is not None and isinstance(made, Entry) and (text := usual(asked)):
        made.put(text)
    return made


def _to_collect(dossier: Dossier) -> int | None:
    """Return what is asked for while it is waited for, else what is still due of the fee."""
    return dossier.asked_amount if dossier.status == "awaiting-payment" else dossier.fee_due


def _amount(amount: int | None) -> str:
    return written_fee(amount) if amount else ""


_USUAL: Mapping[tuple[str, str], Callable[[Asked], str]] = MappingProxyType(
    {
        ("forward", "unit"): lambda asked: asked.upper,
        ("assign", "officer"): lambda asked: asked.dossier.officer,
        ("collect", "amount"): lambda asked: _amount(_to_collect(asked.dossier)),
        ("ask-payment", "amount"): lambda asked: _amount(asked.dossier.fee_due),
        ("refund", "amount"): lambda asked: _amount(asked.dossier.collected - asked.dossier.refunded),
    }
)
