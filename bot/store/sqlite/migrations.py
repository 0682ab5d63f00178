"""The schema, as migrations that are applied once, in order. A released migration never changes."""

from collections.abc import Callable, Mapping

from sqlite_utils import Database, Migrations

from bot.store.errors import StoreTooNew
from bot.store.sqlite.connection import run

FIRST = """
CREATE TABLE incidents (
    number INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    service TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    declared_at TEXT
);
CREATE TABLE events (
    incident INTEGER NOT NULL REFERENCES incidents(number),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (incident, version)
);
CREATE TABLE lookups (
    key TEXT PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incidents(number)
) WITHOUT ROWID;
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident INTEGER NOT NULL REFERENCES incidents(number),
    lane TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    priority INTEGER NOT NULL,
    not_before TEXT,
    due_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until TEXT,
    put_back_until TEXT,
    error TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    first_claimed_at TEXT
);
CREATE INDEX jobs_lane ON jobs (incident, lane, id);
CREATE INDEX jobs_urgency ON jobs (priority, id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('processed', 'quarantined')),
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX journal_outcome ON journal (outcome);
CREATE TABLE messages (
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    incident INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (channel, ts)
);
CREATE INDEX messages_incident ON messages (incident, ts);
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) WITHOUT ROWID;
"""


def first(db: Database) -> None:
    """Create the tables of the first version."""
    db.executescript(FIRST)


def failures(db: Database) -> None:
    """Count failures separately from attempts, because waiting for a busy service is not a failure."""
    run(db, "ALTER TABLE jobs ADD COLUMN failures INTEGER NOT NULL DEFAULT 0")


def once_at(db: Database) -> None:
    """Save when a request was answered. Requests from before this migration have no time and are kept."""
    run(db, "ALTER TABLE lookups ADD COLUMN once_at TEXT")
    run(db, "CREATE INDEX lookups_once ON lookups (once_at) WHERE once_at IS NOT NULL")


def drills(db: Database) -> None:
    """Save in the index which incidents are drills, so that lists can mark them."""
    run(db, "ALTER TABLE incidents ADD COLUMN drill INTEGER NOT NULL DEFAULT 0")
    run(
        db,
        "UPDATE incidents SET drill = 1 WHERE number IN (SELECT incident FROM events"
        " WHERE name = 'IncidentDeclared' AND json_extract(data, '$.drill'))",
    )


def ends(db: Database) -> None:
    """Save resolutions of alerts not seen yet, so that a restart does not lose them."""
    run(db, "CREATE TABLE ends (alert TEXT PRIMARY KEY, began_at TEXT NOT NULL, heard_at TEXT NOT NULL)")
    run(db, "CREATE INDEX ends_heard ON ends (heard_at)")


def announced(db: Database) -> None:
    """Save which quarantined requests were announced in Slack. Earlier ones count as announced."""
    run(db, "ALTER TABLE journal ADD COLUMN announced INTEGER NOT NULL DEFAULT 0")
    run(db, "UPDATE journal SET announced = 1 WHERE outcome = 'quarantined'")


Step = Callable[[Database], None]
STEPS: Mapping[str, Step] = {
    "0001_first": first,
    "0002_failures": failures,
    "0003_once_at": once_at,
    "0004_drills": drills,
    "0005_ends": ends,
    "0006_announced": announced,
}


def migrate(db: Database, path: str, steps: Mapping[str, Step] = STEPS) -> None:
    """Bring the schema up to date. Raise StoreTooNew if a newer version changed it, or sqlite3.Error."""
    migrations = Migrations("firstcheck")
    for name, step in steps.items():
        migrations(name=name)(step)
    run(db, "BEGIN IMMEDIATE")  # if two processes open the file at once, the second has nothing to do
    try:
        _refuse_newer(migrations, db, path, steps)
        migrations.apply(db)
        run(db, "COMMIT")
    except BaseException:
        db.rollback()
        raise


def _refuse_newer(migrations: Migrations, db: Database, path: str, steps: Mapping[str, Step]) -> None:
    if any(applied.name not in steps for applied in migrations.applied(db)):
        raise StoreTooNew(
            f"{path} was written by a newer version of Firstcheck. Upgrade Firstcheck, or start it on a copy"
            " of the file from before that upgrade."
        )
