# ruff: noqa: INP001, S311, SIM905
"""Make the dictionary that packets are compressed with, from made-up days and the shipped procedures.

    python -m build_spec.make_dictionary 1

The same program and libraries give the same bytes. A dictionary that has been shipped is never made anew: packets
name it by its number, so the next one gets the next number (`wire/dictionary.py`).
"""

from __future__ import annotations

import argparse
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import zstandard

from onestop_desktop import paths
from onestop_desktop.clock import HANOI
from onestop_desktop.domain.context import Allotted, Context
from onestop_desktop.domain.decide import decide_receive
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Place, seal
from onestop_desktop.domain.intake import read_intake
from onestop_desktop.domain.number import barcode_digits, dossier_code
from onestop_desktop.domain.office import Office, rules_on
from onestop_desktop.store.seed import Seed
from onestop_desktop.wire import rows

SIZE = 56 * 1024
_PACKETS = 700
_SIZES = (1, 1, 2, 3, 5, 8, 15, 40)
_FAMILIES = (
    "Nguyễn Trần Lê Phạm Hoàng Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lò Quàng Hà Cầm Lường Vì Giàng Mùa Vàng".split()
)
_MIDDLES = "Văn Thị A Hữu Đức Minh Thu Ngọc Xuân Kim Bích Quang Thanh Quốc".split()
_GIVEN = "Hoa Thương Đức Dơ Phong Chiến Mai Tư Lan Huệ Sơn Hải Yên Châu Ánh Bình Cường Dung Giang Hạnh Linh Nam".split()
_VILLAGES = ("Bản Nà Khái", "Bản Mệt Sai", "Bản Nghè", "Thôn Đông", "Thôn 3", "Tổ dân phố 5", "Ấp Bình Hòa", "Khóm 2")
_OFFICES = (
    Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt"),
    Office("H52.999.99", "UBND xã Yên Châu", "UBND tỉnh Sơn La", "Yên Châu"),
)
_TIDY = ("Thiếu bản chính", "Theo yêu cầu của người nộp", "Tờ khai chưa ký", "Cần xác minh thêm", "Nhập nhầm")
_PERSON: Mapping[str, Any] = {
    "id_kind": "cccd",
    "id_number": "014091003217",
    "kind": "person",
    "name": "Quàng Văn Thương",
}
_STEPS: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...] = (
    (
        "ready",
        ({"outcome": "granted"}, {"outcome": "granted"}, {"outcome": "declined", "reason": "Không đủ điều kiện"}),
    ),
    ("return", ({}, {"to": _PERSON}, {"authority": "giấy ủy quyền", "to": _PERSON})),
    ("assign", ({"officer": "tu"}, {"officer": "mai", "note": "Xử lý trước"})),
    ("forward", ({"unit": "Văn phòng Đăng ký đất đai"}, {"document": "12/CV-UBND", "unit": "Công an xã"})),
    ("answer", ({"text": "Đồng ý"}, {"document": "7/QĐ-UBND", "text": "Đã cấp"})),
    ("ask-supplement", tuple({"items": ["Giấy chứng sinh"], "reason": why} for why in _TIDY)),
    ("supplement", ({"due_at": "2026-11-25T17:00:00+07:00", "due_notes": [{"code": "due.same_day"}]}, {})),
    ("ask-payment", ({"amount": 50000, "reason": "Lệ phí"},)),
    ("paid", ({"due_at": "2026-11-25T17:00:00+07:00"},)),
    ("collect", ({"amount": 8000, "way": "cash"}, {"amount": 20000, "way": "transfer"})),
    (
        "extend",
        ({"due_at": "2026-12-01T17:00:00+07:00", "letter": "3/PXL", "marks": ["late.apology"], "reason": _TIDY[3]},),
    ),
    ("correct", ({"changes": {"note": "Sửa"}, "printed": True, "reason": _TIDY[4]},)),
    ("withdraw", ({"reason": _TIDY[1]},)),
    ("rate", ({"score": "5"}, {"score": "4"})),
    ("void", ({"reason": _TIDY[4]},)),
    ("settle", ({"reason": _TIDY[3]},)),
)
_DESK: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("desk", {"desk": 1}), ("user", {"name": "Lò Thị Mai", "user": "mai"}), ("epoch", {"cause": "restored"}),
    ("epoch", {"cause": "moved"}), ("epoch", {"cause": "fork"}), ("clock", {"answer": "2026-11-23", "offset_ms": 0}),
    *(("office", office.as_body()) for office in _OFFICES),
)  # fmt: skip


