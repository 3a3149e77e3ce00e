"""Sending over the line and by hand, as a clerk sees it: state, bar, Gửi ngay, Dừng, a stick, a letter, an answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.desk.arrivals import Arrival
from onestop_desktop.gui import theme
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, dots, pill_of, size_words
from onestop_desktop.gui.close_day.news import News, news_of
from onestop_desktop.gui.widgets.basics import button, chip, label, set_tone
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_BAR = 18
_SLOW = 8_000
"""Bytes a second below which a line is called slow."""
_LONG_S = 10


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
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        # Framed, for in high contrast what is done must differ from the ground by more than a colour of lines.
        painter.setPen(worn.color("field-line"))
        painter.setBrush(worn.color("bg"))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._whole and self._done:
            ground.setWidth(max(ground.width() * min(self._done / self._whole, 1), 8))
            painter.setBrush(worn.color("primary"))
            painter.drawRoundedRect(ground, 4, 4)


class SendPart(QWidget):
    """The link of a desk that a hub has let in."""

    send_asked = Signal()
    stop_asked = Signal()
    opened = Signal(str)

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
        self.news = QWidget()
        self._news = QVBoxLayout(self.news)
        self._news.setContentsMargins(0, 4, 0, 0)
        self._news.setSpacing(4)
        self.news.hide()
        self._told: tuple[Arrival, ...] = ()
        self.send = button(say("window.closing.send_now"))
        self.stop = button(say("window.closing.stop"))
        self.send.clicked.connect(self.send_asked)
        self.stop.clicked.connect(self.stop_asked)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._first.addWidget(self.pill)
        self._first.addWidget(self.facts, 1)
        self.crowd(narrow=False)
        deeds = WrappingRow(8)
        deeds.add(self.send)
        deeds.add(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._first)
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        column.addWidget(deeds)
        column.addWidget(self.notices)
        column.addWidget(self.news)

    def crowd(self, *, narrow: bool) -> None:
        """Have the facts beside the state, or below it where there is little room."""
        ways = QBoxLayout.Direction
        self._first.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._first.setSpacing(4 if narrow else 8)

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
        self._put_news(view.news)
        sending = view.line is Line.SENDING
        self.send.setEnabled(not sending)
        self.stop.setEnabled(sending and not view.course.stopping)

    def _put_news(self, arrivals: tuple[Arrival, ...]) -> None:
        # What stands there already stays, with the focus on it.
        if arrivals == self._told:
            return
        self._told = arrivals
        while (item := self._news.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for news in news_of(arrivals, self._words):
            self._add_news(news)
        self.news.setVisible(bool(arrivals))

    def _add_news(self, news: News) -> None:
        if not news.dossiers:
            self._news.addWidget(label(news.sentence, wrap=True))
            return
        row = WrappingRow(6)
        head = label(f"{news.sentence}:")
        head.setMinimumHeight(self.send.sizeHint().height())
        row.add(head)
        for dossier, short in news.dossiers:
            door = button(short)
            told = self._words.say("window.closing.open", number=short)
            door.setAccessibleName(told)
            door.setToolTip(told)
            door.clicked.connect(partial(self.opened.emit, dossier))
            row.add(door)
        self._news.addWidget(row)

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
            return self._course_facts(course)
        facts = []
        if last is not None:
            facts.append(say("window.closing.last", count=dots(last.entries), size=size_words(last.size)))
        if view.again_at is not None and view.line not in {Line.BUSY, Line.REVOKED, Line.ASKING}:
            facts.append(say("window.closing.next", at=f"{view.again_at:%H:%M}"))
        return facts

    def _course_facts(self, course: Course) -> list[str]:
        say, speed, left = self._words.say, course.speed, course.seconds_left
        # A little that is sent at once has no speed worth a word: a line is slow when somebody has to wait for it.
        slow = speed is not None and speed < _SLOW and left is not None and left >= _LONG_S
        facts = [say("window.closing.slow")] if slow else []
        if course.speed is not None:
            facts.append(say("window.closing.speed", speed=size_words(course.speed)))
        if course.total and course.sent >= course.total:
            facts.append(say("window.closing.files"))
        elif left is not None:
            facts.append(say("window.closing.left", time=time_words(left, self._words)))
        return facts

    def _notices(self, view: LinkView) -> list[str]:
        say = self._words.say
        said = [say(f"link.notice.{code}") for code in view.notices]
        if view.quarantined:
            said.append(say("window.closing.quarantined", count=dots(view.quarantined)))
        return [f"⚠ {one}" for one in said]


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
