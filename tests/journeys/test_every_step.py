"""Every step in every status, at the desk behind the window and by the command line: the same comes of it.

What the table forbids is refused by name at both doors, and nothing is written.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from onestop_desktop import app
from onestop_desktop.cli import main as main_module
from onestop_desktop.cli import secrets
from onestop_desktop.clock import SetClock, SystemClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.desk.steps import Second
from onestop_desktop.domain.entry import Happening
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.status import STATUSES, STEPS, UNDONE
from onestop_desktop.errors import Exit, OneStopError
from onestop_desktop.store.seed import Seed
from tests import files
from tests.builders import a_line
from tests.processes import Program, Run

NOT_ALLOWED = "step.not_allowed"
AGENCY, OFFICE = "000.12.34.H52", "UBND xã Sặp Vạt"
SECOND = Second("tu", "tap2")
FILE = "<file>"
"""Stands in a form for a file that the test makes."""

SEED = Seed()
KEPT = {name: functools.cache(getattr(main_module, name)) for name in ("load", "build_parser")}
"""What the command line makes anew in each process, though it is always the same."""

FORMS: Mapping[str, Mapping[str, Any]] = {
    "assign": {"officer": "Hà Văn Tư", "note": "Gấp"},
    "ask-supplement": {"items": ["Giấy chứng sinh"], "reason": "Thiếu", "contact": "0912345678"},
    "supplement": {"items": ["Giấy chứng sinh"], "note": "Đủ"},
    "ask-payment": {"amount": 8000, "reason": "Lệ phí"},
    "paid": {"document": "BL 01"},
    "forward": {"unit": "Sở Tư pháp", "document": "12/CV"},
    "answer": {"text": "Đồng ý", "document": "34/CV"},
    "extend": {"due_at": "2099-06-01T17:00:00+07:00", "reason": "Xác minh", "letter": "01/PXL"},
    "withdraw": {"reason": "Đổi ý"},
    "stop": {"reason": "Không bổ sung"},
    "ready": {"document": "Trích lục 07"},
    "return": {"to": {"name": "Lò Thị Đức", "id_number": "014191000001"}, "authority": "Giấy ủy quyền"},
    "collect": {"amount": 5000, "way": "transfer", "document": "BL 02"},
    "refund": {"amount": 1000, "reason": "Thu thừa"},
    "attach": {"files": [FILE]},
    "rate": {"score": "4", "note": "Nhanh"},
    "settle": {"reason": "Đã xem"},
    "correct": {"reason": "Gõ nhầm", "changes": {"shelf": "K2"}},
    "void": {"reason": "Nhập nhầm"},
}
DECLINED = {"outcome": "declined", "reason": "Không đủ điều kiện"}


@dataclass(frozen=True, slots=True)
class Act:
    """One step that is tried, and the code with which it is refused; no code means that it is taken."""

    step: str
    values: Mapping[str, Any]
    refused: str = ""
    two: bool = False

    def command(self, number: str, file: Path, password: Path) -> list[str]:
        second = ["--second", SECOND.user, "--second-password-file", str(password)] if self.two else []
        return ["act", number, self.step, "--with", json.dumps(self.form(file)), "--json", *second]

    def form(self, file: Path) -> dict[str, Any]:
        return {**self.values, **({"files": [str(file)]} if self.values.get("files") == [FILE] else {})}


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier: the steps to the status in question, what is tried there, and where that leads."""

    name: str
    way: tuple[Act, ...]
    tried: tuple[Act, ...]
    ends: str
    conflict: bool = False


@dataclass(slots=True)
class Told:
    """What one of the doors answered: a code for each act, what refused acts wrote, the dossier at the end."""

    codes: list[str] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    wrote: bool = False
    shown: dict[str, Any] = field(default_factory=dict)


def act(step: str, **values: Any) -> Act:
    return Act(step, values or FORMS[step])


