"""Where the panel of files meets the desk: taking on the worker one file after the other, looking at them, saving."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from onestop_desktop.desk.scan_folder import put_away
from onestop_desktop.domain.attachment import SUFFIXES, Kind, Taken, check
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.printing import page_of
from onestop_desktop.gui.scanner import scan_watch
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.attachments import THUMB, AttachmentsPanel, Item
from onestop_desktop.gui.widgets.file_sheet import FileSheet
from onestop_desktop.gui.widgets.strip import Message, Strip

_THUMB_PIXELS = 2 * THUMB


@dataclass(frozen=True, slots=True)
class _Given:
    path: Path
    owner: str
    scanned: bool = False


class AttachFlow(QObject):
    """Takes files into a panel; between two files the worker may do what the counter needs.

    What is taken belongs to an `owner`: a dossier, or one filling of a form. A file that comes when its owner is not
    in front any more never goes to somebody else's.
    """

    settled = Signal()

    def __init__(self, session: Session, panel: AttachmentsPanel, sheet: FileSheet) -> None:
        super().__init__(session)
        self._session = session
        self.panel = panel
        self.viewer = Viewer(session, sheet)
        self.owner = ""
        self._queue: deque[_Given] = deque()
        self._busy = False
        self._restoring = 0
        self._filled = 0
        self._done = 0
        self._stash: dict[str, list[Item]] = {}
        self.scans = scan_watch(session)
        panel.given.connect(self.add)
        panel.choose_asked.connect(self.choose)
        panel.view_asked.connect(self.look_at)
        panel.offer.accept.clicked.connect(self.take_offered)
        panel.offer.leave.clicked.connect(self.scans.take)

    @property
    def is_busy(self) -> bool:
        """Say whether files are still being taken."""
        return self._busy or self._restoring > 0

    def begin_anew(self) -> None:
        """Begin another filling of the form: files of the last one that are still on their way go to nobody."""
        before = self.owner
        self._filled += 1
        self.owner = f"form {self._filled}"
        self._stash.pop(before, None)
        # The first in the queue is being taken; what becomes of it is looked at when it comes.
        first, rest = list(self._queue)[: self._busy], list(self._queue)[self._busy :]
        self._queue = deque([*first, *(given for given in rest if given.owner != before)])

    def add(self, paths: Iterable[str | Path], *, scanned: bool = False) -> None:
        """Take these files, one after the other."""
        self.panel.forget_problems()
        self._queue.extend(_Given(Path(path), self.owner, scanned) for path in paths)
        self._go_on()

    def take_offered(self) -> None:
        """Take what the scanner has put out."""
        self.add(self.scans.take(), scanned=True)

    def choose(self) -> None:
        """Let the clerk choose files."""
        say = self._session.words.say
        ends = " ".join(f"*{end}" for kind in Kind for end in SUFFIXES[kind])
        kinds = f"{say('window.attach.filter')} ({ends});;{say('window.attach.filter_all')} (*)"
        paths, _kind = QFileDialog.getOpenFileNames(self.panel, say("window.attach.choose_title"), "", kinds)
        if paths:
            self.add(paths)

    def _go_on(self) -> None:
        if self._busy:
            self._tell_progress()
            return
        if not self._queue:
            self._done = 0
            self.panel.show_progress(0, 0, "")
            self._tell_settled()
            return
        self._busy = True
        self._tell_progress()
        given = self._queue[0]
        desk, limit = self._session.desk, int(self._session.settings.get("attach_kb"))

        def take() -> Item:
            taken = desk.files.take(given.path, limit_kb=limit)
            return Item(
                taken, str(given.path) if given.scanned else "", thumb_of(desk.files.staged(taken.sha256), taken)
            )

        self._session.run(take, partial(self._took, given), partial(self._not_taken, given))

    def _tell_settled(self) -> None:
        if not self.is_busy:
            self.settled.emit()

    def _tell_progress(self) -> None:
        self.panel.show_progress(self._done, self._done + len(self._queue), self._queue[0].path.name)

    def _took(self, given: _Given, item: Item) -> None:
        if given.owner == self.owner:
            self.panel.add(item)
        elif not given.owner.startswith("form "):
            self._stash.setdefault(given.owner, []).append(item)
        self._next()

    def _not_taken(self, given: _Given, error: Exception) -> None:
        if given.owner == self.owner:
            self.panel.add_problem(given.path.name, self._session.tell(error))
        self._next()

    def _next(self) -> None:
        self._busy = False
        self._queue.popleft()
        self._done += 1
        self._go_on()

    def turn_to(self, owner: str) -> None:
        """Show the files that wait for another dossier; what waits for this one is kept until it comes back."""
        if owner == self.owner:
            return
        if self.panel.items:
            self._stash[self.owner] = list(self.panel.items)
        self.owner = owner
        self.panel.put(self._stash.pop(owner, ()))

    def written(self, owner: str, items: Sequence[Item]) -> None:
        """Let go of files that are in a dossier now, wherever they wait."""
        done = {item.taken.sha256 for item in items}
        if owner == self.owner:
            self.panel.put([item for item in self.panel.items if item.taken.sha256 not in done])
        elif owner in self._stash:
            self._stash[owner] = [item for item in self._stash[owner] if item.taken.sha256 not in done]

    def restore(self, states: Any) -> None:
        """Show the files of a draft; one that the vault has lost is told, not shown."""
        items = [Item.from_state(one) for one in states if isinstance(one, dict)] if isinstance(states, list) else []
        for item in items:
            self._restoring += 1
            back, lost = partial(self._restored, self.owner), partial(self._lost, self.owner, item)
            self._session.run(partial(self._again, item), back, lost)

    def _restored(self, owner: str, item: Item) -> None:
        self._restoring -= 1
        if owner == self.owner:
            self.panel.add(item)
        self._tell_settled()

    def _again(self, item: Item) -> Item:
        return replace(item, thumb=thumb_of(self._session.desk.files.staged(item.taken.sha256), item.taken))

    def _lost(self, owner: str, item: Item, error: Exception) -> None:
        self._restoring -= 1
        if owner == self.owner:
            self.panel.add_problem(item.taken.name, self._session.tell(error))
        self._tell_settled()

    def look_at(self, taken: Taken) -> None:
        """Show a file that is not saved yet."""
        desk = self._session.desk
        self.viewer.show(taken, lambda: desk.files.staged(taken.sha256))

    def put_away(self, items: Sequence[Item], strip: Strip) -> None:
        """Move the scanner's files aside, now that an entry names what was in them."""
        sources = [Path(item.source) for item in items if item.source]
        if sources:
            self._session.run(lambda: [path for path in sources if not put_away(path)], partial(self._put_away, strip))

    def _put_away(self, strip: Strip, stayed: list[Path]) -> None:
        if stayed:
            strip.say(Message("warn", self._session.words.say("window.attach.not_moved", name=stayed[0].name)))


