"""A shop without endpoints pays for one look a statement, not for one a row."""

from django.db import migrations

ONCE = """
CREATE FUNCTION look_for_endpoints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('oms.webhooks', EXISTS (
        SELECT FROM core_webhookendpoint WHERE status <> 'disabled')::text, true);
    RETURN NULL;
END $$;
CREATE TRIGGER core_event_endpoints BEFORE INSERT ON core_event
    FOR EACH STATEMENT EXECUTE FUNCTION look_for_endpoints();
DROP TRIGGER core_event_webhooks ON core_event;
CREATE TRIGGER core_event_webhooks BEFORE INSERT ON core_event
    FOR EACH ROW WHEN (current_setting('oms.webhooks') = 'true')
    EXECUTE FUNCTION keep_for_webhooks();
"""
BACK = """
DROP TRIGGER core_event_webhooks ON core_event;
CREATE TRIGGER core_event_webhooks BEFORE INSERT ON core_event
    FOR EACH ROW EXECUTE FUNCTION keep_for_webhooks();
DROP TRIGGER core_event_endpoints ON core_event;
DROP FUNCTION look_for_endpoints();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0012_request_log")]
    operations = [migrations.RunSQL(ONCE, BACK)]
