"""Statements are added, not changed (处理结果只追加): triggers of both databases refuse every change."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_first")]
    operations = [migrations.RunPython(*guard("measures_outcome"))]
