"""The hub's tables. The journal is what desks sent, byte for byte; `dossier` is folded from it; the rest is the hub's.

Instants with the ending `_ms` are the hub's own clock, milliseconds UTC. Texts such as `received_at` are declared
civil time of the desk. Flags are 0 or 1.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

Whole = BigInteger().with_variant(Integer(), "sqlite")
METADATA = MetaData()
PARTITIONS = 16
"""The journal's partitions on PostgreSQL; a commune lies in one of them."""


def _table(name: str, *parts: Column[object] | Index | UniqueConstraint, partition: str | None = None) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True, postgresql_partition_by=partition)


def _whole(name: str, *, key: bool = False, default: int | None = 0) -> Column[object]:
    plain = None if key or default is None else text(str(default))
    return Column(name, Whole, primary_key=key, autoincrement=False, nullable=False, server_default=plain)


def _text(name: str, *, key: bool = False) -> Column[object]:
    return Column(name, Text, primary_key=key, nullable=False, server_default=None if key else text("''"))


def _bytes(name: str, *, key: bool = False) -> Column[object]:
    return Column(name, LargeBinary, primary_key=key, nullable=False)


HUB = _table(
    "hub",
    _whole("id", key=True),
    _text("name"),
    _bytes("public"),
    _bytes("incarnation"),
    _whole("number"),  # the newest number given to a journal row; taking the next one locks this row till commit
    _whole("created_ms"),
)
SETTING = _table("setting", _text("name", key=True), _text("value"))
COMMUNE = _table("commune", _whole("id", key=True), _text("name"))
DESK = _table(
    "desk",
    _whole("id", key=True),
    _whole("commune"),
    _text("code"),
    _text("name"),
    _text("recipient"),
    _bytes("store"),
    _bytes("check_key"),
    _bytes("install"),
    _whole("entries"),
    _whole("digested"),  # how many entries `digest` was computed over
    _bytes("digest"),
    _whole("waiting"),  # packets held for a gap
    _whole("inbox"),  # the newest message that the desk has recorded, by its entries here
    _whole("seen_ms"),
    _whole("accepted_ms"),
    _text("newest_at"),
    UniqueConstraint("commune", "code", name="desk_code"),
)
AGENCY = _table(
    "agency",
    _whole("desk", key=True),
    _text("agency", key=True),
    _text("valid_from", key=True),
    _text("valid_to"),
    _text("name"),
    _text("upper"),
    _text("place"),
    Index("agency_code", "agency"),
)
DESK_KEY = _table(
    "desk_key",
    Column("id", LargeBinary, primary_key=True, nullable=False),
    _whole("desk"),
    _bytes("public"),
    _text("state"),
    _whole("since_ms"),
    _whole("until_ms"),
    _text("reason"),
    Index("desk_key_desk", "desk"),
)
INSTALL = _table(
    "install",
    _whole("desk", key=True),
    _bytes("install", key=True),
    _whole("first_ms"),
    _whole("last_ms"),
)
BRANCH = _table(
    "branch",
    _whole("desk", key=True),
    _whole("id", key=True),
    _whole("parent"),
    _whole("fork"),
    _whole("height"),
    _text("epoch"),
    _whole("seq"),
    _bytes("hash"),
)
EPOCH = _table(
    "epoch",
    _whole("desk", key=True),
    _text("epoch", key=True),
    _text("parent_epoch"),
    _whole("parent_seq"),
    _bytes("parent_hash"),
)
JOURNAL = _table(
    "journal",
    _whole("number"),
    _whole("commune", key=True),
    _whole("desk", key=True),
    _bytes("hash", key=True),
    _whole("branch"),
    _whole("height"),
    _text("epoch"),
    _whole("seq"),
    _bytes("prev"),
    _text("kind"),
    _text("dossier"),
    _text("happened_at"),
    _text("recorded_at"),
    _text("corrected_at"),
    _whole("accepted_ms"),
    _text("carrier"),
    _text("code"),  # why it is quarantined; empty for an entry that counts
    _bytes("envelope"),
    _bytes("body"),
    Index("journal_number", "number"),
    Index("journal_place", "desk", "branch", "height"),
    Index(
        "journal_dossier",
        "commune",
        "dossier",
        postgresql_where=text("dossier <> ''"),
        sqlite_where=text("dossier <> ''"),
    ),
    Index("journal_kind", "commune", "kind", postgresql_where=text("dossier = ''"), sqlite_where=text("dossier = ''")),
    Index("journal_code", "desk", "number", postgresql_where=text("code <> ''"), sqlite_where=text("code <> ''")),
    partition="HASH (commune)",
)
SIGNED_HEAD = _table(
    "signed_head",
    _whole("desk", key=True),
    _bytes("hash", key=True),
    _whole("branch"),
    _whole("height"),
    _text("epoch"),
    _whole("seq"),
    _bytes("key"),
    _bytes("signature"),
    Index("signed_head_place", "desk", "branch", "height"),
)
HELD = _table(
    "held",
    _whole("desk", key=True),
    _bytes("packet", key=True),
    _bytes("prev"),
    _text("wait_epoch"),
    _whole("wait_seq"),
    _whole("entries"),
    _text("carrier"),
    _whole("at_ms"),
    _bytes("data"),
    Index("held_prev", "desk", "prev"),
)
DOSSIER = _table(
    "dossier",
    _whole("commune", key=True),
    _text("id", key=True),
    _whole("desk"),
    _text("number"),
    _text("agency"),
    _text("day"),
    _whole("sequence"),
    _text("barcode"),
    _text("paper_number"),
    _text("procedure"),
    _text("title"),
    _text("field"),
    _text("status"),
    _text("counts"),
    _text("channel"),
    _text("applicant"),
    _text("owner"),
    _text("village"),
    _text("officer"),
    _text("forwarded_to"),
    _text("received_at"),
    _text("recorded_at"),
    _whole("late"),
    _text("first_due_at"),
    _text("due_at"),
    _text("finished_at"),
    _text("returned_at"),
    Column("fee", Whole, nullable=True),
    _whole("collected"),
    _whole("paid"),
    _whole("files"),
    _whole("conflict"),
    _text("folded"),
    Index("dossier_barcode", "commune", "barcode"),
    Index("dossier_day", "commune", "agency", "day", "sequence"),
    Index("dossier_counts", "commune", "counts", "due_at"),
    Index("dossier_received", "commune", "received_at"),
    Index("dossier_status", "status", "commune"),
)
MESSAGE = _table(
    "message",
    _whole("desk", key=True),
    _whole("n", key=True),
    _text("kind"),
    _bytes("body"),
    _text("dossier"),
    _text("author"),
    _whole("created_ms"),
    _whole("recorded_ms"),
)
INCIDENT = _table(
    "incident",
    _whole("desk", key=True),
    _text("kind", key=True),
    _text("point", key=True),
    _text("facts"),
    _whole("first_ms"),
    _whole("last_ms"),
    _whole("times", default=1),
    _text("settled_by"),
    _whole("settled_ms"),
)
CARD = _table(
    "card",
    Column("id", LargeBinary, primary_key=True, nullable=False),
    _whole("desk"),
    _bytes("code"),
    _text("state"),
    _whole("tries"),
    _whole("made_ms"),
    _whole("expires_ms"),
    _text("made_by"),
)
REQUEST = _table(
    "enrol_request",
    Column("id", LargeBinary, primary_key=True, nullable=False),
    _whole("desk"),
    _bytes("card"),
    _text("words"),
    _text("state"),
    _whole("at_ms"),
    _whole("decided_ms"),
    _text("decided_by"),
    _bytes("body"),
    _bytes("answer"),
    Index("enrol_request_state", "state"),
)
ACCOUNT = _table(
    "account",
    _whole("id", key=True),
    _text("name"),
    _text("full_name"),
    _text("role"),
    _text("password"),
    _whole("commune"),
    _whole("active", default=1),
    _whole("failures"),
    _whole("failed_ms"),
    _whole("created_ms"),
    UniqueConstraint("name", name="account_name"),
)
WEB_SESSION = _table(
    "web_session",
    Column("id", LargeBinary, primary_key=True, nullable=False),
    _whole("account"),
    _whole("started_ms"),
    _whole("used_ms"),
    _whole("ends_ms"),
    Index("web_session_account", "account"),
)
FILE = _table(
    "file",
    _whole("desk", key=True),
    _text("sha256", key=True),
    _whole("size"),
    _whole("got"),
    _text("state"),
    _text("place"),
    _whole("started_ms"),
    _whole("done_ms"),
)
LOOKUP_TRY = _table(
    "lookup_try",
    _text("day", key=True),
    _bytes("who", key=True),
    _whole("wrong"),
)
