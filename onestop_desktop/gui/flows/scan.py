"""What happens with a scan: a card fills the applicant, a receipt shows its dossier, all else is told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from onestop_desktop.desk.views import DossierRow, KnownPerson, Scanned
from onestop_desktop.domain.idcard import salvage_number
from onestop_desktop.errors import KnownError, OneStopError
from onestop_desktop.gui import sounds
from onestop_desktop.gui.flows.intake import IntakeFlow
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.found import FoundCard
from onestop_desktop.gui.widgets.header import ScanBox

_TRY_AGAIN_MS = 30
_GARBLED = "idcard.garbled"


class ScanFlow(QObject):
    """Connects scan box, found card and intake."""

    def __init__(self, session: Session, box: ScanBox, found: FoundCard, intake: IntakeFlow) -> None:
        super().__init__(session)
        self._session = session
        self._box = box
        self._found = found
        self._intake = intake
        self._sounds = sounds.of(session)
        self.opens: Callable[[str], bool] = lambda _dossier: False
        """Opens a dossier where the page in front has a place for it; False leaves it to the card below the box."""
        self.at_list: Callable[[], bool] = lambda: False
        """Says whether the page in front shows dossiers: there a card asks for its holder's."""
        box.chosen.connect(self._chosen)
        box.entered.connect(self._entered)
        found.reprint_asked.connect(intake.reprint)
        found.closed.connect(intake.page.start)
        found.typed.connect(self._typed)

    def scanned(self, text: str) -> None:
        """Take a scan; while a dossier is being written it waits."""
        if self._intake.busy:
            QTimer.singleShot(_TRY_AGAIN_MS, self, lambda: self.scanned(text))
            return
        self._sounds.begin()
        self._found.hide()
        self._box.list.hide()
        self._box.put(text)
        try:
            scanned = self._session.desk.scan(text)
            understood = self._take(scanned)
            self._sounds.found(text, scanned)
        except KnownError as error:
            understood = self._not_understood(text, error)
        except OneStopError as error:
            understood = False
            self._sounds.unknown()
            self._found.say(self._session.tell(error))
        if understood:
            self._box.clear()

    def _take(self, scanned: Scanned) -> bool:
        if scanned.card is not None:
            return self._take_card(scanned)
        if scanned.dossier is not None:
            self._show(scanned.dossier)
            return True
        say = self._session.words.say
        if scanned.other_desk:
            self._sounds.unknown()
            self._found.say(say("window.scan.other_desk", desk=scanned.other_desk))
            return True
        if len(scanned.rows) == 1:
            self._show(scanned.rows[0])
            return True
        if scanned.rows:
            self._box.setFocus()
            self._box.suggest(self._box.text())
            return False
        self._sounds.unknown()
        self._found.say(say("window.scan.nothing"))
        return False

    def _take_card(self, scanned: Scanned) -> bool:
        """Fill the applicant; on a page that shows dossiers, find the holder's."""
        card = scanned.card
        if card is None or not self.at_list():
            if card is not None:
                self._intake.take_card(card, scanned.known)
            return True
        rows = self._session.desk.find(card.number, limit=2)
        if len(rows) == 1:
            self._show(rows[0])
        elif rows:
            self._box.setFocus()
            self._box.put(card.number)
            self._box.suggest(card.number)
            return False
        else:
            self._sounds.unknown()
            self._found.say(self._session.words.say("window.scan.nothing"))
        return True

    def _show(self, row: DossierRow) -> None:
        if not self.opens(row.id):
            self._found.show_dossier(row)

    def _not_understood(self, text: str, error: KnownError) -> bool:
        self._sounds.unknown()
        number = salvage_number(text) if error.code == _GARBLED else None
        if number:
            self._intake.take_number(number)
        self._found.say(self._session.tell(error))
        # A card's text is personal: it is shown nowhere and kept nowhere.
        return error.code.startswith("idcard.")

    def _typed(self, letter: str) -> None:
        """Go on in the scan box with what was begun on the card below it."""
        self._box.setFocus()
        self._box.clear()
        self._box.insert(letter)
        self._box.textEdited.emit(letter)

    def _entered(self) -> None:
        if self._box.text().strip():
            self.scanned(self._box.text().strip())

    def _chosen(self, value: object) -> None:
        self._box.clear()
        if isinstance(value, DossierRow):
            self._show(value)
        elif isinstance(value, KnownPerson):
            self._intake.take_person(value.person)
