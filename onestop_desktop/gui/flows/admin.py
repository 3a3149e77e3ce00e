"""Where the page Quản trị meets the desk: agencies, working time, users, the settings of this PC."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from onestop_desktop.desk.views import Tile
from onestop_desktop.domain.calendar import DayKind
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui import theme
from onestop_desktop.gui.admin.offices import ADD, END
from onestop_desktop.gui.admin.typed import shown
from onestop_desktop.gui.flows.admin_procedures import ProceduresFlow
from onestop_desktop.gui.flows.admin_work import AdminWork
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Value


class Section(Protocol):
    """What the flow asks of a section."""

    def load(self) -> None:
        """Show it as it is."""
        ...

    def save(self) -> None:
        """Save the form in front."""
        ...


class AdminFlow(QObject):
    """The sections' flows by their names, each made when its section is turned to."""

    busy_changed = Signal(bool)

    def __init__(self, session: Session, page: AdminPage) -> None:
        super().__init__(session)
        self.page = page
        self._work = work = AdminWork(session, page)
        self._sections: dict[str, Section] = {}
        work.busy_changed.connect(self.busy_changed)
        work.save_asked.connect(self.save)
        page.section_changed.connect(self._section)
        page.strip.closed.connect(page.start)

    def begin(self) -> None:
        """Show the page as it is when a clerk turns to it."""
        self._of(self.page.section).load()
        self.page.start()

    def _section(self, name: str) -> None:
        self.page.strip.drop("admin")
        self._of(name).load()

    def _of(self, name: str) -> Section:
        if name not in self._sections:
            self._sections[name] = _FLOWS[name](self._work)
        return self._sections[name]

    def save(self) -> None:
        """Save the form in front (F9)."""
        if not self._work.busy:
            self._of(self.page.section).save()


class OfficesFlow(QObject):
    """A further agency, another name from a day, an end."""

    def __init__(self, flow: AdminWork) -> None:
        super().__init__(flow)
        self._flow = flow
        self._part = flow.page.offices
        self._part.table.marked.connect(self._marked)
        self._part.form.sent.connect(flow.save_asked)

    def load(self) -> None:
        """Show the agencies; the form begins with the one in force."""
        admin = self._flow.admin
        offices, today = admin.offices(), admin.today()
        self._part.put(offices, today)
        self._part.form.put(next((one for one in offices if one.holds(today)), None), today)

    def _marked(self, office: object) -> None:
        if isinstance(office, Office) and office != self._part.form.office:
            self._part.form.put(office, self._flow.admin.today())

    def save(self) -> None:
        """Record what the form says."""
        form, admin = self._part.form, self._flow.admin
        what, today, office = form.choice("what").value(), admin.today(), form.office
        typed = self._flow.typed(form, lambda: form.typed(today))
        if typed is None:
            return
        if what == ADD or office is None:
            self._flow.write(lambda: admin.add_office(typed), self._done, form)
        elif what == END:
            last = self._flow.typed(form, lambda: form.last_day(today))
            if last is not None:
                self._flow.write(lambda: admin.end_office(office.agency, office.valid_from, last), self._done, form)
        else:
            self._flow.write(lambda: admin.change_office(office.agency, office.valid_from, typed), self._done, form)

    def _done(self, _answer: object) -> None:
        self.load()
        self._flow.tell("ok", self._flow.say("admin.saved_office"))


class WorkingDaysFlow(QObject):
    """The month, its days, the hours of the week."""

    def __init__(self, flow: AdminWork) -> None:
        super().__init__(flow)
        self._flow = flow
        self._part = flow.page.working_days
        part = self._part
        part.grid.moved.connect(self.show)
        part.week_asked.connect(self._week)
        part.day_form.sent.connect(flow.save_asked)
        part.week_form.sent.connect(flow.save_asked)
        part.day_form.back_asked.connect(self._take_back)
        self._day = flow.admin.today()

    def load(self) -> None:
        """Show the month of the marked day."""
        self.show(self._day)

    def show(self, day: object) -> None:
        """Mark a day and show its month."""
        admin = self._flow.admin
        self._day = type(self._day).fromisoformat(str(day))
        self._part.put(admin.month(self._day.year, self._day.month), self._day, admin.today())

    def _week(self) -> None:
        admin = self._flow.admin
        self._part.show_week(admin.calendar.week_on(admin.today()), admin.own_weeks(), admin.today())

    def save(self) -> None:
        """Record the form in front."""
        part, admin = self._part, self._flow.admin
        if part.form is part.week_form:
            week = part.week_form
            start = self._flow.typed(week, lambda: week.start_day(admin.today()))
            if start is not None:
                days, texts = week.days(), week.texts()
                done = partial(self._done, "admin.saved_week", shown(start))
                self._flow.write(lambda: admin.set_week(start, days, texts), done, week)
            return
        form, day = part.day_form, self._day
        kind, texts, spans = form.kind(), form.texts(), form.spans()
        form.quiet()
        done = partial(self._done, "admin.saved_day", shown(day))
        spans = spans if kind is DayKind.HALF else []
        self._flow.write(lambda: admin.set_day(day, kind, texts, spans), done, form)

    def _take_back(self) -> None:
        admin, day = self._flow.admin, self._day
        done = partial(self._done, "admin.taken_back", shown(day))
        self._flow.write(lambda: admin.take_back(day), done, self._part.day_form)

    def _done(self, code: str, day: str, _answer: object) -> None:
        self.load()
        self._part.show_day()
        self._flow.tell("ok", self._flow.say(code, day=day))


