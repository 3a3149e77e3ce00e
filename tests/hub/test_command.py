"""`onestop-hub` as a process: a desk is let in, sticks and the line bring the same, and a kill loses nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onestop_desktop.domain.entry import Entry
from onestop_desktop.errors import Refused
from onestop_desktop.sync.http import HttpPeer
from onestop_desktop.wire import enrolment, signing
from onestop_desktop.wire.bundle import Manifest, digest_of, read_reply, write_bundle
from onestop_desktop.wire.enrolment import OfficeRow, Request, read_card, read_grant
from onestop_desktop.wire.envelope import Keys, new_keys, seal, unseal
from onestop_desktop.wire.messages import PROTOCOL
from tests.hub.made import AGENCY, OFFICE, MadeDesk
from tests.processes import ROOT, Run

DESK = f"{AGENCY}/01"


@dataclass(frozen=True, slots=True)
class HubProgram:
    """The hub's command line over one folder."""

    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ONESTOP_")}
        state = {"ONESTOP_STATE": str(self.folder / "state"), "ONESTOP_HUB_DATA": str(self.folder / "hub")}
        return kept | state | {"ONESTOP_PASSWORD": "mat khau rat dai"} | more

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "onestop_desktop.hub", *arguments]

    def run(self, *arguments: str, **more: str) -> Run:
        done = subprocess.run(
            self.command(*arguments), capture_output=True, cwd=ROOT, check=False, env=self.environment(**more),
            timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def row(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Run a command and return its one result."""
        done = self.run(*arguments, "--json")
        assert done.code == code, done.err
        assert len(done.rows) == 1, done.out
        return done.rows[0]

    def init(self) -> dict[str, Any]:
        return self.row("init", "--name", "UBND huyện Yên Châu", "--host", "127.0.0.1", "--address", "https://hub.example",
                        "--public-address", "https://tracuu.example", "--admin", "quantri")  # fmt: skip

    def add_desk(self) -> dict[str, Any]:
        return self.row("desk", "--commune", "Xã Sặp Vạt", "--desk", "01", "--agency", AGENCY, "--office", OFFICE.name)

    @contextmanager
    def serving(self, *more: str) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
        """Serve on a free port; the line that says where is the first one."""
        started = subprocess.Popen(
            self.command("serve", "--port", "0", *more), cwd=ROOT, env=self.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert started.stdout is not None
            said = started.stdout.readline()
            assert said, started.stderr.read() if started.stderr else ""
            yield json.loads(said), started
        finally:
            if started.poll() is None:
                started.terminate()
            started.communicate(timeout=30)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A desk that a hub let in."""

    program: HubProgram
    desk: MadeDesk
    keys: Keys
    hub: bytes
    recipient: str
    pin: bytes

    def bundle(self, name: str, entries: Sequence[Entry]) -> Path:
        """Write a file with some entries, as it lies on a stick."""
        packets = self.desk.packets(entries=entries)
        manifest = Manifest(
            signing.key_id(self.hub), self.desk.key, b"nonce-01", len(entries), len(packets), "2026-11-23",
            "2026-11-23", 0, digest_of(packets),
        )  # fmt: skip
        path = self.program.folder / f"{name}.motcua"
        path.write_bytes(seal(write_bundle(manifest, packets, signing.sign(self.desk.seed)), self.recipient))
        return path


@pytest.fixture
def program(tmp_path: Path) -> HubProgram:
    return HubProgram(tmp_path)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Enrolled:
    """A hub and a desk that was let in by files alone; each test gets a copy."""
    program = HubProgram(tmp_path_factory.mktemp("first"))
    made = program.init()
    number = program.add_desk()
    card_file = program.folder / "card.txt"
    program.row("enrol-card", "--desk", DESK, "--out", str(card_file))
    card = read_card(card_file.read_text())
    chance = random.Random(5)
    seed, keys = chance.randbytes(32), new_keys()
    asked = Request(PROTOCOL, card.id, card.code, "01", signing.public_of(seed), keys.recipient, b"s" * 16, b"c" * 32,
                    (OfficeRow.of(OFFICE),))  # fmt: skip
    data = enrolment.sign_request(asked, signing.sign(seed))
    asking = program.folder / "xin.motcua"
    asking.write_bytes(seal(data, card.recipient))
    waiting = program.row("import", str(asking))
    assert (waiting["granted"], len(waiting["words"].split())) == (False, 4)
    listed = program.row("requests")
    assert (listed["request"], listed["words"]) == (waiting["request"], waiting["words"])
    assert program.row("grant", waiting["request"][:12])["granted"]
    answer = Path(program.row("import", str(asking))["answer"])
    grant = read_grant(unseal(answer.read_bytes(), keys.identity), data, card.hub)
    assert (grant.desk, grant.commune, grant.public_address) == ("01", "Xã Sặp Vạt", "https://tracuu.example")
    assert grant.addresses == card.addresses == ("https://hub.example",)
    desk = MadeDesk(None, number["desk"], number["commune"], "01", seed, chance)  # type: ignore[arg-type]
    return Enrolled(program, desk, keys, bytes.fromhex(made["hub"]), made["recipient"], bytes.fromhex(made["pin"]))


@pytest.fixture
def enrolled(first: Enrolled, program: HubProgram) -> Enrolled:
    shutil.copytree(first.program.folder, program.folder, dirs_exist_ok=True)
    return replace(first, program=program, desk=first.desk.fork())


@pytest.fixture
def there(enrolled: Enrolled) -> HubProgram:
    """The command line over a hub with one desk."""
    return enrolled.program


def test_a_hub_is_made_once_and_its_secrets_are_for_its_owner_alone(program: HubProgram):
    made = program.init()
    assert len(bytes.fromhex(made["pin"])) == len(bytes.fromhex(made["hub"])) == 32
    for path in (program.folder / "hub").iterdir():
        if path.suffix in {".key", ".keys", ".tls"}:
            assert path.stat().st_mode & 0o077 == 0, path
    assert program.run("init", "--name", "x").code == 3
    assert program.row("digest")["digest"]
    assert program.row("verify")["differences"] == 0


def test_people_are_added_and_kept_out(there: HubProgram):
    program = there
    assert program.row("account", "lan", "--role", "viewer", "--full-name", "Vì Thị Lan")["role"] == "viewer"
    assert program.run("account", "lan").code == 3
    assert program.run("account", "tu", ONESTOP_PASSWORD="short").code == 2
    secret = program.folder / "password"
    secret.write_text("mot mat khau khac\n")
    assert program.row("password", "lan", "--password-file", str(secret))["account"] == 2
    assert program.row("end-account", "lan")["account"] == 2
    assert program.run("end-account", "nobody").code == 2


@pytest.mark.parametrize(("arguments", "code"), [
    (("serve", "--what"), 2), ((), 2), (("grant", "00"), 2), (("revoke", "--desk", "x/01", "--reason", "y"), 2),
    (("enrol-card", "--desk", f"{AGENCY}/09"), 2), (("import", "/nowhere/at.all"), 2), (("digest", "--desk", "x"), 2),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_sentence(there: HubProgram, arguments: tuple[str, ...], code: int):
    done = there.run(*arguments)
    assert done.code == code
    assert done.out == ""
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_folder_without_a_hub_is_told_so(program: HubProgram):
    assert program.run("verify").code == 4
    assert program.run("verify", ONESTOP_HUB_DATA="").code == 2


def test_files_bring_the_same_state_in_any_order_twice_and_with_a_gap(enrolled: Enrolled):
    program, desk = enrolled.program, enrolled.desk
    for _time in range(9):
        desk.receive()
    parts = [enrolled.bundle(name, desk.entries[at : at + 3]) for name, at in (("a", 0), ("b", 3), ("c", 6))]
    last = program.row("import", str(parts[2]))
    assert last["fresh"] == 0
    assert last["missing"] == [{"epoch": desk.epoch, "seq": 6}]
    assert program.row("import", str(parts[0]), "--carrier", "mail")["fresh"] == 3
    filled = program.row("import", str(parts[1]))
    assert (filled["fresh"], filled["missing"]) == (6, [])
    for path in parts:
        assert program.row("import", str(path))["fresh"] == 0
    assert program.row("digest", "--desk", DESK)["digest"] == desk.digest().hex()
    assert program.row("verify")["differences"] == 0
    right = signing.check(enrolled.hub)
    reply, _packets = read_reply(unseal(Path(filled["answer"]).read_bytes(), enrolled.keys.identity), right)
    assert reply.answer.count == 9
    assert reply.answer.heads[0].hash == desk.head


def test_a_file_that_is_not_ours_or_was_changed_is_refused_without_effect(enrolled: Enrolled):
    program, desk = enrolled.program, enrolled.desk
    desk.receive()
    path = enrolled.bundle("a", desk.entries)
    data = path.read_bytes()
    path.write_bytes(data[:-20] + b"?" + data[-19:])
    assert program.run("import", str(path)).code == 2
    path.write_bytes(b"a shopping list")
    assert program.run("import", str(path)).code == 2
    path.write_bytes(seal(b"nothing", new_keys().recipient))
    assert program.run("import", str(path)).code == 2
    assert program.row("digest", "--desk", DESK)["digest"] == desk.digest([]).hex()


def test_what_a_revoked_desk_sends_waits_for_somebody_who_answers_for_it(enrolled: Enrolled):
    program, desk = enrolled.program, enrolled.desk
    desk.receive()
    path = enrolled.bundle("a", desk.entries)
    assert program.row("revoke", "--desk", DESK, "--reason", "Mất máy")["revoked"]
    assert program.run("import", str(path)).code == 3
    assert program.row("import", str(path), "--review", "Hà Văn Tư")["fresh"] == 1
    assert program.run("revoke", "--desk", DESK, "--reason", "again").code == 3


def over_the_line(enrolled: Enrolled, said: dict[str, str], pin: bytes) -> HttpPeer:
    """Let the made desk speak to the serving hub."""
    peer = HttpPeer(said["listening"], (pin,))
    enrolled.desk.hub = SimpleNamespace(  # type: ignore[assignment]
        hello=peer.hello, packet=peer.packet, keys=SimpleNamespace(public=enrolled.hub)
    )
    return peer


def test_a_kill_loses_nothing_that_was_acknowledged_and_the_pinned_key_is_the_only_one(enrolled: Enrolled):
    program, desk = enrolled.program, enrolled.desk
    pin = enrolled.pin
    for round_ in range(3):
        with program.serving() as (said, process):
            assert said["listening"].startswith("https://127.0.0.1:")
            assert said["pin"] == pin.hex()
            peer = over_the_line(enrolled, said, pin)
            assert desk.hello().count == len(desk.entries)
            for _time in range(5):
                desk.receive()
                desk.send(desk.packets(entries=desk.entries[-1:])[0])
            if round_ == 2:
                with pytest.raises(Refused, match=r"link\.pin"):
                    HttpPeer(said["listening"], (b"x" * 32,)).hello(b"")
            process.send_signal(signal.SIGKILL)
            process.wait(20)
            peer.close()
    with program.serving() as (said, _process):
        peer = over_the_line(enrolled, said, pin)
        assert desk.hello().same
        peer.close()
    assert program.row("verify")["differences"] == 0


def test_a_hub_that_was_put_back_says_so_by_a_new_life(enrolled: Enrolled):
    program, desk = enrolled.program, enrolled.desk
    with program.serving() as (said, _process):
        peer = over_the_line(enrolled, said, enrolled.pin)
        before = desk.hello().incarnation
        peer.close()
    assert program.row("restore")["restored"]
    with program.serving() as (said, process):
        peer = over_the_line(enrolled, said, enrolled.pin)
        assert desk.hello().incarnation != before
        peer.close()
        process.terminate()
        assert process.wait(30) == 0


def test_a_port_that_is_taken_and_a_missing_certificate_are_told(there: HubProgram):
    program = there
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = program.run("serve", "--plain", "--port", str(taken.getsockname()[1]))
    assert done.code == 5
    assert "Traceback" not in done.err
    (program.folder / "hub" / "hub.crt").unlink()
    assert program.run("serve", "--port", "0").code == 3
    with program.serving("--plain") as (said, _process):
        assert said["listening"].startswith("http://")
        assert said["pin"] == ""


def test_the_addresses_on_cards_can_be_told_later(there: HubProgram):
    program = there
    program.row("address", "--address", "https://a.example", "--address", "https://b.example")
    assert read_card(program.row("enrol-card", "--desk", DESK)["card"]).addresses == (
        "https://a.example", "https://b.example",
    )  # fmt: skip
