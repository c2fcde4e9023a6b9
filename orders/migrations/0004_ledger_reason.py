from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_breadth"),
    ]

    operations = [
        migrations.AddField(
            model_name="paymenttransaction",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason"),
        ),
    ]
