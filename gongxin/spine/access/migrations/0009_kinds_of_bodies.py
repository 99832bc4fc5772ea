"""Governments, streets and townships among the kinds of bodies (单位类别)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0008_embed_origins")]
    operations = [
        migrations.AlterField(
            model_name="body",
            name="kind",
            field=models.CharField(
                choices=[
                    ("government", "人民政府"),
                    ("organ", "机关"),
                    ("institution", "事业单位"),
                    ("street", "街道办事处"),
                    ("township", "乡镇人民政府"),
                    ("office", "信用主管单位"),
                    ("court", "人民法院"),
                    ("trading-centre", "公共资源交易中心"),
                    ("company", "企业等信用主体"),
                    ("agency", "信用服务机构"),
                ],
                default="organ",
                max_length=32,
                verbose_name="类别",
            ),
        ),
    ]
