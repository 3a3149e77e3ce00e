"""All procedures of the desk: found by code, or by the first letters of any of their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from onestop_desktop.domain.procedure import Procedure, national_code, read_procedure
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput, Refused

_WORD = re.compile(r"[^\W_]+(?:\.[0-9]+)*")
_UNRANKED = 99
_SHORT_NAME = 80


class Catalogue:
    """The procedures, their fields (lĩnh vực) and an index of their words.

    A code may have several versions; on a day the one that started last and is in force holds.
    """

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        """Index the procedures. Raises InvalidInput `procedure.twice` for two versions from the same day."""
        self._all = tuple(sorted(procedures, key=_version))
        self._by_code: dict[str, list[int]] = {}
        for place, procedure in enumerate(self._all):
            versions = self._by_code.setdefault(procedure.code, [])
            if versions and _version(self._all[versions[-1]]) == _version(procedure):
                raise InvalidInput("procedure.twice", code=procedure.code)
            versions.append(place)
        self._names = [fold(procedure.display) for procedure in self._all]
        self._lengths = [len(_words(name)) for name in self._names]
        self._phrases = [_phrases(procedure) for procedure in self._all]
        self._ranks = [procedure.rank or _UNRANKED for procedure in self._all]
        self._scopes = tuple(_Index(texts) for texts in zip(*map(_scopes, self._all), strict=True))

    def get(self, code: str, day: date | None = None) -> Procedure:
        """Return the procedure of a code, with or without its local suffix.

        Raises InvalidInput `procedure.unknown`, and Refused `procedure.not_in_force` when `day` is given and
        outside its dates.
        """
        places = self._places_of(code)
        if not places:
            raise InvalidInput("procedure.unknown", code=code[:40])
        if day is None:
            return self._all[places[-1]]
        in_force = [self._all[place] for place in places if self._all[place].in_force(day)]
        if not in_force:
            raise Refused("procedure.not_in_force", code=self._all[places[-1]].code, day=f"{day:%d/%m/%Y}")
        return in_force[-1]

    def nearest(self, code: str, day: date) -> Procedure:
        """Return the version in force on a day, else the one that starts next, else the last one.

        Raises InvalidInput `procedure.unknown`.
        """
        try:
            return self.get(code, day)
        except Refused:
            versions = self.versions(code)
            coming = (one for one in versions if one.valid_from and one.valid_from > day)
            return next((one for one in coming if one.in_force(one.valid_from or day)), versions[-1])

    def versions(self, code: str) -> tuple[Procedure, ...]:
        """Return the versions of a code by the day they start; none for an unknown code."""
        return tuple(self._all[place] for place in self._places_of(code))

    def with_changes(self, changed: Iterable[Procedure]) -> Catalogue:
        """Return a catalogue in which versions are added, or replaced where one starts on the same day."""
        versions = {_version(procedure): procedure for procedure in self._all}
        versions.update((_version(procedure), procedure) for procedure in changed)
        return Catalogue(versions.values())

    def all(self) -> tuple[Procedure, ...]:
        """Return every procedure by code, those out of force too."""
        return self._all

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields, in alphabetical order of their folded text."""
        return tuple(sorted({procedure.field for procedure in self._all}, key=fold))

    def suggest(
        self, text: str, recent: Sequence[str] = (), day: date | None = None, limit: int = 12
    ) -> tuple[Procedure, ...]:
        """Return what the typed text may mean, best first.

        Every typed word must begin a word of name, keywords, field or code. An exact code stands alone; else
        words found together come before scattered ones, then matches in the displayed name, in the keywords,
        in the title, in the field; among equals `recent` (codes, latest first), then the frequent and the
        short. An empty text gives the recent, then the most frequent. With `day`, only what is in force on it.
        """
        typed = fold(text)
        seen = {place: order for order, code in enumerate(recent) for place in self._places_of(code)}
        if not typed:
            order = sorted(range(len(self._all)), key=lambda place: (*self._usual(place, seen), place))
            return self._in_force(order, day, limit)
        exact = self._places_of(typed)
        if exact:
            return self._in_force(exact, day, limit)
        words = _words(typed)
        if not words:
            return ()
        found: dict[int, tuple[int, ...]] = {}
        for tier, scope in enumerate(self._scopes):
            for place in scope.find(words):
                if place not in found:
                    apart = int(f" {typed}" not in self._phrases[place])
                    found[place] = (apart, tier, *self._usual(place, seen), self._lengths[place], place)
        return self._in_force(sorted(found, key=found.__getitem__), day, limit)

    def _usual(self, place: int, seen: Mapping[int, int]) -> tuple[int, int]:
        return seen.get(place, len(seen)), self._ranks[place]

    def _in_force(self, order: Iterable[int], day: date | None, limit: int) -> tuple[Procedure, ...]:
        chosen: dict[str, Procedure] = {}
        for place in order:
            if len(chosen) >= limit:
                break
            code = self._all[place].code
            if code not in chosen and (version := self._version_on(code, day)) is not None:
                chosen[code] = version
        return tuple(chosen.values())

    def _version_on(self, code: str, day: date | None) -> Procedure | None:
        versions = [self._all[place] for place in self._by_code[code]]
        return next((one for one in reversed(versions) if day is None or one.in_force(day)), None)

    def _places_of(self, code: str) -> list[int]:
        try:
            return self._by_code.get(national_code(code), [])
        except InvalidInput:
            return []


