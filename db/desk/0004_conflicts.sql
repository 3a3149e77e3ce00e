-- Dossiers whose steps contradict each other are few: counting and listing them looks at no other dossier.

CREATE INDEX dossier_conflict ON dossier (rowid) WHERE conflict = 1;
