"""The guard of self-scores, sets and ratings (自评、数据集、评级只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("governments", "0001_first")]
    operations = [migrations.RunPython(*guard("governments_selfscore", "governments_dataset", "governments_rating"))]
