from django.db import migrations, models


class Migration(migrations.Migration):
    """Who opens an item says since when it waits."""

    dependencies = [
        ('core', '0005_job_tokens'),
    ]

    operations = [
        migrations.AlterField(
            model_name='workitem',
            name='opened_at',
            field=models.DateTimeField(verbose_name='opened at'),
        ),
    ]
