"""One administrative procedure of the catalogue: its limit, fee and papers, as far as they are known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.errors import InvalidInput

DAY_MINUTES = 480
"""A working day is counted as eight hours; a quarter of it is 120 minutes."""

_CODE = re.compile(r"\s*([0-9]\.[0-9]{6})(?:[.\-][0-9A-Za-z.\-]*)?\s*")
_LEAD = re.compile(r"thủ tục\s+", re.IGNORECASE)
_SURE = ("high", "medium", "low")
_UNITS = ("", "dossier", "copy", "page", "transaction", "case")


class Channel(StrEnum):
    """How a dossier reaches the desk (Decree 118/2025/NĐ-CP, art. 15)."""

    DESK = "desk"
    POST = "post"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """A paper of the dossier: how many of each kind, in which case, and the database that replaces it.

    `forbidden` names the national database because of which the paper may no longer be asked for
    (Resolution 66.7/2025/NQ-CP); empty when it may. `case` is empty when the paper belongs to every case.
    """

    name: str
    original: int = 0
    certified: int = 0
    copy: int = 0
    required: bool = True
    forbidden: str = ""
    case: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotToAsk:
    """A paper that Appendix I of Resolution 66.7/2025/NQ-CP forbids to ask for, and what replaces it."""

    paper: str
    database: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What is charged, in đồng; nothing filled in means that it is not known.

    `per_page` holds (first page, đồng for each page from there on); `cap` bounds one copy. `set_by` names who
    decides the amount where the law leaves it to them.
    """

    amount: int | None = None
    unit: str = ""
    per_page: tuple[tuple[int, int], ...] = ()
    cap: int | None = None
    set_by: str = ""
    free: bool = False
    note: str = ""

    @property
    def is_known(self) -> bool:
        """Say whether an amount can be told."""
        return self.free or self.amount is not None or bool(self.per_page)

    def total(self, pages: int, copies: int) -> int | None:
        """Return the fee in đồng of one dossier, None when it is not known.

        By the copy or page it is also None while their number is not known (0). By the case or transaction
        the dossier holds one.
        """
        if self.free:
            return 0
        if self.per_page:
            return self._one_copy(pages) * copies if pages > 0 and copies > 0 else None
        if self.amount is None or self.unit not in ("copy", "page"):
            return self.amount
        count = copies if self.unit == "copy" else pages * max(copies, 1)
        return self.amount * count if count > 0 else None

    def _one_copy(self, pages: int) -> int:
        total = 0
        for (first, price), (following, _) in pairwise((*self.per_page, (pages + 1, 0))):
            total += price * max(min(pages, following - 1) - first + 1, 0)
        return total if self.cap is None else min(total, self.cap)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as the desk knows it; what is unknown is absent and typed by hand.

    `sure` is the confidence of the least certain fact of the row: high, medium or low; `source` names the
    documents. `rank` is the class of frequency: 1 the most frequent, 0 not counted. `note` is what the clerk
    should know beside the limit.
    """

    code: str
    title: str
    field: str
    short: str = ""
    keywords: tuple[str, ...] = ()
    level: str = ""
    limits: Mapping[Channel, Limit] = dataclasses.field(default_factory=dict, hash=False)
    fee: FeeRule = FeeRule()
    papers: tuple[PaperAsked, ...] = ()
    not_to_ask: tuple[NotToAsk, ...] = ()
    channels: tuple[Channel, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    sure: str = "high"
    result: str = ""
    certification_book: bool = False
    rank: int = 0
    note: str = ""

    @property
    def display(self) -> str:
        """Return the name that people see: the short one, else the title without a leading "Thủ tục"."""
        if self.short:
            return self.short
        bare = _LEAD.sub("", self.title, count=1) if _LEAD.match(self.title) else self.title
        return bare[:1].upper() + bare[1:]

    @property
    def is_whole(self) -> bool:
        """Say whether limit, fee and papers are all known."""
        return any(self.limit_for(channel) for channel in Channel) and self.fee.is_known and bool(self.papers)

    def limit_for(self, channel: Channel) -> Limit | None:
        """Return the time limit by this channel, None when it is not known."""
        limit = self.limits.get(channel)
        return None if limit is None or limit.kind is LimitKind.NONE else limit

    def in_force(self, day: date) -> bool:
        """Say whether the procedure may be used for a dossier received on that day."""
        return not (self.valid_from and day < self.valid_from) and not (self.valid_to and day > self.valid_to)


def national_code(text: str) -> str:
    """Return the first `N.NNNNNN`: "2.000815.000.00.00.H61" is "2.000815".

    Raises InvalidInput `procedure.code`.
    """
    found = _CODE.fullmatch(text)
    if found is None:
        raise InvalidInput("procedure.code", code=text[:40])
    return found[1]


def read_procedure(mapping: Mapping[str, Any], field: str) -> Procedure:
    """Read one `[[procedures]]` table of a field (lĩnh vực).

    Raises InvalidInput `procedure.code`, `procedure.missing`, `procedure.unknown_key`, `procedure.type` and
    `procedure.value` (`key`, `code`).
    """
    row = _Row(mapping, str(mapping.get("code", ""))[:40])
    row.only(_KEYS)
    for key in ("code", "title", "source"):
        if not row.text(key):
            raise InvalidInput("procedure.missing", key=key, code=row.code)
    channels = tuple(Channel(name) for name in row.texts("channels", tuple(Channel)))
    return Procedure(
        code=_whole_code(row),
        title=row.text("title"),
        field=field,
        short=row.text("short"),
        keywords=row.texts("keywords"),
        level=row.text("level"),
        limits=_limits(row, channels or tuple(Channel)),
        fee=_fee(row.table("fee")),
        papers=tuple(_paper(paper) for paper in row.tables("papers")),
        not_to_ask=tuple(_not_to_ask(paper) for paper in row.tables("not_to_ask")),
        channels=channels,
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        source=row.text("source"),
        sure=row.choice("sure", _SURE, "high"),
        result=row.text("result"),
        certification_book=row.flag("certification_book", default=False),
        rank=row.count("rank"),
        note=row.text("note"),
    )


def _names_of(kind: type[Any]) -> frozenset[str]:
    return frozenset(part.name for part in dataclasses.fields(kind))


_KEYS = (_names_of(Procedure) - {"field"}) | {"limit"}
_T = TypeVar("_T")


class _Row:
    """A table of the file, read key by key; every refusal names the key and the procedure."""

    def __init__(self, values: Mapping[str, Any], code: str, path: str = "") -> None:
        self.values = values
        self.code = code
        self.path = path

    def only(self, known: frozenset[str]) -> None:
        for key in self.values:
            if key not in known:
                raise InvalidInput("procedure.unknown_key", key=self.path + str(key), code=self.code)

    def wrong(self, key: str, what: str = "type") -> InvalidInput:
        return InvalidInput(f"procedure.{what}", key=self.path + key, code=self.code)

    def _take(self, key: str, kind: type[_T], default: _T) -> _T:
        value = self.values.get(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key)
        return value

    def text(self, key: str) -> str:
        return self._take(key, str, "")

    def flag(self, key: str, *, default: bool) -> bool:
        return self._take(key, bool, default)

    def count(self, key: str) -> int:
        value = self._take(key, int, 0)
        if value < 0:
            raise self.wrong(key, "value")
        return value

    def amount(self, key: str) -> int | None:
        return self.count(key) if key in self.values else None

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._take(key, str, default)
        if value not in choices:
            raise self.wrong(key, "value")
        return value

    def texts(self, key: str, choices: tuple[str, ...] = ()) -> tuple[str, ...]:
        values: list[Any] = self._take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key)
        if choices and not set(values) <= set(choices):
            raise self.wrong(key, "value")
        return tuple(values)

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong(key)
        return value

    def table(self, key: str) -> _Row:
        return _Row(self._take(key, dict, {}), self.code, f"{self.path}{key}.")

    def tables(self, key: str) -> list[_Row]:
        rows: list[Any] = self._take(key, list, [])
        if not all(isinstance(row, dict) for row in rows):
            raise self.wrong(key)
        return [_Row(row, self.code, f"{self.path}{key}.") for row in rows]


def _whole_code(row: _Row) -> str:
    code = row.text("code")
    if national_code(code) != code:
        raise InvalidInput("procedure.code", code=code[:40])
    return code


def _limits(row: _Row, channels: tuple[Channel, ...]) -> dict[Channel, Limit]:
    """Read `limit` (every channel) and `limits` (by channel, which wins)."""
    limits: dict[Channel, Limit] = {}
    if "limit" in row.values:
        limits = dict.fromkeys(channels, _limit(row.table("limit")))
    by_channel = row.table("limits")
    by_channel.only(frozenset(Channel))
    for name in by_channel.values:
        limits[Channel(name)] = _limit(by_channel.table(name))
    return limits


def _limit(row: _Row) -> Limit:
    kind = LimitKind(row.choice("kind", tuple(LimitKind), ""))
    key, build = _LIMITS[kind]
    row.only(frozenset({"kind", key} - {""}))
    if not key:
        return build(0)
    value = row.values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise row.wrong(key)
    if value <= 0 or value > _LONGEST[key] or (kind is LimitKind.CALENDAR and value != int(value)):
        raise row.wrong(key, "value")
    return build(value)


_LIMITS: dict[LimitKind, tuple[str, Callable[[float], Limit]]] = {
    LimitKind.WORKING: ("days", lambda days: Limit(LimitKind.WORKING, minutes=round(days * DAY_MINUTES))),
    LimitKind.CALENDAR: ("days", lambda days: Limit(LimitKind.CALENDAR, days=int(days))),
    LimitKind.HOURS: ("hours", lambda hours: Limit(LimitKind.HOURS, minutes=round(hours * 60))),
    LimitKind.SAME_DAY: ("", lambda _: Limit(LimitKind.SAME_DAY)),
    LimitKind.NONE: ("", lambda _: Limit(LimitKind.NONE)),
}


_LONGEST = {"days": 3650, "hours": 3650 * 8}
"""Ten years: a longer limit is a slip of the finger."""


def _fee(row: _Row) -> FeeRule:
    row.only(_names_of(FeeRule))
    return FeeRule(
        amount=row.amount("amount"),
        unit=row.choice("unit", _UNITS, ""),
        per_page=_per_page(row),
        cap=row.amount("cap"),
        set_by=row.text("set_by"),
        free=row.flag("free", default=False),
        note=row.text("note"),
    )


def _per_page(row: _Row) -> tuple[tuple[int, int], ...]:
    """Read [[1, 2000], [3, 1000]]: pairs of whole numbers, first pages rising from 1."""
    value = row.values.get("per_page", [])
    if not isinstance(value, list) or not all(_is_pair(pair) for pair in value):
        raise row.wrong("per_page")
    steps = tuple((first, price) for first, price in value)
    firsts = [first for first, _ in steps]
    if steps and (firsts[0] != 1 or any(a >= b for a, b in pairwise(firsts))):
        raise row.wrong("per_page", "value")
    return steps


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value)


def _paper(row: _Row) -> PaperAsked:
    row.only(_names_of(PaperAsked))
    if not row.text("name"):
        raise row.wrong("name", "missing")
    return PaperAsked(
        name=row.text("name"),
        original=row.count("original"),
        certified=row.count("certified"),
        copy=row.count("copy"),
        required=row.flag("required", default=True),
        forbidden=row.text("forbidden"),
        case=row.text("case"),
        note=row.text("note"),
    )


def _not_to_ask(row: _Row) -> NotToAsk:
    row.only(_names_of(NotToAsk))
    if not row.text("paper") or not row.text("database"):
        raise row.wrong("paper", "missing")
    return NotToAsk(row.text("paper"), row.text("database"), row.text("owner"))
