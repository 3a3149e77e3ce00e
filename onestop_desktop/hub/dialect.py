"""Where SQLite and PostgreSQL differ; nowhere else does the hub ask which of the two it speaks to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]

_GUARDED = "number, commune, desk, hash, branch, height, epoch, seq, prev, accepted_ms, carrier, envelope, body"
_REFUSAL = "the journal is append-only"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one of the two databases does in its own way."""

    name: str

    @property
    def is_postgresql(self) -> bool:
        """Say whether it is PostgreSQL."""
        return self.name == "postgresql"

    def insert(self, table: Table) -> Any:
        """Return an insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    def put(self, connection: Connection, table: Table, rows: Rows) -> None:
        """Insert rows; a row whose key is there already is replaced."""
        if rows:
            connection.execute(_put(self, table, tuple(rows[0])), list(rows))

    def put_new(self, connection: Connection, table: Table, rows: Rows) -> None:
        """Insert rows; a row whose key is there already stays as it was."""
        if rows:
            connection.execute(_put_new(self, table), list(rows))

    def append(self, connection: Connection, table: Table, rows: Rows) -> None:
        """Insert rows that are certainly new, by the fastest way there is."""
        if not rows:
            return
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        if not self.is_postgresql:
            marks = ", ".join("?" * len(names))
            values = [tuple(row[name] for name in names) for row in rows]
            statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608  our own names only
            connection.exec_driver_sql(statement, values)
            return
        raw: Any = connection.connection.cursor()
        with raw.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
        raw.close()

    def lock_commune(self, connection: Connection, commune: int) -> int:
        """Keep others from writing to a commune until commit (SQLite has one writer anyway), and return `copies`."""
        if not self.is_postgresql:
            return 1
        _lock, attached = connection.execute(_LOCK, {"commune": commune}).one()
        return 2 if attached else 1

    def copies(self, connection: Connection) -> int:
        """Return on how many machines a commit of this transaction is durable, 1 or 2.

        A standby counts only if the commit waits for it: it is attached as synchronous and the transaction's
        `synchronous_commit` is on. What we may not see counts as one.
        """
        if not self.is_postgresql:
            return 1
        attached = connection.execute(_STANDBYS).scalar_one()
        return 2 if attached else 1

    def guard_journal(self) -> Iterable[str]:
        """Give the statements that make the journal append-only: only how an entry is read may change."""
        if self.is_postgresql:
            yield (
                "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
            )
            for name, event in (("journal_no_update", f"UPDATE OF {_GUARDED}"), ("journal_no_delete", "DELETE")):
                yield (
                    f"CREATE TRIGGER {name} BEFORE {event} ON journal "
                    "FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()"
                )
            return
        for name, event in (("journal_no_update", f"UPDATE OF {_GUARDED}"), ("journal_no_delete", "DELETE")):
            yield f"CREATE TRIGGER {name} BEFORE {event} ON journal BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"

    def partitions(self, table: str, count: int) -> Iterable[str]:
        """Give the statements that make a table's partitions by hash."""
        if self.is_postgresql:
            for rest in range(count):
                yield (
                    f"CREATE TABLE {table}_p{rest:02} PARTITION OF {table} "
                    f"FOR VALUES WITH (MODULUS {count}, REMAINDER {rest})"
                )


# Statements that every packet needs are built once: building one costs as much as running it.


@cache
def _put(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Any:
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def _put_new(dialect: Dialect, table: Table) -> Any:
    return dialect.insert(table).on_conflict_do_nothing()


_ATTACHED = (
    "SELECT count(*) FROM pg_stat_replication"
    " WHERE sync_state IN ('sync', 'quorum') AND current_setting('synchronous_commit') NOT IN ('off', 'local')"
)
_STANDBYS = text(_ATTACHED)
# 0x4D43: "MC". Asked here too, because each question of its own costs a packet a journey to the server and back.
_LOCK = text(f"SELECT pg_advisory_xact_lock(19779, CAST(:commune AS integer)), ({_ATTACHED})")
