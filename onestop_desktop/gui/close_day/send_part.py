"""Sending over the line and by hand, as a clerk sees it: state, bar, Gửi ngay, Dừng, a stick, a letter, an answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.gui import theme
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, Sent, dots, pill_of, size_words
from onestop_desktop.gui.widgets.basics import button, chip, label, set_tone
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_BAR = 18
_SLOW = 8_000
"""Bytes a second below which a line is called slow."""


class Bar(QWidget):
    """How much of the whole is sent; its words say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._done, self._whole = 0, 0
        self.setFixedHeight(_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, done: int, whole: int, words: str) -> None:
        """Show a part of a whole."""
        self._done, self._whole = done, whole
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the part done."""
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(self.rect())
        painter.setBrush(worn.color("line"))
        painter.drawRoundedRect(ground, 4, 4)
        if self._whole and self._done:
            ground.setWidth(max(ground.width() * min(self._done / self._whole, 1), 8))
            painter.setBrush(worn.color("primary"))
            painter.drawRoundedRect(ground, 4, 4)


class SendPart(QWidget):
    """The link of a desk that a hub has let in."""

    send_asked = Signal()
    stop_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.pill = chip("", "muted")
        self.pill.setAccessibleName(say("window.pill.name"))
        self.facts = label("", "muted", wrap=True)
        self.bar = Bar()
        self.hint = label("", "muted", wrap=True)
        self.notices = label("", wrap=True)
        self.send = button(say("window.closing.send_now"))
        self.stop = button(say("window.closing.stop"))
        self.send.clicked.connect(self.send_asked)
        self.stop.clicked.connect(self.stop_asked)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.pill)
        first.addWidget(self.facts, 1)
        deeds = WrappingRow(8)
        deeds.add(self.send)
        deeds.add(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        column.addWidget(self.notices)
        column.addWidget(deeds)

    def put(self, view: LinkView) -> None:
        """Show the link as it is."""
        pill, say = pill_of(view, self._words), self._words.say
        self.pill.setText(pill.text.removeprefix("● "))
        set_tone(self.pill, "chip", pill.tone)
        self.facts.setText(" · ".join(self._facts(view)))
        self._put_bar(view)
        self.hint.setText(view.why if view.why and view.line is not Line.SENDING else say("window.closing.resumes"))
        self.notices.setText("\n".join(self._notices(view)))
        self.notices.setVisible(bool(self.notices.text()))
        sending = view.line is Line.SENDING
        self.send.setEnabled(not sending)
        self.stop.setEnabled(sending and not view.course.stopping)

    def _put_bar(self, view: LinkView) -> None:
        say, course = self._words.say, view.course
        if view.line is Line.SENDING:
            facts = {"sent": dots(course.sent), "total": dots(course.total)}
            self.bar.put(course.sent, course.total, say("window.closing.bar.now", **facts))
        elif view.waiting:
            self.bar.put(0, view.waiting, say("window.closing.bar.waiting", count=dots(view.waiting)))
        else:
            self.bar.put(1, 1, say("window.closing.bar.all"))

    def _facts(self, view: LinkView) -> list[str]:
        say, course, last = self._words.say, view.course, view.last
        if view.line is Line.SENDING:
            if course.stopping:
                return [say("window.closing.stopping")]
            return self._course_facts(course, last)
        facts = []
        if last is not None:
            size, speed = size_words(last.size), size_words(last.speed)
            facts.append(say("window.closing.last", count=dots(last.entries), size=size, speed=speed))
        if view.again_at is not None and view.line not in {Line.BUSY, Line.REVOKED}:
            facts.append(say("window.closing.next", at=f"{view.again_at:%H:%M}"))
        return facts

    def _course_facts(self, course: Course, last: Sent | None) -> list[str]:
        say = self._words.say
        known = course.speed if course.speed is not None else last.speed if last is not None else None
        facts = [say("window.closing.slow")] if known is not None and known < _SLOW else []
        if course.speed is not None:
            facts.append(say("window.closing.speed", speed=size_words(course.speed)))
        if course.seconds_left is not None:
            facts.append(say("window.closing.left", time=time_words(course.seconds_left, self._words)))
        return facts

    def _notices(self, view: LinkView) -> list[str]:
        say = self._words.say
        said = [say(f"link.notice.{code}") for code in view.notices]
        if view.unread:
            said.insert(0, say("window.closing.unread", count=dots(view.unread)))
        if view.quarantined:
            said.append(say("window.closing.quarantined", count=dots(view.quarantined)))
        return [f"⚠ {one}" if at or not view.unread else f"● {one}" for at, one in enumerate(said)]


class HandPart(QWidget):
    """What is carried by hand: a bundle on a stick, a letter, the answer that comes back."""

    bundle_asked = Signal()
    letter_asked = Signal()
    answer_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.bundle = button(say("window.closing.bundle"))
        self.letter = button(say("window.closing.letter"))
        self.answer = button(say("window.closing.answer"))
        self.answer.setToolTip(say("window.closing.answer_hint"))
        row = WrappingRow(8)
        for one, told in ((self.bundle, self.bundle_asked), (self.letter, self.letter_asked),
                          (self.answer, self.answer_asked)):  # fmt: skip
            one.clicked.connect(told)
            row.add(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(say("window.closing.no_network"), "title"))
        column.addWidget(row)

    def show_enrolled(self, *, enrolled: bool) -> None:
        """A desk without a hub has nobody to seal a bundle for; only a grant may come to it."""
        self.bundle.setVisible(enrolled)
        self.letter.setVisible(enrolled)


def time_words(seconds: int, words: Words) -> str:
    """Return a time to wait: "25 giây", "3 phút"."""
    if seconds < 90:
        return words.say("window.closing.seconds", count=max(seconds, 1))
    return words.say("window.closing.minutes", count=round(seconds / 60))
