"""Notices of repair that went out (信用修复告知). What a store held before is not told of anew: it begins where the ledger ends."""

from typing import Any

from django.db import migrations, models


def begin(apps: Any, _editor: Any) -> None:
    last = apps.get_model("ledger", "Entry").objects.aggregate(last=models.Max("seq"))["last"] or 0
    apps.get_model("remedy", "Progress").objects.create(name="notices", seq=last)


class Migration(migrations.Migration):
    dependencies = [("remedy", "0005_cases_left"), ("ledger", "0003_papers_and_numbers")]
    operations = [
        migrations.CreateModel(
            name="RepairNotice",
            fields=[
                ("record", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="记录")),
                ("subject", models.CharField(max_length=80, verbose_name="主体")),
                ("item", models.CharField(max_length=60, verbose_name="目录事项")),
                ("body", models.CharField(db_index=True, max_length=32, verbose_name="报送单位")),
                ("notice", models.BigIntegerField(unique=True, verbose_name="告知")),
                ("made_on", models.DateField(verbose_name="制作日")),
                ("served_on", models.DateField(db_index=True, null=True, verbose_name="送达日")),
            ],
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="用途")),
                ("seq", models.BigIntegerField(default=0, verbose_name="末号")),
            ],
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
