"""What partners have asked lately; and events are found by time."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_api_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                ('method', models.CharField(max_length=8, verbose_name='method')),
                ('path', models.CharField(max_length=200, verbose_name='path')),
                ('status', models.PositiveSmallIntegerField(verbose_name='status')),
                ('code', models.CharField(blank=True, max_length=32, verbose_name='problem')),
                ('ms', models.PositiveIntegerField(verbose_name='took (ms)')),
                ('request_id', models.CharField(max_length=128, verbose_name='id of the request')),
                ('idempotency_key', models.CharField(blank=True, max_length=255, verbose_name='idempotency key')),
            ],
            options={
                'verbose_name': 'request to the API',
                'verbose_name_plural': 'requests to the API',
            },
        ),
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='event_by_time'),
        ),
        migrations.AddField(
            model_name='apirequest',
            name='key',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.apikey', verbose_name='key'),
        ),
        migrations.AddIndex(
            model_name='apirequest',
            index=models.Index(fields=['request_id'], name='apirequest_by_id'),
        ),
        migrations.RunSQL(
            "ALTER TABLE core_apirequest SET UNLOGGED",
            "ALTER TABLE core_apirequest SET LOGGED",
        ),
    ]
