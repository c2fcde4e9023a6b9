from django.db import migrations, models


class Migration(migrations.Migration):
    """A label that is not wanted any more need not have a tracking number: whether it
    was bought may not be known yet."""

    dependencies = [
        ("fulfillment", "0003_breadth"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="label",
            name="label_purchased_has_tracking",
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "purchased"), _negated=True),
                    models.Q(("tracking_number", ""), _negated=True),
                    _connector="OR",
                ),
                name="label_purchased_has_tracking",
            ),
        ),
    ]
