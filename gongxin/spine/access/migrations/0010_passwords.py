"""Links for a forgotten password (重设密码只追加), guarded by triggers; what the staff settings call bodies, accounts and keys."""

import django.db.models.deletion
from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("access", "0009_kinds_of_bodies")]
    operations = [
        migrations.CreateModel(
            name="PasswordAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=16, verbose_name="编号")),
                ("account", models.BigIntegerField(db_index=True, verbose_name="账号")),
                ("verb", models.CharField(max_length=8, verbose_name="行为")),
                ("digest", models.CharField(max_length=64, verbose_name="链接摘要")),
                ("until", models.DateTimeField(verbose_name="有效期至")),
                ("seen", models.TextField(blank=True, verbose_name="看过的材料（密封）")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("by", models.BigIntegerField(null=True, verbose_name="经办账号")),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(*guard("access_passwordact")),
        *(
            migrations.AlterModelOptions(name=model, options={"verbose_name": word, "verbose_name_plural": word})
            for model, word in (("account", "账号"), ("apikey", "接口密钥"), ("body", "单位"))
        ),
        migrations.AlterField(
            "account", "body",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="access.body", verbose_name="单位"
            ),
        ),
        migrations.AlterField(
            "apikey", "body",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.body", verbose_name="单位"),
        ),
        migrations.AlterField(
            "body", "parent",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="access.body",
                verbose_name="上级单位",
            ),
        ),
    ]
