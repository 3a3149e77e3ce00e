"""The window of an open desk: it only assembles rail, header, pages and what connects them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QBoxLayout, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from onestop_desktop.gui import sounds, theme
from onestop_desktop.gui.actions import ACTIONS, RAIL
from onestop_desktop.gui.close_day.line import pill_of
from onestop_desktop.gui.course.flow import CourseFlow
from onestop_desktop.gui.flows.attachments import IntakeFiles
from onestop_desktop.gui.flows.intake import IntakeFlow
from onestop_desktop.gui.flows.link import LinkFlow, told_to
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.scan import ScanFlow
from onestop_desktop.gui.flows.suggestions import anything_of, people_of, procedures_of
from onestop_desktop.gui.help.panel import HelpPanel
from onestop_desktop.gui.pages.intake import IntakePage
from onestop_desktop.gui.printing import is_virtual
from onestop_desktop.gui.scan import ScanFilter, monotonic_ms
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.tasks import Task, Tasks
from onestop_desktop.gui.widgets.basics import label
from onestop_desktop.gui.widgets.found import FoundCard
from onestop_desktop.gui.widgets.header import Header
from onestop_desktop.gui.widgets.rail import Rail
from onestop_desktop.gui.widgets.scan_mark import ScanMark
from onestop_desktop.gui.widgets.sheet import PrinterSheet
from onestop_desktop.settings import SETTINGS

LEAST = (880, 480)
HOME = "receive"
"""The task that the window opens with."""
_THEMES = next(setting.choices for setting in SETTINGS if setting.name == "theme")


class MainWindow(QWidget):
    """Rail on the left, header above, the page below; `left` says that the clerk wants to log out.

    `switch_asked` says that another clerk wants the seat.
    """

    left = Signal()
    switch_asked = Signal()

    def __init__(self, session: Session, now_ms: Callable[[], int] = monotonic_ms) -> None:
        super().__init__()
        self.setObjectName("window")
        # Timers and flows of the session end with the window.
        session.setParent(self)
        self.session = session
        self._shut = False
        self.covered = False
        self._focus_before: QWidget | None = None
        self._now_ms = now_ms
        words = session.words
        self.setWindowTitle(words.say("window.title"))
        self.setMinimumSize(*LEAST)
        self.rail = Rail(words)
        self.header = Header(words, anything_of(session))
        self.intake = IntakePage(words, procedures_of(session), people_of(session))
        self.prints = PrintFlow(session)
        self.flow = IntakeFlow(session, self.intake, self.prints)
        self.files = IntakeFiles(session, self.flow)
        self.found = FoundCard(self.header.scan, words)
        self.scans = ScanFlow(session, self.header.scan, self.found, self.flow)
        self.scans.opens = self._open_in_front
        self.scans.at_list = lambda: self.tasks.current.opens is not None
        self.printers = PrinterSheet(self, words, is_virtual)
        self.pages = QStackedWidget()
        self.help = HelpPanel(self, self.pages, words)
        self.scan_mark = ScanMark(self.header.scan, words)
        sounds.of(session).told.connect(self.scan_mark.show)
        self.beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.course = CourseFlow(session, self, self.beside, self._scanned)
        self.link = LinkFlow(session)
        self.tasks = Tasks(session, self.prints, self.pages, self.link)
        self.tasks.add(
            HOME,
            Task(
                self.intake,
                self.intake.start,
                self.flow.save,
                self.found.ask_reprint,
                self.scans.scanned,
                attach=self.files.ask,
                resume=self.flow.resume_draft,
            ),
        )
        self._lay_out()
        self._connect()
        self._add_actions()
        self._watch_keys()
        self.tasks.draft_asked.connect(self.show_task)
        self.show_task(HOME)
        self.refresh()
        self.flow.begin()
        self.course.begin_session()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.header)
        self.beside.addWidget(self.pages, 1)
        right.addLayout(self.beside, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.session.desk.identity.training:
            column.addWidget(label(self.session.words.say("window.training"), "band"))
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.session.changed.connect(lambda _changes: self.refresh())
        self.session.changed.connect(lambda changes: self.flow.show_forecast() if changes.office else None)
        self.rail.chosen.connect(self.show_task)
        self.found.opened.connect(self.show_task)
        self.header.link_asked.connect(lambda: self._do(partial(self.show_task, "close-day")))
        self.tasks.chip_asked.connect(self._show_chip)
        self.tasks.code_entered.connect(self._scanned)
        self.tasks.dossier_asked.connect(self._show_dossier)
        told_to(self.link, lambda view: self.header.show_link(pill_of(view, self.session.words)))
        self.prints.printer_wanted.connect(self.printers.ask)
        self.printers.chosen.connect(self._printer_chosen)
        self.printers.declined.connect(self._printer_declined)
        self.intake.aside.pdf_asked.connect(self.save_pdf)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self.show_time)
        self._minute.start(10_000)

    def _add_actions(self) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "save": self._save, "draft": self._at_home(self.flow.keep_draft),
            "scan": self.go_to_scan, "same-person": self._at_home(self.flow.same_person),
            "clear": self._at_home(self.flow.clear), "add-paper": self._at_home(self.intake.add_own_paper),
            "reprint": self._reprint, "save-pdf": self.save_pdf, "menu": self.header.user.showMenu,
            "printer": self.prints.ask, "theme": self.next_theme, "leave": self.left.emit,
            "switch": self.switch_asked.emit, "attach": self._attach,
            "more": self._at_home(self.intake.toggle_more),
            "help": lambda: self.help.toggle(self.tasks.front), "course": self.course.start,
        }  # fmt: skip
        training = ("course",) if self.session.desk.identity.training else ()
        in_menu = ("help", *training, "printer", "theme", "clear", "switch", "leave")
        for name, deed in deeds.items():
            made = self._action(name, deed)
            if name in in_menu:
                self.header.user.choices.addAction(made)
        for task in RAIL:
            made = self._action(task.name, partial(self.show_task, task.name))
            made.setEnabled(task.built)

    def _action(self, name: str, deed: Callable[[], object]) -> QAction:
        made = QAction(self.session.words.say(f"action.{name}"), self)
        made.setShortcut(QKeySequence(ACTIONS[name].key))
        made.setShortcutVisibleInContextMenu(True)
        made.triggered.connect(lambda: self._do(deed))
        self.addAction(made)
        return made

    def _at_home(self, deed: Callable[[], object]) -> Callable[[], object]:
        """Keep a deed of the intake to the intake's page."""
        return lambda: deed() if self.tasks.front == HOME else None

    def _save(self) -> None:
        self.tasks.current.save()

    def _attach(self) -> None:
        self.tasks.current.attach()

    def _reprint(self) -> None:
        # A dossier found by the scan box stands above whatever page is in front.
        if self.found.isVisible():
            self.found.ask_reprint()
        else:
            self.tasks.current.reprint()

    def _scanned(self, text: str) -> None:
        if self.covered:
            return
        taken = self.tasks.current.scanned
        if taken is None or taken(text) is False:
            self.scans.scanned(text)

    def _open_in_front(self, dossier: str) -> bool:
        """Open a dossier in the page in front; False where it has no place for one."""
        opens = self.tasks.current.opens
        if opens is not None:
            opens(dossier)
        return opens is not None

    def _do(self, deed: Callable[[], object]) -> None:
        # While a question covers the window nothing below it may act.
        if not self.printers.isVisible() and not self.covered:
            deed()

    def cover(self) -> None:
        """Let nothing act while somebody else's screen is in front; what stands open over the window is closed."""
        if self.covered:
            return
        self.covered = True
        self._focus_before = QApplication.focusWidget()
        for find in (QApplication.activePopupWidget, QApplication.activeModalWidget):
            while (above := find()) is not None and above.close():
                pass

    def uncover(self) -> None:
        """Go on where it was left."""
        self.covered = False
        if self._focus_before is not None:
            self._focus_before.setFocus()
        self.refresh()

    def _watch_keys(self) -> None:
        self.keys = ScanFilter(self._now_ms, parent=self)
        self.keys.scanned.connect(self._scanned)
        for busy_changed in (self.flow.busy_changed, self.tasks.busy_changed):
            busy_changed.connect(lambda busy: self.keys.hold() if busy else self.keys.release())
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.keys)

    def begin(self) -> None:
        """Put the focus where the work begins: on what the page asks first, else into its first field."""
        if not self.intake.strip.start():
            self.intake.start()

    # -- what the shell itself does -------------------------------------------------------------------------

    def show_task(self, name: str) -> None:
        """Show a task's page; a dossier that the scan box found is opened there, where the page works on one."""
        found = self.found.dossier
        self.found.hide()
        self.rail.show_chosen(name)
        self.tasks.show(name)
        self.help.follow(name)
        goes_on = self.tasks.current.goes_on
        if found and goes_on is not None:
            goes_on(found)

    def _show_chip(self, chip: str) -> None:
        self.show_task("dossiers")
        self.tasks.current.choose(chip)

    def _show_dossier(self, dossier: str) -> None:
        self.show_task("dossiers")
        self._open_in_front(dossier)

    def go_to_scan(self) -> None:
        """Put the focus into the scan box."""
        self.header.scan.setFocus()
        self.header.scan.selectAll()

    def refresh(self) -> None:
        """Show who sits here and the time; what waits to be sent is shown by the link itself."""
        self.rail.show_chosen(self.tasks.front or HOME)
        self.header.show_identity(self.session.desk.identity)
        self.show_time()

    def show_time(self) -> None:
        """Show the corrected time."""
        self.header.show_time(self.session.desk.now())

    def next_theme(self) -> None:
        """Wear the next theme and remember it."""
        now = theme.current().name
        name = str(_THEMES[(_THEMES.index(now) + 1) % len(_THEMES)])
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.wear(application, name)
        self.session.run(lambda: self.session.settings.put("theme", name), failed=lambda _error: None)

    def save_pdf(self) -> None:
        """Write the receipt that did not come out to a file of the clerk's choice."""
        job = self.prints.unprinted
        if job is None:
            return
        title = self.session.words.say("window.print.pdf")
        path, _kind = QFileDialog.getSaveFileName(self, title, f"{job.number}.pdf", "PDF (*.pdf)")
        if path:
            self.prints.save_pdf(Path(path))

    def _printer_chosen(self, name: str) -> None:
        self.tasks.current.begin()
        self.prints.choose(name)

    def _printer_declined(self) -> None:
        self.tasks.current.begin()
        self.prints.decline()

    def let_go(self) -> None:
        """Watch keys and clock no more and finish what runs; the desk stays open."""
        self._minute.stop()
        self.files.files.scans.stop()
        self.flow.rest()
        self.course.rest()
        self.tasks.rest()
        self.link.rest()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self.keys)
        self.session.worker.close()

    def shut(self) -> None:
        """Keep the draft, finish what runs, close the desk."""
        if self._shut:
            return
        self._shut = True
        self.flow.drafts.keep()
        self.tasks.keep()
        self.let_go()
        self.session.desk.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close in order."""
        self.shut()
        super().closeEvent(event)
