"""Files for tests, made in memory: pictures of sheets, documents, and what hostile hands would send."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
GPS = 0x8825
ORIENTATION = 0x0112


def sheet(size: tuple[int, int] = (1240, 1754), mode: str = "RGB", noise: int = 0) -> Image.Image:
    """Return a sheet of paper with lines of print; `noise` makes it hard to pack, as a photograph is."""
    picture = Image.new("L", size, 245)
    pen = ImageDraw.Draw(picture)
    for top in range(40, size[1] - 40, 34):
        pen.text((60, top), f"UBND xa Sap Vat  so {top:05d}  Giay chung sinh  ngay 23/11/2026", fill=20)
    picture = picture.convert(mode)
    if noise:
        grain = Image.effect_noise(size, noise).convert(mode)
        picture = Image.blend(picture, grain, 0.5)
    return picture


def picture(form: str = "JPEG", made: Image.Image | None = None, **how: Any) -> bytes:
    """Return a picture as a file."""
    out = BytesIO()
    (made or sheet()).save(out, form, **how)
    return out.getvalue()


def photograph(size: tuple[int, int] = (1200, 900), orientation: int = 6) -> bytes:
    """Return a photograph that knows where it was taken and how the camera was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Vinaphone Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (21.0, 7.0, 3.0), 3: "E", 4: (104.0, 18.0, 9.0)})
    return picture("JPEG", sheet(size), exif=exif.tobytes(), comment=b"Lo Thi Kin Dao")


def pdf(pages: int = 1, **how: Any) -> bytes:
    """Return a PDF with empty sheets, the same bytes each time."""
    document = pikepdf.Pdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=(595, 842))
    out = BytesIO()
    document.save(out, deterministic_id="encryption" not in how, **how)
    return out.getvalue()


def archive(*parts: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as box:
        for name, data in parts:
            box.writestr(name, data)
    return out.getvalue()


def document(main: str = WORD, *more: tuple[str, bytes], types: str = "") -> bytes:
    """Return an Office document."""
    told = f'<Types><Override PartName="/main.xml" ContentType="{main}"/>{types}</Types>'
    return archive(("[Content_Types].xml", told.encode()), ("main.xml", b"<x/>"), *more)


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """Return a tiny PNG that says it has billions of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(4096))) + chunk(b"IEND", b"")
    )


def jpeg_bomb() -> bytes:
    """Return a small JPEG whose header says 65,000 × 65,000."""
    data = bytearray(picture("JPEG", sheet((64, 64))))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


def webp_bomb() -> bytes:
    """Return a WebP canvas of 16 million by 16 million."""
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\xff\xff" * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_bomb() -> bytes:
    """Return a TIFF of one page of 100,000 × 100,000."""
    tags = ((256, 4, 1, 100_000), (257, 4, 1, 100_000))
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + body + struct.pack("<I", 0)
