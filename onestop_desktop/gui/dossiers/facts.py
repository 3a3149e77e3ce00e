"""What the detail says of a dossier: its way so far, people, papers, money, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.domain.money import format_dong
from onestop_desktop.domain.person import Person
from onestop_desktop.domain.status import STATUSES, Timing
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.dossiers.looks import phone_words, short_day, upper_first
from onestop_desktop.gui.dossiers.offers import Opened
from onestop_desktop.words import Words

SEP = " · "
_TONES: Mapping[str, str] = MappingProxyType(
    {
        "ask-supplement": "warn", "ask-payment": "warn", "extend": "warn", "answer": "warn", "ready": "ok",
        "return": "ok", "void": "bad", "stop": "bad", "withdraw": "muted", "printed": "muted", "issue": "muted",
        "attach": "muted", "rate": "muted", "collect": "muted", "refund": "muted", "correct": "warn", "settle": "warn",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """One dot of the timeline."""

    title: str
    when: str
    tone: str = "primary"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A headed list of (name, value); an empty name means that the value stands alone."""

    title: str
    rows: tuple[tuple[str, str], ...]
    code: str = ""


def timeline(opened: Opened, words: Words) -> tuple[Happened, ...]:
    """Return the history as people tell it, with the day the limit ran out where it did."""
    state = opened.dossier
    told = [(step.happened_at, _happened(step, opened, words)) for step in state.history if _is_told(step)]
    if opened.left.overdue and _runs(state):
        when = f"{short_instant_day(state.due_at, opened.now)}{SEP}{words.say('window.dossiers.system')}"
        told.append((state.due_at, Happened(words.say("window.dossiers.done.overdue"), when, "bad")))
    return tuple(one for _at, one in sorted(told, key=lambda pair: pair[0]))


def _runs(state: Dossier) -> bool:
    return state.status in STATUSES and STATUSES[state.status].timing is Timing.RUNNING


def _is_told(step: Step) -> bool:
    if step.kind == "issue":
        return int(step.facts.get("version", 1)) > 1
    # Another paper's reprint stands beside the paper, in the list of papers.
    return step.kind != "printed" or (bool(step.facts.get("again")) and "form" not in step.facts)


def _happened(step: Step, opened: Opened, words: Words) -> Happened:
    facts = _facts(step, opened)
    code = f"window.dossiers.done.{step.kind}"
    for case in _CASES.get(step.kind, ()):
        if facts.get(case) and f"{code}_{case}" in words:
            code = f"{code}_{case}"
            break
    title = words.say(code, **facts) if code in words else words.say(f"step.{step.kind}")
    used = {name for name in facts if f"{{{name}}}" in words.raw(code)} if code in words else set()
    detail = SEP.join(facts[name] for name in _DETAILS if facts[name] and name not in used)
    when = SEP.join((short_instant_day(step.happened_at, opened.now), opened.names.get(step.actor, step.actor)))
    return Happened(title, when, _TONES.get(step.kind, "primary"), detail)


_CASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "receive": ("receipt_due", "due"), "supplement": ("due",), "paid": ("due",), "ready": ("declined",),
        "correct": ("undone",), "void": ("alone",), "return": ("to",),
    }
)  # fmt: skip
_DETAILS = ("reason", "items", "text", "note", "document", "contact", "letter", "authority", "changed")


def _facts(step: Step, opened: Opened) -> dict[str, str]:
    raw: Mapping[str, Any] = step.facts
    texts = ("reason", "text", "note", "document", "contact", "letter", "authority", "officer", "unit", "score")
    facts = {name: str(raw.get(name, "")) for name in texts}
    due = opened.dossier.first_due_at if step.kind == "receive" else str(raw.get("due_at", ""))
    to = raw.get("to")
    changes = raw.get("changes")
    shown = short_day(due, opened.now) if due else ""
    receipt = any(paper.form == "receipt" for paper in opened.dossier.issued)
    return facts | {
        "due": shown,
        "receipt_due": shown if receipt else "",
        "items": ", ".join(str(one) for one in raw.get("items", ())),
        "amount": format_dong(int(raw["amount"])) if "amount" in raw else "",
        "count": str(len(raw.get("files", ()))),
        "to": str(to.get("name", "")) if isinstance(to, Mapping) else "",
        "declined": "1" if raw.get("outcome") == "declined" else "",
        "undone": "1" if isinstance(changes, Mapping) and "status" in changes else "",
        "alone": "1" if raw.get("alone") else "",
        "times": str(raw.get("again", "")),
        "version": str(int(raw.get("version", 1)) - 1),
        "changed": "",
    }


def short_instant_day(iso: str, now: datetime) -> str:
    """Write "28/02 17:00", with the year when it is another."""
    at = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    return f"{at:%d/%m %H:%M}" if at.year == now.year else f"{at:%d/%m/%Y %H:%M}"


