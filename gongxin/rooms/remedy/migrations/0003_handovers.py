"""Who has a case in hand, from which day its clocks count, and who was reminded (移交、起算日和催办)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("remedy", "0002_append_only")]
    operations = [
        migrations.AddField("case", "handler", models.BigIntegerField("经办账号", null=True)),
        migrations.AddField("case", "answer_by", models.DateField("答复期限", null=True)),
        migrations.AddField("caseact", "since", models.DateField("起算日", null=True)),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handler", models.BigIntegerField("接手账号")),
                ("by", models.BigIntegerField("移交账号", null=True)),
                ("actor", models.CharField("移交人", max_length=100)),
                ("reason", models.TextField("理由（密封）")),
                ("at", models.DateTimeField("时间")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="remedy.case")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock", models.CharField("时钟", max_length=24)),
                ("started", models.DateField("起算日")),
                ("stage", models.CharField("阶段", max_length=10)),
                ("at", models.DateTimeField("时间")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="remedy.case")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("case", "clock", "started", "stage"), name="remedy_reminder_once")]},
        ),
    ]
