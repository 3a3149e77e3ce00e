"""The one table of statuses and the one table of steps; every filter, badge, button and report derives from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Counts(StrEnum):
    """Where a dossier stands in the identity that holds at every level, every day."""

    PROCESSING = "processing"
    AWAITING_SUPPLEMENT = "awaiting-supplement"
    AWAITING_PAYMENT = "awaiting-payment"
    FINISHED = "finished"
    UNRESOLVED = "unresolved"
    VOIDED = "voided"


class Tone(StrEnum):
    """How a status looks; never the only sign of it."""

    PRIMARY = "primary"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


class Timing(StrEnum):
    """What the time limit does in a status."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Status:
    """One row: portal code of the national exchange, look, what it counts as, and each step's next status."""

    code: str
    portal: int
    label: str
    tone: Tone
    counts: Counts
    timing: Timing
    next: Mapping[str, str]


_ALWAYS = {"correct": "", "void": "voided", "collect": "", "refund": "", "attach": ""}
"""Steps of every dossier that is not voided; an empty target leaves the status as it is."""

_OPEN = _ALWAYS | {
    "assign": "processing",
    "ask-supplement": "awaiting-supplement",
    "ask-payment": "awaiting-payment",
    "forward": "forwarded",
    "extend": "",
    "withdraw": "withdrawn",
    "stop": "stopped",
    "ready": "ready",
}
"""Steps of a dossier that is being processed."""


def _row(
    code: str, portal: int, label: str, tone: Tone, counts: Counts, timing: Timing, steps: Mapping[str, str]
) -> Status:
    return Status(code, portal, label, tone, counts, timing, MappingProxyType(dict(steps)))


_ENDING = _ALWAYS | {"withdraw": "withdrawn", "stop": "stopped"}
_AFTER_ASKING = _ENDING | {"supplement": "processing"}
_UNPAID = _ENDING | {"paid": "processing"}
_FORWARDED = _ENDING | {"answer": "processing", "extend": "", "ready": "ready"}
_READY = _ALWAYS | {"return": "returned", "rate": ""}
_DECLINED = _ALWAYS | {"return": "declined-returned", "rate": ""}
_RETURNED = _ALWAYS | {"rate": ""}
_VOIDED = {"refund": ""}
"""What was taken for a dossier that is void must still be given back."""

# Portal codes: the national exchange's numeric list 1 to 10.
STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        row.code: row
        for row in (
            _row("received", 2, "Mới tiếp nhận", Tone.PRIMARY, Counts.PROCESSING, Timing.RUNNING, _OPEN),
            _row("processing", 4, "Đang xử lý", Tone.PRIMARY, Counts.PROCESSING, Timing.RUNNING, _OPEN),
            _row("forwarded", 4, "Đã chuyển cấp trên", Tone.PRIMARY, Counts.PROCESSING, Timing.RUNNING, _FORWARDED),
            _row(
                "awaiting-supplement", 5, "Chờ bổ sung", Tone.WARN,
                Counts.AWAITING_SUPPLEMENT, Timing.PAUSED, _AFTER_ASKING,
            ),
            _row("awaiting-payment", 6, "Chờ nộp phí", Tone.WARN, Counts.AWAITING_PAYMENT, Timing.PAUSED, _UNPAID),
            _row("ready", 9, "Chờ trả", Tone.OK, Counts.FINISHED, Timing.ENDED, _READY),
            _row("returned", 10, "Đã trả", Tone.MUTED, Counts.FINISHED, Timing.ENDED, _RETURNED),
            _row("withdrawn", 7, "Công dân rút", Tone.MUTED, Counts.UNRESOLVED, Timing.ENDED, _ALWAYS),
            _row("stopped", 8, "Đã dừng", Tone.MUTED, Counts.UNRESOLVED, Timing.ENDED, _ALWAYS),
            _row("declined", 3, "Không đủ điều kiện", Tone.BAD, Counts.UNRESOLVED, Timing.ENDED, _DECLINED),
            _row("declined-returned", 3, "Đã trả từ chối", Tone.MUTED, Counts.UNRESOLVED, Timing.ENDED, _RETURNED),
            _row("voided", 8, "Đã hủy", Tone.BAD, Counts.VOIDED, Timing.ENDED, _VOIDED),
        )
    }
)  # fmt: skip

