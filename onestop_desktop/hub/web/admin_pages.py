"""Desks: letting them in with a card and four words, and keeping them out."""

from __future__ import annotations

import io
from typing import Any

import segno
from markupsafe import Markup

from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.hub import enrolment
from onestop_desktop.hub.web.district_pages import Page, rows_of
from onestop_desktop.hub.web.forms import read_form
from onestop_desktop.hub.web.guard import status_of
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said
from onestop_desktop.hub.web.pages import View, see
from onestop_desktop.hub.web.queries import desks_of, key_states, names_of
from onestop_desktop.wire.enrolment import card_text

PLACE = "/quan-ly/ban"


def desks_page(view: View, asked: Asked, *, status: int = 200, complaint: str = "", desk: int = 0) -> Said:
    """Show every desk with the state of its key, and the desks that ask to be let in."""
    with asked.ledger.reading() as connection:
        desks, states, names = desks_of(connection), key_states(connection), names_of(connection)
        requests = enrolment.waiting(connection)
    facts: dict[str, Any] = {"desks": desks, "states": states, "names": names, "requests": requests}
    return view.page("desks", asked, status, complaint=complaint, at_desk=desk, **facts)


def card(view: View, asked: Asked) -> Said:
    """Make a card and show it, this once: the hub keeps only the hash of its code."""
    made = enrolment.issue_card(
        asked.ledger, asked.number("desk"), asked.who.name, asked.site.addresses, asked.site.pins
    )
    text = card_text(made)
    return view.page("card", asked, 201, text=text, name=made.name, days=enrolment.CARD_DAYS, qr=qr_of(text))


def qr_of(text: str) -> Markup:
    """Return a QR code as a drawing to stand in the page."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode("ascii"))  # noqa: S704  made of nothing but modules


def revoke(view: View, asked: Asked) -> Said:
    """Keep a desk out from now on; the reason must be said."""
    desk, reason = asked.number("desk"), read_form(asked).get("reason", "")[:200]
    try:
        if not reason:
            raise InvalidInput("input.missing", field="reason")
        enrolment.revoke(asked.ledger, desk, reason)
    except OneStopError as error:
        if status_of(error) == 404:
            raise
        return desks_page(view, asked, status=status_of(error), complaint=view.words.tell(error), desk=desk)
    return see(PLACE)


def grant(view: View, asked: Asked) -> Said:
    """Let a desk in, somebody having compared the words."""
    try:
        enrolment.grant(
            asked.ledger, _request(asked), asked.who.name, addresses=asked.site.addresses, pins=asked.site.pins
        )
    except OneStopError as error:
        return desks_page(view, asked, status=status_of(error), complaint=view.words.tell(error))
    return see(PLACE)


def turn_away(view: View, asked: Asked) -> Said:
    """Turn a request away."""
    try:
        enrolment.refuse(asked.ledger, _request(asked), asked.who.name)
    except OneStopError as error:
        return desks_page(view, asked, status=status_of(error), complaint=view.words.tell(error))
    return see(PLACE)


def _request(asked: Asked) -> bytes:
    try:
        return bytes.fromhex(asked.path["request"])
    except ValueError:
        raise InvalidInput("enrol.no_request") from None


A = Access
_ROWS: tuple[tuple[str, str, str, Access, Page, str], ...] = (
    ("desks_page", "GET", PLACE, A.ADMIN, desks_page, "Desks and who asks to be let in"),
    ("card_form", "POST", "/quan-ly/ban/{desk}/the", A.ADMIN, card, "A card to let a desk in"),
    ("revoke_form", "POST", "/quan-ly/ban/{desk}/thu-hoi", A.ADMIN, revoke, "Keep a desk out"),
    ("grant_form", "POST", "/quan-ly/yeu-cau/{request}/nhan", A.ADMIN, grant, "Let a desk in"),
    ("refuse_form", "POST", "/quan-ly/yeu-cau/{request}/tu-choi", A.ADMIN, turn_away, "Turn a desk away"),
)


def operations(view: View) -> tuple[Operation, ...]:
    """Return the rows of the table."""
    return rows_of(view, _ROWS)
