"""Forms of steps that were left half filled for another dossier: they come back with every word that was typed."""

from __future__ import annotations

from collections.abc import Callable

from onestop_desktop.gui.dossiers.detail import DetailPane
from onestop_desktop.gui.dossiers.offers import Offer
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.widgets.strip import Answer, Message
from onestop_desktop.words import Words

MOST = 8
"""Forms that are kept at a time, one a dossier; the oldest goes first."""


class KeptForms:
    """Keeps the forms themselves, so that nothing in them need be read out and put in again; passwords are emptied."""

    def __init__(self, detail: DetailPane, words: Words, ask: Callable[[Offer], None]) -> None:
        self._detail = detail
        self._words = words
        self._ask = ask
        self._forms: dict[str, StepForm] = {}

    def put_aside(self) -> None:
        """Take the open form away; one in which something was typed is kept for its dossier."""
        form = self._detail.take_form()
        if form is None:
            return
        if not form.is_touched:
            form.deleteLater()
            return
        form.second.password.clear()
        self.forget(form.asked.dossier.id)
        self._forms[form.asked.dossier.id] = form
        if len(self._forms) > MOST:
            self.forget(next(iter(self._forms)))

    def again(self, dossier: str, offer: Offer) -> StepForm | None:
        """Return the form that was left for a dossier and a step; None when there is none."""
        form = self._forms.get(dossier)
        if form is None or form.offer.word != offer.word:
            return None
        return self._forms.pop(dossier)

    def offer(self, dossier: str) -> None:
        """Say that a form of the shown dossier waits, as long as its step is still offered."""
        form = self._forms.get(dossier)
        if form is None or self._detail.form is not None:
            return
        offer = next((one for one in self._detail.offers.all if one.word == form.offer.word), None)
        if offer is None:
            self.forget(dossier)
            return
        say = self._words.say
        go_on = Answer(say("window.dossiers.kept.go_on"), lambda: self._ask(offer), primary=True)
        text = say("window.dossiers.kept.found", step=say(offer.word))
        self._detail.strip.say(Message("primary", text, answers=(go_on,), topic=_TOPIC))

    def forget(self, dossier: str) -> None:
        """Drop the form of a dossier: its step was taken, or the clerk left it."""
        form = self._forms.pop(dossier, None)
        if form is not None:
            form.deleteLater()


_TOPIC = "kept-form"
