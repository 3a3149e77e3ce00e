"""The envelope: opened by whom it is for, by nobody else."""

from __future__ import annotations

import pytest

from onestop_desktop.errors import InvalidInput
from onestop_desktop.wire.envelope import new_keys, seal, unseal


def test_only_the_recipient_opens_it() -> None:
    ours, others = new_keys(), new_keys()
    sealed = seal("hồ sơ".encode(), ours.recipient)
    assert unseal(sealed, ours.identity) == "hồ sơ".encode()
    assert "hồ sơ".encode() not in sealed
    with pytest.raises(InvalidInput, match=r"bundle\.not_ours"):
        unseal(sealed, others.identity)


@pytest.mark.parametrize("at", [0, 30, 120, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    keys = new_keys()
    sealed = bytearray(seal(b"data" * 100, keys.recipient))
    sealed[at] ^= 1
    with pytest.raises(InvalidInput, match=r"bundle\.not_(one|ours)"):
        unseal(bytes(sealed), keys.identity)


def test_a_cut_envelope_is_noticed() -> None:
    keys = new_keys()
    with pytest.raises(InvalidInput):
        unseal(seal(b"data" * 100, keys.recipient)[:-5], keys.identity)


def test_what_is_no_recipient_is_told() -> None:
    with pytest.raises(InvalidInput, match=r"bundle\.recipient"):
        seal(b"x", "age1nonsense")
