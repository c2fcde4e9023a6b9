from django.db import migrations, models


class Migration(migrations.Migration):
    """An index for orders that are not with their customers yet, in work order."""

    dependencies = [
        ('orders', '0008_persons'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ['pending', 'confirmed', 'processing']), ('phase', 'shipped'), _connector='OR'), fields=['ship_by', 'promised_at', 'placed_at', 'id'], name='order_moving'),
        ),
    ]
