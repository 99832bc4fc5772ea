"""Names are cut into triples too (三字组): a longer part of a name is looked up by what hardly any other name holds."""

from django.db import migrations

from gongxin.spine.projections.grams import cut_anew


class Migration(migrations.Migration):
    # An old store is cut anew whole or not at all; there is nothing to take back, for the grams are made from the names.
    dependencies = [("projections", "0005_numbers")]
    operations = [
        migrations.RunPython(lambda apps, schema_editor: cut_anew(schema_editor.connection), migrations.RunPython.noop),
    ]
