"""What comes on a stick or in a letter: bundles of packets and requests to be let in, and the file that goes back.

The same bytes as over the line, in any order, twice or with gaps: the ledger ends in the same state.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import enrolment, pulls
from onestop_desktop.hub.desks import Desk, KeyState, by_key
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import DESK
from onestop_desktop.wire.bundle import Manifest, Reply, digest_of, manifest_key, read_bundle, write_reply
from onestop_desktop.wire.enrolment import Request
from onestop_desktop.wire.envelope import MAGIC, seal, unseal
from onestop_desktop.wire.messages import Answer, decode, split
from onestop_desktop.wire.packet import unpack
from onestop_desktop.wire.signing import check, key_id


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: its desk, how many entries it held, how many the hub had not, and the file that goes back.

    `missing` names what the hub still waits for, as (epoch, seq).
    """

    desk: Desk
    entries: int
    fresh: int
    missing: tuple[tuple[str, int], ...]
    reply: bytes


def is_sealed(data: bytes) -> bool:
    """Say whether a file is an envelope."""
    return data.startswith(MAGIC)


def take(ledger: Ledger, sealed: bytes, *, carrier: str = "usb", reviewed_by: str = "") -> Taken:
    """Take a sealed bundle and return what it brought.

    Raises:
        InvalidInput: `bundle.not_one`, `bundle.not_ours`, `bundle.damaged`, `wire.signature`, `bundle.other_hub`.
        Refused: `hub.unknown_desk`; `hub.revoked` unless somebody answers for it.
    """
    data = unseal(sealed, ledger.keys.identity)
    with ledger.reading() as connection:
        desk = by_key(connection, manifest_key(data))
    manifest, packets = read_bundle(data, check(desk.public))
    if manifest.hub != key_id(ledger.keys.public):
        raise InvalidInput("bundle.other_hub")
    if desk.state is KeyState.REVOKED and not reviewed_by:
        raise Refused("hub.revoked")
    before = _entries(ledger, desk)
    for packet in packets:
        ledger.packet(packet, carrier=carrier, reviewed_by=reviewed_by)
    answer = ledger.reply(desk, manifest.inbox)
    reply = _sealed_reply(ledger, desk, manifest, answer, packets)
    missing = tuple((one.epoch.hex(), one.seq) for one in answer.missing)
    return Taken(desk, manifest.entries, _entries(ledger, desk) - before, missing, reply)


def _entries(ledger: Ledger, desk: Desk) -> int:
    with ledger.reading() as connection:
        return int(connection.execute(select(DESK.c.entries).where(DESK.c.id == desk.id)).scalar_one())


def _sealed_reply(ledger: Ledger, desk: Desk, manifest: Manifest, answer: Answer, brought: tuple[bytes, ...]) -> bytes:
    """Return the answer with what the desk lacks: everything that does not lie before what it brought."""
    have = [unpack(one).head_hash for one in brought]
    with ledger.reading() as connection:
        recipient = str(connection.execute(select(DESK.c.recipient).where(DESK.c.id == desk.id)).scalar_one())
        lacks = pulls.parcel(connection, desk, have).packets if have else ()
    reply = Reply(desk.key, manifest.nonce, answer, len(lacks), digest_of(lacks))
    return seal(write_reply(reply, lacks, ledger.keys.sign), recipient)


def take_request(ledger: Ledger, sealed: bytes) -> tuple[enrolment.Waiting, bytes | None]:
    """Take a sealed request to be let in; return what waits and, once somebody has decided, the sealed grant.

    Raises:
        InvalidInput: `bundle.not_one`, `bundle.not_ours`, `wire.message`, `wire.signature`.
        Refused: `enrol.…`.
    """
    data = unseal(sealed, ledger.keys.identity)
    waiting = enrolment.receive_request(ledger, data)
    granted = enrolment.granted(ledger, data)
    recipient = decode(split(data)[0], Request).recipient
    return waiting, seal(granted, recipient) if granted is not None else None
