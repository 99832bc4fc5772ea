from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0006_watches'),
    ]

    operations = [
        migrations.CreateModel(
            name='Round',
            fields=[
                ('deed', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='事项')),
                ('done_on', models.DateField(null=True, verbose_name='最近运行日')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('fault', models.CharField(blank=True, max_length=300, verbose_name='中断原因')),
            ],
        ),
    ]