class Viewer(QObject):
    """Shows a file page by page; every page is rendered on the worker from the encrypted file."""

    def __init__(self, session: Session, sheet: FileSheet) -> None:
        super().__init__(session)
        self._session = session
        self.sheet = sheet
        self._taken: Taken | None = None
        self._dossier = ""
        self._read: Callable[[], bytes] = bytes
        sheet.picture_asked.connect(self._draw)
        sheet.export_asked.connect(self.export)

    def show(self, taken: Taken, read: Callable[[], bytes], dossier: str = "") -> None:
        """Open the sheet; a file of a dossier may be written out."""
        self._taken, self._read, self._dossier = taken, read, dossier
        self.sheet.open(taken.name, taken.pages, may_export=bool(dossier))

    def _draw(self, page: int) -> None:
        taken, read = self._taken, self._read
        if taken is None:
            return
        pixels = self.sheet.preview.pixels
        draw = partial(_picture, read, taken.name, page, pixels)
        self._session.run(draw, partial(self._drawn, page), self._not_drawn, key="attachment")

    def _drawn(self, page: int, image: QImage | None) -> None:
        if image is None and self._taken is not None:
            self.sheet.say(self._session.words.say("window.attach.preview.none", name=self._taken.name))
        elif image is not None:
            self.sheet.show_picture(page, image)

    def _not_drawn(self, error: Exception) -> None:
        self.sheet.say(self._session.tell(error))

    def export(self) -> None:
        """Write the file out where the clerk says."""
        taken, dossier, desk = self._taken, self._dossier, self._session.desk
        if taken is None:
            return
        title = self._session.words.say("window.attach.preview.export")
        path, _kind = QFileDialog.getSaveFileName(self.sheet, title, taken.name)
        if path:
            out = Path(path)
            self._session.run(
                lambda: desk.files.write_out(dossier, taken.sha256, out), partial(self._exported, path), self._not_drawn
            )

    def _exported(self, path: str, _taken: Taken) -> None:
        self.sheet.say(self._session.words.say("window.attach.preview.exported", path=path))


def _picture(read: Callable[[], bytes], name: str, page: int, pixels: int) -> QImage | None:
    """Return a page of a file as a picture, None for a kind that has none; runs on the worker."""
    data = read()
    # Files of the first months were stored unchecked; none is decoded before it is.
    kind = check(data, name)
    if kind is Kind.PDF:
        return page_of(data, page, pixels)
    image = None if kind in {Kind.DOCX, Kind.XLSX, Kind.TEXT} else QImage.fromData(data)
    if image is not None and image.isNull():
        raise InvalidInput("attachment.damaged", name=name)
    return image


def thumb_of(data: bytes, taken: Taken) -> QImage | None:
    """Return a small picture of a file, None where it has none."""
    try:
        image = _picture(lambda: data, taken.name, 0, _THUMB_PIXELS)
    except OneStopError:
        return None
    return image.scaledToHeight(_THUMB_PIXELS) if image is not None and image.height() > _THUMB_PIXELS else image
