"""What a `receive` entry says twice, or says as the dossier of the same procedure before it did: a bit each tells so.

These rules belong to the packet's format and never change; a newer format gets its own beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]
_AS_BEFORE = ("papers", "limit", "due_basis", "due_notes", "fee", "title", "office")
_TITLE = ("title", "field")


class Expected:
    """What is expected of each row, in the order of the rows."""

    def __init__(self) -> None:
        self._before: dict[str, dict[str, Any]] = {}

    def without(self, body: Facts, dossier: str, happened: str) -> tuple[int, dict[str, Any]]:
        """Return which facts are as expected, as bits, and the others. `happened` is the declared time."""
        seen = _seen(body, happened)
        before = self._before.get(seen["code"], {})
        left = dict(body)
        told = 0
        for bit, name in enumerate(_AS_BEFORE):
            if name in before and before[name] == seen[name]:
                told |= 1 << bit
                _take(left, name)
        if before.get("day") == seen["day"] and before["due_at"] == seen["due_at"]:
            told |= 1 << len(_AS_BEFORE)
            left.pop("due_at", None)
        for bit, (name, value) in enumerate(_computed(body, dossier, happened).items(), len(_AS_BEFORE) + 1):
            if left.get(name) == value:
                told |= 1 << bit
                del left[name]
        self._before[seen["code"]] = seen
        return told, left

    def completed(self, told: int, body: Facts, dossier: str, happened: str) -> dict[str, Any]:
        """Return the whole body; raises KeyError for bits that were never told."""
        whole = dict(body)
        before = self._before.get(_code(whole), {})
        for bit, name in enumerate(_AS_BEFORE):
            if told >> bit & 1:
                _give(whole, name, before[name])
        if told >> len(_AS_BEFORE) & 1:
            _give(whole, "due_at", before["due_at"])
        for bit, name in enumerate(_COMPUTED, len(_AS_BEFORE) + 1):
            if told >> bit & 1:
                whole[name] = _COMPUTED[name](whole, dossier, happened)
        seen = _seen(whole, happened)
        self._before[seen["code"]] = seen
        return whole


def _code(body: Facts) -> str:
    procedure = body.get("procedure")
    return str(procedure.get("code", "")) if isinstance(procedure, Mapping) else ""


def _seen(body: Facts, happened: str) -> dict[str, Any]:
    """Return what the next dossier of this procedure may say again; None for what this one leaves out."""
    procedure = body.get("procedure")
    title = {name: procedure[name] for name in _TITLE if name in procedure} if isinstance(procedure, Mapping) else None
    return {
        "code": _code(body),
        "day": happened[:10],
        "due_at": body.get("due_at"),
        "title": title,
        **{name: body.get(name) for name in _AS_BEFORE if name != "title"},
    }


def _take(body: dict[str, Any], name: str) -> None:
    if name == "title" and isinstance(body.get("procedure"), Mapping):
        body["procedure"] = {key: value for key, value in body["procedure"].items() if key not in _TITLE}
    else:
        body.pop(name, None)


def _give(body: dict[str, Any], name: str, value: Any) -> None:
    if name == "title" and value is not None:
        body["procedure"] = {**body["procedure"], **value}
    elif value is not None:
        body[name] = value


# -- what follows from other facts ------------------------------------------------------------------------------


def _agency(body: Facts, _dossier: str, _happened: str) -> Any:
    return body["office"]["agency"]


def _day(_body: Facts, _dossier: str, happened: str) -> str:
    return happened[:10]


def _number(body: Facts, _dossier: str, _happened: str) -> str:
    return f"{body['agency']}-{_six(body['day'])}-{int(body['sequence']):04d}"


def _barcode(body: Facts, dossier: str, _happened: str) -> str:
    secret = int.from_bytes(hashlib.sha256(dossier.encode()).digest(), "big") % 10**6
    sequence = int(body["sequence"])
    digits = f"{_six(body['day'])}{sequence:0{4 if sequence < 10_000 else 6}d}{secret:06d}"
    return digits + f"{98 - int(digits) * 100 % 97:02d}"


def _six(day: str) -> str:
    return day[2:].replace("-", "")


_COMPUTED: Mapping[str, Callable[[Facts, str, str], Any]] = {
    "agency": _agency,
    "day": _day,
    "number": _number,
    "barcode": _barcode,
}


def _computed(body: Facts, dossier: str, happened: str) -> dict[str, Any]:
    """Return what follows, in order; an unreadable fact makes nothing follow."""
    found: dict[str, Any] = {}
    for name, compute in _COMPUTED.items():
        try:
            found[name] = compute(body, dossier, happened)
        except (KeyError, TypeError, ValueError, AttributeError):
            found[name] = None
    return found
