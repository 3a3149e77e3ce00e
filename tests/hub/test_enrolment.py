"""Cards, requests, words, grants; people and their sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.office import Office
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import desks, enrolment, users
from onestop_desktop.hub.users import Role
from onestop_desktop.wire import enrolment as wire
from onestop_desktop.wire import signing
from onestop_desktop.wire.words_of import syllables, words_of
from tests.hub.made import AGENCY, OFFICE, enrol

SEED = b"d" * 32
PUBLIC = signing.public_of(SEED)


@pytest.fixture
def place(hub):
    with hub.writing() as connection:
        commune = desks.add_commune(connection, "Xã Sặp Vạt")
        return desks.add_desk(connection, commune, "01", "Bàn 01", [OFFICE])


def ask(card: wire.Card, /, seed: bytes = SEED, **changes: object) -> bytes:
    said = {
        "protocol": 1, "card": card.id, "code": card.code, "desk": card.desk, "public": signing.public_of(seed),
        "recipient": "age1desk", "store": b"s" * 16, "check_key": b"k" * 32, "offices": (wire.OfficeRow.of(OFFICE),),
    } | changes  # fmt: skip
    return wire.sign_request(wire.Request(**said), signing.sign(seed))


def test_a_card_survives_print_and_scan(hub, place):
    card = enrolment.issue_card(hub, place, "ha", ["https://hub.example:8443"], [b"p" * 32])
    shown = wire.card_text(card)
    assert wire.read_card(shown) == card
    assert wire.read_card(f" {shown[:40]}\n{shown[40:].lower()} ") == card
    assert len(card.code) == 16
    for damaged in (shown[:-3], shown[:30] + "A" + shown[31:], "", "MCHUB1:", "x" * 5000, "MCHUB1:" + "8" * 40):
        if damaged != shown:
            with pytest.raises(InvalidInput, match=r"enrol\.card"):
                wire.read_card(damaged)


@given(st.binary(min_size=10, max_size=10))
def test_a_code_typed_by_hand_is_read_as_printed(random):
    code = wire.new_code(random)
    typed = wire.show_code(code).lower().replace("0", "o").replace("1", "l")
    assert wire.read_code(typed) == code


def test_words_are_the_same_on_both_sides_and_other_for_other_keys():
    assert len(set(map(fold, syllables()))) == 256
    said = words_of(b"h" * 32, b"d" * 32, "0" * 16)
    assert len(said.split()) == 4
    assert said == words_of(b"h" * 32, b"d" * 32, "0" * 16)
    others = {words_of(b"x" * 32, b"d" * 32, "0" * 16), words_of(b"h" * 32, b"x" * 32, "0" * 16),
              words_of(b"h" * 32, b"d" * 32, "1" * 16)}  # fmt: skip
    assert said not in others


def test_a_desk_is_let_in_by_card_words_and_grant(hub, place):
    card = enrolment.issue_card(hub, place, "ha", ["https://hub.example"], [b"p" * 32])
    data = ask(card)
    waiting = enrolment.receive_request(hub, data)
    assert waiting.words == words_of(card.hub, PUBLIC, card.code)
    assert enrolment.receive_request(hub, data) == waiting
    assert enrolment.granted(hub, data) is None
    with hub.reading() as connection:
        assert enrolment.waiting(connection) == [waiting]
    made = enrolment.grant(hub, waiting.id, "ha", addresses=["https://hub.example"], pins=[b"p" * 32])
    assert enrolment.grant(hub, waiting.id, "ha") == made == enrolment.granted(hub, data)
    grant = wire.read_grant(made, data, card.hub)
    assert (grant.number, grant.desk, grant.commune, grant.keys) == (place, "01", "Xã Sặp Vạt", (PUBLIC,))
    assert [row.office() for row in grant.offices] == [OFFICE]
    assert grant.upper == "UBND huyện Yên Châu"
    with hub.reading() as connection:
        assert desks.by_key(connection, signing.key_id(PUBLIC)).id == place
        assert enrolment.waiting(connection) == []


def test_a_grant_of_another_hub_or_request_is_refused(hub, place):
    card = enrolment.issue_card(hub, place, "ha")
    data = ask(card)
    made = enrolment.grant(hub, enrolment.receive_request(hub, data).id, "ha")
    with pytest.raises(InvalidInput, match=r"wire\.signature"):
        wire.read_grant(made, data, PUBLIC)
    with pytest.raises(InvalidInput, match=r"wire\.signature"):
        wire.read_grant(made, ask(card, recipient="age1other"), card.hub)
    with pytest.raises(InvalidInput, match=r"wire\.message"):
        wire.read_grant(b"", data, card.hub)


def test_the_code_is_kept_only_as_its_hash_until_a_desk_tells_it(hub, place):
    card = enrolment.issue_card(hub, place, "ha")
    with hub.reading() as connection:
        [row] = connection.execute(enrolment.CARD.select()).all()
    assert card.code.encode() not in bytes(row.code)
    assert len(row.code) == 32


def test_five_wrong_codes_end_a_card(hub, place):
    card = enrolment.issue_card(hub, place, "ha")
    for n in range(5):
        with pytest.raises(Refused, match=r"enrol\.card_wrong"):
            enrolment.receive_request(hub, ask(card, code=f"{n:016}"))
    with pytest.raises(Refused, match=r"enrol\.card_ended"):
        enrolment.receive_request(hub, ask(card))


def test_a_card_ends_after_seven_days_or_when_used_or_when_another_is_made(hub, place, hub_clock):
    old, card = (enrolment.issue_card(hub, place, "ha") for _ in range(2))
    with pytest.raises(Refused, match=r"enrol\.card_ended"):
        enrolment.receive_request(hub, ask(old))
    enrolment.receive_request(hub, ask(card))
    with pytest.raises(Refused, match=r"enrol\.card_ended"):
        enrolment.receive_request(hub, ask(card, seed=b"e" * 32))
    late = enrolment.issue_card(hub, place, "ha")
    hub_clock.put(hub_clock.at + timedelta(days=7, minutes=1))
    with pytest.raises(Refused, match=r"enrol\.card_ended"):
        enrolment.receive_request(hub, ask(late))
    with pytest.raises(Refused, match=r"enrol\.card_unknown"):
        enrolment.receive_request(hub, ask(card, card=b"?" * 8))


def test_a_request_for_another_desk_or_signed_by_another_key_is_refused(hub, place):
    card = enrolment.issue_card(hub, place, "ha")
    with pytest.raises(Refused, match=r"enrol\.wrong_desk"):
        enrolment.receive_request(hub, ask(card, desk="02"))
    with pytest.raises(InvalidInput, match=r"wire\.signature"):
        enrolment.receive_request(hub, ask(card, public=signing.public_of(b"e" * 32)))
    with pytest.raises(InvalidInput, match=r"wire\."):
        enrolment.receive_request(hub, ask(card)[:-1])


def test_a_refused_request_stays_refused(hub, place):
    data = ask(enrolment.issue_card(hub, place, "ha"))
    waiting = enrolment.receive_request(hub, data)
    enrolment.refuse(hub, waiting.id, "ha")
    with pytest.raises(Refused, match=r"enrol\.refused"):
        enrolment.granted(hub, data)
    with pytest.raises(Refused, match=r"enrol\.decided"):
        enrolment.grant(hub, waiting.id, "ha")
    with pytest.raises(InvalidInput, match=r"enrol\.no_request"):
        enrolment.refuse(hub, waiting.id, "ha")


def test_enrolling_again_revokes_the_old_key_in_the_same_act_and_gives_the_old_keys_along(hub):
    desk = enrol(hub)
    desk.receive()
    packet = desk.packets()[0]
    desk.send(packet)
    data = ask(enrolment.issue_card(hub, desk.id, "ha"))
    made = enrolment.grant(hub, enrolment.receive_request(hub, data).id, "ha")
    assert wire.read_grant(made, data, hub.keys.public).keys == (signing.public_of(desk.seed), PUBLIC)
    with pytest.raises(Refused, match=r"hub\.revoked"):
        desk.hello()
    old = desk.seed
    desk.seed = SEED
    assert desk.hello().same
    [found] = desk.pull()
    assert found.key == signing.key_id(signing.public_of(old))
    desk.receive()
    assert desk.send(desk.packets()[0]).count == 2


def test_a_revoked_desk_is_out_at_once(hub):
    desk = enrol(hub)
    token = desk.hello().token
    enrolment.revoke(hub, desk.id, "mất máy")
    with pytest.raises(Refused, match=r"hub\.revoked"):
        hub.desk_of_token(token)
    with pytest.raises(Refused, match=r"hub\.no_active_key"):
        enrolment.revoke(hub, desk.id, "mất máy")
    with pytest.raises(InvalidInput, match=r"hub\.no_desk"):
        enrolment.revoke(hub, 77, "")


def test_desks_and_agencies_are_told_apart(hub, place):
    with hub.writing() as connection:
        other = desks.add_commune(connection, "Xã khác")
        with pytest.raises(InvalidInput, match=r"hub\.agency_taken"):
            desks.add_desk(connection, other, "01", "Bàn 01", [OFFICE])
    with hub.writing() as connection:
        commune, name = desks.check_desk(connection, place)
        assert name == "Bàn 01"
        with pytest.raises(Refused, match=r"hub\.desk_taken"):
            desks.add_desk(connection, commune, "01", "Bàn 01", [])
        for code in ("1", "11", "00", "x1", "٠١"):
            with pytest.raises(InvalidInput, match=r"hub\.desk_code"):
                desks.add_desk(connection, commune, code, "Bàn", [])
        second = desks.add_desk(connection, commune, "02", "Bàn 02", [Office(AGENCY, "UBND xã")])
        assert desks.desk_named(connection, AGENCY, "02") == second


# -- people -------------------------------------------------------------------------------------------------


def test_somebody_logs_in_and_the_session_ends_when_idle(hub, hub_clock):
    made = users.add_account(hub, "Ha", "Lò Thị Hà", Role.DISTRICT, "mật khẩu dài")
    account, token = users.log_in(hub, "ha", "mật khẩu dài")
    assert account == made == users.session_of(hub, token)
    hub_clock.put(hub_clock.at + timedelta(minutes=29))
    assert users.session_of(hub, token) == made
    hub_clock.put(hub_clock.at + timedelta(minutes=31))
    assert users.session_of(hub, token) is None
    assert users.session_of(hub, b"forged") is None


def test_wrong_names_and_passwords_answer_the_same_and_tries_slow_down(hub, hub_clock):
    users.add_account(hub, "ha", "", Role.ADMIN, "mật khẩu dài")
    for name, password in (("nobody", "mật khẩu dài"), ("ha", "sai"), ("ha", "sai"), ("ha", "sai")):
        with pytest.raises(Refused, match=r"hub\.login_wrong"):
            users.log_in(hub, name, password)
    with pytest.raises(Refused, match=r"hub\.login_wait"):
        users.log_in(hub, "ha", "mật khẩu dài")
    hub_clock.put(hub_clock.at + timedelta(seconds=2))
    users.log_in(hub, "ha", "mật khẩu dài")


def test_a_new_password_and_a_closed_account_end_sessions(hub):
    made = users.add_account(hub, "ha", "", Role.VIEWER, "mật khẩu dài")
    _account, token = users.log_in(hub, "ha", "mật khẩu dài")
    users.set_password(hub, made.id, "mật khẩu khác")
    assert users.session_of(hub, token) is None
    _account, token = users.log_in(hub, "ha", "mật khẩu khác")
    users.log_out(hub, token)
    assert users.session_of(hub, token) is None
    users.set_active(hub, made.id, active=False)
    with pytest.raises(Refused, match=r"hub\.login_wrong"):
        users.log_in(hub, "ha", "mật khẩu khác")
    for bad, code in ((("ha", "", Role.ADMIN, "mật khẩu dài"), r"hub\.account_taken"),
                      (("h à", "", Role.ADMIN, "mật khẩu dài"), r"hub\.account_name"),
                      (("bo", "", Role.ADMIN, "ngắn"), r"hub\.password_short")):  # fmt: skip
        with pytest.raises((Refused, InvalidInput), match=code):
            users.add_account(hub, *bad)
    with hub.reading() as connection:
        assert [one.name for one in users.accounts(connection)] == ["ha"]
