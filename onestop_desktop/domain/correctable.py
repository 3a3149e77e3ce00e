"""What a correction changes besides people and status, read from its entry as it is folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onestop_desktop.domain.intake import PaperTaken

_PLAIN: Mapping[str, type] = {
    "sets": int, "pages": int, "certified_copies": int, "fee": int, "due_at": str, "due_basis": str, "channel": str,
    "return_by": str, "post_address": str, "shelf": str, "note": str, "paper_number": str,
    "fee_basis": str,
}  # fmt: skip


def corrected_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dossier's fields that an entry's changes set; raises what a malformed one makes it raise."""
    known: dict[str, Any] = {}
    if "procedure" in changes:
        procedure = changes["procedure"]
        known |= {
            "procedure": str(procedure["code"]),
            "procedure_title": str(procedure["title"]),
            "procedure_field": str(procedure.get("field", "")),
        }
    if "limit" in changes:
        known["limit"] = changes["limit"]
    if "due_notes" in changes:
        known["due_notes"] = tuple(changes["due_notes"])
    if "papers" in changes:
        known["papers"] = tuple(PaperTaken.from_body(paper) for paper in changes["papers"])
    if "fee" in changes:
        known["fee_basis"] = "typed"  # unless the entry tells otherwise
    if changes.get("fee_basis") == "unknown":
        known["fee"] = None
    return known | {name: read(changes[name]) for name, read in _PLAIN.items() if name in changes}
