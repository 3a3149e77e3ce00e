"""The pages for people: who gets in and how, what a form does, what everybody may read, and what nobody may see."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from onestop_desktop.domain.number import secret_of
from onestop_desktop.hub import users
from onestop_desktop.hub.users import Role
from onestop_desktop.hub.web.public_pages import digits_of
from onestop_desktop.words import load
from tests.hub.made import AGENCY, START
from tests.hub.web.stage import COMMUNE, HOSTILE, IDS, OTHER_AGENCY, PASSWORDS, PEOPLE, PHONES, Stage, barcode_of

FORM = {"content-type": "application/x-www-form-urlencoded"}
PAGES = Path(__file__).parents[3] / "resources" / "hub" / "pages"


def log_in(client: httpx.Client, name: str, password: str, to: str = "/quan-ly") -> httpx.Response:
    return client.post("/dang-nhap", data={"name": name, "password": password, "to": to})


# -- in and out -------------------------------------------------------------------------------------------


def test_the_right_password_opens_a_session_in_a_cookie_that_scripts_and_other_sites_cannot_use(fresh: Stage):
    with fresh.browser() as client:
        answer = log_in(client, "District", PASSWORDS[Role.DISTRICT])
        assert (answer.status_code, answer.headers["location"]) == (303, "/quan-ly")
        flags = {part.strip().split("=")[0] for part in answer.headers["set-cookie"].split(";")}
        assert {"HttpOnly", "SameSite", "Path", "Max-Age"} <= flags
        assert "SameSite=Strict" in answer.headers["set-cookie"]
        assert client.get("/quan-ly").status_code == 200
        answer = client.post("/dang-xuat")
        assert answer.status_code == 303
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert client.get("/quan-ly").headers["location"] == "/dang-nhap"


def test_behind_tls_the_cookie_goes_over_tls_only():
    from onestop_desktop.hub.web.pages import cookie  # noqa: PLC0415

    assert "; Secure" in cookie("ab", plain=False, seconds=60)
    assert "Secure" not in cookie("ab", plain=True, seconds=60)


def test_a_session_that_was_ended_is_worth_nothing_even_to_who_kept_the_cookie(fresh: Stage):
    with fresh.browser(Role.ADMIN) as client:
        kept = client.cookies["session"]
        client.post("/dang-xuat")
        client.cookies.set("session", kept)
        assert client.get("/quan-ly/ban").status_code == 303


@pytest.mark.parametrize("path", ["/quan-ly/xa/1", "/quan-ly/lien-thong", "/quan-ly/ho-so/1/abc"])
def test_who_must_log_in_first_is_led_back_to_where_they_were_going(stage: Stage, path: str):
    with stage.browser() as client:
        assert client.get(path).headers["location"] == f"/dang-nhap?den={path}"
        assert f'value="{path}"' in client.get("/dang-nhap", params={"den": path}).text


@pytest.mark.parametrize("elsewhere", [
    "https://evil.example/", "//evil.example", "/quan-ly//evil", "javascript:alert(1)", "/quan-ly\r\nset-cookie: a=b",
    "/quan-ly/../../evil?", "",
])  # fmt: skip
def test_nobody_is_led_elsewhere_after_logging_in(stage: Stage, elsewhere: str):
    with stage.browser() as client:
        place = log_in(client, "admin", PASSWORDS[Role.ADMIN], elsewhere).headers["location"]
    assert place == "/quan-ly" or re.fullmatch(r"/quan-ly(/[A-Za-z0-9._-]+)*", place)


def test_wrong_passwords_are_told_at_the_form_and_wait_ever_longer(fresh: Stage):
    with fresh.browser() as client:
        for _time in range(3):
            answer = log_in(client, "viewer", "not the password")
            assert answer.status_code == 401
            assert load("vi").raw("hub.login_wrong") in answer.text
            assert 'value="viewer"' in answer.text
        waits = []
        for _time in range(4):
            answer = log_in(client, "viewer", PASSWORDS[Role.VIEWER])  # right, and too early
            assert answer.status_code == 429
            waits.append(int(answer.headers["retry-after"]))
            fresh.clock.put(fresh.clock.at + timedelta(seconds=waits[-1]))
            assert log_in(client, "viewer", "wrong again").status_code == 401
        assert waits == sorted(waits)
        assert waits[0] < waits[-1] <= 61
        fresh.clock.put(fresh.clock.at + timedelta(seconds=61))
        assert log_in(client, "viewer", PASSWORDS[Role.VIEWER]).status_code == 303
        assert log_in(client, "nobody", "x").status_code == 401


@pytest.mark.parametrize("minutes", [31, 12 * 60 + 1])
def test_a_session_ends_when_it_is_not_used_and_when_it_is_old(fresh: Stage, minutes: int):
    with fresh.browser(Role.DISTRICT) as client:
        assert client.get("/quan-ly").status_code == 200
        for _step in range(minutes // 25):
            fresh.clock.put(fresh.clock.at + timedelta(minutes=25))
            client.get("/quan-ly") if minutes > 60 else None
        fresh.clock.put(START + timedelta(minutes=minutes))
        assert client.get("/quan-ly").status_code == 303


def test_who_has_left_is_out_at_once(fresh: Stage):
    with fresh.browser(Role.DISTRICT) as client:
        users.set_active(fresh.ledger, fresh.accounts[Role.DISTRICT].id, active=False)
        assert client.get("/quan-ly").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-xuat", "/quan-ly/ban/1/the", "/quan-ly/ban/1/thu-hoi"])
def test_a_form_on_somebody_elses_page_does_nothing(stage: Stage, path: str, headers: dict[str, str]):
    with stage.client(cookies={"session": stage.session(Role.ADMIN)}) as client:
        answer = client.post(path, data={"reason": "x"}, headers=headers)
        assert answer.status_code == 403
        assert load("vi").raw("hub.origin") in answer.text
        assert client.get("/quan-ly/ban").status_code == 200


def test_a_cookie_does_not_open_the_json_deeds_to_other_sites_pages(stage: Stage):
    with stage.client(cookies={"session": stage.session(Role.ADMIN)}) as client:
        assert client.post("/v1/desks/1/card", headers={"origin": "https://evil.example"}).status_code == 401
        assert client.get("/v1/desks").status_code == 200


# -- what the pages hold ----------------------------------------------------------------------------------


def everything(stage: Stage) -> list[str]:
    dossier = f"/quan-ly/ho-so/{stage.desk.commune}/"
    return ["/quan-ly", f"/quan-ly/xa/{stage.desk.commune}", dossier + stage.dossiers[0], dossier + stage.dossiers[1],
            dossier + stage.dossiers[4], "/quan-ly/lien-thong", "/quan-ly/su-co", "/quan-ly/ban", "/", f"/{AGENCY}",
            f"/{AGENCY}/{barcode_of(stage, stage.dossiers[2])}", "/dang-nhap", "/nowhere"]  # fmt: skip


def test_every_page_forbids_scripts_frames_and_guessing(stage: Stage):
    with stage.browser(Role.ADMIN) as client:
        for path in everything(stage):
            answer = client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy, path
            assert "script" not in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}
            assert answer.headers["cache-control"] == "no-store"
            assert "<script" not in answer.text
            assert " style=" not in answer.text
            assert not re.search(r"\son[a-z]+=", re.sub(r"&[a-z#0-9]+;", "", answer.text).replace("onerror", ""))


def test_hostile_names_stand_literally_on_the_districts_pages(stage: Stage):
    with stage.browser(Role.DISTRICT) as client:
        text = client.get(f"/quan-ly/xa/{stage.desk.commune}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<bdi>&#34;&gt;&lt;img src=x onerror=alert(2)&gt;</bdi>" in text
    assert "<bdi>{{7*7}}{% raw %}</bdi>" in text
    assert f"<bdi>{HOSTILE[3]}</bdi>" in text


def test_no_name_telephone_or_id_number_stands_anywhere_in_public(stage: Stage):
    hidden = (*PEOPLE, *(html.escape(one) for one in PEOPLE), *PHONES, *IDS, "Người nộp", "Hà Văn Tư", "Bản 1,")
    with stage.client(headers={"accept": "text/html"}) as client:
        answers = [client.get("/"), client.get(f"/{AGENCY}"), client.get(f"/{OTHER_AGENCY}"), client.get("/v1/public"),
                   client.get(f"/v1/public/{AGENCY}"), client.get("/metrics"), client.get("/openapi.json"),
                   client.get("/healthz"), client.get("/nowhere"), client.get("/tra-cuu?ma=x&so=y")]  # fmt: skip
        for state in stage.desk.folded().values():
            answers.append(client.get(f"/{AGENCY}/{state.barcode}"))
            answers.append(client.post("/v1/public/look-up", json={"agency": AGENCY, "digits": state.barcode}))
    for answer in answers:
        assert [one for one in hidden if one in answer.text] == [], answer.url
    assert html.escape(COMMUNE) in answers[0].text


def test_small_counts_are_not_told_in_public(stage: Stage):
    with stage.client() as client:
        rows = {row["agency"]: row["figures"] for row in client.get("/v1/public").json()}
        assert rows[OTHER_AGENCY]["received"] is None
        assert load("vi").raw("web.few") in client.get(f"/{OTHER_AGENCY}").text
    assert not any(0 < many < 5 for row in rows.values() for many in row["groups"].values())


def test_the_public_figures_are_counted_again_when_something_came_in(fresh: Stage):
    with fresh.client() as client:
        before = next(row for row in client.get("/v1/public").json() if row["agency"] == AGENCY)
        fresh.desk.receive()
        fresh.desk.send(fresh.desk.packets(entries=fresh.desk.entries[-1:])[0])
        after = next(row for row in client.get("/v1/public").json() if row["agency"] == AGENCY)
    assert after["figures"]["received"] == before["figures"]["received"] + 1


# -- looking a dossier up ---------------------------------------------------------------------------------


def test_code_and_secret_digits_lead_to_the_same_answer_as_the_receipts_qr(stage: Stage):
    state = next(one for one in stage.desk.folded().values() if one.status == "ready")
    with stage.client() as client:
        form = client.get("/tra-cuu", params={"ma": f"{AGENCY}-261123-{state.sequence:04}", "so": secret_of(state.id)})
        assert form.headers["location"] == f"/{AGENCY}/{state.barcode}"
        assert client.get("/tra-cuu", params={"ma": state.number, "so": state.barcode}).headers["location"] == (
            f"/{AGENCY}/{state.barcode}"
        )
        page = client.get(form.headers["location"]).text
    assert load("vi").raw("web.group.finished") in page
    assert "75 %" in page


@pytest.mark.parametrize(("code", "secret", "sentence"), [
    ("khong phai ma", "123456", "number.code"), (f"{AGENCY}-261123-0001", "12345", "hub.secret"),
    (f"{AGENCY}-261123-0001", "", "hub.secret"), (f"{AGENCY}-261123-0001", "۱۲۳۴۵۶", "hub.secret"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_at_the_form(stage: Stage, code: str, secret: str, sentence: str):
    with stage.client() as client:
        answer = client.get("/tra-cuu", params={"ma": code, "so": secret})
    assert answer.status_code == 400
    assert load("vi").say(sentence, text=code) in answer.text
    assert f'value="{code}"' in answer.text


def test_the_digits_follow_from_code_and_secret_for_long_sequences_too():
    assert digits_of("H52.34-261123-10000", "123456")[1][:-2] == "261123010000123456"


def test_wrong_digits_and_no_such_dossier_look_alike_and_both_are_counted(fresh: Stage):
    right = barcode_of(fresh, fresh.dossiers[0])
    _agency, wrong = digits_of(f"{AGENCY}-261123-0001", "000000" if right[10:16] != "000000" else "111111")
    _agency, nowhere = digits_of(f"{AGENCY}-261123-0099", "123456")
    with fresh.client() as client:
        pages = [client.get(f"/{AGENCY}/{digits}").text for digits in (wrong, nowhere)]
        assert len({re.sub(r"[0-9]{4}</h1>", "</h1>", page) for page in pages}) == 1
        for digits in (wrong, nowhere):
            answers = [client.get(f"/{AGENCY}/{digits}") for _time in range(10)]
            assert [one.status_code for one in answers] == [200] * 9 + [429]
            assert int(answers[-1].headers["retry-after"]) > 0
        assert client.get(f"/{AGENCY}/{right}").status_code == 429  # whoever tries out its digits has shut it for today
        fresh.clock.put(START + timedelta(days=1))
        assert client.get(f"/{AGENCY}/{right}").status_code == 200


def test_an_address_that_was_wrong_a_hundred_times_is_told_to_come_tomorrow(fresh: Stage):
    right = barcode_of(fresh, fresh.dossiers[0])
    with fresh.client() as client:
        for n in range(100):
            body = {"agency": AGENCY, "digits": digits_of(f"{AGENCY}-261123-{n + 100:04}", "123456")[1]}
            assert client.post("/v1/public/look-up", json=body).json() == {"found": False, "group": "", "completion": 0}
        answer = client.post("/v1/public/look-up", json={"agency": AGENCY, "digits": right})
        assert answer.status_code == 429
        assert "retry-after" in answer.headers


# -- what forms do ----------------------------------------------------------------------------------------


def test_an_answer_goes_down_to_the_desk_and_the_dossier_waits_for_no_other(fresh: Stage):
    dossier = fresh.dossiers[1]
    path = f"/quan-ly/ho-so/{fresh.desk.commune}/{dossier}"
    with fresh.browser(Role.DISTRICT) as client:
        refused = client.post(path, data={"text": "  ", "document": "<b>7"})
        assert refused.status_code == 400
        assert 'value="&lt;b&gt;7"' in refused.text
        done = client.post(path, data={"text": "Đồng ý,\r\ncấp giấy.", "document": "12/UBND"})
        assert (done.status_code, done.headers["location"]) == (303, "/quan-ly/lien-thong?answered=1")
        again = client.post(path, data={"text": "Không"})
        assert again.status_code == 403
        number = next(one.number for one in fresh.desk.folded().values() if one.id == dossier)
        assert load("vi").say("hub.answered", number=number) in again.text
        assert load("vi").raw("web.on_way") in client.get("/quan-ly/lien-thong").text
    message = fresh.desk.hello().messages[0]
    assert message.kind == "answer"
    assert "Đồng ý,\\ncấp giấy." in message.body.decode()


def test_a_desk_is_let_in_by_its_four_words_and_kept_out_with_a_reason(fresh: Stage):
    desk = fresh.new_desk("Xã Tú Nang", "000.77.34.H52")
    fresh.request(desk, "01")
    with fresh.browser(Role.ADMIN) as client:
        page = client.get("/quan-ly/ban").text
        words = re.search(r'class="words">([^<]+)<', page)
        assert words is not None
        assert len(words[1].split()) == 4
        name = re.search(r"/quan-ly/yeu-cau/([0-9a-f]{64})/nhan", page)
        assert name is not None
        assert client.post(f"/quan-ly/yeu-cau/{name[1]}/nhan").status_code == 303
        assert 'class="words"' not in client.get("/quan-ly/ban").text
        without = client.post(f"/quan-ly/ban/{desk}/thu-hoi", data={"reason": ""})
        assert without.status_code == 400
        assert "<details open>" in without.text
        assert client.post(f"/quan-ly/ban/{desk}/thu-hoi", data={"reason": "Mất máy"}).status_code == 303
        assert client.post(f"/quan-ly/ban/{desk}/thu-hoi", data={"reason": "Mất máy"}).status_code == 403


def test_a_card_is_shown_once_as_text_and_as_qr(fresh: Stage):
    import io  # noqa: PLC0415

    import segno  # noqa: PLC0415

    from onestop_desktop.wire.enrolment import read_card  # noqa: PLC0415

    with fresh.browser(Role.ADMIN) as client:
        page = client.post("/quan-ly/ban/1/the").text
    text = re.search(r'class="card-text">([^<]+)<', page)
    assert text is not None
    assert read_card(text[1]).addresses == ("https://hub.example",)
    out = io.BytesIO()
    segno.make_qr(text[1], error="m").save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4)
    drawn = re.search(r' d="([^"]+)"', out.getvalue().decode())
    assert drawn is not None
    assert drawn[1] in page


def test_an_incident_is_settled_by_name(fresh: Stage):
    with fresh.browser(Role.ADMIN) as client:
        page = client.get("/quan-ly/su-co").text
        place = re.search(r'action="(/quan-ly/su-co/[^"]+)"', page)
        assert place is not None
        assert client.post(place[1]).status_code == 303
        assert (
            client.get("/quan-ly/su-co").text.count('action="/quan-ly/su-co/')
            == page.count('action="/quan-ly/su-co/') - 1
        )


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a=%d" % n for n in range(50)), b"a=%ff"])
def test_a_form_that_cannot_be_read_is_refused_whole(stage: Stage, body: bytes):
    with stage.browser() as client:
        assert client.post("/dang-nhap", content=body, headers=FORM).status_code == 400
        assert client.post("/dang-nhap", content=b"{}", headers={"content-type": "application/json"}).status_code == 400


# -- words and looks --------------------------------------------------------------------------------------


def test_every_sentence_of_the_templates_is_there_in_both_languages():
    text = "".join(path.read_text("utf-8") for path in sorted(PAGES.glob("*.html")))
    codes = set(re.findall(r"w\('([a-z_.]+[a-z])'", text))
    places = set(re.findall(r"'(web\.[a-z_]+)'", (PAGES / "staff.html").read_text("utf-8")))
    assert len(codes) > 80
    for language in ("vi", "en"):
        assert {code for code in codes | places if code not in load(language)} == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_that_a_page_can_name_has_its_word(language: str):
    from onestop_desktop.domain.status import STATUSES, STEPS, Counts  # noqa: PLC0415
    from onestop_desktop.hub.incidents import Kind  # noqa: PLC0415
    from onestop_desktop.hub.web.district_pages import SORTS, TOLD_FACTS  # noqa: PLC0415

    named = {"web.incident": Kind, "incident": Kind, "web.counts": Counts, "web.role": Role, "web.fact": TOLD_FACTS,
             "web.sort_by": SORTS, "status": STATUSES, "step": [*STEPS, "receive"],
             "web.group": ("processing", "waiting", "finished", "ended")}  # fmt: skip
    every = {f"{room}.{one}" for room, ones in named.items() for one in ones}
    assert {code for code in every if code not in load(language)} == set()


def test_the_stylesheet_and_letters_come_squeezed_and_are_asked_for_once(stage: Stage):
    with stage.client(headers={"accept-encoding": "gzip"}) as client:
        page = client.get("/").text
        place = re.search(r'href="(/static/style.css\?v=[0-9a-f]+)"', page)
        assert place is not None
        sheet = client.get(place[1])
        assert "immutable" in sheet.headers["cache-control"]
        assert sheet.headers["content-encoding"] == "gzip"
        again = client.get(place[1], headers={"if-none-match": sheet.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for name in re.findall(r'url\("(/static/[^"]+)"\)', sheet.text):
            assert client.get(name).headers["content-type"] == "font/ttf"
        assert client.get("/static/../../etc/passwd").status_code == 404
        assert client.get("/static/hub.keys").status_code == 404
