"""Papers of the desk's days: the register book as PDF, and the sheet of a day with the journal's head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.figures import standing_of
from onestop_desktop.domain.calendar import HANOI
from onestop_desktop.domain.dossier import Dossier, Register, evolve
from onestop_desktop.domain.entry import Entry, recorded
from onestop_desktop.domain.office import RuleSet, office_on, rules_on
from onestop_desktop.domain.status import STATUSES, TO_HAND_OVER, Counts
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store import books, journal, lookup
from onestop_desktop.store.connect import Connection

if TYPE_CHECKING:
    from onestop_desktop.papers.daily_sheet import DayLine, DaySheet, JournalHead
    from onestop_desktop.papers.register import RegisterDays
    from onestop_desktop.papers.terms import PaperTerms

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEAD_SIGNS = 16
_UNPRINTED = 500
_UNRESOLVED = frozenset(code for code, row in STATUSES.items() if row.counts is Counts.UNRESOLVED)
_OPEN = (Counts.PROCESSING, Counts.AWAITING_SUPPLEMENT, Counts.AWAITING_PAYMENT)


def of_day(core: Core, form: str, day: date) -> bytes:
    """Return the register or the sheet of one day as PDF."""
    return register_pdf(core, day, day) if form == "register" else daily_sheet_pdf(core, day)


def register_pdf(core: Core, first: date, last: date) -> bytes:
    """Return the register of the dossiers received on these days, both included.

    Raises:
        InvalidInput: `paper.days` when the last day lies before the first, `office.none_on_day`.
    """
    from onestop_desktop.papers.register import register_sheet  # noqa: PLC0415  papers are imported on first use

    if last < first:
        raise InvalidInput("paper.days", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    rules = rules_on(core.seed.rules, last)
    return register_sheet(register_of(core, first, last), _terms(core, rules)).pdf()


def register_of(core: Core, first: date, last: date) -> RegisterDays:
    """Gather what the register shows of these days."""
    from onestop_desktop.papers.register import RegisterDays  # noqa: PLC0415  papers are imported on first use

    dossiers = core.store.read(lambda c: _between(c, "received_at", first, last))
    return RegisterDays(
        office=office_on(core.setup.offices, last),
        first=first,
        last=last,
        made_on=core.now().date(),
        dossiers=dossiers,
        lost=core.store.read(lambda c: _lost(c, first, last, dossiers)),
    )


def terms_on(core: Core, day: date) -> PaperTerms:
    """Return the wording in force on a day."""
    return _terms(core, rules_on(core.seed.rules, day))


def _terms(core: Core, rules: RuleSet) -> PaperTerms:
    from onestop_desktop.papers.terms import PaperTerms  # noqa: PLC0415  papers are imported on first use

    return PaperTerms(rules=rules, clerk=core.user_name(core.user), training=core.training)


def _between(connection: Connection, moment: str, first: date, last: date) -> tuple[Dossier, ...]:
    ids = books.between(connection, moment, first.isoformat(), (last + timedelta(days=1)).isoformat())
    return tuple(_folded(connection, ids))


def _folded(connection: Connection, ids: Sequence[str]) -> Iterator[Dossier]:
    for dossier in ids:
        state = journal.dossier_of(connection, dossier)
        if state is not None:
            yield state


def _lost(connection: Connection, first: date, last: date, dossiers: Sequence[Dossier]) -> tuple[Register, ...]:
    """Return the numbers lost in an accident that was found on these days, or that lie between the days' numbers."""
    spans: dict[tuple[int, str, str], list[int]] = {}
    for one in dossiers:
        place = one.register
        spans.setdefault((place.year, place.book, place.desk), []).append(place.no)
    found: list[Register] = []
    for entry in journal.entries(connection, kind="epoch"):
        known = first.isoformat() <= entry.happened_at[:10] <= last.isoformat()
        for place in _lost_places(entry):
            numbers = spans.get((place.year, place.book, place.desk))
            if known or (numbers and min(numbers) < place.no < max(numbers)):
                found.append(place)
    return tuple(found)


def _lost_places(entry: Entry) -> Iterator[Register]:
    for gap in entry.facts.get("lost", ()):
        _register, year, book, desk = str(gap["name"]).split("|")
        for no in range(int(gap["from"]), int(gap["to"]) + 1):
            yield Register(int(year), book, desk, no)


def daily_sheet_pdf(core: Core, day: date, head_code: str = "", head_qr: str = "") -> bytes:
    """Return the sheet of a day as PDF.

    Args:
        core: The desk.
        day: The civil day.
        head_code: 16 characters of the signed head; the journal's own head where nobody signed one yet.
        head_qr: The text of its QR code.

    Raises:
        InvalidInput: `office.none_on_day`.
    """
    from onestop_desktop.papers.daily_sheet import day_sheet  # noqa: PLC0415  papers are imported on first use

    made = day_of(core, day, head_code, head_qr)
    return day_sheet(made, _terms(core, rules_on(core.seed.rules, day))).pdf()


def day_of(core: Core, day: date, head_code: str = "", head_qr: str = "") -> DaySheet:
    """Gather what the sheet of a day shows."""
    from onestop_desktop.papers.daily_sheet import DaySheet  # noqa: PLC0415  papers are imported on first use

    lists, late = core.store.read(lambda c: _lists(c, day))
    figures = {key: len(lines) for key, lines in lists.items()} | {"late": late} | _standing(core, day)
    return DaySheet(
        office=office_on(core.setup.offices, day),
        desk=core.store.meta.desk,
        day=day,
        made_on=core.now().date(),
        head=_head(core, head_code, head_qr),
        figures=figures,
        lists=lists,
    )


