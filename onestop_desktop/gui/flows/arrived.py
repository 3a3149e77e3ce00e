"""What has come from above, told on a page that shows dossiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from onestop_desktop.gui.close_day.news import news_of
from onestop_desktop.gui.flows.link import LinkFlow
from onestop_desktop.gui.widgets.strip import Answer, Message, Strip
from onestop_desktop.words import Words

_TOPIC = "link"
_OFFERED = 2
"""Buttons that there is room for at 150 %; where more came the second one leads to all of it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a message leads to: one dossier by its id, or everything that came."""

    dossier: Callable[[str], object]
    everything: Callable[[], None]


def show_arrived(flow: LinkFlow, strip: Strip, ways: Ways, words: Words) -> None:
    """Tell on a page's strip what has come, also what came before the page was made."""

    def turn_to(dossier: str) -> None:
        flow.opened(dossier)
        ways.dossier(dossier)

    def show() -> None:
        told = news_of(flow.news(), words)
        if not told:
            return
        # There is little room here: the most urgent first, and a way to the rest.
        first = told[0]
        answers = [Answer(short, partial(turn_to, dossier)) for dossier, short in first.dossiers]
        if len(told) > 1 or len(answers) > _OFFERED:
            answers[_OFFERED - 1 :] = [Answer(words.say("window.closing.all_news"), ways.everything)]
        text = f"{first.sentence}:" if first.dossiers else first.sentence
        strip.say(Message("primary", text, answers=tuple(answers), topic=_TOPIC))

    flow.arrived.connect(show)
    if flow.view.unread:
        show()
