"""Qt's own words in Vietnamese: buttons, file and print dialogs, the menus of text fields; Qt ships none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from onestop_desktop import paths
from onestop_desktop.domain.text import nfc

_LOCALES = {"vi": "vi_VN", "en": "en_GB"}
"""Both write the day before the month."""


class QtWords(QTranslator):
    """Answers Qt from a table: by context and source text, else by the text alone."""

    def __init__(self, table: Mapping[str, Mapping[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._anywhere = table.get("anywhere", {})

    def isEmpty(self) -> bool:
        """Say that there is something in it; Qt leaves out an empty one."""
        return not self._table

    def translate(
        self,
        context: str | bytes,
        source: str | bytes,
        disambiguation: object = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str:
        """Return the text in the table, else the source as it is: Qt would show an empty answer as it is."""
        where, text = _plain(context), _plain(source)
        return self._table.get(where, {}).get(text) or self._anywhere.get(text, text)


def _plain(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text or "")


@cache
def table(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return `resources/qt/<language>.toml`: a table a context of Qt; none for English, which Qt speaks itself."""
    path = paths.resources("qt", f"{language}.toml")
    if not path.exists():
        return {}
    rows = tomllib.loads(nfc(path.read_text(encoding="utf-8")))
    return {context: {source: str(text) for source, text in texts.items()} for context, texts in rows.items()}


class _Installed:
    words: QtWords | None = None


def speak(app: QApplication, language: str) -> None:
    """Let Qt speak a language and write dates as it does; may be called again."""
    if _Installed.words is not None:
        QCoreApplication.removeTranslator(_Installed.words)
        _Installed.words = None
    QLocale.setDefault(QLocale(_LOCALES.get(language, "vi_VN")))
    found = table(language)
    if found:
        _Installed.words = QtWords(found, app)
        QCoreApplication.installTranslator(_Installed.words)
