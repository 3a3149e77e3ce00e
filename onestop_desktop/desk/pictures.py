"""Pictures of papers made small enough to be kept and sent: upright, without EXIF and place, still to be read.

Pillow is imported on first use. Only the one decoder that fits a file's bytes is ever asked, and only after the header
has told how many pixels there will be.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from onestop_desktop.domain.attachment import Kind, check_pixels
from onestop_desktop.domain.pixels import is_plain
from onestop_desktop.errors import InvalidInput, OneStopError

if TYPE_CHECKING:
    from PIL.Image import Image

FLOOR = 1600
"""The long side in pixels below which a sheet of A4 is no longer shrunk: 137 dots per inch, small print is legible."""

LADDER: tuple[tuple[int, int], ...] = ((2480, 82), (2480, 70), (2000, 68), (1754, 60), (FLOOR, 48), (FLOOR, 36))
"""Long side in pixels and JPEG quality, tried one after the other until a page is small enough."""

_WIDTH = 595.28
"""Points of the width of A4; pictures carry no size of their own that could be trusted."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture as it is kept: one page as JPEG or PNG, several as PDF; `large` when it is still above the limit."""

    data: bytes
    kind: Kind
    pages: int = 1
    large: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    kind: Kind
    size: tuple[int, int]
    grey: bool
    packed: bytes = b""


def shrink(data: bytes, kind: Kind, name: str, limit: int) -> Shrunk:
    """Return a picture of at most `limit` bytes a page where that leaves it legible; never more pixels than before.

    One that is small enough, upright and nothing but pixels stays as it is, byte by byte.

    Raises:
        InvalidInput: `attachment.damaged`, `attachment.pixels`.
    """
    with _hostile(name):
        if len(data) <= limit and is_plain(data, kind):
            _look_through(data, kind, name)
            return Shrunk(data, kind)
        pages = list(_pages(data, kind, name, limit))
        large = any(len(page.packed or page.data) > limit for page in pages)
        if len(pages) > 1:
            return Shrunk(_bound(pages), Kind.PDF, len(pages), large)
        return Shrunk(pages[0].data, pages[0].kind, 1, large)


@contextmanager
def _hostile(name: str) -> Iterator[None]:
    try:
        yield
    except OneStopError:
        raise
    except Exception:  # noqa: BLE001  a made-up picture raises whatever it likes; all of it means one thing
        raise InvalidInput("attachment.damaged", name=name) from None


def _look_through(data: bytes, kind: Kind, name: str) -> None:
    """Decode a picture once: what cannot be shown is not kept."""
    from PIL import Image  # noqa: PLC0415  imported on first use

    with Image.open(BytesIO(data), formats=[kind.value.upper()]) as opened:
        check_pixels(*opened.size, name)
        opened.load()


def _pages(data: bytes, kind: Kind, name: str, limit: int) -> Iterator[_Page]:
    from PIL import Image, ImageSequence  # noqa: PLC0415  imported on first use

    with Image.open(BytesIO(data), formats=[kind.value.upper()]) as opened:
        check_pixels(*opened.size, name)
        for frame in ImageSequence.Iterator(opened) if kind is Kind.TIFF else (opened,):
            check_pixels(*frame.size, name)
            if kind is Kind.JPEG:
                frame.draft(frame.mode, (LADDER[0][0], LADDER[0][0]))
            yield _page(_upright(frame), limit)


def _upright(frame: Image) -> Image:
    """Return the pixels alone, turned as the camera says, in one of three modes: bilevel, grey, colour."""
    from PIL import Image as Pixels  # noqa: PLC0415  imported on first use
    from PIL import ImageOps  # noqa: PLC0415  imported on first use

    turned: Image = frame
    # EXIF that cannot be read costs the turning, not the picture.
    with suppress(Exception):
        turned = ImageOps.exif_transpose(frame)
    if turned.mode.startswith("I") or turned.mode == "F":
        turned = turned.point(lambda value: value / 256).convert("L")
    if turned.mode in {"LA", "PA", "La", "RGBA", "RGBa"} or "transparency" in turned.info:
        grey = turned.mode in {"LA", "La"}
        layer = turned.convert("RGBA")
        turned = Pixels.alpha_composite(Pixels.new("RGBA", layer.size, "white"), layer).convert("L" if grey else "RGB")
    if turned.mode not in {"1", "L", "RGB"}:
        turned = turned.convert("RGB")
    turned = turned.copy()
    turned.info = {}
    return turned


def _page(picture: Image, limit: int) -> _Page:
    if picture.mode == "1":
        flat = _saved(picture, "PNG", optimize=True)
        if len(flat) <= limit:
            return _Page(flat, Kind.PNG, picture.size, grey=True, packed=zlib.compress(picture.tobytes(), 9))
        picture = picture.convert("L")
    made = b""
    size, smaller = picture.size, picture
    for side, quality in LADDER:
        wanted = _fitted(picture.size, side)
        if wanted != smaller.size:
            smaller = picture.resize(wanted, reducing_gap=2.0)
        made = _saved(smaller, "JPEG", quality=quality, optimize=True)
        size = wanted
        if len(made) <= limit:
            break
    return _Page(made, Kind.JPEG, size, grey=picture.mode == "L")


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(round(one * side / longest), 1) for one in size)
    return width, height


def _saved(picture: Image, form: str, **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def _bound(pages: list[_Page]) -> bytes:
    """Bind pages to a PDF without packing their pixels a second time; equal pages give equal bytes."""
    from pikepdf import Dictionary, Name, Pdf, Stream  # noqa: PLC0415  imported on first use

    document = Pdf.new()
    for page in pages:
        width, height = page.size
        tall = _WIDTH * height / width
        image = Stream(document, page.packed or page.data)
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, width, height
        image.ColorSpace = Name.DeviceGray if page.grey else Name.DeviceRGB
        image.BitsPerComponent = 1 if page.packed else 8
        image.Filter = Name.FlateDecode if page.packed else Name.DCTDecode
        sheet = document.add_blank_page(page_size=(_WIDTH, tall))
        sheet.obj.Resources = Dictionary(XObject=Dictionary(Page=image))
        sheet.obj.Contents = Stream(document, f"{_WIDTH} 0 0 {tall:.2f} 0 0 cm /Page Do".encode())
    out = BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
