"""What people do in the simulated world: at the counter, over the line, with sticks, and at the hub's desk."""

from __future__ import annotations

from onestop_desktop.desk import intake, steps
from onestop_desktop.domain.entry import Happening
from onestop_desktop.errors import OneStopError, Refused, TryLater
from onestop_desktop.hub import bundles
from onestop_desktop.store.exchange import Foreign, Intake
from onestop_desktop.sync.export import export
from onestop_desktop.wire.bundle import read_reply
from onestop_desktop.wire.envelope import unseal
from onestop_desktop.wire.signing import check
from tests.simulation.faults import Call, Killed, Weather, over_the_line
from tests.simulation.machines import Machine, hub_keys
from tests.simulation.world import Stick, World

_STEPS = ("assign", "forward", "ready", "ask-supplement", "supplement", "collect", "return")
_FORMS: dict[str, dict[str, object]] = {
    "assign": {"officer": "tu"}, "forward": {"unit": "Chi nhánh Văn phòng Đăng ký đất đai"}, "ready": {},
    "ask-supplement": {"items": ["Bản sao"], "reason": "Thiếu bản sao"}, "supplement": {}, "collect": {"amount": 8000},
    "return": {},
}  # fmt: skip


class Line:
    """A desk's way to the hub, in some weather; four functions from bytes to bytes."""

    def __init__(self, world: World, machine: Machine, weather: Weather) -> None:
        self._world, self._machine, self._weather = world, machine, weather
        self._calls = 0

    def hello(self, data: bytes) -> bytes:
        return self._carry(self._world.hub.ledger.hello, data)

    def packet(self, data: bytes) -> bytes:
        if self._world.chance.random() < 0.2:
            self._world.late.append(data)
        return self._carry(self._world.hub.ledger.packet, data)

    def pull(self, token: bytes, data: bytes) -> bytes:
        return self._carry(lambda sent: self._world.hub.ledger.pull(token, sent), data)

    def known(self, token: bytes, data: bytes) -> bytes:
        return self._carry(lambda sent: self._world.hub.ledger.known(token, sent), data)

    def _carry(self, ask: Call, data: bytes) -> bytes:
        world, weather = self._world, self._weather
        self._calls += 1
        if self._calls > weather.cut_after:
            raise TryLater("link.no_network")
        if weather.busy and world.chance.random() < weather.busy:
            meanwhile(world, self._machine)

        def asked(sent: bytes) -> bytes:
            world.fail_over()
            answer = ask(sent)
            world.oracle.answered(world.hub, self._machine.kind.number)
            return answer

        return over_the_line(asked, data, weather, world.chance)


def take(world: World, machine: Machine) -> str:
    """Take a dossier and hand its receipt out."""
    world.made += 1
    line = {
        "procedure": "1.001193",
        "applicant": {"name": f"Lò Văn {world.made % 17}", "birth_date": "1991-04-12",
                      "address": "Bản Nà Khái, xã Sặp Vạt", "phone": f"09876543{world.made % 7}1"},
        "papers": [{"name": "Giấy chứng sinh", "original": 1}],
    }  # fmt: skip
    if world.chance.random() < 0.05:
        machine.store.inline.full = True
    try:
        taken = intake.receive(machine.core, line)
    except OneStopError as error:
        return f"{machine.name} {error.code}"
    finally:
        machine.store.inline.full = False
    world.oracle.told(machine, taken.number, taken.id)
    return f"{machine.name} {taken.number} {taken.id} {machine.store.head.hash.hex()[:8]}"


def step(world: World, machine: Machine) -> str:
    """Take a step of some dossier."""
    rows = machine.disk.connection.execute("SELECT id FROM dossier ORDER BY rowid").fetchall()
    if not rows:
        return take(world, machine)
    dossier, name = world.chance.choice(rows)[0], world.chance.choice(_STEPS)
    try:
        steps.act(machine.core, dossier, name, _FORMS[name])
    except OneStopError as error:
        return f"{machine.name} {name} {error.code}"
    return f"{machine.name} {name} {dossier[-6:]} {machine.store.head.hash.hex()[:8]}"


