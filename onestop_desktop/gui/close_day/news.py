"""What came from above, in words: which dossiers were answered, so that they can be opened from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onestop_desktop.desk.arrivals import About, Arrival
from onestop_desktop.words import Words

_NAMED = 3


@dataclass(frozen=True, slots=True)
class News:
    """One sentence, and the dossiers that it is about: id and short number of each, once."""

    about: About
    sentence: str
    dossiers: tuple[tuple[str, str], ...] = ()

    @property
    def which(self) -> str:
        """Return a few of the dossiers by their short numbers."""
        more = ["…"] if len(self.dossiers) > _NAMED else []
        return ", ".join([short for _dossier, short in self.dossiers[:_NAMED]] + more)

    @property
    def named(self) -> str:
        """Return the sentence with its dossiers: "Cấp trên trả lời 2 hồ sơ: 0303-0017, 0303-0018"."""
        return f"{self.sentence}: {self.which}" if self.dossiers else self.sentence


def dossiers_of(arrivals: Sequence[Arrival], about: About) -> tuple[tuple[str, str], ...]:
    """Return the dossiers that messages of a kind are about, each once, in their order."""
    return tuple(dict.fromkeys((one.dossier, one.short) for one in arrivals if one.about is about))


def news_of(arrivals: Sequence[Arrival], words: Words) -> tuple[News, ...]:
    """Return what came, the answers first."""
    kinds = ((about, dossiers_of(arrivals, about)) for about in (About.ANSWER, About.NOTE))
    say = words.say
    found = [News(kind, say(f"window.closing.news.{kind}", count=len(them)), them) for kind, them in kinds if them]
    texts = (one.text for one in arrivals if one.about is About.NOTICE)
    found += [News(About.NOTICE, say("window.closing.news.notice", text=text)) for text in texts]
    if any(one.about is About.SETTINGS for one in arrivals):
        found.append(News(About.SETTINGS, say("window.closing.news.settings")))
    return tuple(found)
