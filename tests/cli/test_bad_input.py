"""Bad input: a plain Vietnamese sentence, the right exit code, nothing half-written, the next line taken."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import unicodedata
from pathlib import Path

import pytest

from tests.builders import a_line
from tests.processes import ROOT, Program, Run

GOOD = a_line("Lò Văn Tốt")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
VIETNAMESE = re.compile("[àáảãạăắằẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]")


def assert_plain(done: Run, code: str) -> None:
    """The message is a Vietnamese sentence and not a code, a traceback or a placeholder."""
    message = next(row["error"] for row in done.rows if "error" in row)
    assert message["code"] == code
    assert VIETNAMESE.search(message["message"].lower())
    assert code not in message["message"]
    assert not PLACEHOLDER.search(message["message"])
    assert "Traceback" not in done.err


def applicant(**changes: object) -> dict[str, object]:
    return {**a_line()["applicant"], **changes}


BAD = [
    (a_line(procedure="9.999999"), "procedure.unknown"),
    (a_line(procedure="khai sinh"), "procedure.code"),
    (a_line(received_at="2199-01-01T08:00:00+07:00"), "intake.future"),
    (a_line(received_at="hôm qua"), "input.instant"),
    (a_line(applicant=applicant(id_number="01409100321")), "person.id_length"),
    (a_line(applicant=applicant(name="")), "person.name_empty"),
    (a_line(applicant=applicant(name="  \u200b ")), "person.name_empty"),
    (a_line(applicant=applicant(name="A" * 4000)), "text.too_long"),
    (a_line(applicant=applicant(name="Lò\0Văn")), "text.control"),
    (a_line(applicant=applicant(name="Lò\u202eVăn")), "text.control"),
    (a_line(applicant=applicant(colour="xanh")), "input.unknown_key"),
    (a_line(applicant=applicant(name=7)), "input.type"),
    (a_line(applicant=applicant(phone="12")), "person.phone"),
    (a_line(applicant=applicant(birth_date="1990-02-30")), "person.birth_date"),
    (a_line(papers=[{"name": "Đơn", "copy": -1}]), "input.count"),
    (a_line(papers=[{"name": "Đơn", "copies": 1}]), "input.unknown_key"),
    (a_line(papers="Đơn"), "input.type"),
    (a_line(colour="xanh"), "input.unknown_key"),
    (a_line(sets=1.5), "input.type"),
    (a_line(sets=True), "input.type"),
    (a_line(sets=10**30), "input.count"),
    (a_line(fee=-1), "input.count"),
    (a_line(channel="fax"), "input.choice"),
    (a_line(due_at="2001-01-01T08:00:00+07:00"), "due.before_received"),
    (a_line(attachments=["/does/not/exist.pdf"]), "attachment.unreadable"),
    (a_line(procedure=None), "input.missing"),
    ('{"procedure": "1.001193", "procedure": "1.001193"}', "input.duplicate_key"),
    ('{"procedure": ', "input.not_json"),
    ('{"fee": NaN}', "input.not_json"),
    ("[" * 5000, "input.not_json"),
    ("[1]", "input.not_object"),
]


def test_every_bad_line_is_refused_plainly_and_the_good_ones_around_it_are_taken(program: Program):
    lines = [line for bad, _code in BAD for line in (bad, GOOD)]
    done = program.intake(*lines)
    assert done.code == 2
    rows = done.rows
    assert [row["line"] for row in rows] == list(range(1, len(lines) + 1))
    refused = [row["error"]["code"] for row in rows[0::2]]
    assert refused == [code for _bad, code in BAD]
    assert all("number" in row for row in rows[1::2])
    for (_bad, code), row in zip(BAD, rows[0::2], strict=True):
        message = row["error"]["message"]
        assert VIETNAMESE.search(message.lower()), message
        assert code not in message
        assert not PLACEHOLDER.search(message)
    assert program.entries() == len(BAD)
    assert program.run("verify").code == 0


def test_broken_json_in_line_seven_leaves_the_others_whole(program: Program):
    lines: list[object] = [GOOD] * 10
    lines[6] = '{"procedure": "1.001193", "applicant": {'
    done = program.intake(*lines)  # type: ignore[arg-type]
    assert done.code == 2
    assert [row["line"] for row in done.rows if "error" in row] == [7]
    assert program.entries() == 9


def test_bytes_that_are_not_utf8_and_blank_lines_do_no_harm(program: Program):
    data = b"\xff\xfe{}\n\n" + b"\xef\xbb\xbf" + b"\n" + json.dumps(GOOD).encode() + b"\n"
    done = program.run("intake", "-", "--json", "--receipts", str(program.receipts), given=data)
    assert done.rows[0]["error"]["code"] == "input.not_utf8"
    assert program.entries() == 1


def test_text_that_is_not_nfc_is_taken_and_kept_nfc(program: Program):
    nfd = unicodedata.normalize("NFD", "Đặng Thị Ữ")
    done = program.intake(a_line(applicant=applicant(name=nfd)))
    shown = program.run("show", done.rows[0]["number"], "--json").rows[0]
    assert shown["applicant"]["name"] == "Đặng Thị Ữ"
    assert program.run("find", "dang thi u", "--json").rows[0]["id"] == done.rows[0]["id"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("intake", "/does/not/exist.jsonl"), 2, "input.no_file"),
        (("show", "000.12.34.H52-261123-0999"), 2, "dossier.unknown"),
        (("list", "--state", "lost"), 2, "status.unknown"),
        (("list", "--colour"), 2, "cli.usage"),
        (("--user", "nobody", "list"), 3, "login.unknown"),
        (("init", "--agency", "x", "--name", "y", "--desk", "01", "--user", "mai"), 2, "number.agency"),
        (("init", "--agency", "000.12.34.H52", "--name", "y", "--desk", "11", "--user", "mai"), 2, "number.desk"),
        (
            ("init", "--agency", "000.12.34.H52", "--name", "y", "--desk", "01", "--user", "mai", "--training"),
            3,
            "store.exists",
        ),
    ],
)
def test_a_wrong_command_is_refused_with_its_code(program: Program, arguments, exit_code, code):
    done = program.run(*arguments, "--json")
    assert done.code == exit_code
    assert_plain(done, code)


def test_a_wrong_password_opens_nothing(program: Program):
    done = Program(program.folder, password="sai").run("list", "--json")
    assert done.code == 3
    assert_plain(done, "login.wrong")


def test_no_store_is_said_plainly(tmp_path: Path):
    done = Program(tmp_path).run("list", "--json")
    assert done.code == 3
    assert_plain(done, "store.none")


def test_a_store_opened_twice_asks_to_try_later(program: Program):
    first = subprocess.Popen(
        program.command("intake", "-", "--json", "--receipts", str(program.receipts)), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, cwd=ROOT, env=program.environment(),
    )  # fmt: skip
    assert first.stdin
    assert first.stdout
    try:
        first.stdin.write(json.dumps(GOOD).encode() + b"\n")
        first.stdin.flush()
        assert b"number" in first.stdout.readline()
        done = program.run("list", "--json")
        assert done.code == 5
        assert_plain(done, "store.in_use")
    finally:
        first.stdin.close()
        first.wait(timeout=60)
        first.stdout.close()
    assert program.entries() == 1


def test_a_file_that_may_not_grow_leaves_nothing_half_written(program: Program):
    """`ulimit -f` stands for a full disk: the write fails in the middle of a commit."""
    size = max(path.stat().st_size for path in program.data.iterdir())

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8_192, size + 8_192))

    done = program.intake(*[GOOD] * 30, limits=limit)
    assert done.code == 5
    told = [row["number"] for row in done.rows if "number" in row]
    assert_plain(done, "store.disk_full")
    listed = [row["number"] for row in program.run("list", "--json").rows]
    assert set(told) <= set(listed)
    assert len(listed) == len(set(listed))
    assert program.run("verify").code == 0
    assert program.intake(GOOD).code == 0


def test_a_refusal_at_the_counter_needs_its_reason_and_makes_no_dossier(program: Program):
    done = program.run(
        "refuse", "-", "--json", given=json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "reason": "Sai nơi"})
    )
    assert done.rows[0]["error"]["code"] == "input.missing"
    assert done.rows[1]["refused"] is True
    assert done.rows[1]["number"].startswith("01/PTC-")
    assert program.entries() == 0
    assert program.run("verify").code == 0
