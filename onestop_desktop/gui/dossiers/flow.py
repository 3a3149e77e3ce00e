"""Where the view meets the desk: the list and the detail, read on the worker; steps are taken beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.gui.dossiers.offers import Opened, opened
from onestop_desktop.gui.dossiers.query import (
    PAGE,
    Lines,
    Piece,
    Survey,
    fetch,
    is_draft,
    statuses_of,
    survey,
)  # fmt: skip
from onestop_desktop.gui.dossiers.stepping import Stepping
from onestop_desktop.gui.dossiers.stretch import Stretch
from onestop_desktop.gui.dossiers.view import DossiersView
from onestop_desktop.gui.paper_prints import PaperPrints
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.widgets.strip import Message

DETAIL_MS = 60
EVERY_MS = 60_000
_LIST, _SURVEY, _DETAIL = "dossiers.list", "dossiers.survey", "dossiers.detail"


class DossiersFlow(QObject):
    """Fills the view and carries out what is asked on it; nothing but words and pixels on the window's thread."""

    paper_made = Signal(PaperJob)

    def __init__(self, session: Session, view: DossiersView) -> None:
        super().__init__(session)
        self._session = session
        self._say = session.words.say
        self.view = view
        self.papers = PaperPrints(session, view.detail.strip)
        self.steps = Stepping(session, view, self.papers, lambda: self._wanted)
        self._generation = 0
        self._wanted = ""
        self._opened_by_name = ""
        """The dossier that was scanned or asked for; a list without it does not put its first line in its place."""
        self._narrowing = replace(view.query(), text="")
        self._ready_wanted = False
        self._stale = True
        self._begun = False
        self._stretch = Stretch(session, view, lambda: self._generation, self._added, self._failed)
        self._detail_timer = single_shot(self, DETAIL_MS, self._read_detail)
        self._refresh_timer = single_shot(self, 0, self.refresh)
        self._minute = QTimer(self)
        self._minute.setInterval(EVERY_MS)
        self._minute.timeout.connect(self.refresh)
        self._connect()

    def _connect(self) -> None:
        view, detail = self.view, self.view.detail
        view.shown.connect(self._shown)
        view.hidden.connect(self._minute.stop)
        view.queried.connect(self.reload)
        view.ready_asked.connect(self._ready_asked)
        view.table.marked.connect(self._marked)
        detail.reprint_asked.connect(self.reprint)
        detail.paper_asked.connect(lambda form: self.papers.print(detail.dossier, form))
        self.papers.made.connect(self.paper_made)

    def _shown(self) -> None:
        self._minute.start()
        if not self._begun:
            self._begun = True
            self._session.run(self._procedures, self.view.filters.offer_procedures, self._failed)
        if self._stale:
            self._stale = False
            self.refresh()

    def _procedures(self) -> tuple[Procedure, ...]:
        # Runs on the worker whole: the first to ask for the catalogue reads it, and that takes its time.
        return self._session.desk.catalogue.all()

    # -- the list -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the list from its beginning: another chip, another filter."""
        self._generation += 1
        desk, query, generation = self._session.desk, self.view.query(), self._generation
        # A scan may fall into the find line and be taken out again; a chip or a filter is chosen by a person.
        narrowing = replace(query, text="")
        if narrowing != self._narrowing:
            self._narrowing, self._opened_by_name = narrowing, ""
        self._session.run(lambda: fetch(desk, query), partial(self._reloaded, generation), self._failed, key=_LIST)
        self._read_survey()

    def _reloaded(self, generation: int, got: Lines) -> None:
        if generation != self._generation:
            return
        view = self.view
        view.table.hold(quiet=True)
        view.lines.put(got, self._session.desk.now())
        view.table.hold(quiet=False)
        self._place_mark(first=True)
        view.table.scrollToTop()
        view.show_empty(got)
        self._go_on(got)

    def _place_mark(self, *, first: bool = False) -> None:
        """Mark the shown dossier; `first` shows the first one of the list instead of one that is not in it."""
        view = self.view
        shown = self._wanted or view.detail.dossier
        view.table.mark(shown)
        # What was scanned and is still being read stays wanted, whether the list shows it or not.
        stays = bool(self._wanted) or view.detail.form is not None or shown == self._opened_by_name != ""
        if stays or (shown and (not first or view.lines.row_of(shown) >= 0)):
            return
        if view.lines.lines:
            view.table.step(0)
        else:
            view.detail.strip.dismiss()
            view.detail.show_nothing()

    def _go_on(self, got: Lines) -> None:
        # A narrow filter may find little within one reach; the next reach follows by itself.
        if got.after is not None and len(got.lines) < PAGE:
            self.view.lines.fetchMore(QModelIndex())

    def _added(self, got: Lines) -> None:
        self._place_mark()
        self.view.show_empty(got)
        self._go_on(got)

    def refresh(self) -> None:
        """Read again what is shown, counts included; place and mark stay."""
        view = self.view
        if not view.isVisible():
            self._stale = True
            return
        self._generation += 1
        desk, query, generation = self._session.desk, view.query(), self._generation
        piece = Piece(view.lines.begin(), max(len(view.lines.lines), PAGE), including=True)
        self._session.run(
            lambda: fetch(desk, query, piece), partial(self._refreshed, generation), self._failed, key=_LIST
        )
        self._read_survey()
        if view.detail.dossier and not self._wanted:
            self._read(view.detail.dossier)

    def _refreshed(self, generation: int, got: Lines) -> None:
        if generation != self._generation:
            return
        view = self.view
        had_focus = view.table.hasFocus() or view.filters.line.hasFocus()
        view.table.hold(quiet=True)
        view.lines.renew(got, self._session.desk.now())
        view.table.hold(quiet=False)
        self._place_mark()
        view.show_empty(got)
        if had_focus and not view.lines.lines:
            view.go_to_list()
        self._go_on(got)

    def _read_survey(self) -> None:
        desk, chip = self._session.desk, self.view.chips.code
        self._session.run(lambda: (survey(desk), statuses_of(desk, chip)), self._surveyed, self._failed, key=_SURVEY)

    def _surveyed(self, got: tuple[Survey, tuple[str, ...]]) -> None:
        found, statuses = got
        filters = self.view.filters
        self.view.chips.show_counts(found.counts)
        filters.offer("officer", [(one, one) for one in found.officers])
        filters.offer("village", [(one, one) for one in found.villages])
        filters.offer_statuses(statuses)

    def take_changes(self, _changes: Changes) -> None:
        """Read again what is shown."""
        # Several changes of one turn are read once.
        self._refresh_timer.start()

    def _failed(self, error: Exception) -> None:
        self.view.detail.strip.say(Message("bad", self._session.tell(error)))

    # -- the detail -----------------------------------------------------------------------------------------

    def open(self, dossier: str) -> None:
        """Show a dossier wherever it stands, and go to its buttons."""
        self._wanted = self._opened_by_name = dossier
        # A line marked just before would read this dossier too, and its buttons would not get the focus.
        self._detail_timer.stop()
        self.steps.kept.put_aside()
        self.view.detail.strip.dismiss()
        self.view.table.mark(dossier)
        self._read(dossier, partial(self._opened_at, dossier))

    def _opened_at(self, dossier: str) -> None:
        if self.view.detail.dossier == dossier:
            self.view.detail.start()

    def _marked(self, dossier: str) -> None:
        detail = self.view.detail
        # What is being read already keeps what is to happen when it is there.
        if self.steps.busy or dossier == self._wanted or (dossier == detail.dossier and detail.form is None):
            return
        self._wanted, self._opened_by_name = dossier, ""
        self.steps.kept.put_aside()
        detail.strip.dismiss()
        if is_draft(dossier):
            self._detail_timer.stop()
            self._wanted = ""
            detail.show_draft(self.view.lines.lines[self.view.lines.row_of(dossier)])
            return
        self._detail_timer.start()

    def _read_detail(self) -> None:
        if self._wanted:
            self._read(self._wanted)

    def _read(self, dossier: str, then: Callable[[], None] | None = None) -> None:
        desk = self._session.desk
        self._session.run(
            lambda: opened(desk, dossier), partial(self._opened, dossier, then), self._not_opened, key=_DETAIL
        )

    def _opened(self, dossier: str, then: Callable[[], None] | None, got: Opened) -> None:
        if self._wanted not in {"", dossier}:
            return
        turned = bool(self._wanted)
        self._wanted = ""
        self.view.detail.show_dossier(got, self._session.desk.papers.offered(got.dossier))
        if turned:
            self.steps.kept.offer(dossier)
        if then is not None:
            then()
        if self._ready_wanted:
            self._ready_asked()

    def _not_opened(self, error: Exception) -> None:
        self._wanted, self._ready_wanted = "", False
        self.view.detail.close_form()
        self.view.detail.show_nothing()
        self._failed(error)

    def _ready_asked(self) -> None:
        # A dossier was just scanned and is not on the screen yet: the key is meant for it, not for the one before.
        self._ready_wanted = bool(self._wanted)
        if not self._ready_wanted:
            self.steps.ready()

    # -- papers ---------------------------------------------------------------------------------------------

    def reprint(self) -> None:
        """Have the shown dossier's receipt printed again."""
        if self.view.detail.dossier:
            self.papers.print(self.view.detail.dossier)
