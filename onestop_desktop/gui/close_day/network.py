"""Whether a network has come: asked of the system, nothing is sent to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation


def own_addresses() -> frozenset[str]:
    """Return this PC's addresses in networks; its own loop and what it gives itself on a dead cable are none."""
    from PySide6.QtNetwork import QNetworkInterface  # noqa: PLC0415  not needed until the window stands

    found = QNetworkInterface.allAddresses()
    return frozenset(one.toString() for one in found if not (one.isLoopback() or one.isLinkLocal()))


class Network(QObject):
    """Looks for networks; `reached` says that the system sees the world again, for instance behind a router."""

    reached = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: frozenset[str] | None = None

    def look(self) -> bool:
        """Say whether this PC has an address that it had not at the last look; the first look only learns them."""
        now = own_addresses()
        known, self._known = self._known, now
        if known is None:
            self._listen()
            return False
        return bool(now - known)

    def _listen(self) -> None:
        from PySide6.QtNetwork import QNetworkInformation  # noqa: PLC0415

        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            system = QNetworkInformation.instance()
            if system is not None:
                system.reachabilityChanged.connect(self.system_says)

    def system_says(self, state: QNetworkInformation.Reachability) -> None:
        """Take what the system says of the world."""
        if state is type(state).Online:
            self.reached.emit()
