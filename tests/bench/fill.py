"""A big training store for measuring: made-up people, real procedures, many dossiers in each transaction."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.intake import prepared
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.decide import decide_receive
from onestop_desktop.domain.intake import read_intake
from onestop_desktop.domain.office import Office
from onestop_desktop.store.seed import Seed
from onestop_desktop.store.transaction import Transaction, new_dossier_id

SEED = Seed()
_FAMILY = [
    "Lò",
    "Quàng",
    "Hà",
    "Cầm",
    "Lường",
    "Vì",
    "Hoàng",
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Giàng",
    "Mùa",
    "Vàng",
    "Thào",
    "Sồng",
    "Đinh",
    "Bùi",
    "Đỗ",
    "Ngần",
]
_MIDDLE = ["Văn", "Thị", "A", "Hữu", "Đức", "Minh", "Thu", "Ngọc", "Xuân", "Kim", "Bích", "Quang"]
_GIVEN = [
    "Hoa",
    "Thương",
    "Đức",
    "Dơ",
    "Chựa",
    "Đôi",
    "Phong",
    "Dợ",
    "Chiến",
    "Ín",
    "Inh",
    "Mai",
    "Tư",
    "Lan",
    "Huệ",
    "Sơn",
    "Hải",
    "Yên",
    "Châu",
    "Ánh",
    "Bình",
    "Cường",
    "Dung",
    "Giang",
    "Hạnh",
    "Khánh",
    "Linh",
    "Nam",
    "Oanh",
    "Phúc",
    "Quyên",
    "Sáng",
    "Tâm",
    "Uyên",
    "Vinh",
    "Ý",
]
_VILLAGES = ["Nà Khái", "Mệt Sai", "Nghè", "Pá Sang", "Thồ Lồ", "Ngoàng", "Chiềng Sàng", "Pa Khôm", "Tin Tốc", "Sai"]
PASSWORD = "tap"


def a_person(rng: random.Random) -> dict[str, str]:
    year = rng.randint(1940, 1999)
    sex = rng.choice(("nam", "nữ"))
    number = f"014{'0' if sex == 'nam' else '1'}{year % 100:02d}{rng.randrange(10**6):06d}"
    return {
        "name": f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)}",
        "id_number": number,
        "birth_date": str(year),
        "sex": sex,
        "phone": f"09{rng.randrange(10**8):08d}",
        "address": f"Bản {rng.choice(_VILLAGES)}, xã Yên Châu, tỉnh Sơn La",
    }


def new_desk(folder: Path, clock: SetClock) -> Desk:
    door = Door(folder / "desk", folder / "state", clock, SEED)
    office = Office("H52.999.99", "UBND xã Yên Châu", "UBND tỉnh Sơn La", "Yên Châu")
    desk, _code = door.create(NewDesk((office,), 1, FirstUser("mai", "Lò Thị Mai", PASSWORD), training=True))
    return desk


def fill(desk: Desk, clock: SetClock, count: int, seed: int = 1, a_day: int = 150, slice_size: int = 1000) -> None:
    """Take `count` dossiers over many days, `slice_size` in a transaction; the clock walks with them."""
    rng = random.Random(seed)
    codes = [procedure.code for procedure in SEED.catalogue.all() if procedure.rank][:40]
    core = desk.core
    done = 0
    while done < count:

        def job(transaction: Transaction, done: int = done) -> None:
            for number in range(done, min(done + slice_size, count)):
                day, place = divmod(number, a_day)
                clock.put(_START + timedelta(days=day, minutes=3 * place))
                take(transaction, rng)

        def take(transaction: Transaction, rng: random.Random) -> None:
            line = {
                "procedure": rng.choice(codes),
                "applicant": a_person(rng),
                "papers": [{"name": "Tờ khai", "original": 1}],
            }
            intake = read_intake(line, core.now().date())
            context = prepared(core, intake)
            dossier = new_dossier_id(clock.now())
            at = context.now
            assert context.office is not None
            allotted = transaction.allot(dossier, context.office.agency, at.date(), desk=1, start=None,
                                         paper_number="", late=False, today=at.date())  # fmt: skip
            transaction.append(decide_receive(dossier, intake, replace(context, allotted=allotted))[0])

        core.write(job)
        done += slice_size


_START = datetime.fromisoformat("2025-07-01T07:30:00+07:00")
