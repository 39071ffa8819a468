"""The store: results of sweeps in a folder that survives being killed, and that any tool can read.

A folder of results holds

- `manifest.json`: the experiment, what is swept, the digests of rules and measures (`manifest`);
- `conditions.parquet`: one row per condition, in order (`conditions_table`);
- `outcomes/`, `failures/` and, on request, `series/`, `events/`, `transitions/` and `agents/`: Parquet files,
  one per batch of runs and table (`shards`);
- `provenance.json`, `ro-crate-metadata.json`: when, where and with what it was made (`provenance`, `crate`);
- `damaged/`: files that were found torn and set aside; `.lock`: held by who writes (`lock`).

A batch counts from the moment its outcomes file has its name (its failures file, if every run failed). That
file is written last and lists the batch's other files; each file carries a digest of its bytes in its name.
So a process may be killed, or a disk fill up, at any moment: what counts is whole, and what is not whole
does not count. Nothing here is needed to read the tables:

    SELECT arm, avg(symptoms) FROM 'results/outcomes/*.parquet' GROUP BY arm

Import from the modules; this one stays light.
"""
