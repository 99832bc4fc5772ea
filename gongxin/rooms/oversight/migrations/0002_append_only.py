"""The guard of the questions asked (疑问只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_first")]
    operations = [migrations.RunPython(*guard("oversight_question"))]
