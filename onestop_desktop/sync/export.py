"""Packets for a stick or a letter: what the hub, by its last answer, does not have, sealed for the hub alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from onestop_desktop.errors import Refused
from onestop_desktop.store import exchange, journal
from onestop_desktop.store.store import Store
from onestop_desktop.wire import packet, signing
from onestop_desktop.wire.bundle import Manifest, digest_of, write_bundle
from onestop_desktop.wire.envelope import seal
from onestop_desktop.wire.messages import NONCE

PACKET_BYTES = 32 << 10


@dataclass(frozen=True, slots=True)
class Exported:
    """A sealed bundle, how many entries of which declared days (ISO) it holds."""

    data: bytes
    entries: int
    first_day: str
    last_day: str


def export(store: Store, hub: bytes, recipient: str, *, everything: bool = False) -> Exported:
    """Seal what the hub lacks by its last answer, or every entry; nothing is forgotten or marked as sent by it.

    Raises:
        Refused: `bundle.nothing` when the hub has everything.
        InvalidInput: `bundle.recipient`.
    """
    heard = store.read(exchange.heard)
    before = store.read(exchange.links)
    held = set() if everything else exchange.closure(before, [one for one in heard.heads if one in before])
    entries = store.read(lambda c: exchange.entries_at(c, exchange.to_send(c, held)))
    if not entries:
        raise Refused("bundle.nothing")
    seed = store.read(exchange.desk_seeds)[0]
    key, sign = signing.key_id(signing.public_of(seed)), signing.sign(seed)
    packets = tuple(packet.pack(run, store.meta.desk, key, sign) for run in packet.runs(entries, PACKET_BYTES))
    days = sorted(entry.happened_at[:10] for entry in entries if "kind" in entry.fields) or [""]
    manifest = Manifest(
        signing.key_id(hub), key, secrets.token_bytes(NONCE), len(entries), len(packets), days[0], days[-1],
        store.read(journal.inbox), digest_of(packets),
    )  # fmt: skip
    return Exported(seal(write_bundle(manifest, packets, sign), recipient), len(entries), days[0], days[-1])
