"""Acts on a case are added, not changed (案件行为只追加): triggers of both databases refuse every change."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("remedy", "0001_first")]
    operations = [migrations.RunPython(*guard("remedy_caseact"))]
