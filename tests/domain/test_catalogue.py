"""The shipped catalogue: what it says, what it does not guess, and how a clerk finds a procedure in it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import asdict
from datetime import date
from itertools import pairwise

import pytest

from onestop_desktop import paths
from onestop_desktop.domain.catalogue import Catalogue, parse_file
from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.domain.procedure import Channel, FeeRule, Procedure
from onestop_desktop.errors import InvalidInput, Refused

FILES = sorted(paths.db("seed", "procedures").glob("*.toml"))
BY_FILE = {path.stem: parse_file(tomllib.loads(path.read_text(encoding="utf-8"))) for path in FILES}
SHIPPED = [procedure for procedures in BY_FILE.values() for procedure in procedures]
CATALOGUE = Catalogue(SHIPPED)

SAME_DAY = Limit(LimitKind.SAME_DAY)
TWO, THREE, FIVE = (Limit(LimitKind.WORKING, minutes=480 * days) for days in (2, 3, 5))
TWENTY_FIVE = Limit(LimitKind.WORKING, minutes=480 * 25)
PAGES, FREE, COUNCIL = "pages", "free", "council"

# code: limit at the desk (None: not known), fee (đồng and unit, or what is said instead), confidence
FREQUENT = {
    "2.000815": (SAME_DAY, PAGES, "high"),
    "2.000884": (SAME_DAY, (10_000, "case"), "high"),
    "2.000992": (SAME_DAY, (10_000, "case"), "high"),
    "2.001008": (SAME_DAY, (10_000, "case"), "high"),
    "2.001035": (TWO, (50_000, "transaction"), "high"),
    "2.001019": (TWO, (50_000, "transaction"), "high"),
    "2.001016": (TWO, (50_000, "transaction"), "high"),
    "2.001406": (TWO, (50_000, "transaction"), "high"),
    "2.000913": (SAME_DAY, (30_000, "transaction"), "high"),
    "2.000927": (SAME_DAY, (25_000, "transaction"), "high"),
    "2.000942": (SAME_DAY, PAGES, "high"),
    "2.000908": (SAME_DAY, FREE, "high"),
    "2.000635": (SAME_DAY, (8000, "copy"), "high"),
    "1.001193": (SAME_DAY, COUNCIL, "high"),
    "1.000656": (SAME_DAY, COUNCIL, "high"),
    "1.000894": (SAME_DAY, FREE, "medium"),
    "1.004873": (THREE, COUNCIL, "medium"),
    "1.001022": (THREE, COUNCIL, "medium"),
    "1.004837": (THREE, None, "high"),
    "1.004859": (None, COUNCIL, "high"),
    "1.004884": (FIVE, COUNCIL, "medium"),
    "1.001699": (TWENTY_FIVE, FREE, "low"),
    "1.001653": (FIVE, FREE, "low"),
}
CERTIFICATION = {code for code in FREQUENT if code.startswith("2.")} - {"2.000635"}

# Codes of one ordinary day at a commune's counter.
ONE_DAY = """
2.000528 1.005461 1.004827 1.012818 3.000322 1.012753 1.014028 1.000094 1.013148 1.013150 1.013146 1.010824
1.001022 1.004746 1.013965 1.013160 2.000913 2.000756 1.004680 1.011606 2.002757 1.013978 1.013161 1.004873
2.000286 1.013145 1.012537 2.002516 1.001776 2.002189 1.013181 1.001193 1.004859 1.001766 2.001035 1.000894
1.013143 1.013152 2.000986 1.001653 2.001019 1.001731 3.000412 1.013182 2.001008
"""


def texts(value: object) -> list[str]:
    """Return every text inside a value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in inner for text in texts(part)]


def told_fee(fee: FeeRule) -> object:
    """Return the fee as the table of frequent procedures tells it."""
    if fee.per_page:
        return PAGES if (fee.per_page, fee.cap) == (((1, 2000), (3, 1000)), 200_000) else fee
    if fee.free:
        return FREE
    if fee.amount is not None:
        return fee.amount, fee.unit
    return {"HĐND tỉnh": COUNCIL, "": None}[fee.set_by]


def test_every_procedure_of_the_desk_is_there_once():
    codes = Counter(procedure.code for procedure in SHIPPED)
    assert len(codes) >= 296
    assert set(codes.values()) == {1}
    assert set(ONE_DAY.split()) <= set(codes)


def test_each_field_has_one_file_with_an_ascii_name():
    assert len({procedure.field for procedure in SHIPPED}) == len(BY_FILE) == len(CATALOGUE.fields())
    for name, procedures in BY_FILE.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert len({procedure.field for procedure in procedures}) == 1


