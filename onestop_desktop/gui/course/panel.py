"""The course beside the page: five tasks, what the one in front asks for and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.desk.course import Plan, Progress
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.course.code_picture import CodePicture
from onestop_desktop.gui.help.pages import KEYS
from onestop_desktop.gui.widgets.basics import button, chip, label, set_tone
from onestop_desktop.words import Words

_WIDTH = 290
_TALL = 118
_BADGE = 20


class TaskRow(QWidget):
    """A task's number, which becomes a tick, and its title."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self._number = number
        self.done = False
        self.badge = label(str(number), "step")
        self.badge.setFixedSize(_BADGE, _BADGE)
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(title, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(9)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.title, 1)

    def show_state(self, *, done: bool, current: bool, spoken: str) -> None:
        """Show whether the task is done, and whether it is the one in front."""
        self.done = done
        worn = theme.current().tokens
        set_tone(self.badge, "role", "" if done else ("step" if current else "muted"))
        if done:
            self.badge.setPixmap(icons.pixmap("good", worn["ok"], _BADGE))
        else:
            self.badge.setText(str(self._number))
        set_tone(self.title, "role", "title" if current else ("muted" if done else ""))
        self.setAccessibleName(f"{self.title.text()}: {spoken}" if spoken else self.title.text())


class CoursePanel(QFrame):
    """At the right of a wide window, at the foot of a narrow one; it takes data and gives signals."""

    scan_asked = Signal()
    left = Signal()
    again_asked = Signal()

    def __init__(self, plan: Plan, code: Sequence[bytes], words: Words) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(words.say("action.course"))
        self._plan = plan
        self._words = words
        self._narrow = False
        self._facts: Mapping[str, str] = {**plan.facts, **{f"key_{name}": key for name, key in KEYS.items()}}
        self.rows = [TaskRow(at, self._phrase("task", task.id)) for at, task in enumerate(plan.tasks, 1)]
        self.time = chip("", "primary")
        self.do = label("", wrap=True)
        self.missing = label("", "doubt", wrap=True)
        self.picture = CodePicture(code, words.say("course.code"))
        self.scan = button(words.say("course.scan_for_me"))
        self.scan.clicked.connect(self.scan_asked)
        self.again = button(words.say("course.again"))
        self.again.clicked.connect(self.again_asked)
        self.leave = button(words.say("course.leave"), kind="link")
        self.leave.clicked.connect(self.left)
        self._lay_out()
        self.hide()

    def _phrase(self, part: str, task: str) -> str:
        return self._words.say(f"course.{part}.{task}", **self._facts)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(label(self._words.say("action.course"), "title"))
        self._head.addStretch(1)
        self._head.addWidget(self.time)
        self._list = QWidget()
        rows = QVBoxLayout(self._list)
        rows.setContentsMargins(0, 4, 0, 6)
        rows.setSpacing(1)
        for row in self.rows:
            rows.addWidget(row)
        inner = QWidget()
        inner.setObjectName("column")
        self._inner = QVBoxLayout(inner)
        self._inner.setContentsMargins(0, 0, 4, 0)
        self._inner.setSpacing(6)
        self._inner.addWidget(self._list)
        self._inner.addWidget(self.do)
        self._inner.addWidget(self.missing)
        self._inner.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._buttons.setSpacing(6)
        for one in (self.scan, self.again, self.leave):
            self._buttons.addWidget(one)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(8)
        self._body.addWidget(area, 1)
        self._body.addLayout(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(self._head)
        column.addLayout(self._body, 1)

    def crowd(self, *, narrow: bool) -> None:
        """Stand at the right with everything, or at the foot with the task in front alone."""
        if narrow != self._narrow:
            # At the foot every line of height is the page's: the text takes the whole width.
            (self._head if narrow else self._buttons).addWidget(self.leave)
        self._narrow = narrow
        self._list.setVisible(not narrow)
        self._body.setDirection(QBoxLayout.Direction.LeftToRight if narrow else QBoxLayout.Direction.TopToBottom)
        most = 16_777_215
        self.setMinimumSize(0 if narrow else _WIDTH, _TALL if narrow else 0)
        self.setMaximumSize(most if narrow else _WIDTH, _TALL if narrow else most)
        self._show_picture()

    def show_progress(self, progress: Progress) -> None:
        """Tick what is done, and say what is still missing in the task in front."""
        current = progress.current
        for row, state in zip(self.rows, progress.tasks, strict=True):
            spoken = self._words.say("course.done_word") if state.done else ""
            row.show_state(done=state.done, current=state is current, spoken=spoken)
        done = sum(state.done for state in progress.tasks)
        code = "course.time" if not progress.finished else "course.took"
        self.time.setText(self._words.say(code, done=done, count=len(self.rows), minutes=progress.minutes))
        self._at_first = current is not None and current is progress.tasks[0]
        self.again.setVisible(progress.finished)
        if current is None:
            self.do.setText(self._words.say("course.finished", count=len(self.rows), minutes=progress.minutes))
            set_tone(self.do, "role", "title")
            self.missing.setText("")
        else:
            self.do.setText(self._phrase("do", current.task.id))
            set_tone(self.do, "role", "")
            what = "; ".join(self._words.say(note.code, **note.facts) for note in current.missing)
            self.missing.setText(self._words.say("course.missing_now", what=what))
        self.missing.setVisible(bool(self.missing.text()))
        self._show_picture()

    _at_first = True

    def _show_picture(self) -> None:
        self.picture.setVisible(self._at_first and not self._narrow)
        self.scan.setVisible(self._at_first)


class CourseOffer(QFrame):
    """Offers the course on the first log-in; it takes no focus and stops nobody."""

    accepted = Signal()
    declined = Signal()

    def __init__(self, ground: QWidget, words: Words, key: str) -> None:
        super().__init__(ground)
        self.setProperty("role", "pop")
        self.setAccessibleName(words.say("course.offer"))
        self.begin = button(words.say("course.begin"), key, kind="primary")
        self.later = button(words.say("course.later"))
        self.begin.clicked.connect(self.accepted)
        self.later.clicked.connect(self.declined)
        text: QLabel = label(words.say("course.offer"), wrap=True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.begin)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(label(words.say("action.course"), "title"))
        column.addWidget(text)
        column.addLayout(buttons)
        self.setFixedWidth(390)
        self.hide()

    def event(self, event: QEvent) -> bool:
        """Take as much room as the texts need in the font they are shown in."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return done

    def place(self) -> None:
        """Stand in the empty preview, above the buttons at its foot."""
        ground = self.parentWidget()
        if ground is not None:
            self.resize(self.width(), max(self.heightForWidth(self.width()), self.sizeHint().height()))
            self.move(ground.width() - self.width() - 44, max(0, ground.height() - self.height() - 100))
