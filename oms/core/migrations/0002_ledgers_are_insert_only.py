"""Ledgers refuse DELETE, and UPDATE of any column that is not named to the trigger.

Attached as: EXECUTE FUNCTION refuse_ledger_change('column', …): the columns that may
change after all.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is a ledger: % of row % is refused; write a counter-entry',
        TG_TABLE_NAME, TG_OP, OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_event_insert_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change('dispatched_at', 'data');
"""

BACK = """
DROP TRIGGER core_event_insert_only ON core_event;
DROP FUNCTION refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, BACK)]
