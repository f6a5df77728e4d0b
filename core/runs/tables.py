"""The tables of the store, in SQLAlchemy's terms so that SQLite and PostgreSQL both serve."""

import sqlalchemy as sa

metadata = sa.MetaData()

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("preset", sa.String(60)),
    sa.Column("number", sa.Integer, index=True),
    sa.Column("owner", sa.String(32)),
    sa.Column("group_id", sa.String(16), index=True),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("message", sa.Text, nullable=False, default=""),
    sa.Column("command", sa.String(8), nullable=False),
    sa.Column("spec", sa.Text, nullable=False),
    sa.Column("parameters", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False, index=True),
    sa.Column("started_at", sa.Double),
    sa.Column("ended_at", sa.Double),
    sa.Column("heartbeat_at", sa.Double, nullable=False),
    sa.Column("deleted_at", sa.Double),
    sa.Column("progress", sa.JSON, nullable=False),
    sa.Column("results", sa.JSON),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("environment", sa.JSON, nullable=False),
    sa.Column("imported_at", sa.Double),
    sa.Column("doubt", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("parent", sa.String(16)),
    sa.Column("pinned", sa.Integer),
    sa.Column("holder", sa.String(16)),
    sa.Column("attempts", sa.Integer),
    sa.Column("turn", sa.Integer),
)

_LIVING, _DELETED = runs.c.ended_at.is_(None), runs.c.deleted_at.is_not(None)
sa.Index("ix_runs_living", runs.c.holder, sqlite_where=_LIVING, postgresql_where=_LIVING)
sa.Index("ix_runs_deleted", runs.c.deleted_at, sqlite_where=_DELETED, postgresql_where=_DELETED)
sa.Index("ix_runs_owner_turn", runs.c.owner, runs.c.turn)
"""What servers ask every second, of stores with ten thousand runs too."""

servers = sa.Table(
    "servers",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("workers", sa.Integer, nullable=False),
    sa.Column("heartbeat_at", sa.Double, nullable=False),
)

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(32)),
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False, index=True),
    sa.Column("ended_at", sa.Double),
    sa.Column("heartbeat_at", sa.Double, nullable=False),
    sa.Column("pupil", sa.String(16)),
)


def _run_id() -> sa.Column[str]:
    return sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


steps = sa.Table(
    "steps",
    metadata,
    _run_id(),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("loss", sa.Double),
    sa.Column("accuracy", sa.Double),
    sa.Column("seconds", sa.Double),
    sqlite_with_rowid=False,
)

epochs = sa.Table(
    "epochs",
    metadata,
    _run_id(),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("loss", sa.Double),
    sa.Column("accuracy", sa.Double),
    sa.Column("val_loss", sa.Double),
    sa.Column("val_accuracy", sa.Double),
    sa.Column("learning_rate", sa.Double),
    sa.Column("seconds", sa.Double),
    sqlite_with_rowid=False,
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    _run_id(),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

mirrors = sa.Table(
    "mirrors",
    metadata,
    _run_id(),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("remote_id", sa.String(64)),
    sa.Column("page", sa.Text),
    sa.Column("epochs_sent", sa.Integer, nullable=False),
    sa.Column("steps_sent", sa.Integer, nullable=False),
    sa.Column("wanted_at", sa.Double, nullable=False),
    sa.Column("done_at", sa.Double),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", sa.Double, nullable=False),
    sa.Column("sender", sa.String(32)),
    sa.Column("held_until", sa.Double, nullable=False),
)

drawings = sa.Table(
    "drawings",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("owner", sa.String(32), index=True),
    sa.Column("label", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("image", sa.LargeBinary, nullable=False),
)

datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("dropped", sa.Integer, nullable=False),
    sa.Column("added_at", sa.Double, nullable=False),
    sa.Column("owner", sa.String(32)),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("word", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False, index=True),
    sa.Column("expires_at", sa.Double, nullable=False),
)

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False, index=True),
    sa.Column("since", sa.Double, nullable=False),
)

classes = sa.Table(
    "classes",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False, index=True),
    sa.Column("task", sa.JSON, nullable=False),
    sa.Column("word", sa.String(200), nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("ends_at", sa.Double),
    sa.Column("shown", sa.String(16)),
    sa.Column("deleted_at", sa.Double),
    sa.Column("tries", sa.Integer),
    sa.Column("tried_at", sa.Double),
    sa.Column("seen_at", sa.Double),
    sa.Column("kept", sa.Integer),
)

pupils = sa.Table(
    "pupils",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("class_id", sa.ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False, index=True),
    sa.Column("nickname", sa.String(200), nullable=False),
    sa.Column("look", sa.String(400), nullable=False),
    sa.Column("joined_at", sa.Double, nullable=False),
    sa.Column("hidden", sa.Integer, nullable=False),
    sa.UniqueConstraint("class_id", "owner"),
    sa.UniqueConstraint("class_id", "look"),
)

entries = sa.Table(
    "entries",
    metadata,
    _run_id(),
    sa.Column("pupil_id", sa.ForeignKey("pupils.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("hidden", sa.Integer, nullable=False),
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("dashboard", sa.Text, nullable=False),
    sa.Column("minutes", sa.Double, nullable=False),
    sa.Column("after", sa.Integer, nullable=False),
    sa.Column("word", sa.String(64), index=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("confirmed_at", sa.Double),
)

messages = sa.Table(
    "messages",
    metadata,
    _run_id(),
    sa.Column("contact_id", sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ended_at", sa.Double),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)
