"""The ledger's guards (台账只追加): triggers of both databases refuse every change but a lawful destruction."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_first")]
    # The payload's guard names its columns, so it is set where the last of them comes.
    operations = [migrations.RunPython(*guard("ledger_entry", "ledger_checkpoint"))]
