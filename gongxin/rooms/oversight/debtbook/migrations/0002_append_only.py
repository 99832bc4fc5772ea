"""The guard of what was published of debt (债务公布只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("debtbook", "0001_first")]
    operations = [migrations.RunPython(*guard("debtbook_authority", "debtbook_publication"))]
