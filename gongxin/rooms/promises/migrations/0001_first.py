"""Followings and warnings of promises (承诺关注、到期提醒)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Following",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.BigIntegerField(db_index=True, verbose_name="账号")),
                ("record", models.BigIntegerField(db_index=True, null=True, verbose_name="记录号")),
                ("body", models.CharField(blank=True, db_index=True, max_length=32, verbose_name="单位")),
                ("since", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "承诺关注",
                "verbose_name_plural": "承诺关注",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "record", "body"), name="promises_following_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Warned",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record", models.BigIntegerField(verbose_name="记录号")),
                ("part", models.CharField(max_length=64, verbose_name="节点")),
                ("due", models.DateField(verbose_name="到期日")),
                ("days", models.IntegerField(verbose_name="相距日数")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "承诺到期提醒",
                "verbose_name_plural": "承诺到期提醒",
                "constraints": [
                    models.UniqueConstraint(fields=("record", "part", "due", "days"), name="promises_warned_once")
                ],
            },
        ),
    ]
