"""Attachments coming up: resumed at any byte, complete once and only with the right hash, nobody else's."""

from __future__ import annotations

import base64
import hashlib
import random

import httpx
import pytest

from onestop_desktop.hub.tables import FILE
from onestop_desktop.sync.files import Sender
from onestop_desktop.sync.http import HttpPeer
from tests.hub.web.stage import Stage

CONTENT = random.Random(7).randbytes(70_001)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PIECE = {"content-type": "application/offset+octet-stream"}


def client_of(stage: Stage, desk: object) -> httpx.Client:
    token = stage.token(desk)  # type: ignore[arg-type]
    return stage.client(headers={"tus-resumable": "1.0.0", "authorization": f"OneStop {token}"})


def begin(client: httpx.Client, size: int = len(CONTENT), sha256: str = SHA256) -> httpx.Response:
    named = base64.b64encode(sha256.encode()).decode()
    return client.post(
        "/v1/files", headers={"upload-length": str(size), "upload-metadata": f"name aGE=,sha256 {named}"}
    )


def patch(client: httpx.Client, at: int, data: bytes, sha256: str = SHA256) -> httpx.Response:
    return client.patch(f"/v1/files/{sha256}", content=data, headers=PIECE | {"upload-offset": str(at)})


def offset(client: httpx.Client) -> int:
    return int(client.head(f"/v1/files/{SHA256}").headers["upload-offset"])


def state(stage: Stage, sha256: str = SHA256) -> str:
    with stage.ledger.reading() as connection:
        return connection.execute(FILE.select().where(FILE.c.sha256 == sha256)).one().state


def test_a_file_is_taken_in_pieces_of_any_size_and_goes_on_where_it_broke(fresh: Stage):
    chance = random.Random(11)
    with client_of(fresh, fresh.desk) as client:
        answer = begin(client)
        assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/files/{SHA256}")
        at = 0
        while at < len(CONTENT):
            size = chance.choice((1, 2, 15, 16, 17, 999, 8_192, 30_000))
            answer = patch(client, at, CONTENT[at : at + size])
            assert answer.status_code == 204
            at = int(answer.headers["upload-offset"])
            assert offset(client) == at
            assert patch(client, at + 1, b"x").status_code in {409, 400}
    assert state(fresh) == "complete"
    stored = b"".join(path.read_bytes() for path in (fresh.folder / "hub" / "files").rglob("*") if path.is_file())
    assert len(stored) == len(CONTENT)
    assert CONTENT[:64] not in stored  # encrypted where it lies
    assert not [path for path in (fresh.folder / "hub" / "files").rglob("*") if SHA256 in path.name]


def test_the_desks_own_sender_brings_a_file_up_and_a_second_time_sends_nothing(fresh: Stage):
    sender = Sender(HttpPeer(fresh.address), bytes.fromhex(fresh.token(fresh.desk)))
    assert sender.send(SHA256, CONTENT) == len(CONTENT)
    assert sender.send(SHA256, CONTENT) == 0
    empty = hashlib.sha256(b"").hexdigest()
    sender.send(empty, b"")
    sender.peer.close()
    assert state(fresh) == state(fresh, empty) == "complete"


def test_what_is_complete_is_never_written_again(fresh: Stage):
    with client_of(fresh, fresh.desk) as client:
        begin(client)
        patch(client, 0, CONTENT)
        assert begin(client).status_code == 201
        assert offset(client) == len(CONTENT)
        assert begin(client, size=5).status_code in {400, 403, 409}
        assert patch(client, 0, b"other").status_code == 409
        assert patch(client, len(CONTENT), b"more").status_code == 400
    assert state(fresh) == "complete"


def test_a_file_whose_hash_does_not_fit_is_refused_and_begun_anew(fresh: Stage):
    with client_of(fresh, fresh.desk) as client:
        begin(client)
        wrong = patch(client, 0, CONTENT[:-1] + b"?")
        assert wrong.status_code == 460
        assert wrong.json()["error"]["code"] == "file.hash"
        assert client.head(f"/v1/files/{SHA256}").status_code == 404
        begin(client)
        assert offset(client) == 0
        assert patch(client, 0, CONTENT).status_code == 204
    assert state(fresh) == "complete"


def test_another_desks_file_is_not_there_and_its_own_of_the_same_content_is_its_own(fresh: Stage):
    with client_of(fresh, fresh.desk) as ours, client_of(fresh, fresh.foreign) as theirs:
        begin(ours)
        patch(ours, 0, CONTENT[:100])
        assert theirs.head(f"/v1/files/{SHA256}").status_code == 404
        assert patch(theirs, 100, CONTENT[100:]).status_code == 404
        begin(theirs)
        patch(theirs, 0, b"?" * 50)
        assert offset(ours) == 100
    with client_of(fresh, fresh.revoked) as client:
        assert begin(client).status_code == 403


@pytest.mark.parametrize(("headers", "status"), [
    ({"upload-length": "-1"}, 400), ({"upload-length": "99999999999999"}, 400), ({"upload-length": str(65 << 20)}, 400),
    ({"upload-metadata": "sha256 !!!"}, 400), ({"upload-metadata": ""}, 400), ({"tus-resumable": "0.2.2"}, 412),
    ({"upload-metadata": "sha256 " + base64.b64encode(b"../../etc/passwd").decode()}, 400),
])  # fmt: skip
def test_what_is_no_beginning_of_a_file_is_refused(stage: Stage, headers: dict[str, str], status: int):
    named = base64.b64encode(SHA256.encode()).decode()
    with client_of(stage, stage.desk) as client:
        usual = {"upload-length": "10", "upload-metadata": f"sha256 {named}"}
        assert client.post("/v1/files", headers=usual | headers).status_code == status


def test_a_piece_of_another_kind_or_past_the_end_is_refused(fresh: Stage):
    with client_of(fresh, fresh.desk) as client:
        begin(client)
        path = f"/v1/files/{SHA256}"
        assert client.patch(path, content=b"x", headers={"upload-offset": "0"}).status_code == 415
        assert patch(client, 0, bytes((1 << 20) + 1)).status_code == 413
        assert patch(client, 0, bytes(len(CONTENT) + 1)).status_code == 400
        assert offset(client) == 0
