"""The key file: one slot a user and one for the recovery code, each wrapping the same random data key.

A slot is Argon2id over the secret, then AES-256-GCM over the data key, bound to store, user and slot. The file says
who works here (names) and nothing of any citizen. A second copy stands beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onestop_desktop.errors import Damaged, InvalidInput, Refused
from onestop_desktop.store.files import write_durably

FILE = "keys.json"
RECOVERY = "recovery"
KEY_BYTES = 32
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})
_RECOVERY_BYTES = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's price: memory in KiB, passes, lanes (floor of OWASP ASVS 5.0: 46 MiB, 1, 1)."""

    memory: int
    passes: int
    lanes: int


REAL = Cost(64 * 1024, 3, 1)
FAST = Cost(64, 1, 1)
"""Only in stores made for training, which can never be enrolled or converted."""
FLOOR_MEMORY = 46 * 1024


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to the data key; bytes are base64 text. `failures` counts wrong secrets since the last right one.

    `set_by` is who chose the secret where it was not the owner; an `unconfirmed` recovery code was never asked back.
    """

    user: str
    name: str
    cost: Cost
    salt: str
    nonce: str
    wrapped: str
    failures: int = 0
    failed_at: int = 0
    active: bool = True
    set_by: str = ""
    unconfirmed: bool = False

    def as_row(self) -> dict[str, Any]:
        """Return the slot as the file writes it; what a first version did not know is absent unless it is said."""
        row = asdict(self)
        return {name: value for name, value in row.items() if value or name not in {"set_by", "unconfirmed"}}


@dataclass(frozen=True, slots=True)
class KeyFile:
    """All slots of a store, and what may be read before log-in."""

    store: str
    training: bool
    office: str
    desk: str
    slots: tuple[Slot, ...]
    generation: int = 1
    others: Mapping[str, Any] = field(default_factory=dict)

    def slot(self, user: str) -> Slot:
        """Return a user's slot.

        Raises:
            Refused: `login.unknown`.
        """
        for slot in self.slots:
            if slot.user == user and slot.active:
                return slot
        raise Refused("login.unknown", user=user)

    def with_slot(self, slot: Slot) -> KeyFile:
        """Return the file with a slot added or replaced."""
        others = tuple(one for one in self.slots if one.user != slot.user)
        return replace(self, slots=(*others, slot), generation=self.generation + 1)

    def without(self, user: str) -> KeyFile:
        """Return the file without a user's slot."""
        slots = tuple(one for one in self.slots if one.user != user)
        return replace(self, slots=slots, generation=self.generation + 1)

    @property
    def users(self) -> tuple[tuple[str, str], ...]:
        """Return (id, name) of everybody who can log in."""
        return tuple((slot.user, slot.name) for slot in self.slots if slot.user != RECOVERY and slot.active)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _stretch(secret: str, slot: Slot, training: bool) -> bytes:
    if not training and slot.cost.memory < FLOOR_MEMORY:
        raise Damaged("keys.too_cheap")
    secret = unicodedata.normalize("NFC", secret)
    return hash_secret_raw(
        secret.encode("utf-8"),
        base64.b64decode(slot.salt),
        time_cost=slot.cost.passes,
        memory_cost=slot.cost.memory,
        parallelism=slot.cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _bound(store: str, user: str) -> bytes:
    return f"onestop/slot/1\0{store}\0{user}".encode()


def make_slot(
    store: str, user: str, name: str, secret: str, data_key: bytes, *, training: bool, set_by: str = ""
) -> Slot:
    """Wrap the data key for a user's secret; a real desk's recovery code counts only once it was asked back."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    slot = Slot(user, name, FAST if training else REAL, _encode(salt), _encode(nonce), "", set_by=set_by,
                unconfirmed=user == RECOVERY and not training)  # fmt: skip
    wrapped = AESGCM(_stretch(secret, slot, training)).encrypt(nonce, data_key, _bound(store, user))
    return replace(slot, wrapped=_encode(wrapped))


def unwrap(keys: KeyFile, user: str, secret: str) -> bytes:
    """Return the data key.

    Raises:
        Refused: `login.unknown`, `login.wrong`.
    """
    slot = keys.slot(user)
    try:
        return AESGCM(_stretch(secret, slot, keys.training)).decrypt(
            base64.b64decode(slot.nonce), base64.b64decode(slot.wrapped), _bound(keys.store, user)
        )
    except InvalidTag:
        raise Refused("login.wrong", wait=wait_after(slot.failures + 1)) from None


def wait_after(failures: int) -> int:
    """Return the seconds to wait after that many failures in a row: 0, 0, 1, 2, 4 … 60; never for good."""
    return 0 if failures < 3 else min(60, 2 ** (failures - 3))


def second_key(keys: KeyFile, user: str, secret: str) -> bytes:
    """Return the key of a second person's MACs; it proves that the secret was there.

    Raises:
        Refused: `login.unknown`, `login.wrong`; `second.not_own_password` while somebody else chose the password:
            it would prove nobody's presence but theirs.
    """
    unwrap(keys, user, secret)
    slot = keys.slot(user)
    if slot.set_by:
        raise Refused("second.not_own_password", user=slot.name)
    return derive(_stretch(secret, slot, keys.training), "onestop/second/1")


def second_mac(key: bytes, kind: str, dossier: str, body: bytes) -> str:
    """Return a second person's MAC over a two-person act and its content, hex."""
    message = b"\0".join((kind.encode(), dossier.encode(), hashlib.sha256(body).digest()))
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def derive(key: bytes, label: str) -> bytes:
    """Return a 32-byte key for one purpose (HKDF-SHA-256)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=label.encode("ascii")).derive(key)


def new_recovery_code() -> str:
    """Return 160 random bits as eight groups of four Crockford characters and a ninth as check."""
    data = secrets.token_bytes(_RECOVERY_BYTES)
    plain = _crockford(int.from_bytes(data, "big"), 32)
    check = _crockford(int.from_bytes(hashlib.sha256(plain.encode()).digest()[:3], "big") % 32**4, 4)
    return "-".join((plain + check)[at : at + 4] for at in range(0, 36, 4))


def _crockford(number: int, width: int) -> str:
    return "".join(_CROCKFORD[number >> 5 * (width - 1 - at) & 31] for at in range(width))


def read_recovery_code(text: str) -> str:
    """Return a recovery code as the slot knows it; forgiving about blanks, dashes, case, O and 0.

    Raises:
        InvalidInput: `recovery.mistyped` when its check group does not fit.
    """
    plain = text.upper().translate(_TYPED)
    if len(plain) != 36 or any(letter not in _CROCKFORD for letter in plain):
        raise InvalidInput("recovery.mistyped")
    body, check = plain[:32], plain[32:]
    if check != _crockford(int.from_bytes(hashlib.sha256(body.encode()).digest()[:3], "big") % 32**4, 4):
        raise InvalidInput("recovery.mistyped")
    return body


def write_keys(folder: Path, keys: KeyFile) -> None:
    """Write the key file and its second copy."""
    rows = {
        "store": keys.store, "training": keys.training, "office": keys.office, "desk": keys.desk,
        "generation": keys.generation, "slots": [slot.as_row() for slot in keys.slots],
    }  # fmt: skip
    payload = json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1)
    whole = json.dumps({"sha256": hashlib.sha256(payload.encode()).hexdigest(), "keys": json.loads(payload)},
                       ensure_ascii=False, sort_keys=True, indent=1)  # fmt: skip
    write_durably(folder / FILE, whole.encode(), keep=False)
    write_durably(folder / (FILE + ".copy"), whole.encode(), keep=False)


def change_keys(folder: Path, change: Callable[[KeyFile], KeyFile]) -> KeyFile:
    """Change the key file as it is now, not as it was read long ago, and return it."""
    changed = change(read_keys(folder))
    write_keys(folder, changed)
    return changed


def read_keys(folder: Path) -> KeyFile:
    """Read the key file, or its second copy when the first is damaged.

    Raises:
        Damaged: `keys.damaged` when neither can be read.
    """
    found = [keys for name in (FILE, FILE + ".copy") if (keys := _read(folder / name))]
    if not found:
        raise Damaged("keys.damaged")
    return max(found, key=lambda keys: keys.generation)


def _read(path: Path) -> KeyFile | None:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        rows = whole["keys"]
        payload = json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1)
        if hashlib.sha256(payload.encode()).hexdigest() != whole["sha256"]:
            return None
        slots = tuple(Slot(**(row | {"cost": Cost(**row["cost"])})) for row in rows["slots"])
        return KeyFile(rows["store"], rows["training"], rows["office"], rows["desk"], slots, rows["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
