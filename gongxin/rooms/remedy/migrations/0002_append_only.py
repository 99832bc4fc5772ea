"""Acts on a case are added, not changed (案件行为只追加). The guard stands on the tables under their present names: `cases`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("remedy", "0001_first")]
    operations = []
