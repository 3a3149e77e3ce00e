"""Every sentence by its code, in Vietnamese or English; read by command line, window and hub alike."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from onestop_desktop import paths
from onestop_desktop.errors import Fact, OneStopError

LANGUAGES = ("vi", "en")


class _Told:
    """A fact in a sentence: `{count}` writes it, `{count:day|days}` the word that goes with one or with more."""

    __slots__ = ("_fact",)

    def __init__(self, fact: Fact) -> None:
        self._fact = fact

    def __format__(self, spec: str) -> str:
        one, bar, more = spec.partition("|")
        if not bar:
            return format(self._fact, spec)
        return one if str(self._fact) == "1" else more


class _Kept(dict[str, _Told]):
    """Facts for a sentence; a fact that is missing stays visible as its name."""

    def __missing__(self, key: str) -> _Told:
        return _Told("{" + key + "}")


class Words:
    """The sentences of one language."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self._sentences = sentences

    def __contains__(self, code: str) -> bool:
        return code in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def raw(self, code: str) -> str:
        """Return a sentence with its placeholders as written."""
        return self._sentences[code]

    def say(self, code: str, /, **facts: Fact) -> str:
        """Return the sentence of a code with its facts filled in; an unknown code is shown as it is.

        A fact whose value is itself a code of the form `word:<code>` is replaced by that code's sentence.
        """
        template = self._sentences.get(code)
        if template is None:
            return code
        return template.format_map(_Kept({name: _Told(self._fact(value)) for name, value in facts.items()}))

    def tell(self, error: OneStopError) -> str:
        """Return the sentence for a failure that we foresaw; a field is called by its name at the desk."""
        facts = dict(error.facts)
        if "field" in facts:
            facts["field"] = self._field(str(facts["field"]))
        return self.say(error.code, **facts)

    def _field(self, path: str) -> str:
        """Return the name of a field; of a part, as "applicant.phone", the part's own where the whole has none."""
        named = (self._sentences.get(f"field.{name}") for name in (path, path.rpartition(".")[2]))
        return next((name for name in named if name is not None), path)

    def _fact(self, value: Fact) -> Fact:
        if isinstance(value, str) and value.startswith("word:"):
            return self._sentences.get(value[5:], value[5:])
        return value


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        code = f"{prefix}{key}"
        if isinstance(value, str):
            yield code, value
        else:
            yield from _flat(value, code + ".")


@cache
def load(language: str = "vi") -> Words:
    """Return the words of a language from `resources/words/<language>/*.toml`; unknown languages mean Vietnamese."""
    language = language if language in LANGUAGES else "vi"
    sentences: dict[str, str] = {}
    for path in sorted(paths.resources("words", language).glob("*.toml")):
        sentences.update(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return Words(language, sentences)
