"""The guard of who complained and what was published (只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_first")]
    operations = [migrations.RunPython(*guard("complaints_complainant", "complaints_publication"))]
