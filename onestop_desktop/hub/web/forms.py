"""What comes from a page's form: plain fields, few and short."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.web.operations import Asked

FORM = "application/x-www-form-urlencoded"
FORM_LARGEST = 32 << 10
_MOST_FIELDS = 20


def read_form(asked: Asked) -> Mapping[str, str]:
    """Return the fields of a form; line ends as everywhere else, blanks at the ends gone.

    Raises:
        InvalidInput: `hub.body`.
    """
    if asked.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise InvalidInput("hub.body")
    try:
        text = asked.body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidInput("hub.body") from None
    return {name: value.replace("\r\n", "\n").strip() for name, value in pairs}
