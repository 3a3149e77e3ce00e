"""Who sits at the open desk: another clerk takes the seat, one's own password, and the desk's recovery code.

The store stays open while clerks change; each entry carries whoever sat there when it was written.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from onestop_desktop.desk import login
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.upkeep import add_user, check_password
from onestop_desktop.domain.office import office_on, rules_on
from onestop_desktop.errors import Damaged, InvalidInput, Refused
from onestop_desktop.store import keys
from onestop_desktop.store.connect import world

if TYPE_CHECKING:
    from onestop_desktop.papers.recovery_sheet import RecoverySheet


class Seat:
    """The clerk's place at an open desk."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.recovery = Recovery(core)

    def switch(self, user: str, password: str) -> None:
        """Let a user take the seat, or sit down again after the screen was covered; wrong passwords are counted.

        Raises:
            Refused: `login.wrong` (with the seconds to wait), `login.wait`, `login.unknown`.
            Damaged: `keys.damaged`.
        """
        store = self._core.store
        if user == keys.RECOVERY:
            raise Refused("login.unknown", user=user)
        # A password set by the recovery code meanwhile counts; a file that cannot be read keeps nobody out.
        with suppress(Damaged):
            store.keys = keys.read_keys(store.site.data)
        login.wait_over(store.keys, user, store.clock)
        try:
            store.admit(user, password)
        except Refused as error:
            if error.code == "login.wrong":
                store.keys = login.count_failure(store.site.data, user, store.clock)
            raise
        if store.keys.slot(user).failures:
            login.forgive(store.site.data, user)
            with suppress(Damaged):
                store.keys = keys.read_keys(store.site.data)
        self._core.user = user

    @property
    def must_change(self) -> bool:
        """Say whether somebody else chose the password of who sits here."""
        return bool(self._slot.set_by)

    @property
    def password_set_by(self) -> str:
        """Return the name of who chose it; empty where the user did."""
        return self._core.user_name(self._slot.set_by) if self._slot.set_by else ""

    @property
    def _slot(self) -> keys.Slot:
        return self._core.store.keys.slot(self._core.user)

    def change_password(self, password: str) -> None:
        """Give oneself a new password.

        Raises:
            InvalidInput: `user.password_short`, `user.password_same`.
        """
        core = self._core
        check_password(password, training=core.training)
        if self._is_old(password):
            raise InvalidInput("user.password_same")
        add_user(core, core.user, core.user_name(core.user), password)

    def _is_old(self, password: str) -> bool:
        try:
            self._core.store.admit(self._core.user, password)
        except Refused:
            return False
        return True


class Recovery:
    """The code that opens the desk when every password is forgotten; it is never stored, only asked back."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def confirmed(self) -> bool:
        """Say whether the code on paper was asked back; a training desk needs none."""
        slots = self._core.store.keys.slots
        return self._core.training or not any(one.unconfirmed for one in slots if one.user == keys.RECOVERY)

    def confirm(self, typed: str) -> None:
        """Take the code as somebody read it from paper.

        Raises:
            InvalidInput: `recovery.mistyped`.
            Refused: `recovery.other` for a code that does not open this desk.
        """
        try:
            self._core.store.admit(keys.RECOVERY, keys.read_recovery_code(typed))
        except Refused:
            raise Refused("recovery.other") from None
        self._mark()

    @staticmethod
    def new_code() -> str:
        """Return a code for `renew`; until then the code before it holds."""
        return keys.new_recovery_code()

    def renew(self, code: str, typed: str) -> None:
        """Let a new code hold once it was asked back; the one before opens nothing from now on.

        Raises:
            InvalidInput: `recovery.mistyped`.
            Refused: `recovery.other`.
        """
        secret = keys.read_recovery_code(code)
        if not hmac.compare_digest(secret, keys.read_recovery_code(typed)):
            raise Refused("recovery.other")
        self._core.store.put_user(keys.RECOVERY, "", secret)
        self._mark()
        self._core.record("desk", {"recovery": "renewed"})

    def _mark(self) -> None:
        store = self._core.store
        with world():
            store.keys = keys.change_keys(
                store.site.data, lambda now: now.with_slot(replace(now.slot(keys.RECOVERY), unconfirmed=False))
            )

    def sheet(self, code: str) -> bytes:
        """Return the page for the sealed envelope as PDF; it goes to a printer and nowhere else."""
        from onestop_desktop.papers.recovery_sheet import recovery_pdf  # noqa: PLC0415  papers on first use

        return recovery_pdf(self._sheet(code))

    def _sheet(self, code: str) -> RecoverySheet:
        from onestop_desktop.papers.recovery_sheet import RecoverySheet  # noqa: PLC0415  papers on first use

        core = self._core
        today = core.now().date()
        return RecoverySheet(
            office=office_on(core.setup.offices, today),
            rules=rules_on(core.seed.rules, today),
            desk=core.store.meta.desk,
            day=today,
            clerk=core.user_name(core.user),
            code=code,
            training=core.training,
        )


__all__ = ["Recovery", "Seat"]