def _version(procedure: Procedure) -> tuple[str, date]:
    return procedure.code, procedure.valid_from or date.min


def parse_rows(document: Mapping[str, Any]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Return the field and the rows of a parsed TOML document, the rows not read yet.

    Raises InvalidInput `procedure.unknown_key` and `procedure.type`.
    """
    for key in document:
        if key not in ("field", "procedures"):
            raise InvalidInput("procedure.unknown_key", key=key, code="")
    name, rows = document.get("field"), document.get("procedures", [])
    if not isinstance(name, str) or not name:
        raise InvalidInput("procedure.type", key="field", code="")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput("procedure.type", key="procedures", code="")
    return name, rows


def parse_file(document: Mapping[str, Any]) -> tuple[Procedure, ...]:
    """Read one parsed TOML document: `field` and its `[[procedures]]`.

    Raises InvalidInput `procedure.unknown_key`, `procedure.type` and those of `read_procedure`.
    """
    name, rows = parse_rows(document)
    return tuple(read_procedure(row, name) for row in rows)


def _words(folded: str) -> list[str]:
    return _WORD.findall(folded)


def _scopes(procedure: Procedure) -> tuple[str, str, str, str]:
    """Return four texts, each holding the one before: name if short, keywords, title, field and code."""
    name = procedure.display if len(procedure.display) <= _SHORT_NAME else ""
    keyed = " ".join((name, *procedure.keywords))
    titled = f"{keyed} {procedure.title}"
    return name, keyed, titled, f"{titled} {procedure.field} {procedure.code} {procedure.code[2:]}"


def _phrases(procedure: Procedure) -> str:
    """Return the texts in which typed words may stand together, each word after a space."""
    texts = (procedure.short, *procedure.keywords, procedure.title)
    return " ; " + " ; ".join(fold(text) for text in texts)


class _Index:
    """The words of one text of each procedure; a set of procedures is the bits of a number."""

    def __init__(self, texts: Sequence[str]) -> None:
        places: defaultdict[str, int] = defaultdict(int)
        for place, text in enumerate(texts):
            for word in _words(fold(text)):
                places[word] |= 1 << place
        self._vocabulary = sorted(places)
        self._places = [places[word] for word in self._vocabulary]

    def find(self, prefixes: Sequence[str]) -> Iterator[int]:
        """Give the places whose text has a word for each prefix."""
        left = -1
        for prefix in prefixes:
            left &= self._beginning_with(prefix)
        place = 0
        while left > 0:
            if left & 1:
                yield place
            left >>= 1
            place += 1

    def _beginning_with(self, prefix: str) -> int:
        found = 0
        for at in range(bisect_left(self._vocabulary, prefix), len(self._vocabulary)):
            if not self._vocabulary[at].startswith(prefix):
                break
            found |= self._places[at]
        return found
