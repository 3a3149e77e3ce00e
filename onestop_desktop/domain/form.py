"""The small form that a step asks for, read strictly by the table of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from onestop_desktop.domain.attachment import paper_name
from onestop_desktop.domain.entry import declared
from onestop_desktop.domain.intake import FEE_LIMIT, PAPERS_LIMIT, read_instant
from onestop_desktop.domain.person import read_person
from onestop_desktop.domain.status import STEPS, FieldKind, StepField
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput, Refused


def read_form(step: str, values: Mapping[str, object], today: date) -> dict[str, Any]:
    """Read the small form of a step by its table; unknown keys are refused by name.

    Raises:
        Refused: `step.unknown`.
        InvalidInput: with the field's name.
    """
    row = STEPS.get(step)
    if row is None:
        raise Refused("step.unknown", step=step, steps=", ".join(STEPS))
    known = {field.name: field for field in row.fields}
    for key in values:
        if key not in known:
            raise InvalidInput("input.unknown_key", key=str(key), field=step)
    read = {name: _READ[field.kind](field, values[name], today) for name, field in known.items() if name in values}
    for name, field in known.items():
        if field.required and not read.get(name):
            raise InvalidInput("input.missing", field=name)
    return {name: value for name, value in read.items() if value}


def _read_text(field: StepField, value: object, _today: date) -> str:
    if not isinstance(value, str):
        raise InvalidInput("input.type", field=field.name)
    return clean(value, field.name, 2000, multiline=True)


def _read_lines(field: StepField, value: object, _today: date) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or len(value) > 60:
        raise InvalidInput("input.type", field=field.name)
    return [text for one in value if (text := clean(one, field.name, 1000))]


def _read_choice(field: StepField, value: object, _today: date) -> str:
    if value not in field.choices:
        raise InvalidInput("input.choice", field=field.name, choices=", ".join(field.choices))
    return str(value)


def _read_instant(field: StepField, value: object, _today: date) -> str:
    return declared(read_instant(value, field.name))


def _read_object(field: StepField, value: object, _today: date) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidInput("input.type", field=field.name)
    return value


def _read_person(field: StepField, value: object, today: date) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise InvalidInput("input.type", field=field.name)
    return read_person(value, field.name, today).as_body()


def _read_count(field: StepField, value: object, _today: date) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput("input.type", field=field.name)
    if not 0 < value <= FEE_LIMIT:
        raise InvalidInput("input.count_from", field=field.name, value=str(value)[:20], least=1, limit=FEE_LIMIT)
    return value


def _read_files(field: StepField, value: object, _today: date) -> list[dict[str, Any]]:
    """Read files as the desk stored them: name, SHA-256, size, kind, pages, and which paper of the list each is."""
    if not isinstance(value, list) or len(value) > PAPERS_LIMIT:
        raise InvalidInput("input.type", field=field.name)
    files = []
    for one in value:
        if not isinstance(one, Mapping) or not isinstance(one.get("sha256"), str) or len(one["sha256"]) != 64:
            raise InvalidInput("input.type", field=field.name)
        kept: dict[str, Any] = {"name": clean(str(one.get("name", "")), field.name, 200), "sha256": one["sha256"]}
        kept["size"] = _read_count(field, one.get("size"), _today)
        kept |= {"paper": paper_name(one["paper"], (), field.name)} if one.get("paper") else {}
        kept |= {"kind": clean(str(one["kind"]), field.name, 20)} if one.get("kind") else {}
        files.append(kept | ({"pages": _read_count(field, one["pages"], _today)} if one.get("pages") else {}))
    return files


_READ: Mapping[FieldKind, Callable[[StepField, object, date], Any]] = MappingProxyType(
    {
        FieldKind.TEXT: _read_text,
        FieldKind.LINES: _read_lines,
        FieldKind.CHOICE: _read_choice,
        FieldKind.INSTANT: _read_instant,
        FieldKind.OBJECT: _read_object,
        FieldKind.PERSON: _read_person,
        FieldKind.COUNT: _read_count,
        FieldKind.FILES: _read_files,
    }
)
