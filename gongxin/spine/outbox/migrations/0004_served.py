"""That a document was served (送达登记): added, not changed; triggers of both databases refuse every change."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_append_only")]
    operations = [
        migrations.CreateModel(
            name="Served",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="案号")),
                ("record", models.BigIntegerField(db_index=True, null=True, verbose_name="记录")),
                ("document", models.CharField(max_length=40, verbose_name="文书种类")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="文书摘要")),
                ("to", models.CharField(max_length=80, verbose_name="受送达人")),
                ("method", models.CharField(max_length=12, verbose_name="方式")),
                ("on", models.DateField(verbose_name="送达日")),
                ("proof", models.TextField(blank=True, verbose_name="证明（密封）")),
                ("proof_digest", models.CharField(blank=True, max_length=64, verbose_name="证明摘要")),
                ("actor", models.CharField(max_length=100, verbose_name="登记人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(*guard("outbox_served")),
    ]
