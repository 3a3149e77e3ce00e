"""Before anybody has logged in: whether a desk stands here, whose it is, who may open it; and making a new one."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from onestop_desktop.clock import Clock
from onestop_desktop.desk import login, making
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.new import NewDesk
from onestop_desktop.desk.upkeep import check_password, check_user, tidy_office
from onestop_desktop.desk.views import Tile
from onestop_desktop.domain.number import DESKS, desk_block
from onestop_desktop.errors import InvalidInput, KnownError, Refused
from onestop_desktop.settings import ATTACH_KB
from onestop_desktop.store import keys
from onestop_desktop.store.connect import check_library, world
from onestop_desktop.store.lock import StoreLock
from onestop_desktop.store.seed import Seed
from onestop_desktop.store.store import Site, create, open_store, unlock
from onestop_desktop.store.verify import Difference


class Door:
    """The door of one data directory; `attach_kb` is this PC's limit for a page of a picture."""

    def __init__(
        self, data: Path, state: Path, clock: Clock, seed: Seed | None = None, *, attach_kb: int = ATTACH_KB
    ) -> None:
        self.site = Site(data, state)
        self.clock = clock
        self._seed = seed or Seed()
        self._attach_kb = attach_kb

    @property
    def exists(self) -> bool:
        """Say whether a desk stands here; one whose making was cut short does not."""
        return self.site.exists and not making.half_made(self.site)

    def check_free(self) -> None:
        """Find out before anybody types a password whether another window or command has the desk open.

        Raises:
            TryLater: `store.in_use`, `store.cannot_write`.
        """
        if self.exists:
            lock = StoreLock(self.site.data)
            lock.take()
            lock.release()

    @cached_property
    def _keys(self) -> keys.KeyFile:
        if not self.exists:
            raise KnownError("store.none", folder=str(self.site.data))
        return keys.read_keys(self.site.data)

    @property
    def training(self) -> bool:
        """Say whether it is a training desk; raises Damaged `keys.damaged`."""
        return self._keys.training

    @property
    def office(self) -> str:
        """Return the office's name as it was when the desk was made."""
        return self._keys.office

    @property
    def desk(self) -> str:
        """Return the desk's two digits."""
        return self._keys.desk

    @property
    def users(self) -> tuple[Tile, ...]:
        """Return who may log in."""
        return tuple(Tile(*one) for one in self._keys.users)

    def open(self, user: str, password: str) -> Desk:
        """Open the desk; takes about half a second of work on a real desk.

        Raises:
            Refused: `login.wrong` (with the seconds to wait), `login.unknown`.
            TryLater: `store.in_use`.
            Damaged: the store is damaged or newer.
        """
        check_library()
        if user == keys.RECOVERY:
            raise Refused("login.unknown", user=user)
        started = keys.read_keys(self.site.data) if self.exists else None
        if started is not None:
            login.wait_over(started, user, self.clock)
        try:
            store = open_store(self.site, self.clock, user, password)
        except Refused as error:
            if error.code == "login.wrong" and started is not None:
                login.count_failure(self.site.data, user, self.clock)
            raise
        try:
            if store.keys.slot(user).failures:
                login.forgive(self.site.data, user)
            core = Core(store, user, self._seed)
            core.settle_clock()
            return self._desk(core)
        except BaseException:
            # Left open, the store would keep its lock, and the next try would say that another program has it.
            store.close()
            raise

    def _desk(self, core: Core) -> Desk:
        desk = Desk(core)
        desk.files.limit_kb = self._attach_kb
        return desk

    def recover(self, code: str, user: str, password: str) -> None:
        """Give a user a new password with the recovery code.

        Raises:
            InvalidInput: `recovery.mistyped`, `user.password_short`.
            Refused: `login.wrong`, `login.unknown`.
        """
        check_user(user)
        secret = keys.read_recovery_code(code)
        data_key, key_file = unlock(self.site, keys.RECOVERY, secret)
        name = key_file.slot(user).name
        check_password(password, training=key_file.training)
        slot = keys.make_slot(key_file.store, user, name, password, data_key, training=key_file.training)
        with world():
            keys.change_keys(self.site.data, lambda now: _known_good(now).with_slot(slot))
        self.__dict__.pop("_keys", None)

    def verify(self, user: str, password: str) -> list[Difference]:
        """Recompute everything; needs the store alone, so that it works where the desk cannot be opened any more."""
        login.wait_over(self._keys, user, self.clock)
        store = open_store(self.site, self.clock, user, password)
        try:
            return store.verify()
        finally:
            store.close()

    def create(self, new: NewDesk) -> tuple[Desk, str]:
        """Make a desk and return it open, with its recovery code.

        Raises:
            InvalidInput: `number.desk`, `user.id`, `user.password_short`, and those of `upkeep.tidy_office`.
            Refused: `store.exists`.
        """
        check_library()
        new = self._checked(new)
        making.begin(self.site)
        try:
            desk, code = self._create(new)
        except BaseException:
            making.give_up(self.site)
            raise
        self.__dict__.pop("_keys", None)
        return desk, code

    def _create(self, new: NewDesk) -> tuple[Desk, str]:
        store, code = create(
            self.site,
            self.clock,
            desk=new.desk,
            office=new.offices[-1].name,
            user=new.user,
            training=new.training,
        )
        try:
            desk = self._desk(Core(store, new.user.id, self._seed))
            body: dict[str, object] = {"desk": new.desk}
            desk.core.record("desk", body if new.start is None else body | {"start": new.start})
            for office in new.offices:
                desk.core.record("office", office.as_body())
            desk.core.record("user", {"name": new.user.name, "user": new.user.id})
            making.finish(self.site)
        except BaseException:
            store.close()
            raise
        return desk, code

    def _checked(self, new: NewDesk) -> NewDesk:
        if not 1 <= new.desk <= DESKS:
            raise InvalidInput("number.desk", desk=new.desk)
        desk_block(new.desk, new.start)
        offices = tuple(tidy_office(office) for office in new.offices)
        check_user(new.user.id)
        check_password(new.user.password, training=new.training)
        return replace(new, offices=offices)

    @staticmethod
    def create_training(data: Path, state: Path, clock: Clock, seed: Seed | None = None) -> Door:
        """Make the training desk: today's xã Yên Châu and a commune it came from, made-up clerks and citizens."""
        from onestop_desktop.desk.training import make_training  # noqa: PLC0415  only when one is made

        make_training(lambda earlier: Door(data, state, earlier, seed), clock)
        return Door(data, state, clock, seed)


def _known_good(key_file: keys.KeyFile) -> keys.KeyFile:
    """Note that the recovery code is somewhere: it has just opened the desk."""
    return key_file.with_slot(replace(key_file.slot(keys.RECOVERY), unconfirmed=False))
