"""Where the course meets the desk: offered once, begun, looked at after each change, left and resumed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from onestop_desktop.desk.course import Progress
from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.course.panel import CourseOffer, CoursePanel
from onestop_desktop.gui.session import Session

NARROW = 1180
"""Below this width of the window the course stands at the foot of the page."""

_LOOK_EVERY_MS = 30_000


class CourseFlow(QObject):
    """The course of a training desk; on a real desk it does nothing."""

    def __init__(self, session: Session, window: QWidget, pages: QBoxLayout, scanned: Callable[[str], None]) -> None:
        super().__init__(session)
        self._session = session
        self._window = window
        self._pages = pages
        self._scanned = scanned
        self._user = session.desk.identity.user
        self.panel: CoursePanel | None = None
        self.offer: CourseOffer | None = None
        self._minute = QTimer(self)
        self._minute.setInterval(_LOOK_EVERY_MS)
        self._minute.timeout.connect(self.look)
        session.changed.connect(lambda _changes: self.changed())
        window.installEventFilter(self)

    @property
    def running(self) -> bool:
        """Say whether the panel is shown."""
        return self.panel is not None and not self.panel.isHidden()

    def begin_session(self) -> None:
        """Offer the course to who never saw it."""
        if not self._session.desk.course.offered:
            return
        self.offer = CourseOffer(self._window, self._session.words, ACTIONS["course"].key)
        self.offer.accepted.connect(self.start)
        self.offer.declined.connect(self._decline)
        self.offer.show()
        self.offer.place()

    def hide_offer(self) -> None:
        """Take the offer away without an answer; it comes again at the next log-in."""
        if self.offer is not None:
            self.offer.hide()

    def _decline(self) -> None:
        self.hide_offer()
        self._session.run(self._session.desk.course.decline)
        self._window.setFocus()

    def start(self) -> None:
        """Begin, or go on where it was left; asked for once more, leave."""
        if not self._session.desk.identity.training:
            return
        if self.running:
            self.leave()
            return
        self.hide_offer()
        self._session.run(self._session.desk.course.resume, self._started)

    def _again(self) -> None:
        self._session.run(self._session.desk.course.begin, self._shown)

    def _started(self, progress: Progress) -> None:
        if self.panel is None:
            self.panel = self._made()
        self._fit()
        self._shown(progress)
        self.panel.show()
        self._minute.start()

    def _made(self) -> CoursePanel:
        course = self._session.desk.course
        panel = CoursePanel(course.plan, course.card_code, self._session.words)
        panel.scan_asked.connect(lambda: self._scanned(course.plan.card))
        panel.left.connect(self.leave)
        panel.again_asked.connect(self._again)
        self._pages.addWidget(panel)
        return panel

    def leave(self) -> None:
        """Put it off; what is done stays done."""
        if self.panel is None:
            return
        self._minute.stop()
        self.panel.hide()
        self._session.run(self._session.desk.course.leave)

    def changed(self) -> None:
        """Look again after a change; another clerk at the desk has a course of their own."""
        self.hide_offer()
        user = self._session.desk.identity.user
        if user != self._user and self.running:
            self._session.run(self._session.desk.course.resume, self._shown)
        else:
            self.look()
        self._user = user

    def look(self) -> None:
        """Show what is done by now."""
        if self.running:
            self._session.run(self._session.desk.course.look, self._shown, self._not_shown, key="course")

    def _shown(self, progress: Progress) -> None:
        if self.panel is not None:
            self.panel.show_progress(progress)

    def _not_shown(self, error: Exception) -> None:
        if not isinstance(error, OneStopError):
            return
        # A disk that is full for a moment: the next change looks again.

    def rest(self) -> None:
        """Do nothing more by itself."""
        self._minute.stop()

    def _fit(self) -> None:
        narrow = self._window.width() < NARROW
        direction = QBoxLayout.Direction
        self._pages.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        if self.panel is not None:
            self.panel.crowd(narrow=narrow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the window at any size."""
        if event.type() == QEvent.Type.Resize:
            if self.panel is not None:
                self._fit()
            if self.offer is not None and not self.offer.isHidden():
                self.offer.place()
        return super().eventFilter(watched, event)
