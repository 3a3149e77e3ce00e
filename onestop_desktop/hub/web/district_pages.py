"""The district's pages: communes, one commune, one dossier, what waits for an answer, what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from onestop_desktop.domain.status import STATUSES
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import OneStopError
from onestop_desktop.hub import inbox, incidents, users
from onestop_desktop.hub.figures import CommuneFigures, Period, figures, total
from onestop_desktop.hub.users import LONGEST_MS
from onestop_desktop.hub.web.api import day_of, one_of_few
from onestop_desktop.hub.web.forms import FORM_LARGEST, read_form
from onestop_desktop.hub.web.guard import later, status_of
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said
from onestop_desktop.hub.web.pages import (
    HOME,
    LOG_IN,
    View,
    cookie,
    count,
    instant,
    is_overdue,
    own_place,
    see,
    with_headers,
)
from onestop_desktop.hub.web.queries import (
    PAGE,
    desks_of,
    dossier_of,
    dossiers_of,
    figures_of,
    names_of,
    row_of,
    today_of,
)
from onestop_desktop.hub.web.shapes import StepRow

_Key = Callable[[CommuneFigures], Any]
SORTS: Mapping[str, _Key] = {
    "name": lambda one: fold(one.name),
    "overdue": lambda one: (-one.overdue, fold(one.name)),
    "open": lambda one: (-one.open, fold(one.name)),
    "share": lambda one: (one.resolved_permille if one.resolved_permille is not None else 1001, fold(one.name)),
    "seen": lambda one: (one.seen_ms, fold(one.name)),
}
"""The ways in which the list of communes can be ordered: what needs somebody comes first."""
TOLD_FACTS = (
    "unit", "officer", "to", "reason", "text", "outcome", "items", "amount", "way", "due_at", "document", "letter",
    "authority", "contact", "score", "note",
)  # fmt: skip
"""What a timeline tells of a step, in this order; the rest stays in the journal."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step on the timeline with its facts as texts: (name, text)."""

    step: StepRow
    facts: tuple[tuple[str, str], ...]


# -- in and out -------------------------------------------------------------------------------------------


def log_in_page(view: View, asked: Asked) -> Said:
    """Show the form."""
    return view.page("login", asked, to=own_place(asked.query.get("den", HOME)))