DECLINE = Act("ready", DECLINED)
WAYS: Mapping[str, tuple[Act, ...]] = {
    "received": (),
    "processing": (act("assign"),),
    "forwarded": (act("forward"),),
    "awaiting-supplement": (act("ask-supplement"),),
    "awaiting-payment": (act("ask-payment"),),
    "ready": (act("ready"),),
    "returned": (act("ready"), act("return")),
    "withdrawn": (act("withdraw"),),
    "stopped": (act("stop"),),
    "declined": (DECLINE,),
    "declined-returned": (DECLINE, act("return")),
    "voided": (act("collect"), replace(act("void"), two=True)),
}
"""How a dossier comes into each status; what was taken for a voided one can be given back."""


def forbidden(status: str) -> tuple[Act, ...]:
    return tuple(
        replace(act(step), refused=NOT_ALLOWED, two=two.two_people)
        for step, two in STEPS.items()
        if step not in STATUSES[status].next
    )


def standing(status: str) -> Case:
    """Try all that is forbidden in a status, then every step that leaves the dossier in it."""
    staying = [step for step, to in STATUSES[status].next.items() if to in {"", status}]
    tried = (*forbidden(status), *(act(step) for step in staying))
    return Case(f"{status}: stays", WAYS[status], tried, status)


def moves(status: str) -> Iterator[Case]:
    """Each step out of a status; the result may also be that there is none."""
    for step, to in STATUSES[status].next.items():
        if to not in {"", status}:
            taken = replace(act(step), two=step == "void" and status != "received")
            yield Case(f"{status}: {step}", WAYS[status], (taken,), to)
            if step == "ready":
                yield Case(f"{status}: decline", WAYS[status], (DECLINE,), "declined")


def undone(status: str) -> Case:
    back = {"reason": "Trả nhầm người", "changes": {"status": UNDONE[status]}}
    return Case(f"{status}: undone", WAYS[status], (Act("correct", back),), UNDONE[status])


CONFLICT = Case("conflict: settle", (), (act("settle"), replace(act("settle"), refused=NOT_ALLOWED)), "received", True)
CASES: tuple[Case, ...] = (
    *(standing(status) for status in STATUSES),
    *(case for status in STATUSES for case in moves(status)),
    *(undone(status) for status in UNDONE),
    CONFLICT,
)


def contradict(desk: Desk, dossier: str) -> None:
    """Write a step that the table does not allow, as the journal of another desk could bring it."""
    wrong = Happening("return", {}, desk.now(), dossier)
    desk.core.write(lambda transaction: transaction.append(wrong, transaction.dossier(dossier)))


# -- the desk behind the window --------------------------------------------------------------------------------


def try_at_desk(desk: Desk, dossier: str, one: Act, file: Path) -> str:
    try:
        desk.act(dossier, one.step, one.form(file), SECOND if one.two else None)
    except OneStopError as error:
        return error.code
    return ""


def play_at_desk(desk: Desk, case: Case, file: Path) -> Told:
    told, dossier = Told(), desk.receive(a_line(case.name), again=True).id
    desk.issue_receipt(dossier, out="file")
    if case.conflict:
        contradict(desk, dossier)
    for one in (*case.way, *case.tried):
        before = desk.pending().entries
        told.codes.append(try_at_desk(desk, dossier, one, file))
        told.wrote |= bool(one.refused) and desk.pending().entries != before
    told.shown = desk.show(dossier)
    return told


# -- the command line ------------------------------------------------------------------------------------------


