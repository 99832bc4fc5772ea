"""The room keeps no cases of its own any more (案件已移出): the tables belong to `cases` now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("remedy", "0004_to_cases"), ("cases", "0001_from_remedy")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(model)
                for model in ("Attachment", "CaseAct", "Handover", "Reminder", "Count", "Case")
            ]
        )
    ]
