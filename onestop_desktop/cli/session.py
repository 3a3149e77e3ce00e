"""One run of the command line: which store, who works, and the open desk, closed at the end."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from onestop_desktop import app, paths
from onestop_desktop.cli import secrets
from onestop_desktop.cli.speak import Voice
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.steps import Second
from onestop_desktop.errors import Refused


class Session:
    """What every command gets."""

    def __init__(self, options: argparse.Namespace, voice: Voice) -> None:
        self.options = options
        self.voice = voice
        self._desk: Desk | None = None

    @property
    def data(self) -> Path:
        """Return the data directory."""
        named = getattr(self.options, "data", None)
        return Path(named) if named else paths.data_dir()

    def door(self) -> Door:
        """Return the door of the data directory."""
        return app.door(self.data)

    def desk(self, *, ask_day: bool = True) -> Desk:
        """Return the open desk, opening it the first time; a clock that cannot be right is told then.

        Raises:
            Refused: `login.which_user`, `login.no_password`, `login.wrong`.
            TryLater: `store.in_use`.
        """
        if self._desk is None:
            user = self.user()
            self._desk = self.door().open(user, self.password(user))
            asked = self._desk.clock_suspicion() if ask_day else None
            if asked:
                self.ask_day(asked)
        return self._desk

    def ask_day(self, code: str) -> None:
        """Ask which day it is, as the window does at its start; nothing waits for the answer."""
        self.voice.say(code)
        self.voice.say("cli.clock_answer")

    def user(self) -> str:
        """Return who works: named, or the only one there is; raises Refused `login.which_user`."""
        return getattr(self.options, "user", None) or os.environ.get("ONESTOP_USER") or _only_user(self.door())

    def password(self, user: str) -> str:
        """Return the user's password."""
        file = getattr(self.options, "password_file", None)
        return secrets.password(file, "ONESTOP_PASSWORD", self.voice.words.say("cli.password_of", user=user))

    def second(self) -> Second | None:
        """Return the second person of a two-person step, if one is named."""
        name = getattr(self.options, "second", None)
        if not name:
            return None
        file = getattr(self.options, "second_password_file", None)
        prompt = self.voice.words.say("cli.password_of", user=name)
        return Second(name, secrets.password(file, "ONESTOP_SECOND_PASSWORD", prompt))

    def close(self) -> None:
        """Close the desk if it was opened."""
        if self._desk is not None:
            self._desk.close()


def _only_user(door: Door) -> str:
    users = door.users
    if len(users) != 1:
        raise Refused("login.which_user", users=", ".join(user.id for user in users))
    return users[0].id