@pytest.mark.parametrize("code", FREQUENT)
def test_the_frequent_procedures_say_what_their_documents_say(code):
    procedure = CATALOGUE.get(code)
    limit, fee, sure = FREQUENT[code]
    assert procedure.limit_for(Channel.DESK) == limit
    assert told_fee(procedure.fee) == fee
    assert procedure.sure == sure
    assert procedure.short or len(procedure.display) <= 60


@pytest.mark.parametrize("code", sorted(CERTIFICATION))
def test_the_twelve_certifications_are_whole(code):
    procedure = CATALOGUE.get(code)
    assert len(CERTIFICATION) == 12
    assert procedure.field == "Chứng thực"
    assert procedure.is_whole
    assert "23/2015/NĐ-CP" in procedure.source
    assert procedure.certification_book == (code not in {"2.000908", "2.000927"})


@pytest.mark.parametrize(("pages", "copies", "total"), [(1, 1, 2000), (4, 2, 12_000), (300, 1, 200_000)])
def test_a_certified_copy_is_charged_by_its_pages(pages, copies, total):
    assert CATALOGUE.get("2.000815").fee.total(pages, copies) == total


def test_copies_from_the_civil_status_register_cost_8000_dong_each():
    assert CATALOGUE.get("2.000635").fee.total(0, 3) == 24_000


def test_late_birth_registration_leaves_the_amount_to_the_province():
    fee = CATALOGUE.get("1.001193").fee
    assert fee.total(0, 0) is None
    assert "đúng hạn" in fee.note


def test_recalled_facts_are_named_as_such():
    for procedure in SHIPPED:
        for degree in re.findall(r"recalled, (medium|low)", procedure.source):
            used = procedure.sure in ("low", degree) or procedure.code in {"1.004859", "1.004837"}
            assert used, procedure.code


def test_no_row_stands_without_a_source_and_its_confidence():
    for procedure in SHIPPED:
        assert procedure.source.strip()
        assert procedure.sure in ("high", "medium", "low")


def test_a_known_fee_has_an_amount_or_a_law_that_makes_it_free():
    free = {procedure.code for procedure in SHIPPED if procedure.fee.free}
    assert free == {"1.000894", "2.000908", "1.001699", "1.001653"}


def test_texts_are_composed_and_clean():
    for procedure in SHIPPED:
        for text in texts(asdict(procedure)):
            assert text == unicodedata.normalize("NFC", text), procedure.code
            assert text == " ".join(text.split()), procedure.code


def test_titles_and_papers_are_not_glued_to_other_texts():
    for procedure in SHIPPED:
        assert not re.search(r"\([0-9]\.[0-9]{6}\)|\.(pdf|docx?)\b|[;,]$", procedure.title), procedure.code
        for text in (procedure.title, *(paper.name for paper in procedure.papers)):
            glued = [a + b for a, b in pairwise(text) if a.islower() and b.isupper()]
            assert not glued, (procedure.code, glued)
            assert not re.search(r"\.(pdf|docx?)\b|[,;)](?=[^\W\d_])", text), (procedure.code, text)
            assert text.count("(") == text.count(")"), (procedure.code, text)


def test_a_forbidden_paper_is_always_listed_with_its_database():
    marked = 0
    for procedure in SHIPPED:
        databases = {paper.database for paper in procedure.not_to_ask}
        for paper in procedure.papers:
            marked += bool(paper.forbidden)
            assert not paper.forbidden or paper.forbidden in databases, procedure.code
    assert marked >= 40


def test_birth_registration_may_not_ask_for_the_identity_card():
    procedure = CATALOGUE.get("1.001193")
    assert [(paper.paper, paper.owner) for paper in procedure.not_to_ask] == [("Căn cước", "Bộ Công an")]
    forbidden = [paper for paper in procedure.papers if paper.forbidden]
    assert [paper.name[:16] for paper in forbidden] == ["Giấy tờ tùy thân"]


def test_the_number_of_whole_procedures_by_field_is_told(capsys):
    whole = Counter(procedure.field for procedure in SHIPPED if procedure.is_whole)
    council = Counter(p.field for p in SHIPPED if p.fee.set_by and p.limits and p.papers)
    every = Counter(procedure.field for procedure in SHIPPED)
    with capsys.disabled():
        print("\nwhole (limit, fee and papers known) / fee left to the province / all, by field:")
        for field, count in every.most_common():
            print(f"  {whole[field]:3} / {council[field]:3} / {count:3}  {field}")
        print(f"  {whole.total():3} / {council.total():3} / {every.total():3}  all")
    assert whole["Chứng thực"] == 12


