"""What came from above, read back from the journal: which dossiers it answers, and what is for the clerk."""

from __future__ import annotations

from onestop_desktop.desk.arrivals import About, Arrival
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.entry import canonical
from onestop_desktop.domain.number import short_code
from onestop_desktop.wire.messages import Message
from tests.builders import a_line

FACTS = {
    "answer": {"text": "Đồng ý cấp"},
    "note": {"text": "Đã xem"},
    "notice": {"text": "Mai họp 8 giờ"},
    "calendar": {"change": "off", "day": "2026-12-31", "reason": "Nghỉ bù"},
}


def message(number: int, kind: str, dossier: str = "") -> Message:
    return Message(number, kind, canonical(FACTS[kind] | ({"dossier": dossier} if dossier else {})))


def test_each_message_says_what_it_is_about(desk: Desk) -> None:
    first, second = (desk.receive(a_line(name)) for name in ("Lò Thị Ban", "Hà Văn Xôm"))
    desk.act(first.id, "forward", {"unit": "Sở Tư pháp"})
    assert desk.arrivals.last() == 0
    desk.link.record([message(1, "answer", first.id), message(2, "note", second.id), message(3, "notice")])
    desk.link.record([message(4, "calendar"), message(5, "answer", second.id)])
    assert desk.arrivals.last() == 5
    assert desk.arrivals.since(0) == (
        Arrival(1, About.ANSWER, first.id, short_code(first.number), "Đồng ý cấp"),
        Arrival(2, About.NOTE, second.id, short_code(second.number), "Đã xem"),
        Arrival(3, About.NOTICE, text="Mai họp 8 giờ"),
        Arrival(4, About.SETTINGS),
        # Nobody had passed that one up: it is told, and answers nothing.
        Arrival(5, About.NOTE, second.id, short_code(second.number), "Đồng ý cấp"),
    )
    assert [one.number for one in desk.arrivals.since(3)] == [4, 5]
    assert desk.arrivals.since(5) == ()


def test_a_long_text_is_cut(desk: Desk) -> None:
    desk.link.record([Message(1, "notice", canonical({"text": "ừ" * 900}))])
    (arrival,) = desk.arrivals.since(0)
    assert arrival.text == "ừ" * 300


def test_what_a_clerk_did_is_no_arrival(desk: Desk) -> None:
    taken = desk.receive(a_line())
    desk.act(taken.id, "forward", {"unit": "Sở Tư pháp"})
    desk.act(taken.id, "answer", {"text": 'Đồng ý, nhận bằng giấy; "message":7'})
    assert desk.arrivals.since(0) == ()
    assert desk.arrivals.last() == 0
