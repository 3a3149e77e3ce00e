"""Where the files of the dossier in the detail meet the desk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.attachment import Taken
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.attaching import AttachFlow
from onestop_desktop.gui.dossiers.detail import DetailPane
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.widgets.attachments import Item
from onestop_desktop.gui.widgets.file_sheet import FileSheet
from onestop_desktop.gui.widgets.strip import Answer, Message

_TOPIC = "scanner"
_LAID_OUT_MS = 50


class DossierFiles(QObject):
    """The files of the dossier in the detail: looked at, and added by the step `attach`."""

    def __init__(self, session: Session, detail: DetailPane, sheet: FileSheet) -> None:
        super().__init__(session)
        self._session = session
        self.detail = detail
        self.part = part = detail.files
        self.strip = detail.strip
        self.files = AttachFlow(session, part.panel, sheet)
        # New lines are laid out first, then shown.
        self._there = single_shot(self, _LAID_OUT_MS, self._go_there)
        part.shown.connect(self._turn)
        part.view_asked.connect(self.look_at)
        part.attach_asked.connect(self.attach)
        self.files.settled.connect(self._settled)
        self.files.scans.changed.connect(self._offer)

    def _settled(self) -> None:
        self.part.show_button()
        if not self.part.panel.is_empty:
            self._there.start()

    def _turn(self, dossier: str) -> None:
        self.files.turn_to(dossier)
        self.part.show_button()

    def _offer(self) -> None:
        waiting = self.files.scans.waiting
        self.part.panel.show_offer(waiting)
        self.strip.drop(_TOPIC)
        # The section stands at the foot of the detail; a message that is being read is not pushed away.
        if waiting and self.part.may_attach and self.strip.message is None:
            say = self._session.words.say
            answers = (
                Answer(say("window.attach.accept"), self.ask, ACTIONS["attach"].key, primary=True),
                Answer(say("window.attach.leave"), self._leave),
            )
            text = say("window.attach.offer", count=len(waiting))
            self.strip.say(Message("primary", text, answers=answers, topic=_TOPIC))

    def _leave(self) -> None:
        self.files.scans.take()

    def add(self, paths: list[str]) -> None:
        """Take files that were dropped on the page."""
        if self.part.may_attach:
            self.files.add(paths)
            self._there.start()
        else:
            self.strip.say(Message("warn", self._session.words.say("window.attach.no_room")))

    def ask(self) -> None:
        """Take what the scanner put out; with nothing there, go to the button that chooses files."""
        if not self.part.may_attach:
            code = "window.attach.no_room" if self.detail.dossier else "window.dossiers.nothing_chosen"
            self.strip.say(Message("warn", self._session.words.say(code), topic=self.detail.dossier))
            return
        if self.files.scans.waiting:
            self.files.take_offered()
        self.part.start()
        self._there.start()

    def _go_there(self) -> None:
        last = self.part.panel if self.part.attach.isHidden() else self.part.attach
        self.detail.area.ensureWidgetVisible(last)

    def look_at(self, taken: Taken) -> None:
        """Show a file of the dossier."""
        desk, dossier = self._session.desk, self.files.owner
        self.files.viewer.show(taken, lambda: desk.files.open(dossier, taken.sha256), dossier)

    def attach(self) -> None:
        """Write what waits into the dossier."""
        items, dossier, desk = self.part.panel.items, self.files.owner, self._session.desk
        if not items or self.files.is_busy or not dossier:
            return
        values = {"files": self.part.panel.line()}
        self.part.panel.setEnabled(False)
        self._session.run(
            lambda: desk.act(dossier, "attach", values), partial(self._attached, items), self._not_attached
        )

    def _attached(self, items: tuple[Item, ...], got: tuple[Dossier, Changes]) -> None:
        state, changes = got
        self.part.panel.setEnabled(True)
        self.files.written(state.id, items)
        self.part.show_button()
        said = self._session.words.say("window.attach.attached", count=len(items), number=state.number)
        self.strip.say(Message("ok", said, topic=state.id))
        self._session.changed.emit(changes)
        self.files.put_away(items, self.strip)

    def _not_attached(self, error: Exception) -> None:
        self.part.panel.setEnabled(True)
        self.strip.say(Message("bad", self._session.tell(error)))
