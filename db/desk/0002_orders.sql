-- Lists by due date and by waiting time walk an index within each status, forwards and backwards; what has no
-- such instant stands behind all that have one.
DROP INDEX dossier_status_due;
CREATE INDEX dossier_status_due ON dossier (status, iif(due_at = '', '~', due_at));
CREATE INDEX dossier_status_finished ON dossier (status, iif(finished_at = '', '~', finished_at));
