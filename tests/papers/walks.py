"""Made-up dossiers that have gone a way: one step of each kind, and the same with the longest realistic texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from onestop_desktop.domain.dossier import Dossier, Register, Step
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.papers.daily_sheet import DayLine, DaySheet, JournalHead
from onestop_desktop.papers.register import RegisterDays
from tests.papers import samples

RECEIVER = {"kind": "person", "name": "Lò Thị Ín", "id_kind": "cccd", "id_number": "014195007788",
            "phone": "0912000111", "address": "Bản Sai, xã Sặp Vạt"}  # fmt: skip

FACTS: dict[str, dict[str, Any]] = {
    "receive": {},
    "assign": {"officer": "Hà Văn Tư"},
    "ask-supplement": {
        "items": ["Giấy chứng sinh bản chính", "Văn bản ủy quyền có chứng thực"],
        "reason": "Giấy chứng sinh là bản chụp, chưa đủ căn cứ đăng ký.",
        "form_number": "03/PBS-BPTNTKQ",
    },
    "supplement": {"items": ["Giấy chứng sinh bản chính"], "due_at": "2022-03-11T17:00:00+07:00"},
    "forward": {"unit": "Phòng Tư pháp huyện Yên Châu", "document": "12/UBND-TP"},
    "extend": {
        "due_at": "2022-03-16T17:00:00+07:00",
        "reason": "Chờ kết quả xác minh của cơ quan công an.",
        "form_number": "02/PXL",
        "letter": "45/UBND",
    },
    "answer": {"text": "Đồng ý", "document": "99/TP"},
    "collect": {"amount": 8000, "way": "cash", "document": "BL 000123"},
    "ready": {"document": "15/TLKS"},
    "return": {"to": RECEIVER, "authority": "Giấy ủy quyền số 17/2022"},
    "stop": {"reason": "Quá 15 ngày làm việc không bổ sung hồ sơ.", "form_number": "01/TB-BPTNTKQ"},
    "withdraw": {"reason": "Người nộp đổi ý.", "form_number": "02/TB-BPTNTKQ"},
}

DAYS = {kind: day for day, kind in enumerate(FACTS, 3)}


def step(kind: str, **changes: Any) -> Step:
    """Return a step as a history holds it, each kind on a day of its own in March 2022."""
    at = f"2022-03-{DAYS[kind]:02}T09:1{DAYS[kind] % 10}:00+07:00"
    return Step(kind, at, f"2022-03-{DAYS[kind]:02}T02:15:00.{DAYS[kind]:03}Z", "mai", FACTS[kind] | changes, at)


def walked(*kinds: str, of: Dossier | None = None, **changes: Any) -> tuple[Dossier, Step]:
    """Return a dossier that took these steps after its intake, and the last of them."""
    dossier = of or samples.simple()
    history = tuple(step(kind) for kind in ("receive", *kinds))
    usual: dict[str, Any] = {"history": history}
    if "assign" in kinds:
        usual["officer"] = "Hà Văn Tư"
    if "forward" in kinds:
        usual["forwarded_to"] = "Phòng Tư pháp huyện Yên Châu"
    if "collect" in kinds:
        usual |= {"collected": 8000, "fee": 8000}
    if "ready" in kinds:
        usual |= {"finished_at": step("ready").happened_at, "status": "ready"}
    if "return" in kinds:
        usual |= {"returned_at": step("return").happened_at, "status": "returned"}
    return replace(dossier, **(usual | changes)), history[-1]


WHOLE_WAY = ("assign", "ask-supplement", "supplement", "forward", "extend", "answer", "collect", "ready", "return")

LONG_NAME = "Nguyễn Phúc Hoàng Thị Phượng Vĩ Tôn Nữ Thiên Hương Quàng Văn Thương"
LONG_ADDRESS = (
    "Số nhà 128, ngách 37/12, ngõ 4 đường Tô Hiệu kéo dài, tổ dân phố số 9, bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, "
    "tỉnh Sơn La"
)
LONG_TITLE = (
    "Thủ tục đăng ký, cấp lại và xác nhận thay đổi thông tin trong cơ sở dữ liệu hộ tịch đối với trường hợp có yếu tố "
    "liên thông giữa cơ quan đăng ký hộ tịch, cơ quan công an và cơ quan bảo hiểm xã hội"
)
LONG_UNIT = "Trung tâm Phục vụ hành chính công – Văn phòng Ủy ban nhân dân tỉnh Sơn La, Quầy số 12 lĩnh vực Hộ tịch"
LONG_REASON = "Giấy tờ nộp kèm chưa khớp với thông tin trong cơ sở dữ liệu quốc gia về dân cư; " * 6


def lengthy(*kinds: str) -> tuple[Dossier, Step]:
    """Return the same with the longest texts that really occur."""
    names = [f"Giấy tờ thứ {number}: văn bản xác nhận của cơ quan có thẩm quyền" for number in range(1, 9)]
    person = replace(samples.PRESENTER, name=LONG_NAME, address=LONG_ADDRESS, email="a" * 40 + "@example.vn")
    base = samples.today(
        applicant=person,
        owner=person,
        procedure_title=LONG_TITLE,
        papers=tuple(PaperTaken(name, original=1, copy=1) for name in names),
    )
    dossier, _last = walked(*kinds, of=base)
    long_facts = {"officer": LONG_NAME, "unit": LONG_UNIT, "reason": LONG_REASON.strip(), "document": "1234/UBND-TP-HT"}
    history = tuple(
        replace(one, facts=dict(one.facts) | {name: text for name, text in long_facts.items() if name in one.facts})
        for one in dossier.history
    )
    known: dict[str, Any] = {"officer": LONG_NAME} if dossier.officer else {}
    known |= {"forwarded_to": LONG_UNIT} if dossier.forwarded_to else {}
    return replace(dossier, history=history, **known), history[-1]


def register_days(count: int = 40, *, long: bool = False, lost: tuple[int, ...] = ()) -> RegisterDays:
    """Return a book of some days in March 2022 with every sort of ending."""
    dossiers = []
    for no in range(1, count + 1):
        if no in lost:
            continue
        base, _last = (lengthy if long else walked)(*(WHOLE_WAY if no % 3 == 0 else ()))
        status = "voided" if no % 7 == 0 else base.status
        dossiers.append(
            replace(
                base,
                number=f"000.12.34.H52-220303-{no:04}",
                register=Register(2022, "01", "01", no),
                status=status,
                returned_at="" if status == "voided" else base.returned_at,
                finished_at=base.finished_at or ("2022-03-04T08:00:00+07:00" if status == "voided" else ""),
                office=samples.OLD_OFFICE,
            )
        )
    places = tuple(Register(2022, "01", "01", no) for no in lost)
    return RegisterDays(
        samples.OLD_OFFICE, date(2022, 3, 3), date(2022, 3, 4), date(2022, 3, 4), tuple(dossiers), places
    )


HEAD = JournalHead("7K2M9XQ4ABCDEF12", "ab" * 16 + " 417 " + "cd" * 32, "ab" * 16, 417)


def a_day(lines: int = 5, *, long: bool = False) -> DaySheet:
    """Return a day with some lines in each list but one."""
    name, title = (LONG_NAME, LONG_TITLE) if long else ("Quàng Văn Thương", "Đăng ký khai sinh")
    some = [DayLine(f"000.12.34.H52-220303-{no:04}", name, title, "14:26", "nhập bù") for no in range(1, lines + 1)]
    keys = ("received", "finished", "returned", "unresolved", "refused", "voided", "unprinted")
    lists = {key: some if key in {"received", "returned"} else some[:2] for key in keys}
    figures = {"received": 23, "late": 2, "finished": 15, "returned": 12, "open": 41, "overdue": 1, "unprinted": 2}
    return DaySheet(samples.OLD_OFFICE, "01", date(2022, 3, 3), date(2022, 3, 3), HEAD, figures, lists)
