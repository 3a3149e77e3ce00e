"""The course "Học trong 10 phút" of a training desk: five tasks, each found done in the dossiers themselves.

What a clerk has done follows from the dossiers received since the course began; only where it began, and how long it
took so far, is kept beside them, as a draft. The course writes no entry.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from onestop_desktop import paths
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.paper import state_of
from onestop_desktop.domain.correction import ALONE_FOR
from onestop_desktop.domain.deadline import Note
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.entry import recorded
from onestop_desktop.domain.text import fold
from onestop_desktop.store import drafts, journal

_LOOKED_AT = 12
"""The newest dossiers of a course that are looked at; nobody needs more tries."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its words are `course.task.<id>`, `course.do.<id>`; `check` names what must be found."""

    id: str
    check: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The course as written in `db/seed/demo/course.toml`: a made-up citizen, who helps, and the tasks."""

    card: str
    name: str
    id_number: str
    procedure: str
    procedure_title: str
    officer: str
    receiver: str
    tasks: tuple[Task, ...]

    @property
    def facts(self) -> Mapping[str, str]:
        """Return what the sentences of the tasks name."""
        return {
            "name": self.name, "plain": fold(self.name), "procedure": self.procedure_title, "officer": self.officer,
            "receiver": self.receiver,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as it stands: what is still missing; nothing when it is done."""

    task: Task
    missing: tuple[Note, ...]

    @property
    def done(self) -> bool:
        """Say whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a clerk is, and the time spent so far."""

    tasks: tuple[TaskState, ...]
    spent: timedelta

    @property
    def finished(self) -> bool:
        """Say whether every task is done."""
        return all(one.done for one in self.tasks)

    @property
    def current(self) -> TaskState | None:
        """Return the first task that is not done."""
        return next((one for one in self.tasks if not one.done), None)

    @property
    def minutes(self) -> int:
        """Return the minutes spent, at least 1, begun ones counted whole."""
        return max(1, -(-int(self.spent.total_seconds()) // 60))


@cache
def load_plan() -> Plan:
    """Read the course."""
    data = tomllib.loads(paths.db("seed", "demo", "course.toml").read_text(encoding="utf-8"))
    tasks = tuple(Task(str(one["id"]), str(one["check"])) for one in data.pop("tasks"))
    return Plan(tasks=tasks, **{name: str(value) for name, value in data.items()})


class Course:
    """The course of the clerk who sits here; each has a place of their own in it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._since: datetime | None = None

    @property
    def plan(self) -> Plan:
        """Return the course itself."""
        return load_plan()

    @property
    def card_code(self) -> tuple[bytes, ...]:
        """Return the QR code of the citizen's card, without its white border: a row of 0 and 1 each."""
        import segno  # noqa: PLC0415  drawn once in a clerk's life

        return tuple(map(bytes, segno.make_qr(self.plan.card, error="l").matrix))

    @property
    def offered(self) -> bool:
        """Say whether the course is to be offered: on a training desk, to whom it was not offered yet."""
        return self._core.training and self._load() is None

    def decline(self) -> None:
        """Remember that it was offered; it can be begun at any time."""
        if self._load() is None:
            self._save({"declined": True})

    def begin(self) -> Progress:
        """Begin anew: only dossiers received from now on count."""
        self._since = self._core.store.clock.now()
        self._save({"receives": len(self._receives(0)), "spent_ms": 0})
        return self.look()

    def resume(self) -> Progress:
        """Go on where it was left; begin where it never was."""
        held = self._load()
        if not held or "receives" not in held:
            return self.begin()
        self._since = self._core.store.clock.now()
        return self.look()

    def leave(self) -> None:
        """Leave it for now; time passes no more."""
        if self._since is not None:
            self.look()
            self._since = None

    def look(self) -> Progress:
        """Look at the dossiers and say what is done and what is missing; while the course runs the time is kept."""
        held = self._load() or {}
        plan = self.plan
        tried = [one for one in self._dossiers(int(held.get("receives", 0))) if _is_of(one, plan)]
        tasks = tuple(TaskState(task, _missing(task, tried, plan)) for task in plan.tasks)
        progress = Progress(tasks, self._spent(held))
        if self._since is not None and not held.get("finished"):
            spent_ms = round(progress.spent.total_seconds() * 1000)
            self._save(held | {"spent_ms": spent_ms, "finished": progress.finished})
            self._since = self._core.store.clock.now()
        return progress

    def _spent(self, held: Mapping[str, object]) -> timedelta:
        kept = held.get("spent_ms", 0)
        before = timedelta(milliseconds=kept if isinstance(kept, int) else 0)
        if self._since is None or held.get("finished"):
            return before
        # A clock that was set back meanwhile costs nobody minutes.
        return before + max(timedelta(), self._core.store.clock.now() - self._since)

    def _receives(self, skipped: int) -> list[str]:
        """Return the dossiers in the order in which they were received, without the first ones."""
        return self._core.store.read(
            lambda c: [entry.dossier for entry in islice(journal.entries(c, kind="receive"), skipped, None)]
        )

    def _dossiers(self, skipped: int) -> list[Dossier]:
        folded = [state_of(self._core, dossier) for dossier in self._receives(skipped)[-_LOOKED_AT:]]
        return [one for one in folded if one.received_by == self._core.user and one.status != "voided"]

    @property
    def _form(self) -> str:
        return f"course.{self._core.user}"

    def _load(self) -> dict[str, Any] | None:
        return self._core.store.read(lambda c: drafts.load(c, self._form))

    def _save(self, held: Mapping[str, object]) -> None:
        at = recorded(self._core.store.clock.now())
        self._core.store.write_plain(lambda c: drafts.save(c, self._form, held, at), urgent=False)


# -- what is looked for -------------------------------------------------------------------------------------


def _is_of(dossier: Dossier, plan: Plan) -> bool:
    return dossier.applicant.id_number == plan.id_number


def _missing(task: Task, tried: Sequence[Dossier], plan: Plan) -> tuple[Note, ...]:
    if not tried:
        return (Note("course.missing.receive", plan.facts),)
    return min((CHECKS[task.check](dossier, plan) for dossier in tried), key=len)


def _steps(dossier: Dossier, kind: str) -> list[Step]:
    return [step for step in dossier.history if step.kind == kind]


def _lacking(*wanted: tuple[bool, Note]) -> tuple[Note, ...]:
    return tuple(note for found, note in wanted if not found)


def _received(dossier: Dossier, plan: Plan) -> tuple[Note, ...]:
    return _lacking((dossier.procedure == plan.procedure, Note("course.missing.procedure", plan.facts)))


def _assigned(dossier: Dossier, plan: Plan) -> tuple[Note, ...]:
    given = {fold(str(step.facts.get("officer", ""))) for step in _steps(dossier, "assign")}
    code = "course.missing.officer" if given else "course.missing.assign"
    return _lacking((fold(plan.officer) in given, Note(code, plan.facts)))


def _supplemented(dossier: Dossier, plan: Plan) -> tuple[Note, ...]:
    return _lacking(
        (bool(_steps(dossier, "ask-supplement")), Note("course.missing.ask", plan.facts)),
        (bool(_steps(dossier, "supplement")), Note("course.missing.supplement", plan.facts)),
    )


def _handed_over(dossier: Dossier, plan: Plan) -> tuple[Note, ...]:
    returns = _steps(dossier, "return")
    to_family = [step for step in returns if _is_family(step, dossier)]
    code = "course.missing.family" if returns else "course.missing.return"
    return _lacking(
        (bool(_steps(dossier, "ready")), Note("course.missing.ready", plan.facts)),
        (bool(to_family), Note(code, plan.facts)),
        (bool(_steps(dossier, "rate")), Note("course.missing.rate", plan.facts)),
    )


def _is_family(step: Step, dossier: Dossier) -> bool:
    to = step.facts.get("to")
    name = str(to.get("name", "")) if isinstance(to, Mapping) else ""
    return bool(step.facts.get("authority")) and fold(name) != fold(dossier.applicant.name)


def _corrected(dossier: Dossier, plan: Plan) -> tuple[Note, ...]:
    undone = [
        step for step in _steps(dossier, "correct") if {"status", "procedure"} & set(step.facts.get("changes", {}))
    ]
    in_time = any(_is_in_time(step, dossier) for step in undone)
    code = "course.missing.in_time" if undone else "course.missing.correct"
    return _lacking((in_time, Note(code, plan.facts)))


def _is_in_time(correction: Step, dossier: Dossier) -> bool:
    kind = "return" if "status" in correction.facts.get("changes", {}) else "receive"
    at = datetime.fromisoformat(correction.corrected_at)
    gaps = [at - datetime.fromisoformat(step.corrected_at) for step in _steps(dossier, kind)]
    return any(timedelta() <= gap <= ALONE_FOR for gap in gaps)


CHECKS: Mapping[str, Callable[[Dossier, Plan], tuple[Note, ...]]] = MappingProxyType(
    {
        "received": _received,
        "assigned": _assigned,
        "supplemented": _supplemented,
        "handed-over": _handed_over,
        "corrected": _corrected,
    }
)
"""What a task can be checked by; each returns what is missing."""