def test_a_code_is_found_with_its_local_suffix():
    assert CATALOGUE.get("2.000815.000.00.00.H61").code == "2.000815"


@pytest.mark.parametrize("code", ["9.999999", "khai sinh", ""])
def test_an_unknown_code_is_refused(code):
    with pytest.raises(InvalidInput) as refused:
        CATALOGUE.get(code)
    assert (refused.value.code, refused.value.facts) == ("procedure.unknown", {"code": code})


def test_an_abolished_code_serves_late_entries_only():
    assert CATALOGUE.get("2.001009").code == "2.001009"
    assert CATALOGUE.get("2.001009", date(2025, 11, 30)).code == "2.001009"
    with pytest.raises(Refused) as refused:
        CATALOGUE.get("2.001009", date(2025, 12, 1))
    assert refused.value.code == "procedure.not_in_force"
    assert refused.value.facts == {"code": "2.001009", "day": "01/12/2025"}
    found = [{p.code for p in CATALOGUE.suggest("di san", day=date(y, 6, 1))} for y in (2025, 2026)]
    assert ["2.001009" in codes for codes in found] == [True, False]


def test_the_same_code_twice_is_refused():
    twice = Procedure("1.000001", "Một", "Thử", source="x")
    with pytest.raises(InvalidInput, match=r"procedure\.twice"):
        Catalogue([twice, twice])


def test_a_catalogue_may_be_empty():
    empty = Catalogue([])
    assert (empty.all(), empty.fields(), empty.suggest("khai"), empty.suggest("")) == ((), (), (), ())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("khai sinh", "1.001193"),
        ("Khai Sinh", "1.001193"),
        ("khai sính", "1.001193"),
        ("chung thuc ban sao", "2.000815"),
        ("chung thuc", "2.000815"),
        ("chứng thực chữ", "2.000884"),
        ("sao y", "2.000815"),
        ("ket hon", "1.000894"),
        ("khai tu", "1.000656"),
        ("doc than", "1.004873"),
        ("trich luc", "2.000635"),
        ("cai chinh", "1.004859"),
        ("hop dong", "2.001035"),
        ("ho ngheo", "1.011607"),
        ("khuyet tat", "1.001699"),
        ("di chuc", "2.001019"),
        ("sinh khai", "1.001193"),
        ("1.000656", "1.000656"),
        ("000656", "1.000656"),
        ("2.000815.000.00.00.H52", "2.000815"),
    ],
)
def test_the_procedure_that_is_meant_comes_first(typed, first):
    assert CATALOGUE.suggest(typed)[0].code == first


def test_a_keyword_finds_the_frequent_procedure_too():
    assert "1.004873" in [procedure.code for procedure in CATALOGUE.suggest("ly hon")[:2]]


def test_every_typed_word_must_begin_a_word():
    assert CATALOGUE.suggest("khai sinh xyz") == ()
    assert CATALOGUE.suggest("hai inh") == ()
    assert CATALOGUE.suggest("!?") == ()


def test_recent_ones_come_first_among_equals():
    recent = ["1.004884", "9.999999", "not a code"]
    assert CATALOGUE.suggest("khai sinh", recent)[0].code == "1.004884"
    assert CATALOGUE.suggest("ket hon", recent)[0].code == "1.000894"


def test_an_empty_text_offers_the_recent_then_the_frequent():
    offered = [procedure.code for procedure in CATALOGUE.suggest("  ", ["3.000412", "1.012812"])]
    assert offered[:2] == ["3.000412", "1.012812"]
    assert set(offered[2:4]) == {"1.001193", "2.000815"}
    assert len(offered) == 12


def test_no_more_is_offered_than_asked_for():
    assert len(CATALOGUE.suggest("thu tuc", limit=3)) == 3


@pytest.mark.parametrize(
    ("document", "code", "key"),
    [
        ({"field": "Thử", "rows": []}, "procedure.unknown_key", "rows"),
        ({"procedures": []}, "procedure.type", "field"),
        ({"field": "Thử", "procedures": {}}, "procedure.type", "procedures"),
        ({"field": "Thử", "procedures": ["x"]}, "procedure.type", "procedures"),
    ],
)
def test_a_file_of_another_shape_is_refused(document, code, key):
    with pytest.raises(InvalidInput) as refused:
        parse_file(document)
    assert (refused.value.code, refused.value.facts["key"]) == (code, key)
