"""Finding what is here: by scan, number, name, telephone, ID; and everything known of one dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.paper import state_of
from onestop_desktop.desk.views import DossierRow, KnownPerson, Scanned
from onestop_desktop.domain.attachment import digitised
from onestop_desktop.domain.decide import steps_now
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.idcard import looks_like_card, read_idcard
from onestop_desktop.domain.number import desk_of, parse_code, read_barcode
from onestop_desktop.domain.person import same_person_key
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store import lookup
from onestop_desktop.store.lookup import Filter, Listed

SCAN_LIMIT = 4096


def row(listed: Listed) -> DossierRow:
    """Turn a row of the store into a line of a list."""
    return DossierRow(*listed[:11], late=bool(listed.late), conflict=bool(listed.conflict))


def find(core: Core, text: str, limit: int = 50) -> tuple[DossierRow, ...]:
    """Return dossiers by exact number, paper number or bar code, else by the beginnings of words, newest first."""
    text = nfc(text[:SCAN_LIMIT]).strip()
    for number in _numbers(text):
        exact = _by_number(core, number)
        if exact:
            return tuple(map(row, exact[:limit]))
    return tuple(map(row, core.store.read(lambda c: lookup.search(c, text, limit))))


def _by_number(core: Core, number: str) -> list[Listed]:
    return core.store.read(lambda c: lookup.by_number(c, number))


def _numbers(text: str) -> list[str]:
    """Return what a text may be as an exact number: a bar code's digits, a code, or itself."""
    found: list[str] = []
    with suppress(InvalidInput):
        found.append(read_barcode(text).digits)
    with suppress(InvalidInput):
        found.append(str(parse_code(text)))
    return [*found, text] if any(map(str.isdigit, text)) else []


def one(core: Core, text: str) -> str:
    """Return the id of the dossier that a number names.

    Raises:
        InvalidInput: `dossier.unknown`, `dossier.ambiguous`.
    """
    matches = [match for number in _numbers(nfc(text).strip()) for match in _by_number(core, number)]
    ids = list(dict.fromkeys(match.id for match in matches))
    if not ids and core.store.read(lambda c: lookup.by_id(c, text)):
        ids = [text]
    if not ids:
        raise InvalidInput("dossier.unknown", number=text[:60])
    if len(ids) > 1:
        raise InvalidInput("dossier.ambiguous", number=text[:60], count=len(ids))
    return ids[0]


def scan(core: Core, text: str) -> Scanned:
    """Say what a scan is: an ID card, a receipt, another desk's receipt, or words to search for.

    Raises:
        InvalidInput: `scan.check` when the digits do not fit, `idcard.…` for a card that cannot be read.
    """
    text = nfc(text[:SCAN_LIMIT])
    if looks_like_card(text):
        card = read_idcard(text)
        key = same_person_key(card.as_person())
        known = core.store.read(lambda c: lookup.person_by_key(c, key))
        return Scanned(card=card, known=known.person if known else None)
    try:
        barcode = read_barcode(text)
    except InvalidInput as error:
        if error.code == "scan.check" and not find(core, text, 1):
            raise
        return Scanned(rows=find(core, text))
    found = core.store.read(lambda c: lookup.by_number(c, barcode.digits))
    if found:
        return Scanned(dossier=row(found[0]))
    other = desk_of(barcode.sequence)
    if other is not None and other != core.setup.desk:
        return Scanned(other_desk=f"{other:02d}")
    raise InvalidInput("scan.not_here", digits=barcode.digits)


def people(core: Core, text: str, limit: int = 8) -> tuple[KnownPerson, ...]:
    """Return people who were here, with birth year and village to tell one name from another."""
    found = core.store.read(lambda c: lookup.people(c, text, limit))
    return tuple(
        KnownPerson(
            person=known.person,
            birth_year=known.person.birth_date[:4],
            village=known.person.address.split(",")[0],
            last_at=known.last_at,
            dossiers=known.dossiers,
        )
        for known in found
    )


def listing(
    core: Core, states: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> tuple[tuple[DossierRow, ...], int | None]:
    """Return a page of dossiers newest first and the key of the next page.

    Raises:
        InvalidInput: `status.unknown`.
    """
    for state in states:
        if state not in STATUSES:
            raise InvalidInput("status.unknown", status=state, statuses=", ".join(STATUSES))
    chosen = Filter(states=tuple(states))
    rows = core.store.read(lambda c: lookup.listed(c, chosen, lookup.Reach(before, limit)))
    more = rows[-1].rowid if len(rows) == limit else None
    return tuple(map(row, rows)), more


def show(core: Core, dossier: str) -> Mapping[str, Any]:
    """Return everything known of a dossier, in the keys of the command line's contract."""
    return as_shown(core, state_of(core, dossier))


def as_shown(core: Core, state: Dossier) -> Mapping[str, Any]:
    """Return a dossier in the keys of the command line's contract."""
    status = state.state
    texts = (
        "number", "paper_number", "id", "barcode", "rules", "status", "channel", "return_by", "received_at",
        "recorded_at", "late", "first_due_at", "due_at", "due_basis", "finished_at", "returned_at", "officer",
        "forwarded_to", "answer", "extensions", "rating", "shelf", "note", "conflict",
    )  # fmt: skip
    return {name: getattr(state, name) for name in texts} | {
        "agency": state.office.agency,
        "office": state.office.as_body(),
        "procedure": {"code": state.procedure, "field": state.procedure_field, "title": state.procedure_title},
        "portal_status": status.portal if status else None,
        "next": list(steps_now(state)),
        "applicant": state.applicant.as_body(),
        "owner": state.owner.as_body(),
        "principal": state.principal.as_body() if state.principal else None,
        "papers": [paper.as_body() for paper in state.papers],
        "attachments": [dict(one) for one in state.attachments],
        "digitised": _digitised(state),
        "fees": {
            "due": state.fee,
            "collected": state.collected,
            "refunded": state.refunded,
            "left": state.fee_due,
            "asked": state.asked_amount,
        },
        "register": state.register.as_body(),
        "issued": [asdict(paper) for paper in state.issued],
        "marks": list(state.marks),
        "history": [_step(core, step) for step in state.history],
    }


def _digitised(state: Dossier) -> dict[str, Any]:
    found = digitised([paper.name for paper in state.papers], state.attachments)
    return {"complete": found.complete, "missing": list(found.missing)}


def _step(core: Core, step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {
        "step": step.kind,
        "happened_at": step.happened_at,
        "recorded_at": step.recorded_at,
        "by": core.user_name(step.actor),
    }
    return row | ({"facts": dict(step.facts)} if step.facts else {})
