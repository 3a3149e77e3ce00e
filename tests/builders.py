"""Intake lines for tests: made-up people, real procedures."""

from __future__ import annotations

from typing import Any


def a_line(name: str = "Quàng Văn Thương", **changes: Any) -> dict[str, Any]:
    """Return an intake line of a birth registration; `changes` replace keys, None removes one."""
    line: dict[str, Any] = {
        "procedure": "1.001193",
        "applicant": {
            "name": name,
            "id_number": "014091003217",
            "birth_date": "1991-04-12",
            "sex": "nam",
            "phone": "0987654321",
            "address": "Bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La",
        },
        "papers": [{"name": "Giấy chứng sinh", "original": 1}],
    }
    line.update(changes)
    return {key: value for key, value in line.items() if value is not None}
