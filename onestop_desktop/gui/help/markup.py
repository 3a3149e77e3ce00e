"""The few marks that a page of the help uses, as rich text in the colours of the theme.

Known are `## heading`, paragraphs, `1.` and `-` lists, `**bold**`, a key in backticks, and `![text](picture.png)` on a
line of its own. Everything else is text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from onestop_desktop.gui.theme import Theme

_PICTURE = re.compile(r"!\[([^\]]*)\]\(([a-z0-9-]+\.png)\)")
_ITEM = re.compile(r"(\d+\.|-) +(.*)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_KEY = re.compile(r"`([^`]+)`")


def to_html(title: str, text: str, theme: Theme) -> str:
    """Return a page as the rich text that Qt understands."""
    tokens = theme.tokens
    body = "".join(_block(block, theme) for block in re.split(r"\n\s*\n", text) if block.strip())
    return (
        f'<body style="color:{tokens["text"]}">'
        f'<h1 style="font-size:17pt; font-weight:700; margin:0 0 6px 0">{_inline(title, theme)}</h1>{body}</body>'
    )


def pictures(text: str) -> list[str]:
    """Return the pictures that a page shows."""
    return [found[1] for found in _PICTURE.findall(text)]


def _block(block: str, theme: Theme) -> str:
    lines = block.strip().splitlines()
    if picture := _PICTURE.fullmatch(lines[0].strip()):
        caption = (
            f'<p style="color:{theme.tokens["muted"]}; font-size:9pt; margin:2px 0 10px 0">{html.escape(picture[1])}'
        )
        return f'<p style="margin:10px 0 0 0"><img src="{picture[2]}"></p>{caption}</p>'
    if lines[0].startswith("## "):
        rest = "\n".join(lines[1:])
        head = f'<h2 style="font-size:12pt; font-weight:600; margin:14px 0 4px 0">{_inline(lines[0][3:], theme)}</h2>'
        return head + (_block(rest, theme) if rest.strip() else "")
    if _ITEM.match(lines[0]):
        return _list(lines, theme)
    return f'<p style="margin:4px 0 6px 0; line-height:135%">{_inline(" ".join(lines), theme)}</p>'


def _list(lines: Sequence[str], theme: Theme) -> str:
    tag = "ul" if lines[0].startswith("-") else "ol"
    items = "".join(
        f'<li style="margin:0 0 5px 0; line-height:135%">{_inline(item, theme)}</li>' for item in _items(lines)
    )
    return f'<{tag} style="margin:2px 0 6px 0; -qt-list-indent:1">{items}</{tag}>'


def _items(lines: Sequence[str]) -> Iterator[str]:
    """Join the lines of each item: an item may go on in the next line."""
    item = ""
    for line in lines:
        if found := _ITEM.match(line):
            if item:
                yield item
            item = found[2]
        else:
            item += f" {line.strip()}"
    yield item


def _inline(text: str, theme: Theme) -> str:
    tokens = theme.tokens
    bold = _BOLD.sub(r"<b>\1</b>", html.escape(text, quote=False))
    key = (
        f'<span style="background-color:{tokens["primary-soft"]}; color:{tokens["primary"]}; font-weight:600">'
        r"&nbsp;\1&nbsp;</span>"
    )
    return _KEY.sub(key, bold)
