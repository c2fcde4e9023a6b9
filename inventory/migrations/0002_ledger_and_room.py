"""The ledger is insert-only; stock levels have room for updates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("core", "0002_ledgers_are_insert_only"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER inventory_stockmovement_insert_only BEFORE UPDATE OR DELETE"
            " ON inventory_stockmovement FOR EACH ROW"
            " EXECUTE FUNCTION refuse_ledger_change()",
            "DROP TRIGGER inventory_stockmovement_insert_only ON inventory_stockmovement",
        ),
        # every order updates these rows in place: room for them on their page
        migrations.RunSQL(
            "ALTER TABLE inventory_stocklevel SET (fillfactor = 70)",
            "ALTER TABLE inventory_stocklevel RESET (fillfactor)",
        ),
    ]
