"""Scans and files of dossiers: checked, made small, stored encrypted, shown again, written out when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.pictures import shrink
from onestop_desktop.domain.attachment import (
    LARGEST,
    PICTURES,
    Digitised,
    Kind,
    Named,
    Taken,
    check,
    clean_name,
    digitised,
    fitting_name,
)  # fmt: skip
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import Damaged, InvalidInput, Refused, TryLater
from onestop_desktop.settings import ATTACH_KB
from onestop_desktop.store import journal


class Files:
    """The desk's files; a method takes as long as its one file, so many files are taken one call each.

    `limit_kb` is the most kB of a page of a picture where a call says nothing else: this PC's setting, which whoever
    opens the desk hands in, for the desk itself reads no settings.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.limit_kb = ATTACH_KB

    def take(self, source: Path | bytes, name: str = "", paper: str = "", *, limit_kb: int = 0) -> Taken:
        """Check a file, make a picture of it at most `limit_kb` kB a page, and store it durably; no entry names it yet.

        Raises:
            InvalidInput: `attachment.unreadable`, or what `domain.attachment.check` and `desk.pictures.shrink` raise.
            TryLater: `store.disk_full`, `store.cannot_write`; nothing half-written stays.
        """
        return take(self._core, source, name, paper, limit_kb=limit_kb or self.limit_kb)

    def open(self, dossier: str, sha256: str) -> bytes:
        """Return a file of a dossier.

        Raises:
            InvalidInput: `dossier.unknown`, `attachment.unknown` when the dossier has no such file.
            Damaged: `vault.missing`, `vault.damaged`.
        """
        if sha256 not in {str(one.get("sha256", "")) for one in self._state(dossier).attachments}:
            raise InvalidInput("attachment.unknown", file=sha256[:12])
        return self._core.store.vault.get(sha256)

    def staged(self, sha256: str) -> bytes:
        """Return a file that was taken and that no entry names yet; raises Damaged `vault.missing`, `vault.damaged`."""
        return self._core.store.vault.get(sha256)

    def listed(self, dossier: str) -> tuple[Taken, ...]:
        """Return the files of a dossier in the order in which they came."""
        return tuple(Taken.from_body(one) for one in self._state(dossier).attachments)

    def one(self, dossier: str, which: str) -> Taken:
        """Return a dossier's file by its place in the list counted from 1, or by the beginning of its SHA-256.

        Raises:
            InvalidInput: `dossier.unknown`, `attachment.unknown`.
        """
        files = self.listed(dossier)
        if which.isdecimal() and len(which) < 4:
            at = int(which)
            if 1 <= at <= len(files):
                return files[at - 1]
        found = {file.sha256: file for file in files if len(which) >= 6 and file.sha256.startswith(which.lower())}
        if len(found) != 1:
            raise InvalidInput("attachment.unknown", file=which[:64])
        return next(iter(found.values()))

    def write_out(self, dossier: str, which: str, out: Path) -> Taken:
        """Write a file in clear where the caller asks for it; never inside the data directory.

        Raises:
            InvalidInput: as `one`.
            Refused: `attachment.inside_data`.
            TryLater: `attachment.unwritable`.
        """
        file = self.one(dossier, which)
        if out.resolve().is_relative_to(self._core.store.site.data.resolve()):
            raise Refused("attachment.inside_data", path=str(out)[-120:])
        data = self.open(dossier, file.sha256)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(data)
        except OSError:
            raise TryLater("attachment.unwritable", path=str(out)[-120:]) from None
        return file

    def digitised(self, dossier: str) -> Digitised:
        """Return which papers of a dossier's list have a file; raises InvalidInput `dossier.unknown`."""
        state = self._state(dossier)
        return digitised([paper.name for paper in state.papers], state.attachments)

    def _state(self, dossier: str) -> Dossier:
        return state_of(self._core, dossier)


