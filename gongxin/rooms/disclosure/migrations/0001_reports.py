"""Reports issued (已出具报告) and reports taken back; both are only added to."""

from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Revocation',
            fields=[
                ('number', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('actor', models.CharField(max_length=100, verbose_name='经办')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('number', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='编号')),
                ('check_index', models.CharField(max_length=32, verbose_name='核验码索引')),
                ('kind', models.CharField(max_length=16, verbose_name='种类')),
                ('subject', models.CharField(max_length=80, verbose_name='主体')),
                ('open', models.BooleanField(verbose_name='公开版')),
                ('body', models.CharField(blank=True, max_length=32, verbose_name='申请单位')),
                ('account', models.BigIntegerField(null=True, verbose_name='账号')),
                ('via', models.CharField(max_length=20, verbose_name='途径')),
                ('look', models.CharField(blank=True, max_length=40, verbose_name='查阅编号')),
                ('purpose', models.TextField(verbose_name='用途')),
                ('issued', models.DateTimeField(verbose_name='出具时间')),
                ('as_of', models.DateField(verbose_name='查询日')),
                ('valid_until', models.DateField(verbose_name='有效期至')),
                ('digest', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('imprint', models.CharField(max_length=64, verbose_name='内容印记')),
                ('steady_until', models.DateField(verbose_name='无新增时不变至')),
                ('view', models.JSONField(verbose_name='范围')),
                ('law_book', models.CharField(max_length=16, verbose_name='法典版本')),
                ('ledger_size', models.BigIntegerField(verbose_name='台账条数')),
                ('certificate', models.CharField(max_length=64, verbose_name='证书指纹')),
                ('place', models.BigIntegerField(unique=True, verbose_name='状态表位置')),
            ],
            options={
                'indexes': [models.Index(fields=['body', 'issued'], name='disclosure_report_body'), models.Index(fields=['subject', 'issued'], name='disclosure_report_subject'), models.Index(fields=['valid_until'], name='disclosure_report_valid')],
            },
        ),
        migrations.RunPython(*guard("disclosure_report", "disclosure_revocation")),
    ]
