"""Letting this desk into a hub: by the card from above, over the line or on a stick, with four words on both sides."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.entry import present
from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import Refused
from onestop_desktop.store import exchange, keys
from onestop_desktop.store.connect import Connection

if TYPE_CHECKING:
    from onestop_desktop.wire.enrolment import Card, Grant

HUB = "hub"
AGE = "age"
"""The secret that holds the desk's age recipient and identity, a blank between them."""
_REQUEST, _CARD, _NEXT = "enrol-request", "enrol-card", "desk-next"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way: what the hub is called on the card, the words to compare, where it answers."""

    name: str
    words: str
    addresses: tuple[str, ...]
    pins: tuple[bytes, ...]
    request: bytes


class Enrolment:
    """How this desk becomes a hub's desk; every method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def done(self) -> bool:
        """Say whether a hub has let this desk in."""
        return self._core.setup.hub is not None

    def ask(self, card: str) -> Asked:
        """Read a card and make the request that answers it; asked again with the same card, it is the same request.

        A desk that was let in before signs with a new key from the next grant on.

        Raises:
            InvalidInput: `enrol.card` for what is no card.
            Refused: `enrol.card_desk` for another desk's card; `enrol.training`: a training desk goes to a hub on this
                PC alone.
        """
        from onestop_desktop.wire.enrolment import read_card  # noqa: PLC0415  once in a desk's life

        read = read_card(card)
        self._check(read)
        kept = self._core.store.read(lambda c: (exchange.secret(c, _CARD), exchange.secret(c, _REQUEST)))
        if kept[0] != card.encode() or kept[1] is None:
            self._make(card, read)
        asked = self.asked()
        if asked is None:
            raise Refused("enrol.no_card")
        return asked

    def _check(self, card: Card) -> None:
        if card.desk != self._core.store.meta.desk:
            raise Refused("enrol.card_desk", desk=card.desk)
        if self._core.training and not all(map(_here, card.addresses)):
            raise Refused("enrol.training")

    def _make(self, text: str, card: Card) -> None:
        from onestop_desktop.wire.enrolment import OfficeRow, Request, sign_request  # noqa: PLC0415
        from onestop_desktop.wire.envelope import Keys, new_keys  # noqa: PLC0415
        from onestop_desktop.wire.signing import public_of, sign  # noqa: PLC0415

        store, setup = self._core.store, self._core.setup
        seed = secrets.token_bytes(32) if self.done else store.secret("desk")
        known = store.read(lambda c: exchange.secret(c, AGE))
        age = Keys(*known.decode().split(" ")) if known else new_keys()
        request = Request(
            1, card.id, card.code, card.desk, public_of(seed), age.recipient, bytes.fromhex(store.meta.store),
            keys.derive(seed, "onestop/check/1"), tuple(OfficeRow.of(one) for one in setup.offices),
        )  # fmt: skip
        data = sign_request(request, sign(seed))

        def job(connection: Connection) -> None:
            for name, value in ((AGE, f"{age.recipient} {age.identity}".encode()), (_NEXT, seed),
                                (_CARD, text.encode()), (_REQUEST, data)):  # fmt: skip
                exchange.keep_secret(connection, name, value)

        store.write_plain(job)

    def asked(self) -> Asked | None:
        """Return the request that is on its way; None when there is none."""
        from onestop_desktop.wire.enrolment import read_card, read_request  # noqa: PLC0415
        from onestop_desktop.wire.words_of import words_of  # noqa: PLC0415

        card, request = self._core.store.read(lambda c: (exchange.secret(c, _CARD), exchange.secret(c, _REQUEST)))
        if card is None or request is None:
            return None
        read = read_card(card.decode())
        words = words_of(read.hub, read_request(request).public, read.code)
        return Asked(nfc(read.name), words, read.addresses, read.pins, request)

    def card(self) -> str:
        """Return the card whose request is on its way over the network; empty when there is none."""
        kept = self._core.store.read(lambda c: exchange.secret(c, _CARD))
        if kept is None:
            return ""
        asked = self.asked()
        return kept.decode() if asked is not None and asked.addresses else ""

    def request_file(self) -> bytes:
        """Return the request as it goes onto a stick, for the hub's eyes alone; raises Refused `enrol.no_card`."""
        from onestop_desktop.wire.enrolment import read_card  # noqa: PLC0415
        from onestop_desktop.wire.envelope import seal  # noqa: PLC0415

        asked = self.asked()
        card = self._core.store.read(lambda c: exchange.secret(c, _CARD))
        if asked is None or card is None:
            raise Refused("enrol.no_card")
        return seal(asked.request, read_card(card.decode()).recipient)

    def take_grant(self, data: bytes) -> None:
        """Take the hub's grant: from now on this desk speaks to it.

        Raises:
            InvalidInput: `wire.message`, `wire.signature`, `enrol.other_hub`.
            Refused: `enrol.no_card`.
        """
        from onestop_desktop.wire.enrolment import read_card, read_grant  # noqa: PLC0415

        card, request = self._core.store.read(lambda c: (exchange.secret(c, _CARD), exchange.secret(c, _REQUEST)))
        if card is None or request is None:
            raise Refused("enrol.no_card")
        grant = read_grant(data, request, read_card(card.decode()).hub)
        self._core.store.write_plain(lambda c: _settle(c, grant))
        self._core.record(HUB, _body(grant))


def _settle(connection: Connection, grant: Grant) -> None:
    seed = exchange.secret(connection, _NEXT)
    if seed is not None:
        exchange.renew_desk_key(connection, seed)
    exchange.keep_hub(connection, grant.hub)
    for name in (_NEXT, _CARD, _REQUEST):
        connection.execute("DELETE FROM secret WHERE name = ?", (name,))


def _body(grant: Grant) -> dict[str, Any]:
    return present(
        {
            "addresses": list(grant.addresses), "key": grant.hub.hex(), "name": nfc(grant.upper),
            "number": grant.number, "pins": [pin.hex() for pin in grant.pins],
            "public_address": grant.public_address, "recipient": grant.recipient,
        }
    )  # fmt: skip


def _here(address: str) -> bool:
    """Say whether an address is this PC."""
    return (urlsplit(address).hostname or "") in _LOOPBACK
