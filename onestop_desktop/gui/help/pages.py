"""The texts of the help: one file a page and language, with keys and captions filled from the program itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onestop_desktop import paths
from onestop_desktop.gui.actions import ACTIONS, RAIL
from onestop_desktop.gui.dossiers.filters import FIND_KEY
from onestop_desktop.gui.dossiers.offers import READY_KEY
from onestop_desktop.gui.dossiers.step_form import SEND_KEY
from onestop_desktop.words import LANGUAGES, Words

KEYS: Mapping[str, str] = {name: action.key for name, action in ACTIONS.items()} | {
    "find": FIND_KEY, "ready": READY_KEY, "send": SEND_KEY,
}  # fmt: skip
"""Every key that a page may name as {key:<name>}."""

PLACEHOLDER = re.compile(r"\{(key|word):([a-zA-Z0-9_.-]+)\}")
_FIRST = tuple(action.name for action in RAIL)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page: its name is the task's, or one of its own; its title is its first line."""

    name: str
    title: str
    text: str


def names(language: str) -> tuple[str, ...]:
    """Return the pages that exist: the tasks in the order of the rail, then the others by name."""
    there = {path.stem for path in paths.resources("help", language).glob("*.md")}
    return (*(name for name in _FIRST if name in there), *sorted(there.difference(_FIRST)))


def load(words: Words) -> tuple[HelpPage, ...]:
    """Return the pages in the language of the words."""
    language = words.language if words.language in LANGUAGES else LANGUAGES[0]
    return tuple(read(name, words) for name in names(language))


def read(name: str, words: Words) -> HelpPage:
    """Return a page with its keys and captions filled in; an unknown placeholder stays as it is written."""
    text = paths.resources("help", words.language, f"{name}.md").read_text(encoding="utf-8")
    filled = PLACEHOLDER.sub(lambda found: _fill(found, words), text)
    title, _end, rest = filled.partition("\n")
    return HelpPage(name, title.removeprefix("#").strip(), rest.strip())


def _fill(found: re.Match[str], words: Words) -> str:
    kind, name = found.groups()
    if kind == "key":
        return f"`{KEYS[name]}`" if name in KEYS else found[0]
    return words.raw(name) if name in words else found[0]
