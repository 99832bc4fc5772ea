"""The tables of the proofs (证明的表); what was signed and what is held for others is only added to."""

import django.db.models.deletion
from django.db import migrations, models

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LogCheckpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='条数')),
                ('root', models.BinaryField(max_length=32, verbose_name='根')),
                ('segments', models.JSONField(verbose_name='各段')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('signature', models.BinaryField(max_length=64, verbose_name='签名')),
                ('key', models.CharField(max_length=16, verbose_name='密钥')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Origin',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='公钥')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
            ],
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='名称')),
                ('kind', models.CharField(max_length=10, verbose_name='方式')),
                ('address', models.CharField(max_length=400, verbose_name='地址')),
                ('key', models.CharField(blank=True, max_length=64, verbose_name='对方公钥')),
            ],
        ),
        migrations.CreateModel(
            name='Held',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=64, verbose_name='来源密钥')),
                ('tree', models.CharField(max_length=10, verbose_name='树')),
                ('size', models.BigIntegerField(verbose_name='条数')),
                ('note', models.JSONField(verbose_name='检查点')),
                ('at', models.DateTimeField(verbose_name='收到时间')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('origin', 'tree', 'size'), name='proofs_held_origin_tree_size')],
            },
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tree', models.CharField(max_length=20, verbose_name='树')),
                ('index', models.BigIntegerField(verbose_name='块号')),
                ('root', models.BinaryField(max_length=32, verbose_name='块根')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tree', 'index'), name='proofs_tile_tree_index')],
            },
        ),
        migrations.CreateModel(
            name='Lodging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tree', models.CharField(max_length=10, verbose_name='树')),
                ('size', models.BigIntegerField(default=0, verbose_name='已寄存条数')),
                ('root', models.CharField(blank=True, max_length=64, verbose_name='已寄存的根')),
                ('state', models.CharField(default='waiting', max_length=10, verbose_name='状态')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('tried', models.DateTimeField(null=True, verbose_name='最近一次')),
                ('tries', models.IntegerField(default=0, verbose_name='连续未成次数')),
                ('witness', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='proofs.witness')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('witness', 'tree'), name='proofs_lodging_witness_tree')],
            },
        ),
        migrations.RunPython(*guard("proofs_logcheckpoint", "proofs_held")),
    ]
