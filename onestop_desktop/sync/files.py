"""Attachments on their way up: tus 1.0 over the hub's connection, by content, resumed at any byte, never sent twice.

https://tus.io/protocols/resumable-upload: creation and core. A file's place is its SHA-256; the hub calls it complete
only when its bytes hash to that.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from onestop_desktop.errors import Refused, TryLater
from onestop_desktop.sync.http import HttpPeer, Reply, authorised

VERSION = {"tus-resumable": "1.0.0"}
LEAST, MOST = 4 << 10, 256 << 10
"""Bytes of a piece: it grows while the line holds and shrinks when it breaks."""


@dataclass(slots=True)
class Sender:
    """Sends files over a peer; `progress(sent, whole)` counts bytes of the file in hand."""

    peer: HttpPeer
    token: bytes
    progress: Callable[[int, int], None] = lambda _sent, _whole: None
    piece: int = 32 << 10

    def send(self, sha256: str, data: bytes) -> int:
        """Bring a file up to the hub and return how many bytes had to be sent.

        Raises:
            TryLater: the line broke; the hub keeps what it has, the next call goes on there.
            Refused: `file.…` by the hub.
        """
        place = f"/v1/files/{sha256}"
        at = self._offset(place)
        if at is None:
            self._create(sha256, len(data))
            at = 0
        start = at
        while at < len(data):
            at = self._patch(place, data, at)
            self.progress(at, len(data))
        return at - start

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return VERSION | authorised(self.token) | more

    def _offset(self, place: str) -> int | None:
        """Return how much the hub has; None when it knows nothing of the file."""
        try:
            reply = self.peer.request("HEAD", place, headers=self._headers({}))
        except Refused as error:
            if error.code == "file.unknown":
                return None
            raise
        return _offset_of(reply)

    def _create(self, sha256: str, length: int) -> None:
        name = base64.b64encode(sha256.encode()).decode()
        headers = self._headers({"upload-length": str(length), "upload-metadata": f"sha256 {name}"})
        self.peer.request("POST", "/v1/files", headers=headers)

    def _patch(self, place: str, data: bytes, at: int) -> int:
        headers = self._headers({"upload-offset": str(at), "content-type": "application/offset+octet-stream"})
        try:
            reply = self.peer.request("PATCH", place, data[at : at + self.piece], headers)
        except TryLater:
            self.piece = max(LEAST, self.piece // 2)
            raise
        self.piece = min(MOST, self.piece * 2)
        return _offset_of(reply)


def _offset_of(reply: Reply) -> int:
    text = reply.headers.get("upload-offset", "")
    if not (text.isascii() and text.isdigit()):
        raise TryLater("link.portal")
    return int(text)
