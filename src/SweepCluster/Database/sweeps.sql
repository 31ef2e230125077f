-- Sweeps over machines. Made where they are missing; nothing that is there is lost.

-- A sweep by its name, which is also that of its cluster.
CREATE TABLE IF NOT EXISTS sweeps
(
    name text PRIMARY KEY,
    secret bytea NOT NULL,                  -- what the keys of the connections between its processes follow from
    settings text NOT NULL DEFAULT '',      -- what the coordinator's program tells those of workers
    is_over boolean NOT NULL DEFAULT true   -- whether workers have nothing to wait for
);

-- The coordinator's version of the library; older ones have made the table without. Only the table's owner may change it, so it is asked first.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'sweeps'::regclass AND attname = 'version') THEN
        ALTER TABLE sweeps ADD COLUMN version text NOT NULL DEFAULT '';
    END IF;
END
$$;

-- Its journal.
CREATE TABLE IF NOT EXISTS sweep_lines
(
    sweep text NOT NULL,
    number integer NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (sweep, number)
);

-- Checkpoints of trials that run, and the best model so far.
CREATE TABLE IF NOT EXISTS sweep_files
(
    sweep text NOT NULL,
    name text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (sweep, name)
);
