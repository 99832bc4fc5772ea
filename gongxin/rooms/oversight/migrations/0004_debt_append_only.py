"""The guard of reported stocks of debt (债券余额只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_debt")]
    operations = [migrations.RunPython(*guard("oversight_debtholding"))]
