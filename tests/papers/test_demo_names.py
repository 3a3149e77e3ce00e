"""What the sample day has a clerk type: whole names of papers and of people, since they come out on receipts."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from onestop_desktop import paths
from tests.processes import ROOT

LONGEST = 110
"""Letters of a name that a clerk would type; texts copied from a portal were once cut at 160."""


def words_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall(r"[^\W_]+", value.lower())
    elif isinstance(value, dict):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from words_in(one)


DANGLING = frozenset(
    words_in("của và hoặc thì có là do từ đến theo cho với về để khi nếu đã được các những như tại trong")
)
"""Words that no name ends with: what they lead to is missing."""

OPENED = re.compile(r"^(?:[-*+•]|\(\d\)|Thành phần hồ sơ)")


def lines() -> list[dict[str, Any]]:
    text = paths.db("seed", "demo", "day.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def vocabulary() -> frozenset[str]:
    """Every word of the catalogue of procedures."""
    files = paths.db("seed", "procedures").glob("*.toml")
    return frozenset(word for one in files for word in words_in(tomllib.loads(one.read_text(encoding="utf-8"))))


def faults_of(name: str, vocabulary: frozenset[str]) -> list[str]:
    """Say what is wrong with the name of a paper."""
    last = [*words_in(name)][-1]
    found = {
        "too long": len(name) > LONGEST,
        "blanks": name != " ".join(name.split()),
        "cut": not name[-1:].isalnum() and name[-1:] != ")",
        "bracket": name.count("(") != name.count(")"),
        "part of a word": last not in vocabulary,
        "goes on": last in DANGLING and name[-1] != ")",
        "not the name alone": bool(OPENED.match(name)) or ".pdf" in name,
    }
    return [fault for fault, there in found.items() if there]


def test_every_papers_name_ends_where_its_sense_does(vocabulary: frozenset[str]) -> None:
    names = {paper["name"] for line in lines() for paper in line["papers"]}
    assert not {name: faults for name in names if (faults := faults_of(name, vocabulary))}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Giấy tờ cá nhân có các thông tin liên qu", "part of a word"),
        ("Văn bản ủy quyền của cha, mẹ, con, vợ, ", "cut"),
        ("Trường hợp không có Giấy chứng sinh thì thay thế bằng văn bản của", "goes on"),
        ("Bản khai cá nhân (Mẫu số 1", "bracket"),
        ("Giấy tờ có giá trị chứng minh thông tin về cư trú " * 3, "too long"),
        ("* Thành phần hồ sơ 1: Đơn đề nghị", "not the name alone"),
    ],
)
def test_a_cut_name_is_found(name: str, fault: str, vocabulary: frozenset[str]) -> None:
    assert fault in faults_of(name, vocabulary)


def test_no_dossier_names_a_paper_twice() -> None:
    for line in lines():
        names = [paper["name"] for paper in line["papers"]]
        assert len(set(names)) == len(names), line["applicant"]["name"]


def test_applicants_have_one_name_each() -> None:
    for line in lines():
        assert re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)+", line["applicant"]["name"])


def test_the_tests_day_is_the_demos() -> None:
    demo = paths.db("seed", "demo", "day.jsonl").read_bytes()
    assert (ROOT / "tests" / "data" / "day.jsonl").read_bytes() == demo
