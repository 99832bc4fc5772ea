from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(db_index=True, max_length=12, verbose_name="区划")),
                ("body", models.CharField(max_length=32, verbose_name="单位")),
                ("document", models.CharField(max_length=200, verbose_name="依据文件")),
                ("actor", models.CharField(max_length=100, verbose_name="登记人")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "财政主管部门", "verbose_name_plural": "财政主管部门"},
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(db_index=True, max_length=12, verbose_name="区划")),
                ("stock_day", models.DateField(verbose_name="余额日")),
                ("verb", models.CharField(max_length=10, verbose_name="行为")),
                ("document_no", models.CharField(max_length=128, verbose_name="公布文件号")),
                ("reason", models.TextField(blank=True, verbose_name="撤下理由")),
                ("body", models.CharField(max_length=32, verbose_name="公布单位")),
                ("last", models.BigIntegerField(default=0, verbose_name="末笔")),
                ("balance", models.BigIntegerField(default=0, verbose_name="余额（分）")),
                ("confirmed_by", models.CharField(max_length=100, verbose_name="确认人")),
                ("account", models.BigIntegerField(null=True, verbose_name="账号")),
                ("day", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "债务公布", "verbose_name_plural": "债务公布"},
        ),
    ]