class UsersFlow(QObject):
    """A further user, a new password, an end."""

    def __init__(self, flow: AdminWork) -> None:
        super().__init__(flow)
        self._flow = flow
        self._part = flow.page.users
        self._part.form.sent.connect(flow.save_asked)
        self._part.form.new_asked.connect(self._new)
        self._part.form.remove_asked.connect(self._ask_remove)

    def load(self) -> None:
        """Show who may log in."""
        desk = self._flow.session.desk
        self._part.put(desk.users(), desk.identity.user)

    def _new(self) -> None:
        self._part.table.clearSelection()
        self._part.form.put(None)
        self._part.form.start()

    def save(self) -> None:
        """Add the user, or give one a new password."""
        form, desk = self._part.form, self._flow.session.desk
        user, name = form.text("user"), form.text("user_name")
        password = self._flow.typed(form, lambda: self._password(user))
        if password is not None:
            self._flow.write(lambda: desk.add_user(user, name, password), partial(self._saved, user), form)

    def _password(self, user: str) -> str:
        if self._part.form.user is None and user in {one.id for one in self._flow.session.desk.users()}:
            raise InvalidInput("admin.user.taken", field="user", user=user)
        return self._part.form.password()

    def _saved(self, user: str, _none: None) -> None:
        code = "cli.user_add" if self._part.form.user is None else "cli.user_password"
        self.load()
        self._part.form.put(self._tile(user))
        self._part.start()
        self._flow.tell("ok", self._flow.say(code, user=user))

    def _tile(self, user: str) -> Tile | None:
        return next((one for one in self._flow.session.desk.users() if one.id == user), None)

    def _ask_remove(self) -> None:
        form, desk, say = self._part.form, self._flow.session.desk, self._flow.say
        user = form.user
        if user is None:
            return

        def removed(_none: None) -> None:
            form.put(None)
            self.load()
            self._flow.tell("ok", say("cli.user_removed", user=user.id))

        def remove() -> None:
            self._flow.write(lambda: desk.remove_user(user.id), removed, form)

        self._flow.ask(say("admin.user.ask_remove", name=user.name), say("admin.user.remove"), remove)


class ThisPcFlow(QObject):
    """The settings of this PC."""

    def __init__(self, flow: AdminWork) -> None:
        super().__init__(flow)
        self._flow = flow
        self._part = flow.page.this_pc
        self._part.form.sent.connect(flow.save_asked)

    def load(self) -> None:
        """Show the settings, and ask the PC for its printers."""
        session, part = self._flow.session, self._part
        part.put(session.settings)
        session.run(session.press.names, part.put_printers, lambda _error: None, key="admin-printers")

    def save(self) -> None:
        """Write what was changed, and wear the theme at once."""
        settings, form = self._flow.session.settings, self._part.form
        values = self._flow.typed(form, self._part.values)
        if values is None:
            return
        changed = {name: value for name, value in values.items() if settings.get(name) != value}

        def job() -> bool:
            written = [settings.put(name, value) for name, value in changed.items()]
            return all(written)

        self._flow.write(job, partial(self._saved, changed), form)

    def _saved(self, changed: dict[str, Value], written: bool) -> None:
        application = QApplication.instance()
        if "theme" in changed and isinstance(application, QApplication):
            focused: QWidget | None = QApplication.focusWidget()
            theme.wear(application, str(changed["theme"]))
            if focused is not None:
                focused.setFocus()
        code = "admin.pc.saved" if written else "admin.pc.not_written"
        self._flow.tell("ok" if written else "warn", self._flow.say(code))


_FLOWS: dict[str, Callable[[AdminWork], Section]] = {
    "procedures": ProceduresFlow,
    "offices": OfficesFlow,
    "working_days": WorkingDaysFlow,
    "users": UsersFlow,
    "this_pc": ThisPcFlow,
}