class Typed(Program):
    """The command line in Mai's hands: from arguments to exit code, each run without a process of its own.

    What does not change from run to run is read once: the sentences, the parser, what the program ships.
    """

    def environment(self, **more: str) -> dict[str, str]:
        return Program.environment(self, **({"ONESTOP_USER": "mai"} | more))

    def run(
        self,
        *arguments: str,
        given: str | bytes = "",
        limits: Callable[[], None] | None = None,
        **more: str,
    ) -> Run:
        if limits is not None:
            raise TypeError("limits need a process")
        data = given.encode() if isinstance(given, str) else given
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in set(os.environ) - set(self.environment()):
                patch.delenv(name)
            for name, value in self.environment(**more).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
            patch.setattr(secrets, "_TAKEN", {})
            for name, kept in KEPT.items():
                patch.setattr(main_module, name, kept)
            patch.setattr(app, "door", lambda folder: Door(folder, self.folder / "state", SystemClock(), SEED))
            code = main_module.main(["--data", str(self.data), *arguments])
        return Run(code, out.getvalue(), err.getvalue())

    def answer(self, command: Sequence[str]) -> tuple[int, dict[str, Any]]:
        """Run a command that answers one line."""
        ran = self.run(*command)
        (row,) = ran.rows
        return ran.code, row


def play_by_command(program: Typed, file: Path, password: Path) -> list[Told]:
    taken = program.intake(*(a_line(case.name) for case in CASES))
    assert taken.code == 0
    numbers = [row["number"] for row in taken.rows]
    with_desk = Door(program.data, program.folder / "state", SystemClock()).open("mai", "tap")
    contradict(with_desk, with_desk.one(numbers[CASES.index(CONFLICT)]))
    with_desk.close()
    commands = [one for case, number in zip(CASES, numbers, strict=True) for one in asked(case, number, file, password)]
    answers = iter([program.answer(one) for one in commands])
    return [heard(case, answers) for case in CASES]


def asked(case: Case, number: str, file: Path, password: Path) -> list[list[str]]:
    """Return the commands of a case: the way, a digest, what is refused, a digest, what is taken, the dossier."""
    tried = [one.command(number, file, password) for one in case.tried]
    refused = sum(bool(one.refused) for one in case.tried)
    digest, show = ["digest", "--json"], ["show", number, "--json"]
    way = [one.command(number, file, password) for one in case.way]
    if case.conflict:
        return [*way, *tried[:1], digest, *tried[1:], digest, show]
    return [*way, digest, *tried[:refused], digest, *tried[refused:], show]


def heard(case: Case, answers: Iterator[tuple[int, dict[str, Any]]]) -> Told:
    told, digests = Told(), []
    for _one in range(len(case.way) + len(case.tried) + 2):
        code, row = next(answers)
        if "digest" in row:
            digests.append(row["digest"])
        else:
            told.exits.append(code)
            told.codes.append(row.get("error", {}).get("code", ""))
    told.wrote = digests[0] != digests[1]
    told.shown = next(answers)[1]
    return told


