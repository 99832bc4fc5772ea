"""Events of bodies and posts (机构沿革、岗位任职)."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0009_kinds_of_bodies")]
    operations = [
        migrations.CreateModel(
            name="BodyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.CharField(db_index=True, max_length=32, verbose_name="单位")),
                ("verb", models.CharField(max_length=12, verbose_name="事项")),
                ("on", models.DateField(verbose_name="生效日")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                ("to", models.JSONField(default=list, verbose_name="去向")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="依据文件")),
                ("actor", models.CharField(max_length=100, verbose_name="经办")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "机构沿革", "verbose_name_plural": "机构沿革"},
        ),
        migrations.CreateModel(
            name="PostAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(db_index=True, max_length=40, verbose_name="岗位")),
                ("verb", models.CharField(max_length=12, verbose_name="事项")),
                ("on", models.DateField(verbose_name="生效日")),
                ("body", models.CharField(blank=True, max_length=32, verbose_name="单位")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="岗位名称")),
                ("holder", models.CharField(blank=True, max_length=100, verbose_name="任职人")),
                ("account", models.BigIntegerField(null=True, verbose_name="账号")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="依据文件")),
                ("actor", models.CharField(max_length=100, verbose_name="经办")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "岗位任职", "verbose_name_plural": "岗位任职"},
        ),
        migrations.RunPython(*guard("bodies_bodyevent", "bodies_postact")),
    ]
