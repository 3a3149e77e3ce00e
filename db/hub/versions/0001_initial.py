# ruff: noqa: INP001  a folder of steps, no package
"""The first tables of the hub. What a step once made never changes; a later step changes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from onestop_desktop.hub.dialect import Dialect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTITIONS = 16
sql = sa.text


def whole(name: str, *, key: bool = False, default: int = 0) -> sa.Column[int]:
    """Return a column of whole numbers."""
    plain = None if key else sql(str(default))
    return sa.Column(name, WHOLE, primary_key=key, autoincrement=False, nullable=False, server_default=plain)


def text(name: str, *, key: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, server_default=None if key else sql("''"))


def bytes_(name: str, *, key: bool = False) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=False)


def create(name: str, *parts: sa.schema.SchemaItem, partition: str | None = None) -> None:
    """Make a table."""
    op.create_table(name, *parts, sqlite_strict=True, postgresql_partition_by=partition)


def upgrade() -> None:
    """Make every table, the journal's partitions and its guard."""
    desks()
    journal()
    folded()
    people()
    dialect = Dialect(op.get_bind().dialect.name)
    for statement in (*dialect.partitions("journal", PARTITIONS), *dialect.guard_journal()):
        op.execute(sql(statement))


def desks() -> None:
    """What the hub knows of itself and of desks."""
    create(
        "hub",
        whole("id", key=True),
        text("name"),
        bytes_("public"),
        bytes_("incarnation"),
        whole("number"),
        whole("created_ms"),
    )
    create("setting", text("name", key=True), text("value"))
    create("commune", whole("id", key=True), text("name"))
    create(
        "desk",
        whole("id", key=True),
        whole("commune"),
        text("code"),
        text("name"),
        text("recipient"),
        bytes_("store"),
        bytes_("check_key"),
        bytes_("install"),
        whole("entries"),
        whole("digested"),
        bytes_("digest"),
        whole("waiting"),
        whole("inbox"),
        whole("seen_ms"),
        whole("accepted_ms"),
        text("newest_at"),
        sa.UniqueConstraint("commune", "code", name="desk_code"),
    )
    create(
        "agency",
        whole("desk", key=True),
        text("agency", key=True),
        text("valid_from", key=True),
        text("valid_to"),
        text("name"),
        text("upper"),
        text("place"),
        sa.Index("agency_code", "agency"),
    )
    create(
        "desk_key",
        bytes_("id", key=True),
        whole("desk"),
        bytes_("public"),
        text("state"),
        whole("since_ms"),
        whole("until_ms"),
        text("reason"),
        sa.Index("desk_key_desk", "desk"),
    )
    create(
        "install",
        whole("desk", key=True),
        bytes_("install", key=True),
        whole("first_ms"),
        whole("last_ms"),
    )


def journal() -> None:
    """What desks sent."""
    create(
        "branch",
        whole("desk", key=True),
        whole("id", key=True),
        whole("parent"),
        whole("fork"),
        whole("height"),
        text("epoch"),
        whole("seq"),
        bytes_("hash"),
    )
    create(
        "epoch",
        whole("desk", key=True),
        text("epoch", key=True),
        text("parent_epoch"),
        whole("parent_seq"),
        bytes_("parent_hash"),
    )
    create(
        "journal",
        whole("number"),
        whole("commune", key=True),
        whole("desk", key=True),
        bytes_("hash", key=True),
        whole("branch"),
        whole("height"),
        text("epoch"),
        whole("seq"),
        bytes_("prev"),
        text("kind"),
        text("dossier"),
        text("happened_at"),
        text("recorded_at"),
        text("corrected_at"),
        whole("accepted_ms"),
        text("carrier"),
        text("code"),
        bytes_("envelope"),
        bytes_("body"),
        sa.Index("journal_number", "number"),
        sa.Index("journal_place", "desk", "branch", "height"),
        sa.Index(
            "journal_dossier",
            "commune",
            "dossier",
            postgresql_where=sql("dossier <> ''"),
            sqlite_where=sql("dossier <> ''"),
        ),
        sa.Index(
            "journal_kind", "commune", "kind", postgresql_where=sql("dossier = ''"), sqlite_where=sql("dossier = ''")
        ),
        sa.Index("journal_code", "desk", "number", postgresql_where=sql("code <> ''"), sqlite_where=sql("code <> ''")),
        partition="HASH (commune)",
    )
    create(
        "signed_head",
        whole("desk", key=True),
        bytes_("hash", key=True),
        whole("branch"),
        whole("height"),
        text("epoch"),
        whole("seq"),
        bytes_("key"),
        bytes_("signature"),
        sa.Index("signed_head_place", "desk", "branch", "height"),
    )
    create(
        "held",
        whole("desk", key=True),
        bytes_("packet", key=True),
        bytes_("prev"),
        text("wait_epoch"),
        whole("wait_seq"),
        whole("entries"),
        text("carrier"),
        whole("at_ms"),
        bytes_("data"),
        sa.Index("held_prev", "desk", "prev"),
    )


