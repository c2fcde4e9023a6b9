import oms.core.models
from django.db import migrations, models


def forget_the_default(apps, schema_editor):
    """Nobody chose UTC so far: pages did not ask."""
    apps.get_model('core', 'User').objects.filter(time_zone='UTC').update(time_zone='')


class Migration(migrations.Migration):
    """An empty time zone is the shop's."""

    dependencies = [
        ('core', '0006_work_items_say_since_when'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, help_text="Empty: the shop's.", max_length=64, validators=[oms.core.models.validate_time_zone], verbose_name='time zone'),
        ),
        migrations.RunPython(forget_the_default, migrations.RunPython.noop),
    ]
