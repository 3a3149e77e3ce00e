"""A poor line for the demo: a relay on this PC that drops every connection after some bytes, as often as it is told."""

from __future__ import annotations

import contextlib
import socket
import threading


class PoorLine:
    """Relays a port of this PC to another one; the first `cuts` connections break after `length` bytes upwards."""

    def __init__(self, port: int, *, cuts: int, length: int) -> None:
        self.broken = 0
        self._to = port
        self._cuts = cuts
        self._length = length
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._ear.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Take no further connection."""
        self._ear.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _address = self._ear.accept()
            except OSError:
                return
            breaks = self.broken < self._cuts
            with contextlib.suppress(OSError):
                far = socket.create_connection(("127.0.0.1", self._to))
                room = self._length if breaks else None
                threading.Thread(target=self._up, args=(near, far, room), daemon=True).start()
                threading.Thread(target=_pass_on, args=(far, near, None), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket, room: int | None) -> None:
        self.broken += _pass_on(near, far, room)


def _pass_on(source: socket.socket, target: socket.socket, room: int | None) -> bool:
    """Copy bytes until the end, or until no more may pass; then both sides see the line go dead. Say whether it did."""
    broke = False
    with contextlib.suppress(OSError):
        while data := source.recv(4096):
            part = data if room is None else data[:room]
            target.sendall(part)
            if room is not None:
                room -= len(part)
                if room <= 0:
                    broke = True
                    break
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
    return broke
