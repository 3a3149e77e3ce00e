"""The ready letter: an `.eml` with a bundle attached, to be opened in the office's own mail program and sent.

No citizen is named in the letter, its subject or the file's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from onestop_desktop.words import Words


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What a letter says of the bundle it carries; days are ISO."""

    office: str
    desk: str
    upper: str
    entries: int
    first_day: str
    last_day: str


def letter(words: Words, enclosed: Enclosed, name: str, bundle: bytes, at: datetime, to: str = "") -> bytes:
    """Return the letter's bytes; `name` is the file's name, `at` an aware instant, `to` may be empty."""
    facts: dict[str, str | int] = {
        "office": enclosed.office, "desk": enclosed.desk, "upper": enclosed.upper, "entries": enclosed.entries,
        "first": _day(enclosed.first_day), "last": _day(enclosed.last_day), "file": name,
    }  # fmt: skip
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = words.say("letter.subject", **facts)
    if to:
        message["To"] = to
    message["Date"] = format_datetime(at)
    # Mail programs open it as a draft to be sent, not as a letter that came.
    message["X-Unsent"] = "1"
    message.set_content(words.say("letter.text", **facts), cte="quoted-printable")
    message.add_attachment(bundle, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _day(day: str) -> str:
    return datetime.fromisoformat(day).strftime("%d/%m/%Y") if day else "–"
