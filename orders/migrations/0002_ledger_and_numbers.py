"""The payment ledger is insert-only; order numbers start at 1001."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("core", "0002_ledgers_are_insert_only"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER orders_paymenttransaction_insert_only BEFORE UPDATE OR DELETE"
            " ON orders_paymenttransaction FOR EACH ROW"
            " EXECUTE FUNCTION refuse_ledger_change()",
            "DROP TRIGGER orders_paymenttransaction_insert_only ON orders_paymenttransaction",
        ),
        # people read these numbers: four digits from the first on
        migrations.RunSQL(
            "ALTER TABLE orders_order ALTER COLUMN id RESTART WITH 1001",
            "ALTER TABLE orders_order ALTER COLUMN id RESTART WITH 1",
        ),
        # every order updates these rows in place: room for them on their page
        migrations.RunSQL(
            "ALTER TABLE orders_order SET (fillfactor = 80)",
            "ALTER TABLE orders_order RESET (fillfactor)",
        ),
        # every order updates these rows in place: room for them on their page
        migrations.RunSQL(
            "ALTER TABLE orders_orderline SET (fillfactor = 80)",
            "ALTER TABLE orders_orderline RESET (fillfactor)",
        ),
    ]
