"""Cases as the remedy room kept them (案件表的由来): the tables are there under their new names; only the state is told."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("remedy", "0004_to_cases")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Case',
                    fields=[
                        ('number', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='案号')),
                        ('kind', models.CharField(max_length=20, verbose_name='种类')),
                        ('subject', models.CharField(db_index=True, max_length=80, verbose_name='主体')),
                        ('record', models.BigIntegerField(db_index=True, null=True, verbose_name='记录')),
                        ('item', models.CharField(blank=True, max_length=60, verbose_name='目录事项')),
                        ('about', models.CharField(blank=True, max_length=60, verbose_name='所涉编号')),
                        ('body', models.CharField(db_index=True, max_length=32, verbose_name='承办单位')),
                        ('region', models.CharField(blank=True, max_length=12, verbose_name='区划')),
                        ('channel', models.CharField(choices=[('online', '网上'), ('counter', '窗口'), ('paper', '纸质'), ('api', '接口')], max_length=10, verbose_name='提出方式')),
                        ('applicant', models.TextField(verbose_name='申请人（密封）')),
                        ('account', models.BigIntegerField(null=True, verbose_name='申请人账号')),
                        ('receipt', models.CharField(db_index=True, max_length=64, verbose_name='回执码摘要')),
                        ('opened_on', models.DateField(verbose_name='提出日')),
                        ('opened_at', models.DateTimeField(verbose_name='提出时间')),
                        ('state', models.CharField(max_length=24, verbose_name='状态')),
                        ('turn', models.CharField(blank=True, max_length=12, verbose_name='待办方')),
                        ('due', models.DateField(null=True, verbose_name='最近到期')),
                        ('clock', models.CharField(blank=True, max_length=24, verbose_name='最近时钟')),
                        ('closed_on', models.DateField(null=True, verbose_name='办结日')),
                        ('handler', models.BigIntegerField(null=True, verbose_name='经办账号')),
                        ('answer_by', models.DateField(null=True, verbose_name='答复期限')),
                    ],
                    options={
                        'verbose_name': '案件',
                        'verbose_name_plural': '案件',
                        'indexes': [models.Index(fields=['turn', 'due'], name='cases_case_turn'), models.Index(fields=['kind', 'state'], name='cases_case_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('n', models.PositiveIntegerField(verbose_name='所附行为')),
                        ('name', models.TextField(verbose_name='文件名（密封）')),
                        ('kind', models.CharField(max_length=60, verbose_name='类型')),
                        ('size', models.BigIntegerField(verbose_name='大小')),
                        ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                        ('place', models.CharField(max_length=200, verbose_name='存放处')),
                        ('verdict', models.CharField(max_length=40, verbose_name='查验结果')),
                        ('at', models.DateTimeField(verbose_name='时间')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.case')),
                    ],
                ),
                migrations.CreateModel(
                    name='Count',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20, verbose_name='种类')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='年份')),
                        ('last', models.PositiveIntegerField(default=0, verbose_name='末号')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kind', 'year'), name='cases_count_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('handler', models.BigIntegerField(verbose_name='接手账号')),
                        ('by', models.BigIntegerField(null=True, verbose_name='移交账号')),
                        ('actor', models.CharField(max_length=100, verbose_name='移交人')),
                        ('reason', models.TextField(verbose_name='理由（密封）')),
                        ('at', models.DateTimeField(verbose_name='时间')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='cases.case')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CaseAct',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('n', models.PositiveIntegerField(verbose_name='序')),
                        ('verb', models.CharField(max_length=24, verbose_name='行为')),
                        ('side', models.CharField(max_length=12, verbose_name='方')),
                        ('on', models.DateField(verbose_name='行为日')),
                        ('since', models.DateField(null=True, verbose_name='起算日')),
                        ('at', models.DateTimeField(verbose_name='时间')),
                        ('account', models.BigIntegerField(null=True, verbose_name='账号')),
                        ('actor', models.CharField(max_length=100, verbose_name='经办')),
                        ('body', models.CharField(blank=True, max_length=32, verbose_name='单位')),
                        ('said', models.TextField(verbose_name='内容（密封）')),
                        ('entries', models.JSONField(default=list, verbose_name='台账条目')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='cases.case')),
                    ],
                    options={
                        'ordering': ['case', 'n'],
                        'constraints': [models.UniqueConstraint(fields=('case', 'n'), name='cases_caseact_order')],
                    },
                ),
                migrations.CreateModel(
                    name='Reminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('clock', models.CharField(max_length=24, verbose_name='时钟')),
                        ('started', models.DateField(verbose_name='起算日')),
                        ('stage', models.CharField(max_length=10, verbose_name='阶段')),
                        ('at', models.DateTimeField(verbose_name='时间')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='cases.case')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('case', 'clock', 'started', 'stage'), name='cases_reminder_once')],
                    },
                ),
            ]
        )
    ]
