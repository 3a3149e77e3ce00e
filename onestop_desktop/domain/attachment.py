"""Scans and files of a dossier: which kinds are taken, told by their bytes; how a name becomes harmless; their facts.

Nothing is decoded or unpacked here: a file that is small on the disk and huge in memory is refused by what its header
says. Digitising at the intake: Decree 107/2021/NĐ-CP, which amends Decree 61/2018/NĐ-CP.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from types import MappingProxyType
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from onestop_desktop.domain.pixels import PAGES_LIMIT, sizes
from onestop_desktop.domain.text import clean, nfc
from onestop_desktop.errors import InvalidInput

FILES_LIMIT = 60
"""Files of one intake or one step."""

NAME_LIMIT = 120
PAPER_LIMIT = 1000
PIXELS_LIMIT = 75_000_000
"""A sheet of A3 at 600 dots per inch has 70 million pixels; what has more is no paper."""

SIDE_LIMIT = 30_000
_MIB = 1024 * 1024
_PARTS_LIMIT = 5000
_TYPES_LIMIT = _MIB


class Kind(StrEnum):
    """What a file is, by its bytes; its name has no say."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    DOCX = "docx"
    XLSX = "xlsx"
    TEXT = "text"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.WEBP})

SUFFIXES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.PDF: (".pdf",), Kind.JPEG: (".jpg", ".jpeg", ".jfif"), Kind.PNG: (".png",), Kind.TIFF: (".tif", ".tiff"),
        Kind.WEBP: (".webp",), Kind.DOCX: (".docx",), Kind.XLSX: (".xlsx",), Kind.TEXT: (".txt", ".csv"),
    }
)  # fmt: skip
"""The ends of a name that fit each kind, the usual one first."""

LIMITS: Mapping[Kind, int] = MappingProxyType(
    dict.fromkeys(Kind, 50 * _MIB) | {Kind.DOCX: 20 * _MIB, Kind.XLSX: 20 * _MIB, Kind.TEXT: 2 * _MIB}
)
"""The most bytes of each kind as it comes in; pictures are made smaller before they are stored."""

LARGEST = max(LIMITS.values())

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF), (b"\xff\xd8\xff", Kind.JPEG), (b"\x89PNG\r\n\x1a\n", Kind.PNG), (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
)  # fmt: skip
_HEIC = re.compile(rb"....ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)", re.DOTALL)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = re.compile(r"vbaproject|macroenabled|activex", re.IGNORECASE)
_MAIN: tuple[tuple[str, Kind], ...] = (
    ("wordprocessingml.document.main+xml", Kind.DOCX), ("spreadsheetml.sheet.main+xml", Kind.XLSX),
)  # fmt: skip
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

_SHA256 = re.compile("[0-9a-f]{64}")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it lies in the vault: the facts that an entry holds.

    `size` is in bytes, `paper` the name of the paper that it shows (empty: none), `pages` is 0 where none are counted.
    `doubts` are codes of what is worth a second look; they are told, not recorded.
    """

    name: str
    sha256: str
    size: int
    kind: str
    paper: str = ""
    pages: int = 0
    doubts: tuple[str, ...] = ()

    def as_body(self) -> dict[str, str | int]:
        """Return the entry's object; what is empty is absent."""
        body: dict[str, str | int] = {"name": self.name, "sha256": self.sha256, "size": self.size, "kind": self.kind}
        return body | ({"paper": self.paper} if self.paper else {}) | ({"pages": self.pages} if self.pages else {})

    @staticmethod
    def from_body(body: Mapping[str, Any]) -> Taken:
        """Read an entry's object; entries of the first months know no kind."""
        name, sha256, kind, paper = (str(body.get(key, "")) for key in ("name", "sha256", "kind", "paper"))
        return Taken(name, sha256, int(body.get("size", 0)), kind, paper, int(body.get("pages", 0)))


