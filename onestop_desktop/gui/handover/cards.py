"""The two cards of an open dossier: who stands behind it, and what is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QFrame, QVBoxLayout

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STATUSES, TO_HAND_OVER, Timing, Tone
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.handover.matching import Holder, days_late, fact
from onestop_desktop.gui.handover.ready_list import spaced_phone
from onestop_desktop.gui.widgets.basics import chip, label
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_NAME = "font-size: 12.5pt; font-weight: 700;"
_TONES = {
    Holder.APPLICANT: Tone.OK, Holder.OWNER: Tone.OK, Holder.PRINCIPAL: Tone.OK, Holder.NAMESAKE: Tone.WARN,
    Holder.OTHER: Tone.BAD,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pill:
    """A short finding and its tone."""

    text: str
    tone: str


class Fact(QFrame):
    """A card inside the page: what it is, the thing itself, a line about it, pills."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.name = label("", "", wrap=True)
        self.name.setStyleSheet(_NAME)
        self.detail = label("", "muted", wrap=True)
        self.pills = WrappingRow(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 13)
        column.setSpacing(5)
        column.addWidget(label(title, "label"))
        column.addWidget(self.name)
        column.addWidget(self.detail)
        column.addWidget(self.pills)
        column.addStretch(1)

    def put(self, name: str, details: Sequence[str], pills: Sequence[Pill]) -> None:
        """Show a thing."""
        self.name.setText(name)
        self.detail.setText("  ·  ".join(part for part in details if part))
        self.pills.clear()
        for pill in pills:
            self.pills.add(chip(pill.text, pill.tone))
        self.setAccessibleName(", ".join([name, self.detail.text(), *(pill.text for pill in pills)]))


def who_details(dossier: Dossier, words: Words) -> list[str]:
    """Return what is known of the applicant, and whose matter it is when it is somebody else's."""
    say, person = words.say, dossier.applicant
    details = [say("window.handover.id", number=spaced_id(person.id_number)) if person.id_number else ""]
    details.append(spaced_phone(person.phone))
    if dossier.owner != person:
        details.append(say("window.handover.owner", name=dossier.owner.name))
    if dossier.principal is not None:
        details.append(say("window.handover.principal", name=dossier.principal.name))
    return details


def spaced_id(number: str) -> str:
    """Write "014187001902" as "014 187 001 902"; another length stays as it is."""
    return " ".join(number[at : at + 3] for at in range(0, 12, 3)) if len(number) == 12 else number


def who_pills(holder: Holder | None, words: Words) -> list[Pill]:
    """Return what the scanned card says; without a card, that none was scanned."""
    if holder is None:
        return [Pill(words.say("window.handover.no_card"), str(Tone.MUTED))]
    return [Pill(words.say(f"window.handover.holder.{holder}"), str(_TONES[holder]))]


def result_details(dossier: Dossier, words: Words) -> list[str]:
    """Return how many copies there are, which document it is, since when, and where it lies."""
    say = words.say
    copies = dossier.certified_copies or dossier.sets
    in_time = days_late(dossier) == 0
    return [
        say("window.handover.copies", count=f"{copies:02d}") if dossier.finished_at else "",
        str(fact(dossier, "ready", "document")),
        say("window.handover.finished", at=_day(dossier.finished_at)) if dossier.finished_at else "",
        say("window.handover.due", at=short_instant(dossier.due_at)) if dossier.due_at and not in_time else "",
        say("window.handover.shelf", shelf=dossier.shelf) if dossier.shelf else "",
    ]


def result_pills(dossier: Dossier, words: Words) -> list[Pill]:
    """Return the status where it is not "ready", the end against the due date, and another way of return."""
    say = words.say
    status = STATUSES.get(dossier.status)
    pills = []
    if dossier.status not in TO_HAND_OVER:
        pills.append(Pill(say(f"status.{dossier.status}"), str(status.tone if status else Tone.MUTED)))
    late = days_late(dossier)
    if status is not None and status.timing is Timing.ENDED and late is not None and dossier.status != "voided":
        on_time = Pill(say("window.handover.on_time"), str(Tone.OK))
        pills.append(Pill(say("window.handover.late", days=late), str(Tone.BAD)) if late else on_time)
    if dossier.return_by != "desk":
        pills.append(Pill(say(f"window.return_by.{dossier.return_by}"), str(Tone.WARN)))
    return pills


def _day(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%d/%m/%Y}"
