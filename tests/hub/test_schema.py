"""The hub's schema: steps from empty end in the tables that the program speaks to."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from onestop_desktop import paths
from onestop_desktop.errors import Damaged, KnownError
from onestop_desktop.hub import schema
from onestop_desktop.hub.database import open_address
from onestop_desktop.hub.new import HubSite
from onestop_desktop.hub.tables import METADATA, PARTITIONS
from tests.hub.made import enrol


def test_steps_from_empty_make_the_tables_of_the_program(hub):
    def ours(_object, name, kind, _reflected, _to):
        return not (kind == "table" and name.startswith("journal_p"))

    with hub.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_there_is_one_newest_step():
    config = Config()
    config.set_main_option("script_location", str(paths.db("hub")))
    config.set_main_option("path_separator", "newline")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_a_second_start_changes_nothing(hub, reopen_hub):
    before = hub.whole_digest()
    assert reopen_hub().whole_digest() == before


def test_a_database_of_a_newer_program_is_refused(hub, reopen_hub):
    with hub.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Damaged, match=r"hub\.newer"):
        reopen_hub()


def test_the_journal_is_append_only(hub):
    desk = enrol(hub)
    desk.receive()
    desk.send(desk.packets()[0])
    for statement in ("UPDATE journal SET body = envelope", "UPDATE journal SET seq = 9", "DELETE FROM journal"):
        with pytest.raises(DatabaseError, match="append-only"), hub.writing() as connection:
            connection.execute(text(statement))
    with hub.writing() as connection:
        connection.execute(text("UPDATE journal SET code = ''"))


def test_on_postgresql_the_journal_lies_in_partitions_by_commune(hub):
    if not hub.database.dialect.is_postgresql:
        with hub.reading() as connection:
            assert connection.execute(text("SELECT strict FROM pragma_table_list WHERE name = 'journal'")).scalar() == 1
        return
    with hub.reading() as connection:
        parts = connection.execute(text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journal'::regclass"))
        key = connection.execute(text("SELECT pg_get_partkeydef('journal'::regclass)"))
        assert (parts.scalar(), key.scalar()) == (PARTITIONS, "HASH (commune)")


def test_the_encrypted_file_tells_nothing_and_needs_its_key(site: HubSite, hub, reopen_hub):
    if site.address:
        with pytest.raises(KnownError, match=r"hub\.address"):
            open_address("sqlite:///somewhere.db")
        return
    desk = enrol(hub)
    desk.receive(applicant={"kind": "person", "name": "Quàng Văn Thương"})
    desk.send(desk.packets()[0])
    hub.close()
    data = b"".join(path.read_bytes() for path in site.folder.glob("hub.db*") if path.suffix != ".key")
    assert not data.startswith(b"SQLite format 3")
    assert "Thương".encode() not in data
    assert (site.folder / "hub.db.key").stat().st_mode & 0o777 == 0o600
    (site.folder / "hub.db.key").write_text("00" * 32)
    with pytest.raises(Damaged, match=r"hub\.unreadable"):
        reopen_hub()


def test_a_key_that_others_may_read_is_refused(site: HubSite, hub, reopen_hub):
    hub.close()
    (site.folder / "hub.keys").chmod(0o644)
    with pytest.raises(KnownError, match=r"hub\.key_open"):
        reopen_hub()


def test_steps_know_their_state(hub):
    with hub.reading() as connection:
        assert schema.step_of(connection)