def state_of(core: Core, dossier: str) -> Dossier:
    """Return a dossier as folded; raises InvalidInput `dossier.unknown`."""
    state = core.store.read(lambda c: journal.dossier_of(c, dossier))
    if state is None:
        raise InvalidInput("dossier.unknown", number=dossier)
    return state


def take(core: Core, source: Path | bytes, name: str = "", paper: str = "", *, limit_kb: int = ATTACH_KB) -> Taken:
    """Check, make small and store one file; see `Files.take`."""
    given = name or (source.name if isinstance(source, Path) else "")
    data = source if isinstance(source, bytes) else _read(source)
    kind = check(data, given)
    told, mismatch = fitting_name(given, kind)
    doubts: tuple[str, ...] = ("attachment.mismatch",) if mismatch else ()
    pages = 0
    if kind in PICTURES:
        made = shrink(data, kind, told, limit_kb * 1024)
        data, pages = made.data, made.pages if made.pages > 1 else 0
        if made.kind is not kind:
            kind, told = made.kind, _renamed(told, made.kind)
        doubts += ("attachment.still_large",) if made.large else ()
    elif kind is Kind.PDF:
        pages, doubt = _pages(data)
        doubts += doubt
    return Taken(
        told, core.store.vault.put(data), len(data), str(kind), clean(paper, "attachments", 1000), pages, doubts
    )


def _renamed(name: str, kind: Kind) -> str:
    return fitting_name(name.rpartition(".")[0] or name, kind)[0]


def _read(path: Path) -> bytes:
    told = clean_name(path.name)
    try:
        # A pipe or device would never end; what is too large is not read into the memory first.
        size = path.stat().st_size if path.is_file() else -1
        if 0 <= size <= LARGEST:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise InvalidInput("attachment.unreadable", path=told) from None
    if size < 0:
        raise InvalidInput("attachment.unreadable", path=told)
    if size > LARGEST or len(data) > LARGEST:
        raise InvalidInput("attachment.too_large", path=told, limit=LARGEST >> 20)
    return data


def _pages(data: bytes) -> tuple[int, tuple[str, ...]]:
    """Return how many pages a PDF has; one that cannot be opened here is kept and told: another program may open it."""
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415  imported on first use

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        return 0, ("attachment.locked" if "password" in str(error).lower() else "attachment.pdf_damaged",)
    try:
        return len(document), ()
    finally:
        document.close()


def stored(core: Core, named: Sequence[str | Named], limit_kb: int = ATTACH_KB) -> tuple[Taken, ...]:
    """Store files durably before anything is promised; the entry names them by content.

    Raises:
        InvalidInput: what `take` raises, and `attachment.not_stored` for a SHA-256 that the vault does not hold.
    """
    return tuple(_stored(core, one, limit_kb) for one in named)


def bodies(files: Sequence[Taken]) -> tuple[Mapping[str, str | int], ...]:
    """Return files as an entry names them."""
    return tuple(file.as_body() for file in files)


def doubts_of(files: Sequence[Taken], papers: Sequence[str]) -> tuple[str, ...]:
    """Return what is worth a second look in files, as codes: of a dossier with a list of papers, also their names."""
    found = [doubt for file in files for doubt in file.doubts]
    if papers and any(file.paper and file.paper not in papers for file in files):
        found.append("doubt.other_paper")
    return tuple(dict.fromkeys(found))


def _stored(core: Core, one: str | Named, limit_kb: int) -> Taken:
    if isinstance(one, str):
        return take(core, Path(one), limit_kb=limit_kb)
    if one.path:
        return take(core, Path(one.path), one.name, one.paper, limit_kb=limit_kb)
    try:
        data = core.store.vault.get(one.sha256)
    except Damaged:
        raise InvalidInput("attachment.not_stored", name=clean_name(one.name)) from None
    kind = check(data, one.name)
    return replace(
        Taken(fitting_name(one.name, kind)[0], one.sha256, len(data), str(kind), one.paper),
        pages=one.pages if kind is Kind.PDF else 0,
    )
