"""Made-up dossiers for the papers' tests."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from onestop_desktop import paths
from onestop_desktop.domain.dossier import Dossier, Register
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.domain.office import Office, RuleSet, parse_rules
from onestop_desktop.domain.person import IdKind, Person, PersonKind
from onestop_desktop.papers.refusal import Refusal
from onestop_desktop.papers.terms import PaperTerms

OLD_OFFICE = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu")
NEW_OFFICE = Office("H52.04075", "UBND xã Yên Châu", "UBND tỉnh Sơn La")

PRESENTER = Person(
    PersonKind.PERSON,
    "Quàng Văn Thương",
    IdKind.CCCD,
    "014091003217",
    phone="0987654321",
    address="Bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La",
)
OWNER = Person(
    PersonKind.PERSON, "Lò Thị Ín", IdKind.CCCD, "014195007788", phone="0912000111", address="Bản Sai, xã Sặp Vạt"
)
PRINCIPAL = Person(
    PersonKind.PERSON,
    "Hoàng Thị Phượng Vĩ",
    IdKind.PASSPORT,
    "C1234567",
    phone="0355123456",
    email="phuong.vi@example.vn",
    address="Số 12, ngách 3/45, phố Trần Quang Khải, phường Chiềng Lề, thành phố Sơn La, tỉnh Sơn La",
    authority="Giấy ủy quyền số 17/2025 chứng thực tại UBND phường Chiềng Lề ngày 01/9/2025",
)

HOSTILE = (
    '<b>đậm</b> <img src="/etc/passwd"> &amp; <para>%s{0}</para>',
    "KHÔNGCÓDẤUCÁCH" * 12,
    "שלום \u202etxt.exe مرحبا 👩‍🌾🏠",
    "dấu tách: Nguye\u0302\u0303n Thi\u0323 Ho\u0300a",
    "\\(ngoặc) \x00\x07 \ud800 \u2028 tab\tvà dòng\nmới",
)

LETTERS = "".join(
    lower + lower.upper()
    for lower in "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)


def rule_set(key: str) -> RuleSet:
    """Return the shipped rule set."""
    document = tomllib.loads(paths.db("seed", "rules.toml").read_text(encoding="utf-8"))
    return next(rules for rules in parse_rules(document) if rules.key == key)


def terms(key: str = "2018", **changes: object) -> PaperTerms:
    """Return the terms of a first issue."""
    usual = PaperTerms(
        rule_set(key), "Lò Thị Mai", check="7K2M9XQ4", hub_address="https://motcua.example.vn", hotline="0212 384 0000"
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def simple(**changes: object) -> Dossier:
    """Return a birth registration of 2022, received before 15:00."""
    usual = Dossier(
        id="0190a1b2-0000-7000-8000-000000000001",
        number="000.12.34.H52-220303-0017",
        day="2022-03-03",
        sequence=17,
        barcode="220303001712345694",
        rules="2018",
        office=OLD_OFFICE,
        procedure="1.001193",
        procedure_title="Đăng ký khai sinh",
        procedure_field="Hộ tịch",
        status="received",
        channel="desk",
        return_by="desk",
        received_at="2022-03-03T14:26:00+07:00",
        recorded_at="2022-03-03T07:26:04.120Z",
        received_by="mai",
        late=False,
        applicant=PRESENTER,
        owner=PRESENTER,
        principal=None,
        register=Register(2022, "01", "01", 17),
        papers=(
            PaperTaken("Tờ khai đăng ký khai sinh theo mẫu", original=1),
            PaperTaken("Giấy chứng sinh", original=1),
        ),
        limit={"kind": "same-day"},
        first_due_at="2022-03-03T17:00:00+07:00",
        due_at="2022-03-03T17:00:00+07:00",
        fee=0,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def today(**changes: object) -> Dossier:
    """Return a dossier of the second generation, brought by proxy for a third person."""
    usual = simple(
        number="H52.04075-251003-12001",
        barcode="25100301200145678912",
        rules="2025",
        office=NEW_OFFICE,
        principal=PRINCIPAL,
        owner=OWNER,
        procedure_title="Cấp Giấy xác nhận tình trạng hôn nhân",
        received_at="2025-10-03T08:05:00+07:00",
        recorded_at="2025-10-03T01:05:09.000Z",
        due_at="2025-10-08T08:05:00+07:00",
        first_due_at="2025-10-08T08:05:00+07:00",
        limit={"kind": "working", "minutes": 1440},
        register=Register(2025, "01", "02", 4),
        return_by="post",
        post_address="Bản Nà Khái, xã Yên Châu, tỉnh Sơn La",
        fee=8000,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def crowded(papers: int = 15) -> Dossier:
    """Return a dossier with long and hostile texts in every field that people type."""
    address = "Số nhà 128, ngõ 37 đường Tô Hiệu, tổ dân phố số 9, bản Nà Khái, xã Sặp Vạt, huyện Yên Châu; " * 2
    names = [
        f"Giấy tờ thứ {number}: Văn bản xác nhận của cơ quan có thẩm quyền về nơi cư trú của người đề nghị"
        for number in range(1, papers + 1)
    ]
    names[: len(HOSTILE)] = HOSTILE[: len(names)]
    title = "Thủ tục đăng ký, cấp lại và xác nhận thay đổi cơ sở dữ liệu hộ tịch có yếu tố liên thông " * 4
    person = replace(PRESENTER, name=HOSTILE[0], address=address, email="a" * 50 + "@example.vn")
    return today(
        applicant=person,
        procedure_title=title[:300].strip(),
        papers=tuple(PaperTaken(name, original=1, certified=number % 2, copy=2) for number, name in enumerate(names)),
        principal=replace(PRINCIPAL, name=HOSTILE[1], authority=HOSTILE[2]),
        owner=replace(OWNER, address=HOSTILE[4]),
        paper_number="Số 1234/BN-<i>2019</i>",
        post_address=address,
    )


def refusal(**changes: object) -> Refusal:
    """Return a refusal at the counter."""
    usual = Refusal(
        office=OLD_OFFICE,
        number="05/PTC-BPTNTKQ",
        refused_at="2022-02-09T09:10:00+07:00",
        procedure_title="Đăng ký kết hôn",
        applicant=PRESENTER,
        reason="Hồ sơ không thuộc thẩm quyền giải quyết của xã: hai bên cùng thường trú tại xã khác.",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]