# -- both ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Typed:
    """A desk that is used by the command line alone, with a second clerk."""
    made = Typed(tmp_path_factory.mktemp("program"))
    assert made.init().code == 0
    assert made.run("user", "add", SECOND.user, "--name", "Hà Văn Tư", ONESTOP_NEW_PASSWORD=SECOND.password).code == 0
    return made


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan to be attached."""
    made = tmp_path_factory.mktemp("files") / "to-khai.pdf"
    made.write_bytes(files.pdf(1))
    return made


@pytest.fixture(scope="module")
def at_desk(tmp_path_factory: pytest.TempPathFactory, file: Path) -> Iterator[dict[str, Told]]:
    """Every case as the window plays it: through the desk; nothing in its file differs from the journal."""
    folder = tmp_path_factory.mktemp("desk")
    door = Door(folder / "data", folder / "state", SetClock(SystemClock().now()))
    desk, _code = door.create(NewDesk((Office(AGENCY, OFFICE),), 1, FirstUser("mai", "mai", "tap"), training=True))
    desk.add_user(SECOND.user, "Hà Văn Tư", SECOND.password)
    yield {case.name: play_at_desk(desk, case, file) for case in CASES}
    assert desk.verify() == []
    desk.close()


@pytest.fixture(scope="module")
def by_command(program: Typed, file: Path) -> dict[str, Told]:
    """Every case as a script plays it."""
    password = file.with_name("password")
    password.write_text(SECOND.password, encoding="utf-8")
    told = play_by_command(program, file, password)
    return {case.name: one for case, one in zip(CASES, told, strict=True)}


def test_every_step_is_taken_or_refused_in_every_status():
    """The cases leave no pair of status and step out, and none of them is there twice by name."""
    assert set(FORMS) == set(STEPS)
    assert set(WAYS) == set(STATUSES)
    assert len({case.name for case in CASES}) == len(CASES)
    tried = {(status, one.step) for status in STATUSES for one in standing(status).tried}
    tried |= {(status, case.tried[0].step) for status in STATUSES for case in moves(status)}
    assert tried == {(status, step) for status in STATUSES for step in STEPS}
    assert {step for row in STATUSES.values() for step in row.next} | {"settle"} == set(STEPS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_desk_takes_what_the_table_allows_and_refuses_the_rest_unwritten(at_desk: dict[str, Told], case: Case):
    told = at_desk[case.name]
    assert told.codes == [one.refused for one in (*case.way, *case.tried)]
    assert not told.wrote
    assert told.shown["status"] == case.ends
    assert not told.shown["conflict"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_command_line_does_the_same(by_command: dict[str, Told], case: Case):
    told, acts = by_command[case.name], (*case.way, *case.tried)
    assert told.codes == [one.refused for one in acts]
    assert told.exits == [int(Exit.REFUSED if one.refused else Exit.DONE) for one in acts]
    assert not told.wrote


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_comes_of_it_at_both_doors(at_desk: dict[str, Told], by_command: dict[str, Told], case: Case):
    assert masked(by_command[case.name].shown) == masked(at_desk[case.name].shown)


def test_the_file_of_the_command_line_is_clean_at_the_end(program: Typed, by_command: dict[str, Told]):
    assert len(by_command) == len(CASES)
    assert program.entries() == len(CASES)
    verified = program.run("verify", "--json")
    assert (verified.code, verified.rows) == (0, [{"code": "verify.clean"}])


def test_one_life_from_intake_to_rating(program: Typed, file: Path):
    number = program.intake(a_line("Sùng A Lềnh")).rows[0]["number"]
    lived = (
        ("assign", "processing"), ("ask-supplement", "awaiting-supplement"), ("supplement", "processing"),
        ("attach", "processing"), ("ready", "ready"), ("return", "returned"), ("rate", "returned"),
    )  # fmt: skip
    for step, status in lived:
        ran = program.run(*act(step).command(number, file, file))
        assert (ran.code, ran.rows[0]["status"]) == (0, status), step
    digest = program.run("digest", "--json").rows
    refused = program.run(*act("return").command(number, file, file))
    assert (refused.code, refused.rows[0]["error"]["code"]) == (3, NOT_ALLOWED)
    assert program.run("digest", "--json").rows == digest


def test_a_step_that_no_table_knows_is_refused_and_nothing_is_written(program: Typed, by_command: dict[str, Told]):
    number = program.run("list", "--json").rows[0]["number"]
    digest = program.answer(["digest", "--json"])
    code, row = program.answer(["act", number, "approve", "--json"])
    assert (code, row["error"]["code"]) == (int(Exit.REFUSED), "step.unknown")
    assert program.answer(["digest", "--json"]) == digest


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_OWN = frozenset({"id", "number", "barcode", "sha256", "waited"})
"""What two desks never share: names of things, the content of papers that carry a time, minutes that went by."""


def masked(value: Any) -> Any:
    """Return what was shown without what must differ between two desks at two moments."""
    if isinstance(value, Mapping):
        return {key: masked(one) for key, one in value.items() if key not in _OWN}
    if isinstance(value, list | tuple):
        return [masked(one) for one in value]
    return "<instant>" if isinstance(value, str) and _INSTANT.fullmatch(value) else value
