from django.db import migrations, models


class Migration(migrations.Migration):
    """What a witness answered is kept in both languages (见证答复双语)."""

    dependencies = [("proofs", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="lodging",
            name="detail_en",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="说明（英文）"),
        ),
    ]