UNDONE: Mapping[str, str] = MappingProxyType(
    {row.next["return"]: row.code for row in STATUSES.values() if "return" in row.next}
)
"""Where a wrong hand-over is taken back to, by the status that it led to."""

TO_HAND_OVER = frozenset(UNDONE.values())
"""Statuses in which something waits for its owner: the result, or the notice that there is none."""

REFUSED_AT_COUNTER = 3
"""Portal code of a refusal at the counter (Mẫu 03), which is counted apart from received dossiers."""


class FieldKind(StrEnum):
    """What a field of a step's form holds."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    INSTANT = "instant"
    PERSON = "person"
    OBJECT = "object"
    COUNT = "count"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class StepField:
    """One field of the small form that a step asks for."""

    name: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a dossier: its form, and whether two people must answer for it."""

    name: str
    fields: tuple[StepField, ...] = ()
    two_people: bool = False


_AT = StepField("at", FieldKind.INSTANT)
_NOTE = StepField("note", FieldKind.TEXT)
_REASON = StepField("reason", FieldKind.TEXT, required=True)
_AMOUNT = StepField("amount", FieldKind.COUNT, required=True)
PAY_WAYS = ("cash", "transfer", "online")

STEPS: Mapping[str, Step] = MappingProxyType(
    {
        step.name: step
        for step in (
            Step("assign", (_AT, StepField("officer", FieldKind.TEXT, required=True), _NOTE)),
            Step(
                "ask-supplement",
                (
                    _AT,
                    StepField("items", FieldKind.LINES, required=True),
                    _REASON,
                    StepField("contact", FieldKind.TEXT),
                ),
            ),
            Step(
                "supplement",
                (_AT, StepField("items", FieldKind.LINES), StepField("due_at", FieldKind.INSTANT), _NOTE),
            ),
            Step("ask-payment", (_AT, _AMOUNT, _REASON)),
            Step("paid", (_AT, StepField("document", FieldKind.TEXT), _NOTE)),
            Step(
                "forward",
                (_AT, StepField("unit", FieldKind.TEXT, required=True), StepField("document", FieldKind.TEXT), _NOTE),
            ),
            Step(
                "answer", (_AT, StepField("text", FieldKind.TEXT, required=True), StepField("document", FieldKind.TEXT))
            ),
            Step(
                "extend",
                (
                    _AT,
                    StepField("due_at", FieldKind.INSTANT, required=True),
                    _REASON,
                    StepField("letter", FieldKind.TEXT),
                ),
            ),
            Step("withdraw", (_AT, _REASON)),
            Step("stop", (_AT, _REASON)),
            Step(
                "ready",
                (
                    _AT,
                    StepField("outcome", FieldKind.CHOICE, choices=("granted", "declined")),
                    StepField("document", FieldKind.TEXT),
                    StepField("reason", FieldKind.TEXT),
                    _NOTE,
                ),
            ),
            Step(
                "return",
                (_AT, StepField("to", FieldKind.PERSON), StepField("authority", FieldKind.TEXT), _NOTE),
            ),
            Step(
                "collect",
                (
                    _AT,
                    _AMOUNT,
                    StepField("way", FieldKind.CHOICE, choices=PAY_WAYS),
                    StepField("document", FieldKind.TEXT),
                ),
            ),
            Step("refund", (_AT, _AMOUNT, _REASON)),
            Step("attach", (_AT, StepField("files", FieldKind.FILES, required=True))),
            Step(
                "rate",
                (_AT, StepField("score", FieldKind.CHOICE, required=True, choices=("1", "2", "3", "4", "5")), _NOTE),
            ),
            Step("settle", (_REASON,)),
            Step("correct", (_REASON, StepField("changes", FieldKind.OBJECT, required=True))),
            Step("void", (_REASON,), two_people=True),
        )
    }
)


BESIDE = frozenset({"attach", "collect", "correct", "rate", "refund", "settle"})
"""Steps that move neither status nor limit: they may be told of any moment since the receipt."""


def next_steps(status: str, *, conflict: bool = False) -> tuple[str, ...]:
    """Return the steps that the table allows in a status; none for a status of a newer program.

    A conflict is settled by a person (`settle`); the other steps stay open meanwhile.
    """
    row = STATUSES.get(status)
    steps = tuple(row.next) if row else ()
    return (*steps, "settle") if conflict else steps
