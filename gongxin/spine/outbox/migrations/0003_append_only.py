"""Events and attempts are added, not changed (事件和送达尝试只追加): triggers of both databases refuse every change."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_events")]
    operations = [migrations.RunPython(*guard("outbox_event", "outbox_attempt"))]
