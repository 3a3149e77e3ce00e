"""Every code that the program can raise or show has a plain sentence, in every language, with the same facts."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onestop_desktop.domain.status import STATUSES, STEPS
from onestop_desktop.words import Words, load

ROOT = Path(__file__).parents[2] / "onestop_desktop"
SAYS_A_CODE = frozenset(
    {"InvalidInput", "Refused", "Damaged", "TryLater", "KnownError", "Note", "Difference", "say", "raw"}
)
SECTIONS = re.compile(r"(due|doubt|verify|clock|store|keys|vault|login|demo|selftest|step|status)\.[a-z0-9_]+")
CODE = re.compile(r"[a-z_]+(\.[A-Za-z0-9_-]+)*")
NO_CODES = frozenset({"keys.json"})
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Use:
    """A place in the program where a code is raised or said, and the facts given with it; None when unknown."""

    code: str
    where: str
    facts: frozenset[str] | None


def constants(node: ast.expr) -> list[str]:
    """Return the texts that an expression can be: itself, or both branches of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    return []


def facts_of(call: ast.Call, name: str) -> frozenset[str] | None:
    if name in {"Note", "Difference"}:
        given = call.args[1] if len(call.args) > 1 else ast.Dict(keys=[], values=[])
        if not isinstance(given, ast.Dict):
            return None
        return frozenset(key.value for key in given.keys if isinstance(key, ast.Constant))  # type: ignore[misc]
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg)


def uses_in(path: Path) -> Iterator[Use]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYS_A_CODE:
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                facts = None if name == "raw" else facts_of(node, name)
                yield from (Use(code, where, facts) for code in constants(node.args[0]) if CODE.fullmatch(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SECTIONS.fullmatch(node.value):
            yield Use(node.value, f"{path.relative_to(ROOT)}:{node.lineno}", None)


def all_uses() -> list[Use]:
    found = [use for path in sorted(ROOT.rglob("*.py")) for use in uses_in(path)]
    found += [Use(f"step.{step}", "domain/status.py", None) for step in STEPS]
    found += [Use(f"status.{status}", "domain/status.py", None) for status in STATUSES]
    return [use for use in found if use.code not in NO_CODES]


def placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name)


USES = all_uses()


def test_the_search_for_codes_finds_what_is_known_to_be_there():
    """Guards the test itself: a change of style must not make it blind."""
    codes = {use.code for use in USES}
    assert {"intake.future", "store.disk_full", "due.working_days", "verify.chain", "doubt.province"} <= codes
    assert len(codes) > 150


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_a_sentence(language: str):
    words = load(language)
    missing = sorted({f"{use.code}  ({use.where})" for use in USES if use.code not in words})
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_sentence_names_only_facts_that_every_place_gives(language: str):
    """A fact that is missing would stand before a clerk as {name}."""
    words = load(language)
    wrong = sorted(
        f"{use.code} at {use.where}: {sorted(placeholders(words.raw(use.code)) - use.facts)}"
        for use in USES
        if use.code in words and use.facts is not None and placeholders(words.raw(use.code)) - use.facts
    )
    assert not wrong, "\n".join(wrong)


def test_both_languages_have_the_same_sentences_with_the_same_facts():
    vietnamese, english = load("vi"), load("en")
    assert sorted(set(vietnamese) ^ set(english)) == []
    wrong = [code for code in vietnamese if placeholders(vietnamese.raw(code)) != placeholders(english.raw(code))]
    assert not wrong


def test_vietnamese_sentences_of_failures_are_vietnamese_and_no_code():
    words = load("vi")
    for use in USES:
        if use.code in words and len(words.raw(use.code)) > 25:
            assert VIETNAMESE.search(words.raw(use.code)), use.code


@pytest.mark.parametrize("count", [1, "1"])
def test_one_thing_is_counted_as_one(count: int | str):
    words = Words("en", {"a": "{count} {count:day is|days are} left", "b": "{amount:,} đ"})
    assert words.say("a", count=count) == "1 day is left"
    assert [words.say("a", count=many) for many in (0, 2, "12", "1.234")] == [
        "0 days are left", "2 days are left", "12 days are left", "1.234 days are left",
    ]  # fmt: skip
    assert words.say("b", amount=12000) == "12,000 đ"
    assert words.say("a") == "{count} days are left"


def test_words_are_nfc_and_break_on_no_brace():
    for language in ("vi", "en"):
        words: Words = load(language)
        for code in words:
            sentence = words.raw(code)
            assert sentence.strip() == sentence or code.startswith("cli."), code
            assert words.say(code, **dict.fromkeys(placeholders(sentence), "x"))
