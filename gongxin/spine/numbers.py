"""Row numbers (行号): a primary key the ledger itself gives out, kept by each store in its cheapest form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    WholeNumber = models.BigIntegerField[int, int]
else:
    WholeNumber = models.BigIntegerField


class RowNumber(WholeNumber):
    """A whole number of 64 bits as a primary key (序号主键), written by us and never made by the store.

    SQLite calls only a column of type `integer` its own row number; a `bigint` key costs it a second tree, written
    for each row and walked at each look-up. PostgreSQL has no such difference.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type in this store."""
        return "integer" if connection.vendor == "sqlite" else "bigint"

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type of a column that refers to such a number."""
        return self.db_type(connection)