def strange(world: World, machine: Machine) -> str:
    """Write what the hub must keep and not count, or what no program of today knows."""
    now, draw = machine.core.now(), world.chance.random()
    before = machine.rows().keys()
    if draw < 0.4:
        body = {"office": {"agency": "000.99.99.H52", "name": "?"}, "reason": "?"}
        machine.core.write(lambda t: t.append(Happening("refuse", body, now)))
        world.oracle.strange |= machine.rows().keys() - before
    elif draw < 0.7:
        head, epoch = machine.store.head, world.chance.randbytes(16).hex()
        foreign = Foreign(epoch, 1, b"\xff" + world.chance.randbytes(4), b"", head.hash)
        come = Intake(machine.kind.code, None, machine.store.marks, machine.clock.now)
        machine.store.exchange(lambda c, meta, at: come.take(c, meta, at, [foreign]))
        world.oracle.strange |= machine.rows().keys() - before
    else:
        machine.core.write(lambda t: t.append(Happening("of-a-newer-program", {"what": "?"}, now)))
    return f"{machine.name} {draw:.2f}"


def sync(world: World, machine: Machine, weather: Weather | None = None) -> str:
    """Hold a session over a line."""
    weather = weather or Weather.drawn(world.chance)
    try:
        report = machine.link.sync(Line(world, machine, weather))
    except OneStopError as error:
        return f"{machine.name} {error.code}"
    except Killed:
        machine.restart()
        return f"{machine.name} killed"
    said = "same" if report.same else "not same"
    return f"{machine.name} {said} +{report.received} -{report.sent} {' '.join(report.notices)}"


def meanwhile(world: World, machine: Machine) -> None:
    """Do something at the counter, or at a twin, while a session runs."""
    twins = [one for one in world.machines if one is not machine and one.kind is machine.kind]
    if twins and world.chance.random() < 0.3:
        said = sync(world, world.chance.choice(twins), Weather())
    else:
        said = take(world, machine)
    world.trace.append(f"  meanwhile: {said}")


def carry_out(world: World, machine: Machine) -> str:
    """Write a bundle onto a stick."""
    keys = hub_keys()
    try:
        made = export(machine.store, keys.public, keys.recipient, everything=world.chance.random() < 0.2)
    except Refused as error:
        return f"{machine.name} {error.code}"
    world.sticks.append(Stick(machine.kind.number, made.data))
    return f"{machine.name} {made.entries}"


def bring(world: World, machine: Machine) -> str:
    """Bring a stick to where it belongs; it may be brought again."""
    if not world.sticks:
        return "none"
    stick = world.chance.choice(world.sticks)
    if world.chance.random() < 0.6:
        world.sticks.remove(stick)
    return deliver(world, stick, world.chance.choice([one for one in world.machines if one.kind.number == stick.desk]))


def deliver(world: World, stick: Stick, machine: Machine) -> str:
    """Let the hub take a bundle, or a desk an answer."""
    if stick.answer:
        return _answer(world, stick, machine)
    try:
        taken = bundles.take(world.hub.ledger, stick.data)
    except OneStopError as error:
        return f"hub {error.code}"
    world.oracle.answered(world.hub, stick.desk)
    world.sticks.append(Stick(stick.desk, taken.reply, answer=True))
    return f"hub {taken.entries} {taken.fresh} {len(taken.missing)}"


def _answer(world: World, stick: Stick, machine: Machine) -> str:
    data = unseal(stick.data, machine.kind.age.identity)
    reply, packets = read_reply(data, check(hub_keys().public))
    try:
        report = machine.link.take_reply(reply.answer, packets)
    except OneStopError as error:  # a desk that was put back since lacks what comes before
        return f"{machine.name} {error.code}"
    return f"{machine.name} answer +{report.received} {len(report.messages)}"


def again(world: World, _machine: Machine) -> str:
    """Let the network bring a packet once more, late."""
    if not world.late:
        return "none"
    try:
        world.hub.ledger.packet(world.chance.choice(world.late))
    except OneStopError as error:
        return error.code
    for number in sorted({one.kind.number for one in world.machines}):
        world.oracle.answered(world.hub, number)
    return "taken"


def message(world: World, machine: Machine) -> str:
    """Let the hub put a message for a desk."""
    world.made += 1
    body: dict[str, object] = {"text": f"Tin {world.made}"}
    rows = machine.disk.connection.execute("SELECT id FROM dossier ORDER BY rowid").fetchall()
    if rows and world.chance.random() < 0.6:
        body["dossier"] = world.chance.choice(rows)[0]
    number = world.hub.ledger.send(machine.kind.number, world.chance.choice(("answer", "notice")), body)
    return f"{machine.kind.number} no {number} {body['text']}"
