"""A document's key without its subject (文书号键), and numbers as SQLite's own row numbers.

What was entered before has no such key; it is known by its document under its own subject, as before. The guards are
taken off while SQLite copies the tables, and set again before anybody can write: a migration is one transaction.
"""

from django.db import migrations, models

from gongxin.spine.append_only import guard
from gongxin.spine.numbers import RowNumber

SET, TAKEN_OFF = guard("ledger_entry", "ledger_payload")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.RunPython(TAKEN_OFF, SET),
        migrations.AddField("payload", "paper", models.BigIntegerField("文书号键", null=True)),
        migrations.AlterField("entry", "seq", RowNumber("序号", primary_key=True, serialize=False)),
        migrations.AlterField("payload", "seq", RowNumber("序号", primary_key=True, serialize=False)),
        migrations.AddIndex(
            "payload",
            models.Index(fields=["paper"], name="ledger_payload_paper", condition=models.Q(paper__isnull=False)),
        ),
        migrations.RunPython(SET, TAKEN_OFF),
    ]
