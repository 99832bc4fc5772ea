"""Outcomes, restrictions and redress are added, not changed (只追加): guards of both databases, set again where a table was remade."""

from typing import Any

from django.db import migrations

from gongxin.spine import append_only

TABLES = ["measures_outcome", "measures_restriction", "measures_redress"]


def guard(apps: Any, schema_editor: Any) -> None:
    """Take off what stands and set all of it: SQLite makes a table anew when a column is added, and drops its guards."""
    append_only.remove(schema_editor.connection, TABLES)
    append_only.install(schema_editor.connection, TABLES)


def unguard(apps: Any, schema_editor: Any) -> None:
    """Take the guards off the tables that are dropped with this step."""
    append_only.remove(schema_editor.connection, TABLES[1:])


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_restrictions")]
    operations = [migrations.RunPython(guard, unguard)]