class _Day:
    """A made-up desk on some day: its clock, its epoch, its dossiers."""

    def __init__(self, rng: random.Random, seed: Seed) -> None:
        self.rng, self.seed = rng, seed
        self.office = rng.choice(_OFFICES)
        self.at = datetime(2026, 1, 1, 7, 30, tzinfo=HANOI) + timedelta(
            days=rng.randrange(700), seconds=rng.randrange(30_000)
        )
        self.epoch = f"{rng.getrandbits(128):032x}"
        self.seq, self.prev, self.no = rng.randrange(20_000), GENESIS, rng.randrange(1, 900)
        self.procedures = sorted((one for one in seed.catalogue.all() if one.rank), key=lambda one: -one.rank)

    def entry(self, kind: str, body: Mapping[str, Any], dossier: str = "") -> Entry:
        """Seal what happens some time later."""
        self.at += timedelta(seconds=self.rng.randrange(2, 400), milliseconds=self.rng.randrange(1000))
        self.seq += 1
        place = Place("01", self.epoch, self.seq, self.prev, self.rng.choice(("mai", "tu")), self.at)
        made = seal(Happening(kind, body, self.at, dossier), place)
        self.prev = made.hash
        return made

    def dossier(self) -> str:
        """Return a dossier's id as the desk makes them."""
        value = int(self.at.timestamp() * 1000) << 80 | 7 << 76 | self.rng.getrandbits(12) << 64 | 2 << 62
        return str(uuid.UUID(int=value | self.rng.getrandbits(62)))

    def received(self) -> Iterator[Entry]:
        """Take a dossier, issue and print its receipt."""
        dossier, day = self.dossier(), self.at.date()
        self.no += 1
        line = self._line()
        intake = read_intake(line, day)
        allotted = Allotted(
            dossier_code(self.office.agency, day, self.no), day, self.no, barcode_digits(day, self.no, dossier),
            {"book": "01", "desk": "01", "no": self.no + 40, "year": day.year},
        )  # fmt: skip
        procedure = self.seed.catalogue.get(str(line["procedure"]))
        context = Context(
            now=self.at, calendar=self.seed.calendar, actor="mai", procedure=procedure, office=self.office
        )
        context = replace(context, rules=rules_on(self.seed.rules, day), allotted=allotted)
        yield self.entry("receive", decide_receive(dossier, intake, context)[0].body, dossier)
        sha256 = self.rng.randbytes(32).hex()
        yield self.entry("issue", {"form": "receipt", "sha256": sha256, "version": 1}, dossier)
        if self.rng.random() < 0.9:
            yield self.entry("printed", {"out": "printer", "sha256": sha256}, dossier)

    def _line(self) -> dict[str, object]:
        rng = self.rng
        procedure = self.procedures[min(int(rng.expovariate(1 / 25)), len(self.procedures) - 1)]
        papers = [
            {"name": paper.name[:300].strip(), "original": 1} for paper in procedure.papers[: rng.randrange(1, 6)]
        ]
        channel = rng.choice(("desk",) * 8 + ("online", "post"))
        line: dict[str, object] = {"procedure": procedure.code, "applicant": self._person(), "papers": papers}
        return line | {"channel": channel, "return_by": "desk"}

    def _person(self) -> dict[str, str]:
        rng = self.rng
        born = date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))
        sex = rng.choice(("nam", "nữ"))
        century = (0 if sex == "nam" else 1) + (2 if born.year >= 2000 else 0)
        return {
            "name": " ".join(rng.choice(part) for part in (_FAMILIES, _MIDDLES, _GIVEN)),
            "id_number": f"014{century}{born.year % 100:02d}{rng.randrange(10**6):06d}",
            "birth_date": born.isoformat(),
            "sex": sex,
            "phone": f"0{rng.choice((3, 7, 8, 9))}{rng.randrange(10**8):08d}",
            "address": f"{rng.choice(_VILLAGES)}, {self.office.name.removeprefix('UBND ')}, tỉnh Sơn La",
        }

    def changed(self) -> Entry:
        """Take some step of some older dossier."""
        kind, bodies = self.rng.choice(_STEPS[: 3 if self.rng.random() < 0.7 else len(_STEPS)])
        return self.entry(kind, self.rng.choice(bodies), self.dossier())


def _packet(rng: random.Random, seed: Seed) -> bytes:
    """Return the uncompressed rows of one made-up packet."""
    day, size, way = _Day(rng, seed), rng.choice(_SIZES), rng.random()
    made: list[Entry] = []
    while len(made) < size:
        if way < 0.1:
            made.append(day.entry(*rng.choice(_DESK)))
        elif way < 0.4 or (way < 0.7 and rng.random() < 0.5):
            made.append(day.changed())
        else:
            made += day.received()
    place = rows.Place("01", day.epoch, made[0].seq)
    return rows.encode([(one.envelope, one.body) for one in made], place)


def dictionary(number: int) -> bytes:
    """Return the dictionary's bytes."""
    rng, seed = random.Random(number), Seed()
    samples = [_packet(rng, seed) for _at in range(_PACKETS)]
    return zstandard.train_dictionary(
        SIZE, samples, dict_id=number, level=19, threads=0, steps=4, k=512, d=8
    ).as_bytes()


def main() -> None:
    """Write the dictionary of a number; one that stands there already stays."""
    parser = argparse.ArgumentParser(description="Make a packet dictionary.")
    parser.add_argument("number", type=int)
    number = parser.parse_args().number
    path = paths.resources("wire", f"{number}.dict")
    if path.exists():
        parser.error(f"{path.name} was made before; packets in the world may need it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dictionary(number))


if __name__ == "__main__":
    main()
