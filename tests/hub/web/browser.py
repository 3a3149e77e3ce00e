"""A headless Chromium spoken to over a pair of pipes: it opens pages, types, presses, and takes pictures."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--force-color-profile=srgb", "--no-proxy-server", "--lang=vi",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
"""The browser speaks to this machine alone."""


def program() -> str | None:
    """Return the browser's path, where there is one."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
                None)  # fmt: skip


@dataclass
class Tab:
    """One page of the browser; `said` are the events that came meanwhile."""

    out: int
    back: int
    session: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _rest: bytes = b""

    def ask(self, method: str, **facts: Any) -> dict[str, Any]:
        """Give an order and return the answer."""
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": facts}
        if self.session:
            order["sessionId"] = self.session
        os.write(self.out, json.dumps(order).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self.said.append(message)

    def wait(self, event: str) -> None:
        while not any(one.get("method") == event for one in self.said):
            self.said.append(self._read())

    def open(self, address: str) -> None:
        self.said.clear()
        self.ask("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def press(self, selector: str) -> None:
        """Press what leads to another page."""
        self.said.clear()
        self.look(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait("Page.loadEventFired")

    def type(self, selector: str, text: str) -> None:
        self.look(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)

    def look(self, expression: str) -> Any:
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def size(self, width: int, height: int) -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)  # fmt: skip

    def picture(self, path: Path, *, whole: bool = False) -> None:
        self.look("document.fonts.ready.then(() => true)")
        self.ask("Runtime.evaluate", expression="document.fonts.ready", awaitPromise=True)
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self.back, 1 << 20)
            assert more, "the browser went away"
            self._rest += more
        whole, _gap, self._rest = self._rest.partition(b"\0")
        return json.loads(whole)


@contextmanager
def opened(folder: Path) -> Iterator[Tab]:
    """Start the browser with a profile of its own, and give a tab."""
    path = program()
    assert path is not None
    their_in, out = os.pipe()
    back, their_out = os.pipe()

    def place() -> None:  # the browser reads orders from 3 and answers to 4
        os.dup2(their_in, 30)
        os.dup2(their_out, 31)
        os.dup2(30, 3)
        os.dup2(31, 4)

    started = subprocess.Popen(
        [path, *QUIET, "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"],
        preexec_fn=place,  # noqa: PLW1509  it does nothing but four system calls
        close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(their_in)
    os.close(their_out)
    try:
        tab = Tab(out, back)
        target = tab.ask("Target.createTarget", url="about:blank")["targetId"]
        tab.session = tab.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            tab.ask(f"{domain}.enable")
        yield tab
    finally:
        started.terminate()
        started.wait(20)
        os.close(out)
        os.close(back)
