"""A real browser opens the pages: names that are code are letters there, nothing runs, forms work, all is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onestop_desktop.hub.users import Role
from onestop_desktop.words import load
from tests.hub.made import AGENCY
from tests.hub.web import browser
from tests.hub.web.stage import COMMUNE, HOSTILE, PASSWORDS, Stage, barcode_of

if browser.program() is None:
    pytest.skip("no chromium on this machine: the hub's pages were not opened in a browser", allow_module_level=True)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    with browser.opened(tmp_path_factory.mktemp("chromium")) as opened:
        opened.size(1366, 768)
        yield opened


@pytest.fixture
def inside(tab: browser.Tab, stage: Stage) -> browser.Tab:
    """A tab with the administrator's session."""
    tab.size(1366, 768)
    tab.ask("Network.setCookie", name="session", value=stage.session(Role.ADMIN), url=stage.address, httpOnly=True,
            sameSite="Strict")  # fmt: skip
    return tab


def places(stage: Stage) -> dict[str, str]:
    dossier = f"/quan-ly/ho-so/{stage.desk.commune}/"
    return {
        "communes": "/quan-ly", "commune": f"/quan-ly/xa/{stage.desk.commune}", "dossier": dossier + stage.dossiers[1],
        "supplement": dossier + stage.dossiers[4], "inbox": "/quan-ly/lien-thong", "incidents": "/quan-ly/su-co",
        "desks": "/quan-ly/ban", "public": "/", "place": f"/{AGENCY}",
        "answer": f"/{AGENCY}/{barcode_of(stage, stage.dossiers[2])}", "login": "/dang-nhap", "nowhere": "/nowhere",
    }  # fmt: skip


NAMES = ("communes", "commune", "dossier", "supplement", "inbox", "incidents", "desks", "public", "place", "answer",
         "login", "nowhere")  # fmt: skip
LETTERS = {"commune": HOSTILE, "dossier": HOSTILE[:2], "supplement": HOSTILE[2:3], "inbox": HOSTILE[:2],
           "incidents": HOSTILE[:1], "communes": (COMMUNE,), "public": (COMMUNE,), "desks": (COMMUNE,)}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_letters_and_nothing_runs(inside: browser.Tab, stage: Stage, name: str):
    inside.open(stage.address + places(stage)[name])
    text = inside.look("document.body.textContent")
    for hostile in LETTERS.get(name, ()):
        assert hostile in text, name
    assert "49" not in re.findall(r"\b49\b", text)
    assert inside.look("document.querySelectorAll('script, img, iframe, object, i, b').length") == 0
    assert not [one for one in inside.said if one.get("method") == "Page.javascriptDialogOpening"]
    assert not [one for one in inside.said if one.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}
                and "favicon" not in str(one) and " 404 " not in str(one)]  # fmt: skip
    asked = [one["params"] for one in inside.said if one.get("method") == "Network.requestWillBeSent"]
    assert asked
    assert all(one["request"]["url"].startswith((stage.address, "data:")) for one in asked)


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_screen(inside: browser.Tab, stage: Stage, name: str, width: int):
    inside.size(width, 740)
    inside.open(stage.address + places(stage)[name])
    assert inside.look("document.documentElement.scrollWidth") <= width
    assert inside.look("getComputedStyle(document.body).fontFamily").startswith('"Be Vietnam Pro"')
    assert inside.look("[...document.fonts].filter(one => one.status == 'error').length") == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name_and_every_page_a_title(inside: browser.Tab, stage: Stage, name: str):
    inside.open(stage.address + places(stage)[name])
    nameless = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')].filter(
        one => !(one.labels && one.labels.length) && !one.textContent.trim()).length"""
    assert inside.look(nameless) == 0
    assert inside.look("document.title.length") > 5
    assert inside.look("document.documentElement.lang") == "vi"


def test_somebody_logs_in_answers_and_leaves_by_the_forms_alone(fresh: Stage, tmp_path: Path):
    with browser.opened(tmp_path / "profile") as tab:
        tab.open(f"{fresh.address}/quan-ly/lien-thong")
        assert tab.look("location.pathname") == "/dang-nhap"
        tab.type("input[name=name]", "district")
        tab.type("input[name=password]", PASSWORDS[Role.DISTRICT])
        tab.press("button[type=submit]")
        assert tab.look("location.pathname") == "/quan-ly/lien-thong"
        assert tab.look("document.cookie") == ""  # no script can read it
        tab.press("a.button")
        tab.type("textarea", "Đồng ý, cấp giấy.")
        tab.press(".answer-form button")
        assert load("vi").raw("web.answer_sent") in tab.look("document.body.textContent")
        tab.press("form[action='/dang-xuat'] button")
        assert tab.look("location.pathname") == "/dang-nhap"
    assert fresh.desk.hello().messages[0].kind == "answer"


def test_a_citizen_looks_a_dossier_up_on_a_telephone(stage: Stage, tab: browser.Tab):
    state = next(one for one in stage.desk.folded().values() if one.status == "ready")
    tab.size(360, 740)
    tab.open(stage.address)
    tab.type("input[name=ma]", f"{AGENCY}-261123-{state.sequence:04}")
    tab.type("input[name=so]", state.barcode[-8:-2])
    tab.press("form.look-up button")
    assert load("vi").raw("web.group.finished") in tab.look("document.body.textContent")
