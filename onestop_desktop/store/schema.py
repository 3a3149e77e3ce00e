"""The steps in `db/desk/`: each file is one step, applied by sqlite-utils' own `Migrations`."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3.dbapi2 import complete_statement

from onestop_desktop.errors import Damaged
from onestop_desktop.store.connect import Connection, connect, world

SET = "onestop-desk"
KEPT_COPIES = 3


def steps(folder: Path) -> list[Path]:
    """Return the schema steps in order."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def applied(connection: Connection) -> list[str]:
    """Return the names of the steps that a file has had; none for a new file."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if not known:
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY name", (SET,))
    return [str(row[0]) for row in rows]


def upgrade(path: Path, key: bytes, folder: Path) -> list[str]:
    """Bring a file to the newest step; a verified copy is made before the first pending one.

    Returns:
        The names of the steps applied now.

    Raises:
        Damaged: `store.newer` when the file knows steps that this program does not; nothing is written then.
    """
    connection = connect(path, key)
    try:
        with world():
            done, known = applied(connection), steps(folder)
            unknown = sorted(set(done) - {step.stem for step in known})
            if unknown:
                raise Damaged("store.newer", step=unknown[-1])
            pending = [step for step in known if step.stem not in done]
            if pending and done:
                _copy(connection, path, key, pending[0].stem)
            if pending:
                _apply(connection, pending)
            return [step.stem for step in pending]
    finally:
        connection.close()


def _apply(connection: Connection, pending: list[Path]) -> None:
    from sqlite_utils import Database, Migrations  # noqa: PLC0415  100 ms, only where a step is pending

    migrations = Migrations(SET)
    for step in pending:
        script = step.read_text(encoding="utf-8")

        def run(db: Database, script: str = script) -> None:
            # One by one inside the step's transaction: a whole script would commit it first.
            for statement in statements(script):
                db.conn.execute(statement)

        migrations(name=step.stem)(run)
    migrations.apply(Database(connection, execute_plugins=False))


def statements(script: str) -> list[str]:
    """Return the statements of a script; one ends where SQLite says that it is complete (a trigger holds several)."""
    found, part = [], ""
    for piece in script.split(";"):
        part += piece + ";"
        if complete_statement(part):
            found.append(part)
            part = ""
    return [one for one in found if one.strip(" \n;")]


def _copy(connection: Connection, path: Path, key: bytes, step: str) -> None:
    """Copy the file with SQLite's backup, open the copy and check every page before the step is tried."""
    target = path.with_name(f"before-{step}.db")
    target.unlink(missing_ok=True)
    copy = connect(target, key)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        bad = copy.execute("PRAGMA cipher_integrity_check").fetchall()
        counted = [one.execute("SELECT count(*) FROM journal").fetchone() for one in (connection, copy)]
        if bad or counted[0] != counted[1]:
            raise Damaged("store.copy_failed")
    finally:
        copy.close()
    copies = sorted(path.parent.glob("before-*.db"), key=lambda one: one.stat().st_mtime)
    for old in copies[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)
