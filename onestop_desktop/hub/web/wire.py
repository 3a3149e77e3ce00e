"""What desks say: greetings, packets, questions, requests to be let in; bytes in, signed bytes out."""

from __future__ import annotations

from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub import enrolment
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said
from onestop_desktop.hub.web.parts import OFFSET, Parts

PACKET_LARGEST = 80 << 10


def hello(asked: Asked) -> Said:
    """Answer a greeting."""
    return Said(asked.ledger.hello(asked.body))


def packet(asked: Asked) -> Said:
    """Take a packet; the answer leaves after the commit."""
    return Said(asked.ledger.packet(asked.body))


def pull(asked: Asked) -> Said:
    """Give packets back."""
    return Said(asked.ledger.pull(asked.token, asked.body))


def known(asked: Asked) -> Said:
    """Say which entries are here."""
    return Said(asked.ledger.known(asked.token, asked.body))


def enrol(asked: Asked) -> Said:
    """Take a request, or say what became of it: 202 while nobody has decided."""
    if not asked.body:
        raise InvalidInput("wire.message")
    enrolment.receive_request(asked.ledger, asked.body)
    granted = enrolment.granted(asked.ledger, asked.body)
    return Said(granted) if granted is not None else Said(status=202)


def operations(parts: Parts) -> tuple[Operation, ...]:
    """Return what desks use; `parts` keeps what broke off."""

    def offset(asked: Asked) -> Said:
        return Said(headers={OFFSET: str(parts.held(asked.path["name"])), "cache-control": "no-store"})

    one = "/v1/packets/{name}"
    return (
        *OPERATIONS,
        Operation("packet", "POST", "/v1/packets", Access.ANYBODY, packet, "Hand over a packet of journal entries",
                  bytes, bytes, largest=PACKET_LARGEST, parts=parts, heavy=True),
        Operation("packet_offset", "HEAD", one, Access.ANYBODY, offset, "How much of a packet has come"),
        Operation("packet_rest", "PATCH", one, Access.ANYBODY, packet, "Hand over the rest of a packet that broke off",
                  bytes, bytes, largest=PACKET_LARGEST, parts=parts, heavy=True, headers=(OFFSET,)),
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation("hello", "POST", "/v1/hello", Access.ANYBODY, hello, "Greet; both sides learn what the other lacks",
              bytes, bytes, largest=4096),
    Operation("pull", "POST", "/v1/pull", Access.DESK, pull, "Get back packets that this desk lacks", bytes, bytes),
    Operation("known", "POST", "/v1/known", Access.DESK, known, "Ask which entries the hub has", bytes, bytes),
    Operation("enrol", "POST", "/v1/enrol", Access.ANYBODY, enrol, "Ask to be let in, or what became of it",
              bytes, bytes, statuses=(200, 202), largest=16 << 10),
)  # fmt: skip