def log_in(view: View, asked: Asked) -> Said:
    """Open a session and lead on, or say at the form why not."""
    form = read_form(asked)
    name, to = form.get("name", ""), own_place(form.get("to", HOME))
    try:
        with one_of_few():
            _account, token = users.log_in(asked.ledger, name, form.get("password", "")[:500])
    except OneStopError as error:
        status = status_of(error)
        given = {"name": name[:64]}
        said = view.page("login", asked, status, to=to, complaint=view.words.tell(error), given=given)
        return with_headers(said, later(error, status))
    return see(to, cookie(token.hex(), plain=asked.site.plain, seconds=LONGEST_MS // 1000))


def log_out(_view: View, asked: Asked) -> Said:
    """End the session and show the way in again."""
    users.log_out(asked.ledger, asked.token)
    return see(LOG_IN, cookie("", plain=asked.site.plain, seconds=0))


# -- reading ----------------------------------------------------------------------------------------------


def communes_page(view: View, asked: Asked) -> Said:
    """Show every commune's figures, of a period if one is asked for."""
    period = Period(day_of(asked, "from"), day_of(asked, "to"))
    sort = asked.query.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    with asked.ledger.reading() as connection:
        found = figures(connection, today_of(asked.ledger), period)
    rows = [row_of(one) for one in sorted(found, key=SORTS[sort])]
    return view.page(
        "communes", asked, rows=rows, sum=row_of(total(found)), sort=sort, sorts=tuple(SORTS), first=period.first,
        last=period.last,
    )  # fmt: skip


def commune_page(view: View, asked: Asked) -> Said:
    """Show one commune: figures, desks, and dossiers to those who may read names."""
    number, status = asked.number("commune"), asked.query.get("status", "")
    with asked.ledger.reading() as connection:
        row = row_of(figures_of(connection, asked.ledger, number))
        desks = desks_of(connection, number)
        wanted = status if status in STATUSES else ""
        after = asked.query.get("after", "")
        may_read = asked.who.role is not users.Role.VIEWER
        dossiers = dossiers_of(connection, number, wanted, after) if may_read else ()
    today = today_of(asked.ledger).isoformat()
    late = {one.id for one in dossiers if is_overdue(one.status, one.due_at, today)}
    return view.page(
        "commune", asked, row=row, desks=desks, dossiers=dossiers, late=late, status=wanted,
        statuses=tuple(STATUSES), more=len(dossiers) == PAGE,
    )  # fmt: skip


def dossier_page(view: View, asked: Asked, *, status: int = 200, complaint: str = "", given: Any = None) -> Said:
    """Show one dossier's timeline, and the form of the answer while it waits for this office."""
    number, name = asked.number("commune"), asked.path["dossier"]
    with asked.ledger.reading() as connection:
        detail = dossier_of(connection, number, name)
        commune = figures_of(connection, asked.ledger, number).name
        sent = next((one.sent_ms for one in inbox.waiting(connection) if one.dossier == detail.row.id), None)
    today = today_of(asked.ledger).isoformat()
    lines = tuple(Line(step, told_facts(view, step.facts)) for step in reversed(detail.steps))
    return view.page(
        "dossier", asked, status, row=detail.row, commune=commune, number=number, lines=lines, sent=sent,
        late=is_overdue(detail.row.status, detail.row.due_at, today), complaint=complaint, given=given or {},
    )  # fmt: skip


def told_facts(view: View, facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a timeline tells of a step, as texts."""
    found = ((view.say(f"web.fact.{name}"), _as_text(view, name, facts.get(name))) for name in TOLD_FACTS)
    return tuple((label, text) for label, text in found if text)


def _as_text(view: View, name: str, value: object) -> str:
    match value:
        case str():
            choice = f"web.choice.{value}"
            chosen = view.say(choice) if name in {"outcome", "way"} and choice in view.words else value
            return instant(value) if name.endswith("_at") else chosen
        case int():
            return count(value)
        case list():
            return "; ".join(one for one in value if isinstance(one, str))
        case _:
            return str(value.get("name", "")) if isinstance(value, dict) else ""


def inbox_page(view: View, asked: Asked) -> Said:
    """Show the dossiers that wait for this office."""
    with asked.ledger.reading() as connection:
        rows = inbox.waiting(connection)
    today = today_of(asked.ledger).isoformat()
    late = {one.dossier for one in rows if is_overdue(inbox.FORWARDED, one.due_at, today)}
    return view.page("inbox", asked, rows=rows, late=late, answered=asked.query.get("answered", "") == "1")


def answer(view: View, asked: Asked) -> Said:
    """Send the answer down; a refused one is said at the form, nothing that was typed is lost."""
    form = read_form(asked)
    text, document = form.get("text", ""), form.get("document", "")
    by = asked.who.full_name or asked.who.name
    try:
        inbox.answer(asked.ledger, asked.number("commune"), asked.path["dossier"], text, document, by)
    except OneStopError as error:
        if status_of(error) == 404:
            raise
        given = {"text": text[:4000], "document": document[:400]}
        return dossier_page(view, asked, status=status_of(error), complaint=view.words.tell(error), given=given)
    return see("/quan-ly/lien-thong?answered=1")


def incidents_page(view: View, asked: Asked) -> Said:
    """Show what went wrong, what nobody has looked at first."""
    with asked.ledger.reading() as connection:
        rows = sorted(incidents.listed(connection), key=lambda one: one.settled_ms > 0)
        names = names_of(connection)
    return view.page("incidents", asked, rows=rows, names=names)


def settle(_view: View, asked: Asked) -> Said:
    """Say that somebody has looked at an incident."""
    desk, ledger = asked.number("desk"), asked.ledger
    with ledger.writing() as connection:
        incidents.settle(
            connection, desk, asked.path["kind"][:40], asked.path["point"][:200], asked.who.name, ledger.now_ms()
        )
    return see("/quan-ly/su-co")


Page = Callable[[View, Asked], Said]
A = Access
_ROWS: tuple[tuple[str, str, str, Access, Page, str], ...] = (
    ("log_in_page", "GET", LOG_IN, A.ANYBODY, log_in_page, "The way in"),
    ("log_in_form", "POST", LOG_IN, A.ANYBODY, log_in, "Log in"),
    ("log_out_form", "POST", "/dang-xuat", A.VIEWER, log_out, "Log out"),
    ("communes_page", "GET", HOME, A.VIEWER, communes_page, "Every commune"),
    ("commune_page", "GET", "/quan-ly/xa/{commune}", A.VIEWER, commune_page, "One commune"),
    ("dossier_page", "GET", "/quan-ly/ho-so/{commune}/{dossier}", A.DISTRICT, dossier_page, "One dossier"),
    ("answer_form", "POST", "/quan-ly/ho-so/{commune}/{dossier}", A.DISTRICT, answer, "Answer a forwarded dossier"),
    ("inbox_page", "GET", "/quan-ly/lien-thong", A.DISTRICT, inbox_page, "What waits for this office"),
    ("incidents_page", "GET", "/quan-ly/su-co", A.DISTRICT, incidents_page, "What went wrong"),
    ("settle_form", "POST", "/quan-ly/su-co/{desk}/{kind}/{point}", A.ADMIN, settle, "An incident was looked at"),
)


def rows_of(view: View, rows: tuple[tuple[str, str, str, Access, Page, str], ...]) -> tuple[Operation, ...]:
    """Return pages as operations; a form's body is short."""
    return tuple(
        Operation(
            name, method, path, access, partial(page, view), summary, largest=FORM_LARGEST, listed=False, page=True
        )
        for name, method, path, access, page, summary in rows
    )


def operations(view: View) -> tuple[Operation, ...]:
    """Return the rows of the table."""
    return rows_of(view, _ROWS)
