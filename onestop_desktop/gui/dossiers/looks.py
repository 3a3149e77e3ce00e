"""How a dossier looks in list and pane: words and a tone that only underlines them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onestop_desktop.desk.board import NEAR_DAYS
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.deadline import Remaining, RemainingKind
from onestop_desktop.domain.status import STATUSES, Timing, Tone
from onestop_desktop.gui.dossiers.query import DRAFTS
from onestop_desktop.words import Words

CONFLICT = "⚠ "


@dataclass(frozen=True, slots=True)
class Pill:
    """A short word in a tone; `full` is the same said at length."""

    text: str
    tone: str = "muted"
    full: str = ""


def left_pill(status: str, left: Remaining, words: Words) -> Pill:
    """Return what is left of the limit: "Còn 2 giờ", "Trễ 3 ngày", "Tạm dừng", "Có kết quả" or "—"."""
    row = STATUSES.get(status)
    if row is None:
        return Pill(words.say("window.dossiers.left.none"))
    if row.timing is not Timing.RUNNING:
        code = {"ready": "ready"}.get(status, "paused" if row.timing is Timing.PAUSED else "none")
        tone = {"ready": "ok", "paused": "warn"}.get(code, "muted")
        return _pill(code, tone, 0, words)
    if left.kind is RemainingKind.NONE:
        return _pill("none", "muted", 0, words)
    if left.overdue:
        return _pill("late", "bad", left.amount, words)
    if left.kind is RemainingKind.HOURS:
        return _pill("hours" if left.amount else "hour_passed", "warn", left.amount, words)
    return _pill("days", "warn" if left.amount <= NEAR_DAYS else "ok", left.amount, words)


def _pill(code: str, tone: str, amount: int, words: Words) -> Pill:
    full = words.say(f"window.dossiers.left_full.{code}", amount=amount)
    return Pill(words.say(f"window.dossiers.left.{code}", amount=amount), tone, full)


def status_pill(status: str, words: Words, *, conflict: bool = False) -> Pill:
    """Return a status as a pill; a conflict is marked and said."""
    if status == DRAFTS:
        return Pill(words.say("window.dossiers.draft.status"), "muted")
    row = STATUSES.get(status)
    text = words.say(f"status.{status}")
    tone = str(row.tone if row else Tone.MUTED)
    if conflict:
        return Pill(CONFLICT + text, "bad", words.say("window.dossiers.conflict"))
    return Pill(text, tone, text)


def due_text(row: DossierRow, today: datetime, words: Words) -> str:
    """Return the appointment as short as it stays clear: with its hour today, with its year in another one."""
    if not row.due_at:
        running = STATUSES[row.status].timing is Timing.RUNNING if row.status in STATUSES else False
        return words.say("window.dossiers.due_unknown" if running else "window.dossiers.left.none")
    return short_day(row.due_at, today)


def short_day(iso: str, today: datetime) -> str:
    """Write an instant as "03/03 17:00" today, "28/02" this year, "28/02/2021" else."""
    at = datetime.fromisoformat(iso)
    if at.date() == today.date():
        return f"{at:%d/%m %H:%M}"
    return f"{at:%d/%m}" if at.year == today.year else f"{at:%d/%m/%Y}"


def phone_words(phone: str) -> str:
    """Write ten digits as "0912 345 678"; anything else as it is."""
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}" if len(phone) == 10 and phone.isdigit() else phone


def village_words(address: str) -> str:
    """Return the two smallest places of an address."""
    return ", ".join(part.strip() for part in address.split(",")[:2] if part.strip())


def upper_first(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]
