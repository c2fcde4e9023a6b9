"""Indexes for the queues and the searches of the list of orders."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0004_door'),
        ('inventory', '0004_barcodes'),
        ('orders', '0005_accepted_findings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ['confirmed', 'processing'])), fields=['ship_by'], name='order_due'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.Func(models.Func(models.F('ship_to_phone'), models.Value('[^0-9]'), models.Value(''), models.Value('g'), function='REGEXP_REPLACE'), models.Value('0'), function='LTRIM', output_field=models.CharField()), condition=models.Q(('ship_to_phone', ''), _negated=True), name='order_phone'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('ship_to_name', 'ship_to_company', config='simple'), name='order_name_words'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['sku', 'order'], name='orderline_sku'),
        ),
    ]
