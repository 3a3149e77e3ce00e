"""`demo`: a whole working day of xã Sặp Vạt, without a screen, on a clock set to that day, by a training desk."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onestop_desktop import app, paths
from onestop_desktop.cli.session import Session
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Exit

if TYPE_CHECKING:
    from onestop_desktop.cli.demo_hub import District

DAY = datetime.fromisoformat("2022-03-03T07:00:00+07:00")
EVENING = datetime.fromisoformat("2022-03-03T17:00:00+07:00")
_PASSWORD = "tap"  # noqa: S105  a training desk's


@dataclass(slots=True)
class _Play:
    """The day as it goes: the desk, its clock, what was taken and when it is due."""

    desk: Desk
    clock: SetClock
    receipts: Path
    taken: dict[str, datetime | None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def run_demo(session: Session, options: argparse.Namespace) -> int:
    """Play the day and leave its papers in the folder."""
    out = Path(options.out)
    shutil.rmtree(out / "receipts", ignore_errors=True)
    (out / "receipts").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onestop-demo-") as name:
        clock = SetClock(DAY)
        door = Door(Path(name) / "desk", Path(name) / "state", clock)
        office = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
        first = FirstUser("mai", "Lò Thị Mai", _PASSWORD)
        desk, _code = door.create(NewDesk((office,), 1, first, training=True))
        try:
            play = _Play(desk, clock, out / "receipts")
            _play(play)
            from onestop_desktop.cli.demo_hub import district as start  # noqa: PLC0415  the hub, for the demo alone

            with start(Path(name), office, clock) as district:
                _send(session, play, district, out)
                return _close(session, play, out, district.digest())
        finally:
            desk.close()


def _lines() -> Iterator[dict[str, Any]]:
    text = paths.db("seed", "demo", "day.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        yield json.loads(line)


def _play(play: _Play) -> None:
    for line in _lines():
        at = datetime.fromisoformat(line["received_at"])
        _move_on(play, at)
        play.clock.put(at + timedelta(seconds=40))
        _take(play, line)
    _move_on(play, EVENING)


def _take(play: _Play, line: Mapping[str, object]) -> None:
    taken = play.desk.receive(line, again=True)
    job = play.desk.issue_receipt(taken.id, out="file")
    (play.receipts / f"{taken.number}.pdf").write_bytes(job.pdf)
    play.taken[taken.id] = datetime.fromisoformat(taken.due_at) if taken.due_at else None
    play.counts["received"] += 1
    play.counts["late"] += taken.late


def _move_on(play: _Play, until: datetime) -> None:
    """Finish what is due within the hour and hand it over: every second owner waits at the counter."""
    for number, (dossier, due) in enumerate(list(play.taken.items())):
        at = due - timedelta(hours=1) if due else None
        if at is None or at > until or at.date() > DAY.date():
            continue
        play.clock.put(max(at, play.clock.at))
        play.desk.act(dossier, "ready", {})
        play.counts["ready"] += 1
        if number % 2 == 0:
            play.clock.put(play.clock.at + timedelta(minutes=2))
            play.desk.act(dossier, "return", {})
            play.counts["returned"] += 1
        del play.taken[dossier]
    play.clock.put(max(until, play.clock.at))


def _send(session: Session, play: _Play, district: District, out: Path) -> None:
    """Be let in, send over a line that breaks, get an answer from above, carry the rest by stick, close the day."""
    desk, voice = play.desk, session.voice
    district.let_in(desk)
    district.sync(desk)
    waiting = next(iter(play.taken), "")
    if waiting:
        desk.act(waiting, "forward", {"unit": desk.identity.upper})
        district.sync(desk)
        district.answer("Đã thẩm tra, đủ điều kiện giải quyết.", "15/TTr-UBND")
        district.sync(desk)
        desk.act(waiting, "ready", {})
    for folder in ("day", "stick"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir(parents=True)
    closed = desk.close_day.close(DAY.date(), out / "day", voice.words)
    carried = district.by_stick(desk, out / "stick")
    for what, count in (("attempts", district.attempts), ("broken", district.line.broken), ("sent", district.sent),
                        ("stick", carried), ("answers", int(bool(waiting)))):  # fmt: skip
        voice.result({"what": what, "count": count}, f"{voice.words.say('demo.' + what):<40}{count:>6}")
    for path in (closed.sheet, closed.register, closed.bundle, closed.letter):
        if path is not None:
            voice.result({"file": str(path)}, str(path))


def _close(session: Session, play: _Play, out: Path, hub_digest: str) -> int:
    voice = session.voice
    differences = play.desk.verify()
    rows = {**dict(play.counts), "waiting": play.counts["ready"] - play.counts["returned"],
            "processing": play.counts["received"] - play.counts["ready"]}  # fmt: skip
    for name in ("received", "late", "ready", "returned", "waiting", "processing"):
        voice.result({"what": name, "count": rows[name]}, f"{voice.words.say('demo.' + name):<40}{rows[name]:>6}")
    entries = play.desk.pending().entries
    voice.result({"what": "pending", "count": entries}, f"{voice.words.say('demo.pending'):<40}{entries:>6}")
    digest = play.desk.digest()
    voice.result({"digest": digest}, f"{voice.words.say('demo.digest')} {digest}")
    voice.result({"hub_digest": hub_digest}, f"{voice.words.say('demo.hub_digest')} {hub_digest}")
    for path in app.screenshots(play.desk, out / "screens"):
        voice.result({"screenshot": str(path)}, str(path))
    voice.result({"out": str(out), "differences": len(differences)}, voice.words.say("demo.done", folder=str(out)))
    return int(Exit.DAMAGED if differences or digest != hub_digest else Exit.DONE)
