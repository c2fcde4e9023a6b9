"""Endpoints and deliveries; events wait for those who want them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# An event is written as dispatched; where an endpoint waits for its kind, it is not. So
# it costs nobody a statement, and none is lost between the making of an endpoint and
# the next event, whichever process writes it.
TRIGGER = """
CREATE FUNCTION keep_for_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM core_webhookendpoint WHERE status <> 'disabled' AND event_types &&
        ARRAY[NEW.action, split_part(NEW.action, '.', 1) || '.*', '*']::varchar[]
    ) THEN
        NEW.dispatched_at := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER core_event_webhooks BEFORE INSERT ON core_event
    FOR EACH ROW EXECUTE FUNCTION keep_for_webhooks();
"""

BACK = """
DROP TRIGGER core_event_webhooks ON core_event;
DROP FUNCTION keep_for_webhooks();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_time_zone_of_the_shop"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created at"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="updated at"),
                ),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "description",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="description"
                    ),
                ),
                (
                    "event_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        help_text="Names such as order.confirmed, order.* or *.",
                        size=None,
                        verbose_name="events",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        help_text="Codes; empty for all.",
                        size=None,
                        verbose_name="channels",
                    ),
                ),
                (
                    "locations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        help_text="Codes; empty for all. With some, orders themselves are not told.",
                        size=None,
                        verbose_name="locations",
                    ),
                ),
                (
                    "is_sandbox",
                    models.BooleanField(
                        default=False,
                        help_text="Hears of channels marked sandbox, and of no other.",
                        verbose_name="sandbox",
                    ),
                ),
                ("sealed", models.TextField(editable=False, verbose_name="secret")),
                (
                    "old_sealed",
                    models.TextField(
                        blank=True, editable=False, verbose_name="old secret"
                    ),
                ),
                (
                    "old_until",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="old secret signs until",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("disabled", "Switched off"),
                        ],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason"),
                ),
                (
                    "owner",
                    models.CharField(
                        help_text="Who made it: user:… or key:….",
                        max_length=64,
                        verbose_name="owner",
                    ),
                ),
                (
                    "client",
                    models.BigIntegerField(
                        blank=True,
                        db_index=True,
                        help_text="Of the API keys that see it; empty: made by staff.",
                        null=True,
                        verbose_name="client",
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0, verbose_name="failures in a row"
                    ),
                ),
                (
                    "failing_since",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="failing since"
                    ),
                ),
                (
                    "resting_until",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="rests until"
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook endpoint",
                "verbose_name_plural": "webhook endpoints",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "paused", "disabled"])
                        ),
                        name="webhookendpoint_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("event_types", []), _negated=True),
                        name="webhookendpoint_hears_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created at"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="updated at"),
                ),
                (
                    "message_id",
                    models.CharField(max_length=48, verbose_name="id of the message"),
                ),
                ("type", models.CharField(max_length=64, verbose_name="event")),
                ("body", models.TextField(verbose_name="body")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Given up"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
                ),
                ("next_attempt_at", models.DateTimeField(verbose_name="next try at")),
                (
                    "answer_status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="answer"
                    ),
                ),
                (
                    "answer_text",
                    models.CharField(
                        blank=True, max_length=1024, verbose_name="what it said"
                    ),
                ),
                (
                    "answer_ms",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="took (ms)"
                    ),
                ),
                (
                    "error",
                    models.CharField(blank=True, max_length=200, verbose_name="error"),
                ),
                (
                    "log",
                    models.JSONField(
                        blank=True, default=list, verbose_name="all tries"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="None: a test.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="core.webhookendpoint",
                        verbose_name="endpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["endpoint", "next_attempt_at", "id"],
                        name="webhookdelivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("endpoint", "event"),
                        name="webhookdelivery_once_per_event",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "delivered", "failed"])
                        ),
                        name="webhookdelivery_status_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, BACK),
    ]
