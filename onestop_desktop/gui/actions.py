"""The one table of actions: name, key, icon, words; rail, shortcuts and menus derive from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a clerk can ask for by key; its word is `action.<name>`, `built` is False until its page exists."""

    name: str
    key: str
    icon: str = ""
    built: bool = True


RAIL: tuple[Action, ...] = (
    Action("receive", "F2", "receive"),
    Action("dossiers", "F3", "dossiers"),
    Action("return", "F4", "return"),
    Action("certify", "F11", "certify"),
    Action("backlog", "F5", "backlog", built=False),
    Action("close-day", "F6", "close-day"),
    Action("statistics", "F7", "statistics", built=False),
    Action("settings", "F8", "settings"),
)
"""The tasks of the rail, the last one stands at its foot."""

DEEDS: tuple[Action, ...] = (
    Action("save", "F9", "print"),
    Action("draft", "Ctrl+S", "draft"),
    Action("scan", "Ctrl+K", "search"),
    Action("same-person", "Ctrl+N", "person"),
    Action("clear", "Ctrl+Shift+N", "discard"),
    Action("add-paper", "Ctrl+G", "add"),
    Action("more", "Ctrl+E", "add"),
    Action("attach", "Ctrl+D", "document"),
    Action("reprint", "Ctrl+P", "print"),
    Action("save-pdf", "Ctrl+Shift+S", "export"),
    Action("menu", "Ctrl+M", "person"),
    Action("printer", "Ctrl+Shift+P", "print"),
    Action("theme", "Ctrl+Shift+T", "theme"),
    Action("switch", "Ctrl+L", "people"),
    Action("course", "Shift+F1", "keyboard"),
    Action("leave", "Ctrl+Shift+L", "leave"),
    Action("help", "F1", "info"),
)

ACTIONS: dict[str, Action] = {action.name: action for action in (*RAIL, *DEEDS)}
