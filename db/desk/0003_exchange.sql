-- Two clones of a desk may both have gone on in one epoch: both branches are kept, so a place in an epoch is no
-- longer unique; the hash is. Two such dossiers may bear one register number: both are kept, a person settles it.

DROP TRIGGER journal_no_update;
DROP TRIGGER journal_no_delete;
DROP INDEX journal_dossier;
DROP INDEX journal_kind;
CREATE TABLE journal_of_branches (
    position INTEGER PRIMARY KEY NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL, -- empty: bytes that no program could read, kept in their place of the chain
    dossier TEXT NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
INSERT INTO journal_of_branches (position, epoch, seq, prev, hash, kind, dossier, envelope, body)
SELECT position, epoch, seq, prev, hash, kind, dossier, envelope, body FROM journal ORDER BY position;
DROP TABLE journal;
ALTER TABLE journal_of_branches RENAME TO journal;
CREATE INDEX journal_place ON journal (epoch, seq);
CREATE INDEX journal_dossier ON journal (dossier, position) WHERE dossier <> '';
CREATE INDEX journal_kind ON journal (kind, position);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

DROP INDEX dossier_register;
CREATE INDEX dossier_register
ON dossier (register_year, register_book, register_desk, register_no);

-- What was last heard from the hub, by name: for the window and for a short next session, never the truth.
CREATE TABLE peer (
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
