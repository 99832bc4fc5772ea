"""Append-only (只追加): refused in the models and, beneath them, by triggers of both databases.

A table is named here once; the migration that makes it installs the guard. Tests remove the guard for the moment
in which they empty the database between two cases, and an attacker who removes it is found by fsck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "append-only: nothing is rewritten (只追加，不改写)"

GUARDED: dict[str, str | None] = {
    "ledger_entry": None,
    "ledger_checkpoint": None,
    "ledger_payload": (
        "NEW.seq = OLD.seq AND NEW.body IS NULL AND NEW.salt IS NULL AND NEW.document IS NULL AND NEW.content IS NULL"
        " AND NEW.paper IS NULL AND EXISTS (SELECT 1 FROM ledger_entry AS own, ledger_entry AS act"
        " WHERE own.seq = OLD.seq AND act.kind = 'destruction' AND act.record = own.record AND act.record <> act.seq)"
    ),
    "access_look": None,
    "access_lookbatch": None,
    "access_lookseal": None,
    "access_identityact": None,
    "access_passwordact": None,
    "access_organisationact": None,
    "access_delegationact": None,
    "access_consentrow": None,
    "access_withheld": None,
    "access_lookreply": None,
    "proofs_logcheckpoint": None,
    "proofs_held": None,
    "disclosure_report": None,
    "disclosure_revocation": None,
}
"""Guarded tables, each with the one change that is lawful: a payload becomes empty after its destruction is entered."""

IDENTIFIED_BY = {
    "ledger_entry": "seq = NEW.seq",
    "ledger_checkpoint": "size = NEW.size",
    "ledger_payload": "seq = NEW.seq",
    "access_look": "number = NEW.number OR (segment = NEW.segment AND n = NEW.n)",
    "access_lookbatch": "number = NEW.number",
    "access_lookseal": "segment = NEW.segment AND n = NEW.n",
    "proofs_logcheckpoint": "size = NEW.size",
    "proofs_held": "origin = NEW.origin AND tree = NEW.tree AND size = NEW.size",
    "disclosure_report": "number = NEW.number OR place = NEW.place",
    "disclosure_revocation": "number = NEW.number",
    "access_organisationact": "number = NEW.number AND n = NEW.n",
    "access_delegationact": "number = NEW.number AND n = NEW.n",
    "access_consentrow": "number = NEW.number AND n = NEW.n",
    "access_withheld": "look = NEW.look",
}
"""SQLite's INSERT OR REPLACE deletes the row in its way without asking the trigger of deletions; so the insertion is
asked whether there is a row in its way."""


class AppendOnlyFault(RuntimeError):
    """Code tried to change or delete what may only be added to."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows one can add and read (只追加查询集)."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: a correction is a new entry."""
        raise AppendOnlyFault(REFUSAL)

    def delete(self) -> NoReturn:
        """Refuse: a withdrawal is a new entry."""
        raise AppendOnlyFault(REFUSAL)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a correction is a new entry."""
        raise AppendOnlyFault(REFUSAL)

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a correction is a new entry."""
        raise AppendOnlyFault(REFUSAL)


class AppendOnly(models.Model):
    """A row that is written once (只追加)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; an existing one stays as it is."""
        if not self._state.adding:
            raise AppendOnlyFault(REFUSAL)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: nothing is deleted."""
        raise AppendOnlyFault(REFUSAL)


def install(connection: BaseDatabaseWrapper, tables: list[str]) -> None:
    """Set the guards on these tables."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, tables):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: list[str]) -> None:
    """Take the guards off these tables: for the undoing of a migration, and between two tests."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                for act in ("change", "truncate"):
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{act}" ON "{table}"')
            else:
                for act in ("update", "delete", "replace"):
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{act}"')


@contextmanager
def adding(connection: BaseDatabaseWrapper, *tables: str) -> Iterator[None]:
    """Let this transaction add many rows (批量追加) without asking, for each of them, whether one is in its way.

    A plain INSERT stops by itself at a row in its way; only INSERT OR REPLACE must be asked, and here nobody writes one:
    the transaction holds SQLite's single place for a writer, and the guard stands again before it ends. So no moment is
    ever committed without the guard. Changes and deletions are refused throughout; PostgreSQL has nothing to lift.
    """
    if connection.vendor == "postgresql":
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("a guard is lifted inside a transaction only")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DROP TRIGGER "{table}_no_replace"')
    yield
    # An exception ends the whole transaction, and the guard was never gone.
    install(connection, list(tables))


def guard(*tables: str) -> tuple[Callable[[Any, Any], None], Callable[[Any, Any], None]]:
    """Return the two halves of a migration step that guards these tables."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        install(schema_editor.connection, list(tables))

    def backwards(apps: Any, schema_editor: Any) -> None:
        remove(schema_editor.connection, list(tables))

    return forwards, backwards


def _statements(vendor: str, tables: list[str]) -> list[str]:
    return _for_postgresql(tables) if vendor == "postgresql" else _for_sqlite(tables)


def _for_sqlite(tables: list[str]) -> list[str]:
    statements = []
    for table in tables:
        lawful = GUARDED[table]
        when = f" WHEN NOT ({lawful})" if lawful else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        statements += [
            f'CREATE TRIGGER IF NOT EXISTS "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW{when} {refuse}',
            f'CREATE TRIGGER IF NOT EXISTS "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW {refuse}',
        ]
        if table in IDENTIFIED_BY:
            there = f'EXISTS (SELECT 1 FROM "{table}" WHERE {IDENTIFIED_BY[table]})'
            statements.append(
                f'CREATE TRIGGER IF NOT EXISTS "{table}_no_replace" BEFORE INSERT ON "{table}"'
                f" FOR EACH ROW WHEN {there} {refuse}"
            )
    return statements


def _for_postgresql(tables: list[str]) -> list[str]:
    statements = []
    for table in tables:
        lawful = GUARDED[table]
        allowed = f"IF TG_OP = 'UPDATE' THEN IF {lawful} THEN RETURN NEW; END IF; END IF; " if lawful else ""
        function = f'"{table}_append_only"'
        refuse = f"BEGIN {allowed}RAISE EXCEPTION '{REFUSAL}'; END"
        statements += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
            f'DROP TRIGGER IF EXISTS "{table}_no_change" ON "{table}"',
            f'DROP TRIGGER IF EXISTS "{table}_no_truncate" ON "{table}"',
            f'CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION {function}()",
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        ]
    return statements
