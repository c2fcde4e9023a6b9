"""Locations that served practice channels only, and have never worked for a real
order, are places of practice from now on."""

from django.db import migrations

MARK = """
    UPDATE inventory_location l SET is_sandbox = true WHERE EXISTS (
        SELECT FROM inventory_locationgroup_locations g
        JOIN channels_channel c ON c.pool_id = g.locationgroup_id
        WHERE g.location_id = l.id AND c.is_sandbox
    ) AND NOT EXISTS (
        SELECT FROM inventory_locationgroup_locations g
        JOIN channels_channel c ON c.pool_id = g.locationgroup_id
        WHERE g.location_id = l.id AND NOT c.is_sandbox
    ) AND NOT EXISTS (
        SELECT FROM fulfillment_fulfillmentorder w
        JOIN orders_order o ON o.id = w.order_id
        JOIN channels_channel c ON c.id = o.channel_id
        WHERE w.location_id = l.id AND NOT c.is_sandbox
    )"""


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0010_asking_partners_to_cancel"),
        ("inventory", "0009_practice_locations"),
        ("channels", "0006_sandbox_channels"),
        ("orders", "__first__"),
    ]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