@dataclass(frozen=True, slots=True)
class Named:
    """A file as a line or a form names it: by its path, or by the SHA-256 under which it is already stored."""

    path: str = ""
    sha256: str = ""
    name: str = ""
    paper: str = ""
    pages: int = 0


# -- what a file is ------------------------------------------------------------------------------------------------


def check(data: bytes, name: str) -> Kind:
    """Return the kind of a file.

    Raises:
        InvalidInput: `attachment.empty`, `attachment.kind`, `attachment.heic`, `attachment.old_office`,
            `attachment.macro`, `attachment.too_large`, `attachment.pixels`, `attachment.pages`, `attachment.damaged`.
    """
    told = clean_name(name)
    if not data:
        raise InvalidInput("attachment.empty", name=told)
    kind = _kind(data, told)
    if len(data) > LIMITS[kind]:
        raise InvalidInput("attachment.too_large", path=told, limit=LIMITS[kind] // _MIB)
    if kind in PICTURES:
        _check_pixels(data, kind, told)
    return kind


def _kind(data: bytes, name: str) -> Kind:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(b"PK\x03\x04"):
        return _office(data, name)
    if _HEIC.match(data):
        raise InvalidInput("attachment.heic", name=name)
    if data.startswith(_OLD_OFFICE):
        raise InvalidInput("attachment.old_office", name=name)
    if _is_text(data):
        return Kind.TEXT
    raise InvalidInput("attachment.kind", name=name)


def _is_text(data: bytes) -> bool:
    if len(data) > LIMITS[Kind.TEXT]:
        return False
    try:
        return not _NO_TEXT.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _office(data: bytes, name: str) -> Kind:
    try:
        parts, types = _parts(data)
    except Exception:  # noqa: BLE001  a made-up archive raises whatever it likes; all of it means one thing
        raise InvalidInput("attachment.damaged", name=name) from None
    if _MACROS.search(types) or any(_MACROS.search(part) for part in parts):
        raise InvalidInput("attachment.macro", name=name)
    kind = next((kind for main, kind in _MAIN if main in types), None)
    if kind is None:
        raise InvalidInput("attachment.kind", name=name)
    return kind


def _parts(data: bytes) -> tuple[list[str], str]:
    """Return the names in an archive and what it says of their types; an archive that says nothing is no document."""
    with ZipFile(BytesIO(data)) as box:
        parts = box.namelist()
        if len(parts) > _PARTS_LIMIT:
            raise ValueError(len(parts))
        if "[Content_Types].xml" not in parts:
            return parts, ""
        told = box.getinfo("[Content_Types].xml")
        # Only these two kinds of packing stop unpacking at the limit.
        if told.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or told.file_size > _TYPES_LIMIT:
            raise ValueError(told.compress_type)
        with box.open(told) as types:
            return parts, types.read(_TYPES_LIMIT).decode("utf-8")


def _check_pixels(data: bytes, kind: Kind, name: str) -> None:
    try:
        found = sizes(data, kind)
    except ValueError:
        raise InvalidInput("attachment.damaged", name=name) from None
    if len(found) > PAGES_LIMIT:
        raise InvalidInput("attachment.pages", name=name, limit=PAGES_LIMIT)
    for width, height in found:
        check_pixels(width, height, name)


def check_pixels(width: int, height: int, name: str) -> None:
    """Refuse a picture that would fill the memory; raises InvalidInput `attachment.pixels`."""
    if width * height > PIXELS_LIMIT or max(width, height) > SIDE_LIMIT:
        raise InvalidInput("attachment.pixels", name=name, width=width, height=height)


# -- what a file is called -----------------------------------------------------------------------------------------


def clean_name(name: str) -> str:
    """Return a file's name as data: no path, no sign that cannot be seen or that a file system minds.

    Reserved names of Windows ("CON.pdf") get a low line in front; cleaning twice changes nothing.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if letter.isspace() else letter for letter in nfc(last))
    seen = "".join(letter for letter in seen if unicodedata.category(letter) not in _UNSEEN)
    plain = " ".join(_FORBIDDEN.sub("_", nfc(seen)).split()).strip(". ")
    if len(plain) > NAME_LIMIT:
        stem, dot, suffix = plain.rpartition(".")
        end = dot + suffix if dot and len(suffix) <= 8 else ""
        plain = nfc((stem if end else plain)[: NAME_LIMIT - len(end) - 1].strip(". ") + end)
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return plain or "tep"


def fitting_name(name: str, kind: Kind) -> tuple[str, bool]:
    """Return a clean name whose end fits the kind, and whether the given one said something else."""
    plain = clean_name(name)
    if plain.lower().endswith(SUFFIXES[kind]):
        return plain, False
    bare = "." not in plain
    return f"{plain[: NAME_LIMIT - 6]}{SUFFIXES[kind][0]}", not bare


# -- how a line names files ----------------------------------------------------------------------------------------


def read_named(value: object, field: str, papers: Sequence[str]) -> tuple[str | Named, ...]:
    """Read files as a line or a form names them: a path, `{"path", "paper"}`, or the facts of a stored file.

    `paper` is a paper's name, or its place in `papers` counted from 1. Raises InvalidInput with the field's name,
    `attachment.paper` for a place that the list does not have.
    """
    if not isinstance(value, list):
        raise InvalidInput("input.type", field=field)
    if len(value) > FILES_LIMIT:
        raise InvalidInput("input.count", field=field, value=len(value), limit=FILES_LIMIT)
    return tuple(one if isinstance(one, str) else _named(one, field, papers) for one in value)


_KEYS = frozenset({"path", "sha256", "name", "paper", "size", "kind", "pages"})


def _named(value: object, field: str, papers: Sequence[str]) -> Named:
    if not isinstance(value, Mapping):
        raise InvalidInput("input.type", field=field)
    for key in value:
        if key not in _KEYS:
            raise InvalidInput("input.unknown_key", key=str(key), field=field)
    texts = [value.get(name, "") for name in ("path", "sha256", "name")]
    pages = value.get("pages", 0)
    if not all(isinstance(one, str) for one in texts) or type(pages) is not int or not 0 <= pages <= 100_000:
        raise InvalidInput("input.type", field=field)
    path, sha256, name = texts
    if bool(path) == bool(sha256) or (sha256 and not _SHA256.fullmatch(sha256)):
        raise InvalidInput("input.type", field=field)
    return Named(path, sha256, name, paper_name(value.get("paper", ""), papers, field), pages)


def paper_name(value: object, papers: Sequence[str], field: str) -> str:
    """Return a paper's name from its name or its place in the list; raises InvalidInput `attachment.paper`."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= len(papers):
            raise InvalidInput("attachment.paper", no=str(value)[:20], count=len(papers))
        return papers[value - 1]
    if not isinstance(value, str):
        raise InvalidInput("input.type", field=field)
    return clean(value, field, PAPER_LIMIT)


# -- digitised -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Digitised:
    """Which papers of a dossier's list have a file: (name, has one) in the list's order; an axis beside the status."""

    papers: tuple[tuple[str, bool], ...] = ()

    @property
    def complete(self) -> bool:
        """Say whether the dossier is digitised ("đã số hóa"): it has papers, and each has a file."""
        return bool(self.papers) and all(has for _name, has in self.papers)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the papers without a file."""
        return tuple(name for name, has in self.papers if not has)


def digitised(papers: Sequence[str], files: Sequence[Mapping[str, Any]]) -> Digitised:
    """Say which papers have a file that names them; small and capital letters are the same."""
    shown = {nfc(str(one.get("paper", ""))).casefold() for one in files}
    return Digitised(tuple((name, bool(name) and nfc(name).casefold() in shown) for name in papers))
