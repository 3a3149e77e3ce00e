"""What everybody may open without a password: each commune's progress in numbers, and how far one dossier is.

Number and degree of completion only (Circular 01/2018/TT-VPCP, Art. 16(2)d): no name, telephone or ID number is ever
read for these pages.
"""

from __future__ import annotations

import re
from functools import partial

from onestop_desktop.domain.number import check_97_10, dossier_code, parse_code, read_barcode
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.hub import lookup
from onestop_desktop.hub.web.guard import later, status_of
from onestop_desktop.hub.web.operations import Access, Asked, Handler, Operation, Said
from onestop_desktop.hub.web.pages import FOR_PEOPLE, View, with_headers
from onestop_desktop.hub.web.queries import PublicBoard

ONE = "/{agency:agency}"
_SECRET = re.compile(r"[0-9]{6}")
_WHOLE = re.compile(r"[0-9]{18}|[0-9]{20}")


def board_page(view: View, board: PublicBoard, asked: Asked) -> Said:
    """Show every commune's progress and the form to look a dossier up."""
    return view.public("board", asked, rows=board.rows(asked.ledger))


def commune_page(view: View, board: PublicBoard, asked: Asked) -> Said:
    """Show one commune's progress; raises InvalidInput `hub.unknown_agency`."""
    agency = asked.path["agency"]
    rows = [row for row in board.rows(asked.ledger) if row.agency == agency]
    figures = rows[0].figures if rows else lookup.public(asked.ledger, agency)
    return view.public("place", asked, agency=agency, one=figures)


def search(view: View, board: PublicBoard, asked: Asked) -> Said:
    """Lead from the form to the answer's own address, which is also the one on the receipt."""
    code, secret = asked.query.get("ma", ""), asked.query.get("so", "")
    try:
        agency, digits = digits_of(code, secret)
    except OneStopError as error:
        complaint, given = view.words.tell(error), {"code": code[:80], "secret": secret[:40]}
        rows = board.rows(asked.ledger)
        return view.public("board", asked, status_of(error), rows=rows, complaint=complaint, given=given)
    return Said(status=303, headers=FOR_PEOPLE | {"location": f"/{agency}/{digits}"})


def digits_of(code: str, secret: str) -> tuple[str, str]:
    """Return agency and bar code digits from a dossier's code and its six secret digits, or all digits of the bar code.

    Raises:
        InvalidInput: `number.code`, `hub.secret`.
    """
    parsed, typed = parse_code(code), "".join(secret[:60].split())
    if _WHOLE.fullmatch(typed):
        return parsed.agency, typed
    if not (typed.isascii() and _SECRET.fullmatch(typed)):
        raise InvalidInput("hub.secret")
    width = 4 if parsed.sequence <= 9999 else 6
    body = f"{parsed.day:%y%m%d}{parsed.sequence:0{width}}{typed}"
    return parsed.agency, body + check_97_10(body)


def look_up_page(view: View, asked: Asked) -> Said:
    """Answer for one dossier; one that is not there and wrong digits look alike."""
    agency, digits = asked.path["agency"], asked.path["digits"]
    try:
        found = lookup.lookup(asked.ledger, agency, digits, asked.address)
    except OneStopError as error:
        status = status_of(error)
        said = view.public("failure", asked, status, sentence=view.words.tell(error))
        return with_headers(said, later(error, status))
    return view.public("answer", asked, found=found, number=_number(agency, digits))


def _number(agency: str, digits: str) -> str:
    """Return the dossier's code as it follows from what was asked, nothing else."""
    try:
        barcode = read_barcode(digits)
        return dossier_code(agency, barcode.day, barcode.sequence)
    except OneStopError:
        return ""


def operations(view: View, board: PublicBoard) -> tuple[Operation, ...]:
    """Return the rows of the table."""
    rows: tuple[tuple[str, str, Handler, str], ...] = (
        ("public_board", "/", partial(board_page, view, board), "Every commune's progress"),
        ("public_search", "/tra-cuu", partial(search, view, board), "From the form to the answer"),
        ("public_place", ONE, partial(commune_page, view, board), "One commune's progress"),
        ("public_answer", ONE + "/{digits}", partial(look_up_page, view), "How far a dossier is"),
    )
    return tuple(
        Operation(name, "GET", path, Access.ANYBODY, handler, summary, listed=False, page=True)
        for name, path, handler, summary in rows
    )
