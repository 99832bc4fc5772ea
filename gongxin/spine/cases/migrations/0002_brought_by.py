"""The body that brought a case before another (提出单位), and the guards of what is only added to."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_from_remedy"), ("remedy", "0005_cases_left")]
    operations = [
        migrations.AddField(
            "case",
            "brought_by",
            models.CharField("提出单位", max_length=32, blank=True, db_index=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(*guard("cases_caseact", "cases_handover")),
    ]
