"""Indexes beside the models (专用索引): the grams of names, and the organisation code inside the unified code."""

from django.db import migrations

from gongxin.spine.projections.grams import build, drop


class Migration(migrations.Migration):
    dependencies = [("projections", "0001_first")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: build(schema_editor.connection),
            lambda apps, schema_editor: drop(schema_editor.connection),
        ),
        # Characters 9 to 17 of a unified code are the organisation code: an old code finds its subject without a scan.
        migrations.RunSQL(
            "CREATE INDEX projections_subject_orgcode ON projections_subject (substr(code, 9, 9))",
            "DROP INDEX projections_subject_orgcode",
        ),
    ]
