"""An event without an entry: that the law changed (法规变更). SQLite makes the table anew for it, so the guard is set again."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_served")]
    operations = [
        migrations.RunPython(*reversed(guard("outbox_event"))),
        migrations.AlterField(
            "event", "entry", models.BigIntegerField(null=True, unique=True, verbose_name="台账条目")
        ),
        migrations.AlterField("event", "item", models.CharField(blank=True, max_length=60, verbose_name="目录事项")),
        migrations.RunPython(*guard("outbox_event")),
    ]
