"""The section Máy này: a field for each row of the table of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.admin.form import AdminForm, text_of
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import AllMarked, Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.settings import SETTINGS, Asked, Setting, Settings, Value
from onestop_desktop.words import Words

SHOWN = tuple(setting for setting in SETTINGS if setting.kind is not Asked.NEVER)
_YES, _NO = "yes", "no"


class FolderEntry(Entry):
    """A folder to type or to choose; the button stands inside the field's row."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.say("setting.no_folder"), 500)
        self._words = words
        self.browse = button(words.say("setting.browse"), kind="link")
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.addStretch(1)
        row.addWidget(self.browse)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text clear of the button."""
        super().resizeEvent(event)
        self.setTextMargins(0, 0, self.browse.sizeHint().width() + 8, 0)

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self._words.say("setting.browse"), self.text())
        if chosen:
            self.put(chosen)


def _choice(setting: Setting, words: Words) -> QWidget:
    return Choice([(str(one), words.say(f"setting.choice.{setting.name}.{one}")) for one in setting.choices])


_MAKE: Mapping[Asked, Callable[[Setting, Words], QWidget]] = MappingProxyType(
    {
        Asked.CHOICE: _choice,
        Asked.FLAG: lambda _setting, words: Choice([(one, words.say(f"setting.flag.{one}")) for one in (_YES, _NO)]),
        Asked.NUMBER: lambda _setting, _words: AllMarked(limit=9),
        Asked.TEXT: lambda _setting, _words: Entry(limit=300),
        Asked.FOLDER: lambda _setting, words: FolderEntry(words),
        Asked.PRINTER: lambda _setting, words: Choice([("", words.say("setting.ask_printer"))]),
    }
)


class ThisPcPart(QWidget):
    """One form; `printers_asked` asks for the printers of this PC."""

    printers_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        fields = {one.name: Field(words.say(f"setting.name.{one.name}"), _MAKE[one.kind](one, words)) for one in SHOWN}
        self.form = AdminForm(words, words.say("admin.pc.title"), fields)
        for setting in SHOWN:
            hint = f"setting.hint.{setting.name}"
            if hint in words:
                fields[setting.name].entry.setToolTip(words.say(hint))
        ordered = [fields[one.name] for one in SHOWN]
        rows = [tuple((field, 6) for field in ordered[at : at + 2]) for at in range(0, len(ordered), 2)]
        self.form.column.addWidget(FieldGrid(wide=rows, narrow=[((field, 12),) for field in ordered], break_at=520))
        self.form.column.addWidget(label(words.say("admin.pc.hint"), "muted", wrap=True))
        self.form.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)

    def put(self, settings: Settings) -> None:
        """Show the settings as they are."""
        for setting in SHOWN:
            value, entry = settings.get(setting.name), self.form.fields[setting.name].entry
            if isinstance(entry, Choice):
                text = (_YES if value else _NO) if setting.kind is Asked.FLAG else str(value)
                if setting.kind is Asked.PRINTER and entry.findData(text) < 0:
                    entry.addItem(text, text)
                entry.put(text)
            elif isinstance(entry, Entry):
                entry.put(str(value))
        self.form.quiet()

    def put_printers(self, names: Sequence[str]) -> None:
        """Offer the printers of this PC."""
        for setting in SHOWN:
            entry = self.form.fields[setting.name].entry
            if setting.kind is Asked.PRINTER and isinstance(entry, Choice):
                for name in names:
                    if entry.findData(name) < 0:
                        entry.addItem(name, name)

    def values(self) -> dict[str, Value]:
        """Return every setting as chosen.

        Raises:
            InvalidInput: `setting.number`, `setting.folder`, with the field.
        """
        return {setting.name: self._value(setting) for setting in SHOWN}

    def _value(self, setting: Setting) -> Value:
        entry = self.form.fields[setting.name].entry
        if isinstance(entry, Choice):
            if setting.kind is Asked.FLAG:
                return entry.value() == _YES
            return next((one for one in setting.choices if str(one) == entry.value()), entry.value())
        text = text_of(entry) if isinstance(entry, Entry) else ""
        if setting.kind is Asked.NUMBER:
            value = int(text) if text.isascii() and text.isdigit() else -1
            if not setting.allows(value):
                raise InvalidInput("setting.number", field=setting.name, least=setting.least, most=setting.most)
            return value
        if setting.kind is Asked.FOLDER and text and not Path(text).is_dir():
            raise InvalidInput("setting.folder", field=setting.name, path=text[-120:])
        return text

    def start(self) -> None:
        """Put the focus into the first field."""
        self.form.start()
