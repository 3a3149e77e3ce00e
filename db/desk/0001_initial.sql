-- The desk's file. `journal` is the truth; every table marked "fold" is derived from it and can be rebuilt.

-- What is known of this file itself: store id, desk index, epoch, head, program version, start counter.
CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Secrets of the desk: Ed25519 seed and keys derived for paper checks.
CREATE TABLE secret (
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal: append-only, each entry chained to the one before by hash.
CREATE TABLE journal (
    position INTEGER PRIMARY KEY NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    dossier TEXT NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (epoch, seq)
) STRICT;
CREATE INDEX journal_dossier ON journal (dossier, position) WHERE dossier <> '';
CREATE INDEX journal_kind ON journal (kind, position);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Fold: one row a dossier; rowid is the order of arrival here, newest last.
CREATE TABLE dossier (
    rowid INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL,
    agency TEXT NOT NULL,
    day TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    barcode TEXT NOT NULL,
    paper_number TEXT NOT NULL,
    procedure TEXT NOT NULL,
    title TEXT NOT NULL,
    field TEXT NOT NULL,
    status TEXT NOT NULL,
    channel TEXT NOT NULL,
    return_by TEXT NOT NULL,
    applicant TEXT NOT NULL,
    owner TEXT NOT NULL,
    village TEXT NOT NULL,
    officer TEXT NOT NULL,
    received_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    late INTEGER NOT NULL,
    first_due_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    returned_at TEXT NOT NULL,
    fee INTEGER,
    register_year INTEGER NOT NULL,
    register_book TEXT NOT NULL,
    register_desk TEXT NOT NULL,
    register_no INTEGER NOT NULL,
    unprinted INTEGER NOT NULL,
    conflict INTEGER NOT NULL,
    folded TEXT NOT NULL
) STRICT;
CREATE INDEX dossier_number ON dossier (number);
CREATE INDEX dossier_barcode ON dossier (barcode);
CREATE INDEX dossier_paper_number ON dossier (paper_number) WHERE paper_number <> '';
CREATE INDEX dossier_day ON dossier (agency, day, sequence);
CREATE INDEX dossier_status ON dossier (status, rowid);
CREATE INDEX dossier_status_due ON dossier (status, due_at);
CREATE INDEX dossier_received ON dossier (received_at);
CREATE INDEX dossier_returned ON dossier (returned_at) WHERE returned_at <> '';
CREATE INDEX dossier_village ON dossier (village);
CREATE INDEX dossier_officer ON dossier (officer) WHERE officer <> '';
CREATE INDEX dossier_due ON dossier (due_at, rowid)
WHERE status IN ('received', 'processing', 'forwarded') AND due_at <> '';
CREATE INDEX dossier_unprinted ON dossier (rowid) WHERE unprinted = 1;
CREATE UNIQUE INDEX dossier_register
ON dossier (register_year, register_book, register_desk, register_no);

-- Fold: search over folded text (the domain folds; the tokenizer must not).
CREATE VIRTUAL TABLE search USING fts5 (
    folded, content = 'dossier', content_rowid = 'rowid', prefix = '1 2 3', detail = 'none',
    tokenize = "unicode61 remove_diacritics 0"
);

-- Fold: people who were here, told apart by birth year and village.
CREATE TABLE person (
    rowid INTEGER PRIMARY KEY NOT NULL,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    body TEXT NOT NULL,
    last_at TEXT NOT NULL,
    dossiers INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE person_search USING fts5 (
    folded, content = 'person', content_rowid = 'rowid', prefix = '1 2 3', detail = 'none',
    tokenize = "unicode61 remove_diacritics 0"
);

-- Fold: the last number used of each day and of each yearly register.
CREATE TABLE counter (
    name TEXT PRIMARY KEY NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Fold: a digest of what was taken, to ask before the same content is taken twice.
CREATE TABLE recent (
    content TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    dossier TEXT NOT NULL
) STRICT;
CREATE INDEX recent_content ON recent (content, recorded_at);

-- Not journalled: one row a form, overwritten while a clerk types; never sent.
CREATE TABLE draft (
    form TEXT PRIMARY KEY NOT NULL,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
