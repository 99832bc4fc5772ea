"""The index of two-character grams (二字组索引): FTS5 in SQLite, an array with a GIN index in PostgreSQL."""

from django.db import migrations

from gongxin.spine.projections.grams import build, drop


class Migration(migrations.Migration):
    dependencies = [("projections", "0001_first")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: build(schema_editor.connection),
            lambda apps, schema_editor: drop(schema_editor.connection),
        )
    ]
