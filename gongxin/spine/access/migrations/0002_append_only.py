"""The log's guards (查阅日志只追加): triggers of both databases refuse every change."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("access", "0001_first")]
    operations = [migrations.RunPython(*guard("access_look", "access_lookbatch", "access_lookseal"))]
