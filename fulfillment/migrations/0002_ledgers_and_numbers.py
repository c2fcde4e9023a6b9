"""Decisions and tracking are insert-only; numbers start at 1001."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0001_initial"),
        ("core", "0002_ledgers_are_insert_only"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER fulfillment_routingdecision_insert_only BEFORE UPDATE OR DELETE"
            " ON fulfillment_routingdecision FOR EACH ROW"
            " EXECUTE FUNCTION refuse_ledger_change()",
            "DROP TRIGGER fulfillment_routingdecision_insert_only ON fulfillment_routingdecision",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER fulfillment_trackingevent_insert_only BEFORE UPDATE OR DELETE"
            " ON fulfillment_trackingevent FOR EACH ROW"
            " EXECUTE FUNCTION refuse_ledger_change()",
            "DROP TRIGGER fulfillment_trackingevent_insert_only ON fulfillment_trackingevent",
        ),
        # people read these numbers: four digits from the first on
        migrations.RunSQL(
            "ALTER TABLE fulfillment_fulfillmentorder ALTER COLUMN id RESTART WITH 1001",
            "ALTER TABLE fulfillment_fulfillmentorder ALTER COLUMN id RESTART WITH 1",
        ),
        # people read these numbers: four digits from the first on
        migrations.RunSQL(
            "ALTER TABLE fulfillment_shipment ALTER COLUMN id RESTART WITH 1001",
            "ALTER TABLE fulfillment_shipment ALTER COLUMN id RESTART WITH 1",
        ),
    ]
