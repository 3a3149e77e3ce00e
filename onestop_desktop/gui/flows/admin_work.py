"""How each section of the page Quản trị speaks and writes: one at a time, refusals at their field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from onestop_desktop.desk.admin import Admin
from onestop_desktop.desk.views import Changes
from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.admin.form import AdminForm
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message

T = TypeVar("T")


class AdminWork(QObject):
    """What the sections share; `save_asked` says that the form in front shall be saved."""

    busy_changed = Signal(bool)
    save_asked = Signal()

    def __init__(self, session: Session, page: AdminPage) -> None:
        super().__init__(session)
        self.session = session
        self.page = page
        self.say = session.words.say
        self.busy = False

    @property
    def admin(self) -> Admin:
        """Return the desk's room for this page."""
        return self.session.desk.admin

    def tell(self, tone: str, text: str, answers: tuple[Answer, ...] = ()) -> None:
        """Show a message; a question takes the focus."""
        self.page.strip.say(Message(tone, text, answers=answers, topic="admin"), focus=bool(answers))

    def ask(self, text: str, yes: str, act: Callable[[], None]) -> None:
        """Ask before something is taken away."""

        def agreed() -> None:
            self.page.strip.dismiss()
            act()

        answers = (Answer(yes, agreed), Answer(self.say("admin.keep"), self.page.strip.dismiss, "Esc"))
        self.tell("warn", text, answers)

    def typed(self, form: AdminForm, read: Callable[[], T]) -> T | None:
        """Read a form; None after showing what is wrong at its field."""
        form.quiet()
        try:
            return read()
        except OneStopError as error:
            form.show_problem(error, self.session.tell(error))
            return None

    def write(self, job: Callable[[], T], done: Callable[[T], None], form: AdminForm | None = None) -> None:
        """Write on the worker; a refusal is shown at the form's field, else above the page."""
        if self.busy:
            return
        self._set_busy(form, busy=True)

        def landed(answer: T) -> None:
            self._set_busy(form, busy=False)
            self.session.changed.emit(Changes(office=True))
            done(answer)

        def failed(error: Exception) -> None:
            self._set_busy(form, busy=False)
            if form is None:
                self.tell("bad", self.session.tell(error))
            else:
                form.show_problem(error, self.session.tell(error))

        self.session.run(job, landed, failed)

    def _set_busy(self, form: AdminForm | None, *, busy: bool) -> None:
        self.busy = busy
        if form is not None:
            form.set_busy(busy=busy)
        self.busy_changed.emit(busy)
