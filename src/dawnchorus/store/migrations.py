"""Each script takes the ledger's schema one version on; one that was released never changes."""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL,
        label TEXT NOT NULL,
        code_version TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        state TEXT NOT NULL DEFAULT 'running',
        detail TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX runs_by_slug ON runs (slug, id);
    CREATE TABLE stages (
        run INTEGER NOT NULL REFERENCES runs (id),
        number INTEGER NOT NULL,
        stage TEXT NOT NULL,
        digest TEXT NOT NULL,
        output TEXT NOT NULL,
        use TEXT NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    """,
    # AUTOINCREMENT: a number of the inbox is never used again, so that of two processes that empty it
    # neither deletes what the other has not read.
    """
    CREATE TABLE inbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        visit INTEGER NOT NULL,
        day TEXT NOT NULL,
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        post TEXT NOT NULL
    ) STRICT;
    CREATE INDEX inbox_by_day ON inbox (visit, day, label, source);
    CREATE TABLE cursors (
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        stream TEXT NOT NULL,
        cursor TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (label, source, stream)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE quarantine (
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        id TEXT NOT NULL,
        author TEXT,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        post TEXT NOT NULL,
        PRIMARY KEY (label, source, id)
    ) STRICT;
    CREATE TABLE gone (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE skipped (
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        reason TEXT NOT NULL,
        id TEXT NOT NULL,
        why TEXT NOT NULL,
        times INTEGER NOT NULL,
        last_at TEXT NOT NULL,
        PRIMARY KEY (label, source, reason, id, why)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE origins (
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        origin TEXT NOT NULL,
        PRIMARY KEY (label, source, origin)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        label TEXT NOT NULL,
        follow INTEGER NOT NULL,
        started_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE visits (
        id INTEGER PRIMARY KEY,
        fetch INTEGER NOT NULL REFERENCES fetches (id),
        label TEXT NOT NULL,
        name TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'running',
        reason TEXT NOT NULL DEFAULT '',
        posts INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        requests INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        started_at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT;
    CREATE INDEX visits_by_name ON visits (label, name, id);
    CREATE INDEX visits_by_fetch ON visits (fetch);
    CREATE TABLE reservations (
        id INTEGER PRIMARY KEY,
        fetch INTEGER NOT NULL,
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        month TEXT NOT NULL,
        day TEXT NOT NULL,
        price_nanos INTEGER NOT NULL,
        reads INTEGER NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX reservations_by_month ON reservations (account, month);
    CREATE INDEX reservations_by_fetch ON reservations (account, fetch);
    CREATE TABLE paid (
        kind TEXT NOT NULL,
        day TEXT NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (kind, day, id)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE visits ADD COLUMN since TEXT;
    """,
    # IF NOT EXISTS: for some days this table was made by the script before.
    """
    CREATE TABLE IF NOT EXISTS homes (
        id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id),
        day TEXT NOT NULL,
        key TEXT NOT NULL,
        stage TEXT NOT NULL,
        about TEXT NOT NULL,
        model TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'sent',
        tokens_in INTEGER NOT NULL,
        tokens_out INTEGER NOT NULL,
        tokens_cached INTEGER NOT NULL DEFAULT 0,
        nanos INTEGER NOT NULL,
        completion TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL DEFAULT '',
        sent_at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT;
    CREATE INDEX calls_by_key ON calls (key, state);
    CREATE INDEX calls_by_run ON calls (run);
    CREATE INDEX calls_by_day ON calls (day);
    """,
    """
    ALTER TABLE calls ADD COLUMN kind TEXT NOT NULL DEFAULT '';
    """,
)
"""In order; ``PRAGMA user_version`` counts those that were applied. Statements end at ";" and hold none."""
