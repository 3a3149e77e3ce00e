"""What the intake shows ahead while a clerk types: when it is due, what it costs, the receipt as it would be."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.pages.intake import IntakePage
from onestop_desktop.gui.printing import picture_of
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.timing import single_shot

FORECAST_MS = 120
PREVIEW_MS = 300


class IntakeAhead(QObject):
    """Forecast and preview of one page, a moment after the last key."""

    def __init__(self, session: Session, page: IntakePage) -> None:
        super().__init__(session)
        self._session = session
        self.page = page
        self._forecast_timer = single_shot(self, FORECAST_MS, self.show_forecast)
        self._preview_timer = single_shot(self, PREVIEW_MS, self.show_preview)
        page.aside.preview.width_changed.connect(self._preview_timer.start)

    def touch(self) -> None:
        """Something was typed."""
        self._forecast_timer.start()
        self._preview_timer.start()

    def rest(self) -> None:
        """Do nothing more by itself."""
        self._forecast_timer.stop()
        self._preview_timer.stop()

    def line(self) -> dict[str, Any]:
        """Return the form as the desk takes it; raises InvalidInput for what cannot be read."""
        return self.page.line(self._session.desk.now().date())

    def show_forecast(self) -> None:
        """Show when it is due and what it costs, as it stands now."""
        if self.page.procedure.procedure is None:
            self.page.aside.show_due(None)
            return
        try:
            forecast = self._session.desk.forecast(self.line())
        except OneStopError:
            # A day or number that is still being typed; F9 tells what is wrong with it.
            return
        self.page.aside.show_due(forecast)
        self.page.aside.show_late(self._late_day() if forecast.late else "")
        self.page.terms.show_fee(forecast.fee)
        self.page.applicant.show_doubts(forecast.doubts)

    def _late_day(self) -> str:
        return short_instant(str(self.line().get("received_at", "")))

    def show_preview(self) -> None:
        """Draw the receipt as it would come out."""
        if self.page.procedure.procedure is None:
            self.page.aside.preview.show_picture(None)
            return
        try:
            line = self.line()
        except OneStopError:
            return
        pixels = self.page.aside.preview.pixels
        desk = self._session.desk

        def draw() -> QImage:
            return picture_of(desk.preview(line, layout="a5"), pixels)

        self._session.run(draw, self._drawn, self._not_drawn, key="preview")

    def _drawn(self, image: QImage) -> None:
        if self.page.procedure.procedure is not None:
            self.page.aside.preview.show_picture(image)

    def _not_drawn(self, _error: Exception) -> None:
        self.page.aside.preview.show_picture(None)
