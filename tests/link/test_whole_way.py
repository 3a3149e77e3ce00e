"""The whole way with real processes: a desk is let in, sends over the line, by stick and by letter; digests agree."""

from __future__ import annotations

import json
import shutil
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.builders import a_line
from tests.link.hub_process import AGENCY, Hub
from tests.processes import Program


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A hub that knows one desk."""
    one = Hub(tmp_path / "district")
    one.make()
    return one


def digest(program: Program) -> str:
    return str(program.run("digest", "--json").rows[0]["digest"])


def take(program: Program, *names: str) -> list[str]:
    done = program.intake(*(a_line(name) for name in names))
    assert done.code == 0, done.err
    return [row["number"] for row in done.rows]


def enrol_by_network(program: Program, hub: Hub, address: str) -> None:
    hub_card = hub.card().strip()
    asked = program.run("enrol", hub_card, "--json")
    assert asked.code == 0, asked.err
    assert asked.rows[0]["granted"] is False
    assert asked.rows[0]["words"] == hub.run("requests")[0]["words"]
    hub.grant_all()
    assert program.run("enrol", hub_card, "--json").rows[0]["granted"] is True


def test_over_the_line(program: Program, tmp_path: Path) -> None:
    hub = Hub(tmp_path / "district", port=18643)
    hub.make(f"http://127.0.0.1:{hub.port}")
    numbers = take(program, "Lò Thị Hoa", "Quàng Văn Dơ")
    with hub.serving("--plain") as address:
        enrol_by_network(program, hub, address)
        first = program.run("sync", "--json")
        assert first.code == 0, first.err
        assert first.rows[0]["same"] is True
        assert first.rows[0]["waiting"] == 0
        program.run("act", numbers[0], "forward", "--with", '{"unit": "UBND huyện Yên Châu"}')
        again = program.run("sync", "--json").rows[0]
        assert (again["same"], again["sent"]) == (True, 1)
        nothing = program.run("sync", "--json").rows[0]
        assert (nothing["same"], nothing["sent"]) == (True, 0)
    assert hub.digest() == digest(program)
    assert program.run("verify").code == 0
    gone = program.run("sync", "--json")
    assert gone.code == 5
    assert gone.rows[0]["error"]["code"] == "link.no_network"


def test_with_tls_the_pinned_key_is_spoken_to(program: Program, tmp_path: Path) -> None:
    hub = Hub(tmp_path / "district", port=18644)
    hub.make(f"https://127.0.0.1:{hub.port}", "--host", "127.0.0.1")
    take(program, "Lò Thị Hoa")
    with hub.serving() as address:
        assert address.startswith("https://")
        enrol_by_network(program, hub, address)
        assert program.run("sync", "--json").rows[0]["same"] is True
    assert hub.digest() == digest(program)


def test_by_stick_from_the_first_request_to_the_answer(program: Program, hub: Hub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    request = program.run("enrol", hub.card(), "--out", str(stick), "--json").rows[0]
    assert hub.run("import", request["request"])[0]["words"] == request["words"]
    hub.grant_all()
    granted = hub.run("import", request["request"])[0]
    assert program.run("import-answers", granted["answer"], "--json").rows[0]["granted"] is True
    take(program, "Lò Thị Hoa", "Quàng Văn Dơ", "Hà Văn Tư")
    made = program.run("export-packets", "--out", str(stick), "--json").rows[0]
    name = Path(made["path"]).name
    assert name.startswith(f"{AGENCY}-01-")
    assert made["entries"] >= 3
    taken = hub.run("import", made["path"])[0]
    assert (taken["entries"], taken["fresh"], taken["missing"]) == (made["entries"], made["entries"], [])
    assert hub.run("import", made["path"])[0]["fresh"] == 0
    answered = program.run("import-answers", taken["answer"], "--json").rows[0]
    assert answered["waiting"] == 0
    assert hub.digest() == digest(program)
    nothing = program.run("export-packets", "--out", str(stick), "--json")
    assert nothing.code == 3
    assert nothing.rows[0]["error"]["code"] == "bundle.nothing"


def enrolled_by_stick(program: Program, hub: Hub, stick: Path) -> None:
    request = program.run("enrol", hub.card(), "--out", str(stick), "--json").rows[0]["request"]
    hub.run("import", request)
    hub.grant_all()
    program.run("import-answers", hub.run("import", request)[0]["answer"])


def test_the_letter_of_a_closed_day_brings_the_same(program: Program, hub: Hub, tmp_path: Path) -> None:
    stick, out = tmp_path / "stick", tmp_path / "out"
    stick.mkdir()
    enrolled_by_stick(program, hub, stick)
    numbers = take(program, "Lò Thị Hoa", "=HYPERLINK(1)")
    closed = program.run("close-day", "--out", str(out), "--json")
    assert closed.code == 0, closed.err
    row = closed.rows[0]
    assert {Path(row[name]).suffix for name in ("sheet", "register", "bundle", "letter")} == {
        ".pdf", ".xlsx", ".motcua", ".eml",
    }  # fmt: skip
    letter = Path(row["letter"]).read_bytes()
    for secret in ("Hoa", "HYPERLINK", numbers[0]):
        assert secret.encode() not in letter
    (attached,) = message_from_bytes(letter, policy=default).iter_attachments()
    arrived = tmp_path / str(attached.get_filename())
    arrived.write_bytes(attached.get_content())
    hub.run("import", str(arrived), "--carrier", "mail")
    assert hub.digest() == digest(program)


def test_gaps_are_held_and_named_and_order_does_not_matter(program: Program, hub: Hub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    enrolled_by_stick(program, hub, stick)
    kept = tmp_path / "one.motcua"
    take(program, "Một")
    first = program.run("export-packets", "--out", str(stick), "--json").rows[0]
    shutil.copy(first["path"], kept)
    answer = hub.run("import", first["path"])[0]["answer"]
    program.run("import-answers", answer)
    take(program, "Hai")
    second = program.run("export-packets", "--out", str(stick), "--json").rows[0]
    program.run("import-answers", hub.run("import", second["path"])[0]["answer"])
    other = Hub(tmp_path / "another")
    shutil.copytree(hub.folder, other.folder)
    assert other.digest() == hub.digest() == digest(program)
    assert json.dumps(hub.run("verify")) == '[{"differences": 0}]'


def test_anothers_bundle_and_garbage_are_refused_by_name(program: Program, hub: Hub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    enrolled_by_stick(program, hub, stick)
    rubbish = tmp_path / "x.traloi"
    rubbish.write_bytes(b"rubbish")
    refused = program.run("import-answers", str(rubbish), "--json")
    assert (refused.code, refused.rows[0]["error"]["code"]) == (2, "bundle.not_one")
    take(program, "Một")
    made = program.run("export-packets", "--out", str(stick), "--json").rows[0]["path"]
    own = program.run("import-answers", made, "--json")
    assert (own.code, own.rows[0]["error"]["code"]) == (2, "bundle.not_ours")


def test_without_a_hub_it_says_so_and_the_day_closes(program: Program, tmp_path: Path) -> None:
    take(program, "Một")
    for arguments in (("sync",), ("export-packets", "--out", str(tmp_path))):
        refused = program.run(*arguments, "--json")
        assert (refused.code, refused.rows[0]["error"]["code"]) == (3, "link.not_enrolled")
    row = program.run("close-day", "--out", str(tmp_path / "out"), "--json").rows[0]
    assert (row["bundle"], row["entries"]) == ("", 0)
    assert Path(row["sheet"]).read_bytes().startswith(b"%PDF")


def test_attachments_follow_their_entries_and_are_sent_once(program: Program, tmp_path: Path) -> None:
    hub = Hub(tmp_path / "district", port=18645)
    hub.make(f"http://127.0.0.1:{hub.port}")
    scan = tmp_path / "giấy chứng sinh.txt"
    content = "Giấy chứng sinh số 12\n".encode() * 20_000
    scan.write_bytes(content)
    done = program.intake(a_line("Lò Thị Hoa", attachments=[str(scan)]))
    assert done.code == 0, done.err
    with hub.serving("--plain") as address:
        enrol_by_network(program, hub, address)
        assert program.run("sync", "--json").rows[0]["files"] == 1
        assert program.run("sync", "--json").rows[0]["files"] == 0
    stored = [path for path in (hub.folder / "hub" / "files").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in stored] == [len(content)]
    assert content[:40] not in stored[0].read_bytes()
