"""The section Người dùng: who may open this desk, a further one, a new password, an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from onestop_desktop.desk.views import Tile
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.admin.form import AdminForm
from onestop_desktop.gui.admin.table import Line, LinesTable
from onestop_desktop.gui.widgets.basics import label
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.words import Words

_SECRETS = ("password", "again")
_FIELD_OF_CODE: Mapping[str, str] = {"user.id": "user", "user.password_short": "password"}


class UserForm(AdminForm):
    """Name and password of one user; the name to log in with is fixed once it exists."""

    remove_asked = Signal()
    new_asked = Signal()

    def __init__(self, words: Words) -> None:
        entries: dict[str, QWidget] = {
            "user": Entry(words.say("admin.user.id_hint"), 32),
            "user_name": Entry(limit=100),
        }
        entries |= {name: Entry(limit=200) for name in _SECRETS}
        super().__init__(
            words, "", {name: Field(words.say(f"admin.field.{name}"), entry) for name, entry in entries.items()}
        )
        for name in _SECRETS:
            self.entry(name).setEchoMode(QLineEdit.EchoMode.Password)
        get = self.fields.__getitem__
        pairs = (((get("user"), 5), (get("user_name"), 7)), ((get("password"), 6), (get("again"), 6)))
        self.column.addWidget(FieldGrid(wide=pairs, narrow=pairs, break_at=1))
        self.column.addWidget(label(words.say("admin.user.hint"), "muted", wrap=True))
        self.column.addStretch(1)
        self.new = self.offer(words.say("admin.user.new"))
        self.remove = self.offer(words.say("admin.user.remove"))
        self.new.clicked.connect(self.new_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.user: Tile | None = None
        self.put(None)

    def put(self, user: Tile | None) -> None:
        """Show a user, or an empty form for a further one."""
        self.user = user
        self.entry("user").put(user.id if user else "")
        self.entry("user_name").put(user.name if user else "")
        self.entry("user").setReadOnly(user is not None)
        for name in _SECRETS:
            self.entry(name).clear()
        self.remove.setVisible(user is not None)
        # Beside an empty form, whose button saves, it would be a second one that says the same and does nothing.
        self.new.setVisible(user is not None)
        self.title.setText(self.words.say("admin.user.change" if user else "admin.user.new"))
        self.quiet()

    def password(self) -> str:
        """Return the password typed twice.

        Raises:
            InvalidInput: `admin.empty`, `admin.user.not_same`.
        """
        first, again = (self.entry(name).text() for name in _SECRETS)
        if not first:
            raise InvalidInput("admin.empty", field="password")
        if first != again:
            raise InvalidInput("admin.user.not_same", field="again")
        return first

    def field_of(self, error: OneStopError) -> Field | None:
        """Return the field that a refusal is about."""
        known = {
            "user.id": "user",
            "user.exists": "user",
            "admin.user.taken": "user",
            "user.password_short": "password",
        }
        return self.fields.get(known.get(error.code, str(error.facts.get("field", ""))))


class UsersPart(QWidget):
    """The list above, the form below."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        titles = [words.say(f"admin.column.{name}") for name in ("user", "user_name", "state")]
        self.table = LinesTable(words.say("admin.section.users"), titles, 1)
        self.form = UserForm(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.table, 3)
        column.addWidget(self.form, 4)
        self.table.marked.connect(self._marked)
        self.table.opened.connect(self._opened)
        self.form.left.connect(self.table.setFocus)

    def _marked(self, user: object) -> None:
        if isinstance(user, Tile) and user != self.form.user:
            self.form.put(user)

    def _opened(self, user: object) -> None:
        self._marked(user)
        self.form.start()

    def put(self, users: Sequence[Tile], me: str) -> None:
        """Show who may log in."""
        here = self._words.say("admin.user.here")
        lines = [Line((one.id, one.name, here if one.id == me else ""), one, {2: "ok"}) for one in users]
        self.table.put(lines)

    def start(self) -> None:
        """Put the focus into the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
