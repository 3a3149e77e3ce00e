"""The hub's schema steps in `db/hub`, run by Alembic from code, each start, in one transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from onestop_desktop import paths
from onestop_desktop.errors import Damaged
from onestop_desktop.hub.database import Database

_LOCK = 0x4D43_0000_0000_0001


def upgrade(database: Database) -> None:
    """Bring the database to the newest step; of several programs starting at once one does it.

    Raises:
        Damaged: `hub.newer` when a newer program has changed it; nothing is written then.
    """
    config = Config()
    config.set_main_option("script_location", str(paths.db("hub")).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    with database.writing() as connection:
        if database.dialect.is_postgresql:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        step = step_of(connection)
        script = ScriptDirectory.from_config(config)
        if step == script.get_current_head():
            return
        if step and step not in {one.revision for one in script.walk_revisions()}:
            raise Damaged("hub.newer", step=step)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def step_of(connection: Connection) -> str:
    """Return the step that a database has had; empty for a new one."""
    return MigrationContext.configure(connection).get_current_revision() or ""
