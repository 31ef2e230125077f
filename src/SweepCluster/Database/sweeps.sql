-- Sweeps over machines. Made where they are missing; nothing that is there is changed.

-- A sweep by its name, which is also that of its cluster.
CREATE TABLE IF NOT EXISTS sweeps
(
    name text PRIMARY KEY,
    secret bytea NOT NULL,                  -- what the keys of the connections between its processes follow from
    settings text NOT NULL DEFAULT '',      -- what the coordinator's program tells those of workers
    is_over boolean NOT NULL DEFAULT true   -- whether workers have nothing to wait for
);

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
