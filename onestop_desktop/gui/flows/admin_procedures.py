"""Where the section Thủ tục meets the desk: finding, changing by date, retiring, files in and out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from onestop_desktop.desk.admin import ImportPreview
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.admin.procedure_form import ProcedureForm
from onestop_desktop.gui.admin.procedures import ImportView
from onestop_desktop.gui.admin.typed import shown
from onestop_desktop.gui.flows.admin_work import AdminWork
from onestop_desktop.gui.session import Session

_FILES = "TOML (*.toml)"


def databases_of(session: Session) -> tuple[str, ...]:
    """Return the national databases that the catalogue names, in the order of their names."""
    found: set[str] = set()
    for procedure in session.desk.catalogue.all():
        found |= {paper.forbidden for paper in procedure.papers} | {one.database for one in procedure.not_to_ask}
    return tuple(sorted(found - {""}))


class ProceduresFlow(QObject):
    """Finding, changing, retiring, files in and out."""

    def __init__(self, flow: AdminWork) -> None:
        super().__init__(flow)
        self._flow = flow
        self._part = flow.page.procedures
        self._preview: ImportPreview | None = None
        part = self._part
        part.find_changed.connect(self.load)
        part.opened.connect(self.open)
        part.new_asked.connect(self.new)
        part.import_asked.connect(self.choose_files)
        part.export_asked.connect(self.choose_folder)
        part.sent.connect(flow.save_asked)
        part.retire_asked.connect(self.ask_retire)
        part.leave_asked.connect(self._ask_leave)

    def load(self, _text: str = "") -> None:
        """Show what the typed words find."""
        admin = self._flow.admin
        today = admin.today()
        coming = {one.code for one in admin.catalogue.all() if one.valid_from is not None and one.valid_from > today}
        self._part.put(admin.find(self._part.search.text()), today, sorted(coming))

    def open(self, code: object) -> None:
        """Show a procedure's form, ready to hold from today."""
        admin = self._flow.admin
        say = self._flow.say
        told = [
            say(
                "admin.version.told",
                first=shown(one.valid_from) or say("admin.version.always"),
                last=shown(one.valid_to) or say("admin.version.open"),
            )
            for one in admin.versions(str(code))
        ]
        versions = say("admin.version.all", versions="; ".join(told))
        self._part.form.put(admin.current(str(code)), versions, admin.today())
        self._part.show_form()

    def new(self) -> None:
        """Show an empty form for a procedure of the commune's own."""
        self._part.form.put_new(self._flow.admin.own_code(), self._flow.admin.today())
        self._part.show_form()
        self._part.form.entry("field").setFocus()

    def save(self) -> None:
        """Record the form in front, or what the files hold."""
        front = self._part.pages.currentWidget()
        if isinstance(front, ProcedureForm):
            self._save_form()
        elif isinstance(front, ImportView) and self._preview is not None and front.save.isEnabled():
            preview, admin = self._preview, self._flow.admin
            self._flow.write(lambda: admin.take_over(preview), self._taken_over)

    def _ask_leave(self) -> None:
        say = self._flow.say
        self._flow.ask(say("admin.ask_leave"), say("admin.leave"), self._part.show_list)

    def _save_form(self) -> None:
        form, admin = self._part.form, self._flow.admin
        if form.procedure is not None and not form.is_touched:
            self._flow.tell("primary", self._flow.say("admin.unchanged"))
            return
        read = self._flow.typed(form, lambda: (form.day(admin.today()), form.row()))
        if read is not None:
            day, row = read
            done = partial(self._recorded, "admin.saved_procedure", shown(day))
            self._flow.write(lambda: admin.add_or_change(row, day).display, done, form)

    def _recorded(self, code: str, day: str, name: str) -> None:
        self._part.show_list()
        self.load()
        self._flow.tell("ok", self._flow.say(code, name=name, day=day))

    def ask_retire(self) -> None:
        """Ask before a procedure is taken out of use from the day in the form."""
        form, admin, say = self._part.form, self._flow.admin, self._flow.say
        procedure = form.procedure
        day = self._flow.typed(form, lambda: form.day(admin.today()))
        if procedure is None or day is None:
            return

        def retire() -> None:
            done = partial(self._recorded, "admin.retired", shown(day))

            def job() -> str:
                admin.retire(procedure.code, day)
                return procedure.display

            self._flow.write(job, done, form)

        text = say("admin.ask_retire", name=procedure.display, day=shown(day))
        self._flow.ask(text, say("admin.retire"), retire)

    # -- files ----------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Let files be chosen and show what they would change."""
        title = self._flow.say("admin.procedures.import")
        names, _kind = QFileDialog.getOpenFileNames(self._part, title, "", _FILES)
        if names:
            admin = self._flow.admin
            self._flow.session.run(lambda: admin.preview(_read(names)), self._previewed, self._failed)

    def _previewed(self, preview: ImportPreview) -> None:
        self._preview = preview
        self._part.show_import(preview)

    def _taken_over(self, count: int) -> None:
        self._preview = None
        self._part.show_list()
        self.load()
        self._flow.tell("ok", self._flow.say("cli.procedures_imported", count=count))

    def choose_folder(self) -> None:
        """Let a folder be chosen and write the catalogue into it."""
        name = QFileDialog.getExistingDirectory(self._part, self._flow.say("admin.procedures.export"))
        if name:
            admin = self._flow.admin
            self._flow.session.run(lambda: admin.export(Path(name)), partial(self._exported, name), self._failed)

    def _exported(self, folder: str, count: int) -> None:
        self._flow.tell("ok", self._flow.say("admin.exported", count=count, folder=folder))

    def _failed(self, error: Exception) -> None:
        self._flow.tell("bad", self._flow.session.tell(error))


def _read(names: list[str]) -> dict[str, str]:
    try:
        # Notepad begins a UTF-8 file with a byte order mark.
        return {Path(name).name: Path(name).read_text(encoding="utf-8-sig") for name in names}
    except (OSError, ValueError):
        raise InvalidInput("input.no_file", path=", ".join(Path(name).name for name in names)[-120:]) from None
