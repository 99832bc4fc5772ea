"""Cases move to the spine (案件移至底座): every room brings kinds of its own to one engine. Tables and names follow."""

from typing import Any

from django.db import migrations, models

from gongxin.spine import append_only

GUARDED = ("remedy_caseact", "remedy_handover")


def unguard(apps: Any, schema_editor: Any) -> None:
    """Take the guards off the tables that are renamed; `cases` sets them again under the new names."""
    append_only.remove(schema_editor.connection, list(GUARDED))
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for table in GUARDED:
                cursor.execute(f'DROP FUNCTION IF EXISTS "{table}_append_only"()')


UNIQUE = (
    ("count", ("kind", "year"), "count_once"),
    ("caseact", ("case", "n"), "caseact_order"),
    ("reminder", ("case", "clock", "started", "stage"), "reminder_once"),
)


class Migration(migrations.Migration):
    dependencies = [("remedy", "0003_handovers")]
    operations = [
        migrations.RunPython(unguard, migrations.RunPython.noop),
        *(
            operation
            for model, fields, name in UNIQUE
            for operation in (
                migrations.RemoveConstraint(model, f"remedy_{name}"),
                migrations.AddConstraint(model, models.UniqueConstraint(fields=fields, name=f"cases_{name}")),
            )
        ),
        migrations.RenameIndex("case", old_name="remedy_case_turn", new_name="cases_case_turn"),
        migrations.RenameIndex("case", old_name="remedy_case_kind", new_name="cases_case_kind"),
        *(
            migrations.AlterModelTable(model, f"cases_{model}")
            for model in ("case", "attachment", "count", "caseact", "handover", "reminder")
        ),
    ]
