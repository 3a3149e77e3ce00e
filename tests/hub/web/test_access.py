"""Every operation of the table × everybody who may come: what happens is what the table says."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from onestop_desktop.hub.users import Role
from onestop_desktop.hub.web.app import WebSite, table
from onestop_desktop.hub.web.metrics import Tally
from onestop_desktop.hub.web.operations import RIGHTS, Access, Operation
from onestop_desktop.wire import signing
from onestop_desktop.wire.messages import HELLO, PROTOCOL, Ask, Hello, encode, sign_message
from onestop_desktop.words import load
from tests.hub.made import AGENCY, MadeDesk
from tests.hub.web.stage import PASSWORDS, Stage, at, barcode_of, made_stage, running

TABLE = {row.name: row for row in table(WebSite(Path("unused")), Tally(), load("vi"))}
DESKS = ("foreign desk", "revoked desk", "our desk")
PEOPLE = {"viewer": Role.VIEWER, "district": Role.DISTRICT, "admin": Role.ADMIN}
WHO = ("anonymous", *DESKS, *PEOPLE)
FORM = {"content-type": "application/x-www-form-urlencoded"}
CONTENT = b"a photograph"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Deed:
    """What is sent, and what a caller who may do it gets."""

    place: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    done: tuple[int, ...] = (200,)


@dataclass
class Scene:
    """A hub, and fresh things for deeds that can be done once."""

    stage: Stage
    spare: int = 100

    def new_desk(self) -> int:
        self.spare += 1
        return self.stage.new_desk(f"Xã {self.spare}", f"000.{self.spare}.34.H52")

    def keyed_desk(self) -> int:
        from onestop_desktop.hub import desks  # noqa: PLC0415

        desk = self.new_desk()
        with self.stage.ledger.writing() as connection:
            desks.add_key(connection, desk, signing.public_of(self.stage.ledger.random(32)), self.stage.ledger.now_ms())
        return desk

    def request(self) -> str:
        return hashlib.sha256(self.stage.request(self.new_desk(), "01")).hexdigest()

    def forwarded(self) -> str:
        desk = self.stage.desk
        dossier = desk.receive()
        desk.act(dossier, "forward", at=at(desk), unit="Phòng Tư pháp")
        for packet in desk.packets(entries=desk.entries[-2:]):
            desk.send(packet)
        return dossier

    def desk_of(self, who: str) -> MadeDesk | None:
        stage = self.stage
        return dict(zip(DESKS, (stage.foreign, stage.revoked, stage.desk), strict=True)).get(who)

    def seed_of(self, who: str) -> bytes:
        """Return the key that a caller signs with: nobody's, for those who are no desk."""
        desk = self.desk_of(who)
        return desk.seed if desk else b"n" * 32


def said_hello(scene: Scene, who: str) -> bytes:
    seed = scene.seed_of(who)
    hello = Hello(
        protocol=PROTOCOL, key=signing.key_id(signing.public_of(seed)), nonce=b"n" * 8, store=b"s" * 16,
        install=b"install1", incarnation=b"", held=0, count=0, digest=bytes(32), inbox=0, time_ms=0,
    )  # fmt: skip
    return sign_message(HELLO, hello.nonce, hello, signing.sign(seed))


def packet_of(scene: Scene, who: str) -> bytes:
    """A caller's own packet; who is no desk sends one of ours, signed by a key that nobody knows."""
    desk = scene.desk_of(who)
    if desk:
        return desk.packets(entries=desk.entries[:1])[0]
    ours, seed = scene.stage.desk, scene.seed_of(who)
    from onestop_desktop.wire.packet import pack  # noqa: PLC0415

    return pack(ours.entries[:1], ours.code, signing.key_id(signing.public_of(seed)), signing.sign(seed))


def ask() -> bytes:
    return encode(Ask(b"n" * 8, ()))