def folded() -> None:
    """What follows from it, and what goes down to desks."""
    create(
        "dossier",
        whole("commune", key=True),
        text("id", key=True),
        whole("desk"),
        text("number"),
        text("agency"),
        text("day"),
        whole("sequence"),
        text("barcode"),
        text("paper_number"),
        text("procedure"),
        text("title"),
        text("field"),
        text("status"),
        text("counts"),
        text("channel"),
        text("applicant"),
        text("owner"),
        text("village"),
        text("officer"),
        text("forwarded_to"),
        text("received_at"),
        text("recorded_at"),
        whole("late"),
        text("first_due_at"),
        text("due_at"),
        text("finished_at"),
        text("returned_at"),
        sa.Column("fee", WHOLE, nullable=True),
        whole("collected"),
        whole("paid"),
        whole("files"),
        whole("conflict"),
        text("folded"),
        sa.Index("dossier_barcode", "commune", "barcode"),
        sa.Index("dossier_day", "commune", "agency", "day", "sequence"),
        sa.Index("dossier_counts", "commune", "counts", "due_at"),
        sa.Index("dossier_received", "commune", "received_at"),
        sa.Index("dossier_status", "status", "commune"),
    )
    create(
        "message",
        whole("desk", key=True),
        whole("n", key=True),
        text("kind"),
        bytes_("body"),
        text("dossier"),
        text("author"),
        whole("created_ms"),
        whole("recorded_ms"),
    )
    create(
        "incident",
        whole("desk", key=True),
        text("kind", key=True),
        text("point", key=True),
        text("facts"),
        whole("first_ms"),
        whole("last_ms"),
        whole("times", default=1),
        text("settled_by"),
        whole("settled_ms"),
    )


def people() -> None:
    """Enrolment, people, files, look-ups."""
    create(
        "card",
        bytes_("id", key=True),
        whole("desk"),
        bytes_("code"),
        text("state"),
        whole("tries"),
        whole("made_ms"),
        whole("expires_ms"),
        text("made_by"),
    )
    create(
        "enrol_request",
        bytes_("id", key=True),
        whole("desk"),
        bytes_("card"),
        text("words"),
        text("state"),
        whole("at_ms"),
        whole("decided_ms"),
        text("decided_by"),
        bytes_("body"),
        bytes_("answer"),
        sa.Index("enrol_request_state", "state"),
    )
    create(
        "account",
        whole("id", key=True),
        text("name"),
        text("full_name"),
        text("role"),
        text("password"),
        whole("commune"),
        whole("active", default=1),
        whole("failures"),
        whole("failed_ms"),
        whole("created_ms"),
        sa.UniqueConstraint("name", name="account_name"),
    )
    create(
        "web_session",
        bytes_("id", key=True),
        whole("account"),
        whole("started_ms"),
        whole("used_ms"),
        whole("ends_ms"),
        sa.Index("web_session_account", "account"),
    )
    create(
        "file",
        whole("desk", key=True),
        text("sha256", key=True),
        whole("size"),
        whole("got"),
        text("state"),
        text("place"),
        whole("started_ms"),
        whole("done_ms"),
    )
    create(
        "lookup_try",
        text("day", key=True),
        bytes_("who", key=True),
        whole("wrong"),
    )


def downgrade() -> None:
    """Refuse: a hub goes forward only; an older state is a restored copy."""
    raise NotImplementedError
