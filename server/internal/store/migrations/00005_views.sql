-- The version of the rows that a process may remember (directory.go): one row, with a random number that each transaction
-- replaces that changes one of them.
CREATE TABLE directory_version (
    version BIGINT NOT NULL
);
INSERT INTO directory_version (version) VALUES (0);