def _head(core: Core, code: str, qr: str) -> JournalHead:
    from onestop_desktop.papers.daily_sheet import JournalHead  # noqa: PLC0415  papers are imported on first use

    head = core.store.head
    return JournalHead(
        code=code or head_code_of(head.hash),
        qr=qr or f"{head.epoch} {head.seq} {head.hash.hex()}",
        epoch=head.epoch,
        seq=head.seq,
    )


def head_code_of(value: bytes) -> str:
    """Return the first 80 bits of a head's hash as 16 Crockford characters."""
    bits = int.from_bytes(value[: _HEAD_SIGNS * 5 // 8], "big")
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(5 * _HEAD_SIGNS - 5, -1, -5))


def _standing(core: Core, day: date) -> dict[str, int]:
    """Return what the desk held at the day's end: in work, and waiting for its owner; the board's "held" is both.

    What was overdue then is known for today only.
    """
    now = core.now()
    if day == now.date():
        counts = core.store.read(lambda c: lookup.counts_of_day(c, day.isoformat(), now.isoformat()))
        waiting = lookup.Filter(states=tuple(sorted(TO_HAND_OVER)))
        return {
            "open": counts["open"],
            "overdue": counts["overdue"],
            "waiting": core.store.read(lambda c: lookup.counted(c, waiting)),
        }
    by = standing_of(core, day.isoformat()).by
    return {
        "open": sum(by.get(one, 0) for one in _OPEN),
        "waiting": core.store.read(lambda c: _waiting_on(c, day.isoformat())),
    }


def _waiting_on(connection: Connection, day: str) -> int:
    """Count what waited for its owner at the end of a civil day (ISO); reads the whole journal.

    A step declared for before the step it follows counts from that step's day, as in the figures of a day.
    """
    states: dict[str, Dossier | None] = {}
    over: set[str] = set()
    for entry in journal.entries(connection):
        if entry.dossier and (entry.dossier in over or entry.happened_at[:10] > day):
            over.add(entry.dossier)
        elif entry.dossier:
            states[entry.dossier] = evolve(states.get(entry.dossier), entry)
    return sum(one is not None and one.status in TO_HAND_OVER for one in states.values())


def _lists(connection: Connection, day: date) -> tuple[dict[str, list[DayLine]], int]:
    """Return the day's lists, and how many dossiers of earlier days were entered late on it."""
    received = _between(connection, "received_at", day, day)
    entered = _entered_late(connection, day)
    ended = _between(connection, "finished_at", day, day)
    voided = [one for one in ended if one.status == "voided"]
    alone = {one.id for one in voided if any(step.kind == "void" and step.facts.get("alone") for step in one.history)}
    returned = _between(connection, "returned_at", day, day)
    late = [one for one in entered if one not in received]
    lists = {
        "received": [_line(one, one.received_at, _late(one)) for one in (*received, *late)],
        "finished": [_line(one, one.finished_at) for one in ended if one.status in {"ready", "returned"}],
        "returned": [_line(one, one.returned_at) for one in returned],
        "unresolved": [_line(one, one.finished_at) for one in ended if one.status in _UNRESOLVED],
        "refused": [_refused(entry) for entry in books.loose(connection, "refuse") if _is_on(entry, day)],
        "voided": [_line(one, one.finished_at) for one in voided if one.id not in alone],
        "cancelled": [_line(one, one.finished_at) for one in voided if one.id in alone],
        "unprinted": _unprinted(connection, (*received, *late, *ended, *returned)),
    }
    return lists, len(entered)


def _entered_late(connection: Connection, day: date) -> list[Dossier]:
    start = datetime.combine(day, time(), HANOI)
    bounds = [recorded(at.astimezone(UTC)) for at in (start, start + timedelta(days=1))]
    ids = books.between(connection, "recorded_at", *bounds)
    return [one for one in _folded(connection, ids) if one.late]


def _is_on(entry: Entry, day: date) -> bool:
    return entry.happened_at[:10] == day.isoformat()


def _line(dossier: Dossier, at: str, note: str = "") -> DayLine:
    from onestop_desktop.papers.daily_sheet import DayLine  # noqa: PLC0415  papers are imported on first use

    return DayLine(dossier.number, dossier.applicant.name, dossier.procedure_title, at[11:16], note)


def _late(dossier: Dossier) -> str:
    from onestop_desktop.papers.daily_sheet import late_words  # noqa: PLC0415  papers are imported on first use

    return late_words() if dossier.late else ""


def _refused(entry: Entry) -> DayLine:
    from onestop_desktop.papers.daily_sheet import DayLine  # noqa: PLC0415  papers are imported on first use

    facts = entry.facts
    name, title = str(facts["applicant"].get("name", "")), str(facts["procedure"]["title"])
    return DayLine(str(facts.get("form_number", "")), name, title, entry.happened_at[11:16])


def _unprinted(connection: Connection, touched: Sequence[Dossier]) -> list[DayLine]:
    """Return receipts that never came out, and the day's other papers that were issued and not printed."""
    from onestop_desktop.papers.daily_sheet import DayLine, form_title  # noqa: PLC0415  imported on first use

    lines = [
        DayLine(one.number, one.applicant, one.title, one.received_at[11:16], form_title("receipt"))
        for one in lookup.unprinted(connection, _UNPRINTED)
    ]
    for dossier in {one.id: one for one in touched}.values():
        lines += [
            _line(dossier, paper.issued_at, form_title(paper.form))
            for paper in dossier.issued
            if paper.form != "receipt" and not paper.printed
        ]
    return lines
