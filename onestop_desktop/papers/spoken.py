"""Amounts in Vietnamese words, as a cashier's slip says them beside the figures."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")
_BILLION = 10**9


def spoken_amount(amount: int) -> str:
    """Return a whole number of đồng in words, the first letter a capital: 8000 is "Tám nghìn đồng".

    Raises ValueError for a negative amount: nobody collects one.
    """
    if amount < 0:
        raise ValueError(amount)
    text = f"{_number(amount)} đồng"
    return text[0].upper() + text[1:]


def _number(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    above, below = divmod(value, _BILLION)
    words = [f"{_number(above)} tỷ"] if above else []
    for power in (2, 1, 0):
        group = below // 1000**power % 1000
        if group:
            words.append(" ".join((*_group(group, full=bool(words)), *filter(None, (_GROUPS[power],)))))
    return " ".join(words)


def _group(value: int, *, full: bool) -> list[str]:
    """Return three digits in words; `full` says the hundreds even where they are zero, behind higher groups."""
    hundreds, rest = divmod(value, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        return [*words, *((["linh"] if words else []) + [_DIGITS[ones]] if ones else [])]
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return [*words, *([_ones(tens, ones)] if ones else [])]


def _ones(tens: int, ones: int) -> str:
    if ones == 5:
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(ones, _DIGITS[ones])
    return _DIGITS[ones]
