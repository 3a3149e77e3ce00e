"""What is typed and not yet received: one row a form, encrypted with the store, no entry, never sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from onestop_desktop.store.connect import Connection


def save(connection: Connection, form: str, data: Mapping[str, object], at: str) -> None:
    """Overwrite a form's draft."""
    connection.execute(
        "INSERT INTO draft (form, saved_at, body) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (form) DO UPDATE SET saved_at = ?2, body = ?3",
        (form, at, json.dumps(data, ensure_ascii=False, sort_keys=True)),
    )


def load(connection: Connection, form: str) -> dict[str, Any] | None:
    """Return a form's draft."""
    row = connection.execute("SELECT body FROM draft WHERE form = ?", (form,)).fetchone()
    return dict(json.loads(row[0])) if row else None


def drop(connection: Connection, form: str) -> None:
    """Forget a form's draft."""
    connection.execute("DELETE FROM draft WHERE form = ?", (form,))