def as_json(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


def form(**facts: str) -> bytes:
    return str(httpx.QueryParams(facts)).encode()


def deed_of(scene: Scene, name: str, who: str) -> Deed:
    """Return a plausible request for an operation."""
    stage = scene.stage
    commune, desk = str(stage.desk.commune), str(stage.desk.id)
    tus = {"tus-resumable": "1.0.0"}
    own = SHA256 if who == "our desk" else hashlib.sha256(who.encode()).hexdigest()
    metadata = f"sha256 {base64.b64encode(own.encode()).decode()}"
    point = {"desk": desk, "kind": "clone", "point": "ab" * 8}
    digits = barcode_of(stage, stage.dossiers[0])
    makers: dict[str, Callable[[], Deed]] = {
        "hello": lambda: Deed(content=said_hello(scene, who)),
        "packet": lambda: Deed(content=packet_of(scene, who)),
        "packet_offset": lambda: Deed({"name": "ab" * 16}),
        "packet_rest": lambda: Deed({"name": "ab" * 16}, headers={"upload-offset": "200"}, content=b"x", done=(409,)),
        "pull": lambda: Deed(content=ask()),
        "known": lambda: Deed(content=ask()),
        "enrol": lambda: Deed(content=scene.stage.request(scene.new_desk(), "01"), done=(202,)),
        "tus": lambda: Deed(done=(204,)),
        "begin_file": lambda: Deed(
            headers=tus | {"upload-length": str(len(CONTENT)), "upload-metadata": metadata}, done=(201,)
        ),
        "file_offset": lambda: Deed({"sha256": SHA256}, headers=tus),
        "file_piece": lambda: Deed(
            {"sha256": SHA256}, {}, tus | {"upload-offset": "0", "content-type": "application/offset+octet-stream"},
            CONTENT[:1], (204,),
        ),
        "log_in": lambda: Deed(content=as_json(name="admin", password=PASSWORDS[Role.ADMIN])),
        "commune": lambda: Deed({"commune": commune}),
        "dossiers": lambda: Deed({"commune": commune}, {"status": "ready"}),
        "dossier": lambda: Deed({"commune": commune, "dossier": stage.dossiers[0]}),
        "answer": lambda: Deed(
            {"commune": commune, "dossier": scene.forwarded()}, content=as_json(text="Đồng ý"), done=(201,)
        ),
        "settle": lambda: Deed(point),
        "feed": lambda: Deed(query={"after": "3", "limit": "2"}),
        "card": lambda: Deed({"desk": str(scene.new_desk())}, done=(201,)),
        "revoke": lambda: Deed({"desk": str(scene.keyed_desk())}, content=as_json(reason="Mất máy")),
        "grant": lambda: Deed({"request": scene.request()}),
        "refuse": lambda: Deed({"request": scene.request()}),
        "public_commune": lambda: Deed({"agency": AGENCY}),
        "look_up": lambda: Deed(content=as_json(agency=AGENCY, digits=digits)),
        "static": lambda: Deed({"name": "style.css"}),
        "log_in_form": lambda: Deed(
            headers=FORM, content=form(name="admin", password=PASSWORDS[Role.ADMIN]), done=(303,)
        ),
        "log_out_form": lambda: Deed(headers=FORM, done=(303,)),
        "commune_page": lambda: Deed({"commune": commune}),
        "dossier_page": lambda: Deed({"commune": commune, "dossier": stage.dossiers[1]}),
        "answer_form": lambda: Deed(
            {"commune": commune, "dossier": scene.forwarded()}, {}, FORM, form(text="Đồng ý"), (303,)
        ),
        "settle_form": lambda: Deed(point, headers=FORM, done=(303,)),
        "card_form": lambda: Deed({"desk": str(scene.new_desk())}, headers=FORM, done=(201,)),
        "revoke_form": lambda: Deed({"desk": str(scene.keyed_desk())}, {}, FORM, form(reason="Mất máy"), (303,)),
        "grant_form": lambda: Deed({"request": scene.request()}, headers=FORM, done=(303,)),
        "refuse_form": lambda: Deed({"request": scene.request()}, headers=FORM, done=(303,)),
        "public_search": lambda: Deed(query={"ma": f"{AGENCY}-261123-0001", "so": "123456"}, done=(303,)),
        "public_place": lambda: Deed({"agency:agency": AGENCY}),
        "public_answer": lambda: Deed({"agency:agency": AGENCY, "digits": digits}),
    }  # fmt: skip
    return makers.get(name, Deed)()


def expected(operation: Operation, who: str, deed: Deed) -> tuple[int, ...]:
    """Return what must come back, from the table's own word on who may."""
    refused_at_all = (303,) if operation.page else (401,)
    match operation.access:
        case Access.ANYBODY if operation.name in {"hello", "packet"}:  # they prove themselves by their signature
            return {"our desk": (200,), "foreign desk": (200,), "revoked desk": (403,)}.get(who, (401,))
        case Access.ANYBODY:
            return deed.done
        case Access.DESK:
            if who == "foreign desk" and operation.name in {"file_offset", "file_piece"}:
                return (404,)  # another desk's file is not there
            return {"our desk": deed.done, "foreign desk": deed.done, "revoked desk": (403,)}.get(who, (401,))
        case access if who in PEOPLE:
            return deed.done if PEOPLE[who] in RIGHTS[access] else (403,)
        case _:
            return refused_at_all


def send(scene: Scene, operation: Operation, deed: Deed, who: str) -> httpx.Response:
    stage, headers = scene.stage, dict(deed.headers)
    desk = scene.desk_of(who)
    if desk:
        headers["authorization"] = f"OneStop {stage.token(desk)}"
    if operation.page:
        headers["origin"] = stage.address
    cookies = {}
    if who in PEOPLE and operation.page:
        cookies["session"] = stage.session(PEOPLE[who])
    elif who in PEOPLE:
        headers["authorization"] = f"Session {stage.session(PEOPLE[who])}"
    path = operation.path
    for name, value in deed.place.items():
        path = path.replace("{" + name + "}", value)
    with stage.client(cookies=cookies) as client:
        return client.request(operation.method, path, params=deed.query, content=deed.content, headers=headers)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with running(made_stage(tmp_path_factory.mktemp("access"))) as stage:
        made = Scene(stage)
        ours = TABLE["begin_file"]
        assert send(made, ours, deed_of(made, "begin_file", "our desk"), "our desk").status_code == 201
        yield made


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", TABLE)
def test_each_may_do_what_the_table_says_and_nothing_else(scene: Scene, name: str, who: str):
    operation = TABLE[name]
    deed = deed_of(scene, name, who)
    answer = send(scene, operation, deed, who)
    assert answer.status_code in expected(operation, who, deed), answer.text[:500]
    if operation.page and answer.status_code == 303 and who not in PEOPLE and operation.access is not Access.ANYBODY:
        assert answer.headers["location"].startswith("/dang-nhap")
    if answer.status_code in {401, 403, 404} and not operation.page and operation.method != "HEAD":
        assert answer.json()["error"]["message"]


def test_the_table_has_a_row_for_every_route_and_every_access_is_tried():
    assert {row.access for row in TABLE.values()} == set(Access)
    assert len(TABLE) > 40


def test_a_foreign_desk_gets_nothing_of_another_desks_journal(scene: Scene):
    from onestop_desktop.wire.messages import ANSWER, Known, Parcel, read_message  # noqa: PLC0415
    from onestop_desktop.wire.packet import unpack  # noqa: PLC0415

    stage = scene.stage
    hashes = tuple(one.hash for one in stage.desk.entries)
    token = {"authorization": f"OneStop {stage.token(stage.foreign)}"}
    right = signing.check(stage.ledger.keys.public)
    with stage.client(headers=token) as client:
        data = client.post("/v1/known", content=encode(Ask(b"n" * 8, hashes))).content
        assert not any(read_message(ANSWER, b"n" * 8, data, Known, right).known)
        parcel = read_message(ANSWER, b"n" * 8, client.post("/v1/pull", content=ask()).content, Parcel, right)
    told = {item.hash for packet in parcel.packets for item in unpack(packet).items}
    assert told
    assert not told & set(hashes)
