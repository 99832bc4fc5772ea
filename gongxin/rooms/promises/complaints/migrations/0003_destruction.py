"""That sealed names were destroyed (销毁登记), and the guard that lets a name become empty behind such an entry alone."""

from typing import Any

from django.db import migrations, models

from gongxin.spine import append_only

TABLES = ["complaints_complainant", "complaints_destruction"]


def forwards(apps: Any, schema_editor: Any) -> None:
    """Set the guards anew: the one on names knows now what is lawful."""
    append_only.remove(schema_editor.connection, TABLES[:1])
    append_only.install(schema_editor.connection, TABLES)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Take the guards off: the table they ask goes with this step."""
    append_only.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.CharField(max_length=40, unique=True, verbose_name="案号")),
                ("until", models.DateField(verbose_name="保存到")),
                ("on", models.DateField(verbose_name="销毁日")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "投诉人信息销毁", "verbose_name_plural": "投诉人信息销毁"},
        ),
        migrations.RunPython(forwards, backwards),
    ]
