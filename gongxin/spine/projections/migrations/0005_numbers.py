"""Records as SQLite's own row numbers (行号): one tree less for each standing."""

from django.db import migrations

from gongxin.spine.numbers import RowNumber


class Migration(migrations.Migration):
    dependencies = [("projections", "0004_holds")]
    operations = [
        migrations.AlterField("standing", "record", RowNumber("记录", primary_key=True, serialize=False)),
    ]
