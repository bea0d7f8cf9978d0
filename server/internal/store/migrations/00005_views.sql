-- The version of the rows that a process may remember (directory.go): one row, with a random number that each transaction
-- replaces that changes one of them.
CREATE TABLE directory_version (
    version BIGINT NOT NULL
);
INSERT INTO directory_version (version) VALUES (0);

-- A user's JSON (customer_user_view.go), which is filled after this text.
ALTER TABLE customer_users ADD COLUMN view TEXT NOT NULL DEFAULT '';

-- Users with equal keys are sorted by id, ascending in both directions, so that no index serves both directions. This one is for
-- the default order; users by descending e-mail are sorted within those of equal e-mail, which costs more, but no index.
CREATE INDEX customer_users_by_display_name_desc ON customer_users (instance, display_name_key DESC, id);
