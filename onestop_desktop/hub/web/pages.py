"""Pages for people: templates, headers, and how instants, shares and failures look on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from onestop_desktop import paths
from onestop_desktop.clock import HANOI
from onestop_desktop.domain.status import STATUSES, Timing
from onestop_desktop.errors import OneStopError
from onestop_desktop.hub.lives import read_life
from onestop_desktop.hub.users import Role
from onestop_desktop.hub.web import statics
from onestop_desktop.hub.web.guard import COOKIE, later, status_of
from onestop_desktop.hub.web.operations import HTML, NO_GUESSING, Asked, Said
from onestop_desktop.hub.web.queries import today_of
from onestop_desktop.words import Words

LOG_IN = "/dang-nhap"
HOME = "/quan-ly"
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = NO_GUESSING | {"content-security-policy": _POLICY, "x-frame-options": "DENY"}
FOR_PEOPLE = _SAFE | {"referrer-policy": "no-referrer", "cache-control": "no-store"}
"""Headers of pages that everybody may open."""
FOR_STAFF = _SAFE | {"referrer-policy": "same-origin", "cache-control": "no-store"}
"""Headers of pages with forms that do something: without a referrer a browser would not say whose page asks."""
_OWN_PLACE = re.compile(r"/quan-ly(/[A-Za-z0-9._-]+)*")
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class View:
    """What makes pages of facts, in one language."""

    words: Words
    environment: jinja2.Environment = field(init=False)

    def __post_init__(self) -> None:
        loader = jinja2.FileSystemLoader(paths.resources("hub", "pages"))
        made = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        made.globals |= {"w": self.say, "icon": icon, "style": statics.version("style.css"), "tone": tone_of}
        made.filters |= {
            "moment": moment, "instant": instant, "day": day, "percent": percent, "count": count, "isolate": isolate,
        }  # fmt: skip
        object.__setattr__(self, "environment", made)

    def say(self, code: str, /, **facts: Any) -> str:
        """Return a sentence."""
        return self.words.say(code, **facts)

    def page(self, name: str, asked: Asked, code: int = 200, /, **facts: Any) -> Said:
        """Return a page for those who work here, with an HTTP status."""
        return Said(self._render(name, asked, facts), HTML, code, FOR_STAFF)

    def public(self, name: str, asked: Asked, code: int = 200, /, **facts: Any) -> Said:
        """Return a page for everybody, with an HTTP status."""
        return Said(self._render(name, asked, facts), HTML, code, FOR_PEOPLE)

    def _render(self, name: str, asked: Asked, facts: Mapping[str, Any]) -> bytes:
        now = asked.ledger.now_ms()
        common = {
            "hub": hub_name(asked), "account": asked.account, "now": now, "today": today_of(asked.ledger).isoformat(),
            "ago": self._ago(now), "may": _may(asked), "complaint": "", "given": {}, "language": self.words.language,
        }  # fmt: skip
        return self.environment.get_template(f"{name}.html").render({**common, **facts}).encode()

    def _ago(self, now: int) -> Callable[[int], str]:
        def ago(at_ms: int) -> str:
            past = max(0, now - at_ms)
            if not at_ms:
                return self.say("web.never")
            if past < _HOUR:
                return self.say("web.minutes_ago", minutes=past // _MINUTE) if past >= _MINUTE else self.say("web.now")
            if past < _DAY:
                return self.say("web.hours_ago", hours=past // _HOUR)
            return self.say("web.days_ago", days=past // _DAY)

        return ago

    def told(self, error: OneStopError, asked: Asked) -> Said:
        """Return a failure as a page; who must log in first is led there."""
        status = status_of(error)
        if status == 401:
            place = own_place(asked.place)
            return see(LOG_IN if place == HOME else f"{LOG_IN}?den={place}")
        said = self.public("failure", asked, status, sentence=self.words.tell(error))
        return with_headers(said, later(error, status))


def with_headers(said: Said, more: Mapping[str, str]) -> Said:
    """Return an answer with further headers."""
    return replace(said, headers={**said.headers, **more})


def hub_name(asked: Asked) -> str:
    """Return what the hub's office is called; nothing when even that cannot be read."""
    try:
        with asked.ledger.reading() as connection:
            return read_life(connection).name
    except OneStopError:
        return ""


def _may(asked: Asked) -> Mapping[str, bool]:
    role = asked.account.role if asked.account else None
    return {"names": role in {Role.DISTRICT, Role.ADMIN}, "settle": role is Role.ADMIN}


def see(place: str, cookie: str = "") -> Said:
    """Return the way to another page, after a form was done."""
    headers = FOR_STAFF | {"location": place}
    return Said(status=303, headers=headers | {"set-cookie": cookie} if cookie else headers)


def own_place(text: str) -> str:
    """Return a place to go on at, if it is one of the district's pages; else their first."""
    return text if _OWN_PLACE.fullmatch(text) else HOME


def cookie(token: str, *, plain: bool, seconds: int) -> str:
    """Return the header that gives a browser its session, or takes it away with 0 seconds."""
    secure = "" if plain else "; Secure"
    return f"{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


@cache
def icon(name: str) -> Markup:
    """Return one of our icons to stand within a line."""
    text = paths.resources("icons", f"{name}.svg").read_text(encoding="utf-8")
    inner = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    drawn = Markup(inner)  # noqa: S704  one of our own files
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(drawn)


def moment(at_ms: int) -> str:
    """Return an instant of the hub's clock as people write it."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(HANOI):%d/%m/%Y %H:%M}" if at_ms else ""


def instant(text: str) -> str:
    """Return a declared instant as people write it; what is none, as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(HANOI):%d/%m/%Y %H:%M}" if text else ""
    except (ValueError, OverflowError):
        return text


def day(text: str) -> str:
    """Return a civil day as people write it; what is none, as it is."""
    try:
        return f"{date.fromisoformat(text[:10]):%d/%m/%Y}" if text else ""
    except ValueError:
        return text


def percent(permille: int | None) -> str:
    """Return thousandths as per cent with a comma."""
    return "–" if permille is None else f"{permille // 10},{permille % 10} %"


def count(number: int) -> str:
    """Return a whole number with points between thousands."""
    return f"{number:,}".replace(",", ".")


def isolate(text: str) -> Markup:
    """Return what a person has typed so that its direction marks turn nothing but itself."""
    return Markup("<bdi>{}</bdi>").format(text)


def tone_of(status: str) -> str:
    """Return how a status looks."""
    row = STATUSES.get(status)
    return str(row.tone) if row else "muted"


def is_overdue(status: str, due_at: str, today: str) -> bool:
    """Say whether a dossier is being processed past its due day."""
    row = STATUSES.get(status)
    return bool(row and row.timing is Timing.RUNNING and due_at and due_at[:10] < today)
