"""The guards of applications to act for an organisation (单位绑定只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("access", "0006_organisations")]
    operations = [migrations.RunPython(*guard("access_organisationact"))]
