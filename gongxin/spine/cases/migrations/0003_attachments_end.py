"""On which side somebody attached a file (提交方), and that it was destroyed (销毁日)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_brought_by")]
    operations = [
        migrations.AddField("attachment", "side", models.CharField("提交方", max_length=12, blank=True, default="")),
        migrations.AddField("attachment", "destroyed_on", models.DateField("销毁日", null=True, db_index=True)),
    ]
