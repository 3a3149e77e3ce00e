# ruff: noqa: INP001  Alembic's own file beside its steps
"""Runs the hub's schema steps on the connection that the program hands in; there is no way to run it alone."""

from __future__ import annotations

from alembic import context

from onestop_desktop.hub.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
