"""Signed lists of what is handed over (移交清单文书), and who signed them."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_first")]
    operations = [
        migrations.CreateModel(
            name="HandoverPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                ("body", models.CharField(db_index=True, max_length=32, verbose_name="单位")),
                ("as_of", models.DateField(verbose_name="截至")),
                ("content", models.TextField(verbose_name="内容（密封）")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("signature", models.CharField(max_length=200, verbose_name="签名")),
                ("key", models.CharField(max_length=80, verbose_name="签名公钥")),
                ("actor", models.CharField(max_length=100, verbose_name="经办")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "移交清单文书", "verbose_name_plural": "移交清单文书"},
        ),
        migrations.CreateModel(
            name="HandoverSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(db_index=True, max_length=20, verbose_name="编号")),
                ("capacity", models.CharField(max_length=10, verbose_name="身份")),
                ("name", models.CharField(max_length=100, verbose_name="姓名和职务")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("account", models.BigIntegerField(null=True, verbose_name="账号")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "移交签收",
                "verbose_name_plural": "移交签收",
                "constraints": [
                    models.UniqueConstraint(fields=("number", "capacity"), name="promises_handover_signed_once")
                ],
            },
        ),
        migrations.RunPython(*guard("promises_handoverpaper", "promises_handoversignature")),
    ]
