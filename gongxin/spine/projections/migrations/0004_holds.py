"""What an open case does to an entry (标注与暂停), beside its days. The rows are made anew from the ledger."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projections", "0003_paper")]
    operations = [
        migrations.AddField("standing", "held_from", models.DateField("停用起", null=True)),
        migrations.AddField("standing", "hidden_from", models.DateField("停止公示起", null=True)),
        migrations.AddField("standing", "marks", models.CharField("标注", max_length=60, blank=True, default="")),
    ]