def sections(opened: Opened, words: Words) -> tuple[Section, ...]:
    """Return everything below the timeline that says something."""
    state = opened.dossier
    made = (
        ("marks", _marks(state, words)),
        ("people", _people(state, words)),
        ("papers", tuple(("", _paper(paper, words)) for paper in state.papers)),
        ("attachments", tuple(("", str(one.get("name", ""))) for one in state.attachments)),
        ("fees", _fees(state, words)),
        ("dates", _dates(state, words)),
        ("place", _place(state, words)),
        ("issued", _issued(state, opened, words)),
    )
    return tuple(Section(words.say(f"window.dossiers.section.{code}"), rows, code) for code, rows in made if rows)


def _row(code: str, value: str, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.say(f"window.dossiers.fact.{code}"), value),) if value else ()


def _marks(state: Dossier, words: Words) -> tuple[tuple[str, str], ...]:
    rows = tuple(("", upper_first(words.say(mark))) for mark in dict.fromkeys(state.marks))
    late = (("", words.say("window.dossiers.late_entry")),) if state.late else ()
    conflict = (("", words.say("window.dossiers.conflict")),) if state.conflict else ()
    return (*conflict, *rows, *late)


def person_words(person: Person) -> str:
    """Return a person in one line: name, number, telephone, address."""
    born = "/".join(reversed(person.birth_date.split("-")))
    return SEP.join(
        part for part in (person.name, born, person.id_number, phone_words(person.phone), person.address) if part
    )


def _people(state: Dossier, words: Words) -> tuple[tuple[str, str], ...]:
    rows = _row("applicant", person_words(state.applicant), words)
    if state.owner != state.applicant:
        rows += _row("owner", person_words(state.owner), words)
    if state.principal is not None:
        paper = state.principal.authority
        rows += _row("principal", SEP.join(part for part in (person_words(state.principal), paper) if part), words)
    return rows


def _paper(paper: PaperTaken, words: Words) -> str:
    counts = (("original", paper.original), ("certified", paper.certified), ("copy", paper.copy))
    told = [words.say(f"window.dossiers.copies.{kind}", count=count) for kind, count in counts if count]
    return f"{paper.name} — {', '.join(told)}" if told else paper.name


def _fees(state: Dossier, words: Words) -> tuple[tuple[str, str], ...]:
    due = words.say("window.dossiers.fee_unknown") if state.fee is None else format_dong(state.fee)
    rows = _row("fee", due, words)
    if state.asked_amount:
        rows += _row("asked", format_dong(state.asked_amount), words)
    if state.collected:
        rows += _row("collected", format_dong(state.collected), words)
    if state.refunded:
        rows += _row("refunded", format_dong(state.refunded), words)
    if state.fee_due is not None and state.fee:
        rows += _row("left", format_dong(state.fee_due), words)
    return rows


def _dates(state: Dossier, words: Words) -> tuple[tuple[str, str], ...]:
    due = short_instant(state.due_at)
    if not due and _runs(state):
        due = words.say("window.dossiers.due_unknown")
    first = short_instant(state.first_due_at) if state.first_due_at != state.due_at else ""
    return (
        *_row("received_at", short_instant(state.received_at), words),
        *_row("due_at", due, words),
        *_row("first_due_at", first, words),
        *_row("finished_at", short_instant(state.finished_at), words),
        *_row("returned_at", short_instant(state.returned_at), words),
    )


def _place(state: Dossier, words: Words) -> tuple[tuple[str, str], ...]:
    book = state.register
    register = words.say("window.dossiers.register", no=book.no, year=book.year, book=book.book)
    return (
        *_row("shelf", state.shelf, words),
        *_row("officer", state.officer, words),
        *_row("forwarded_to", state.forwarded_to if state.status == "forwarded" else "", words),
        *_row("channel", words.say(f"window.dossiers.channel.{state.channel}"), words),
        *_row("return_by", _return_by(state, words), words),
        *_row("register", register if book.no else "", words),
        *_row("paper_number", state.paper_number, words),
        *_row("note", state.note, words),
    )


def _return_by(state: Dossier, words: Words) -> str:
    way = words.say(f"window.dossiers.return_by.{state.return_by}")
    return SEP.join(part for part in (way, state.post_address) if part)


def _issued(state: Dossier, opened: Opened, words: Words) -> tuple[tuple[str, str], ...]:
    rows = []
    for paper in state.issued:
        code = "replacement" if paper.version > 1 else "paper"
        if paper.stale:
            code = "stale"
        at = short_instant_day(paper.issued_at, opened.now)
        form = words.say(f"window.dossiers.form.{paper.form}")
        version, times = paper.version - 1, paper.printed
        said = words.say(f"window.dossiers.issued.{code}", form=form, at=at, times=times, version=version)
        rows.append(("", said))
    return tuple(rows)
