"""Taking a step of the shown dossier: its small form, the writing, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from onestop_desktop.desk.steps import Second
from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.number import short_code
from onestop_desktop.gui.dossiers.asking import form_of
from onestop_desktop.gui.dossiers.kept_forms import KeptForms
from onestop_desktop.gui.dossiers.offers import Offer
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.dossiers.view import DossiersView
from onestop_desktop.gui.not_offered import why_not
from onestop_desktop.gui.paper_prints import PaperPrints
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.attachments import give_way
from onestop_desktop.gui.widgets.strip import Answer, Message


class Stepping:
    """One step at a time; `being_read` names the dossier that is to be shown next, "" when it is on the screen."""

    def __init__(
        self, session: Session, view: DossiersView, papers: PaperPrints, being_read: Callable[[], str]
    ) -> None:
        self._session = session
        self._say = session.words.say
        self._view = view
        self._papers = papers
        self._being_read = being_read
        self.busy = False
        self.kept = KeptForms(view.detail, session.words, self.ask)
        view.detail.offered.connect(self.ask)

    def ready(self) -> None:
        """Ask for the step "there is a result", or send its open form; say why when the dossier does not allow it."""
        detail = self._view.detail
        if detail.form is not None and detail.form.offer.step == "ready":
            self.send()
            return
        offer = next((one for one in detail.offers.all if one.step == "ready"), None)
        if offer is None:
            shown = detail.opened.dossier if detail.opened else None
            why = why_not(self._session, shown, "ready", "window.dossiers.nothing_chosen")
            detail.strip.say(Message("warn", why, topic=detail.dossier))
        elif detail.form is None:
            self.ask(offer)

    def ask(self, offer: Offer) -> None:
        """Open the small form of a step."""
        shown = self._view.detail.opened
        if shown is None or self.busy or self._being_read() not in {"", shown.dossier.id}:
            return
        kept = self.kept.again(shown.dossier.id, offer)
        if kept is not None:
            self._view.detail.strip.dismiss()
            self._view.detail.show_form(kept)
            return
        form = form_of(self._session, offer, shown)
        form.sent.connect(self.send)
        form.left.connect(self._leave_form)
        give_way(form)
        self._view.detail.strip.dismiss()
        self._view.detail.show_form(form)

    def _leave_form(self) -> None:
        self._view.detail.close_form()
        self._view.detail.start()

    def send(self) -> None:
        """Take the step as the form says it."""
        form = self._view.detail.form
        if form is None or self.busy:
            return
        values = form.values()
        second, complete = form.second_person()
        if values is None or not complete:
            return
        self._act(form, values, second)

    def _act(self, form: StepForm, values: dict[str, object], second: Second | None) -> None:
        self.busy = True
        # A button that is disabled with the focus on it passes the focus on to whatever is next.
        form.setFocus()
        form.set_busy(busy=True)
        desk, dossier, step = self._session.desk, form.asked.dossier.id, form.offer.step
        self._session.run(
            lambda: desk.act(dossier, step, values, second),
            partial(self._acted, form.offer),
            partial(self._not_acted, form),
        )

    def _not_acted(self, form: StepForm, error: Exception) -> None:
        self.busy = False
        form.set_busy(busy=False)
        sentence = self._session.tell(error)
        form.show_problem(error, sentence)
        if self._view.detail.form is not form:
            # Something else was opened meanwhile: the form waits beside its dossier, with its problem shown.
            facts = {"step": self._say(form.offer.word), "number": short_code(form.asked.dossier.number)}
            told = self._say("window.dossiers.not_recorded", why=sentence, **facts)
            self._view.detail.strip.say(Message("bad", told))

    def _acted(self, offer: Offer, got: tuple[Dossier, Changes]) -> None:
        self.busy = False
        state, changes = got
        self.kept.forget(state.id)
        self._view.detail.close_form()
        self._session.changed.emit(changes)
        self._tell_done(offer, state)
        self._view.go_to_list()

    def _tell_done(self, offer: Offer, state: Dossier) -> None:
        facts = {"step": self._say(offer.word), "number": short_code(state.number)}
        text = self._say("window.dossiers.recorded", **facts)
        answers: tuple[Answer, ...] = ()
        paper = state.last_paper
        if offer.step == "correct" and paper is not None and paper.stale:
            text = self._say("window.dossiers.paper_stale", **facts)
            answers = (Answer(self._say("window.dossiers.print_anew"), partial(self._papers.print, state.id)),)
        answers += self._papers.after(state, offer.step)
        self._view.detail.strip.say(Message("ok", text, answers=answers, topic=state.id))
