"""Somebody with an order that has seen everything, and all of it ended."""

import json

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from channels.messages import IncomingAddress, IncomingCustomer
from channels.models import HookCall, InboundMessage
from channels.services.inbox import RawMessage, store_messages
from fulfillment.models import Label, TrackingEvent
from fulfillment.services import printing
from oms.core import workitems
from oms.core.models import DailyExport, SavedView, WorkItem
from orders.models import Customer, Order, RiskAssessment
from orders.services import holds, notes
from returns.models import Return
from returns.services import messages as return_messages
from tests import shop
from tests.factories.rates import make_service
from tests.returns import desk

SECRETS = {
    "Zwiebelfisch": "name",
    "zwiebel@example.org": "e-mail",
    "Quittenweg 77": "street",
    "Hinterhaus bei Petra": "second line",
    "Oberammergau": "city",
    "82487": "postal code",
    "088229988": "phone",
    "4711-GESCHENK": "gift message",
}
ADDRESS = IncomingAddress(
    name="Zoe Zwiebelfisch",
    street="Quittenweg 77",
    street2="Hinterhaus bei Petra",
    city="Oberammergau",
    postal_code="82487",
    country="DE",
    phone="088229988",
    lat=47.5969,
    lon=11.0657,
)
ZOE = IncomingCustomer(email="Zwiebel@example.org", name="Zoe Zwiebelfisch")


def left_of(secret: str) -> list[str]:
    """The tables with this text in any column of any row, in bytes too."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t'
                " WHERE t::text ILIKE %s OR t::text ILIKE %s",
                [f"%{secret}%", f"%{secret.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def make(world) -> Customer:
    """What the fixture `zoe` is."""
    make_service("standard")
    order = sent_after_a_hold(world)
    write_everywhere(order)
    ret = desk.asked(order, {"SHIRT": 1}, note="Zwiebelfisch says: too small")
    desk.came(ret, world.shirt, 1, world.ber)
    desk.disposed(ret)
    desk.refunded(ret)
    look_for_her()
    Return.objects.filter(pk=ret.pk).update(status="closed")
    refused_messages(world, order)
    return order.customer


TEXT = "Zwiebelfisch, Quittenweg 77, 088229988"


def sent_after_a_hold(world) -> Order:
    said = {"customer": ZOE, "ship_to": ADDRESS}
    [order] = shop.place_orders(world.channel, 1, [("SHIRT", 2)], **said)
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "mia", "look", TEXT)
    out = holds.place_holds([new], actor="user:mia")
    assert not out.refused, out.refused
    keys = [hold.pk for hold in order.holds.all()]
    holds.release_holds(keys, note=TEXT, actor="user:mia")
    order.refresh_from_db()
    shop.advance([order], to="delivered")
    order.refresh_from_db()
    return order


def write_everywhere(order) -> None:
    text = TEXT
    notes.add_notes({order.pk: text}, actor="user:mia")
    Order.objects.filter(pk=order.pk).update(
        gift_message="4711-GESCHENK", tags=["Zwiebelfisch"]
    )
    [parcel] = shop.parcels_of([order])
    Label.objects.create(
        shipment=parcel,
        carrier="dhl",
        service="standard",
        status="purchased",
        tracking_number="T-1",
        idempotency_key="L-1",
        next_attempt_at=timezone.now(),
    )
    printing.print_labels(parcel.labels.all(), actor="user:mia")
    late = timezone.now()
    TrackingEvent.objects.create(
        shipment=parcel, status="delivered", description=text, at=late
    )
    RiskAssessment.objects.create(
        order=order, score=1, limit=2, signals=[{"text": text}], at=late
    )
    item = {"subject_id": order.pk, "title": text, "data": {"suggestion": text}}
    workitems.open_items(
        [WorkItem(kind="bad_address", subject_type="order", **item)], at=late
    )
    LogEntry.objects.create(
        user_id=first_user(),
        content_type=ContentType.objects.get_for_model(Customer),
        object_id=str(order.customer_id),
        object_repr=str(order.customer),
        action_flag=2,
    )


def look_for_her() -> None:
    """In a view, and in a list that goes out every day."""
    view = SavedView(list_name="orders_order", name="that one")
    view.query = "q=Zoe+Zwiebelfisch"
    view.save()
    facts = {"what": "orders", "folder": "there", "at": "06:00"}
    facts |= {"owner_id": first_user(), "next_at": timezone.now()}
    DailyExport.objects.create(name="daily", query="q=zwiebel@example.org", **facts)


def first_user() -> int:
    [user] = apps.get_model("core", "User").objects.all()[:1]
    return user.pk


def refused_messages(world, order) -> None:
    """A return that was refused, an order that was never taken in, and a call."""
    asked = {
        "external_id": "RET-9",
        "order": order.external_id,
        "note": "Zwiebelfisch wants it back",
        "lines": [{"sku": "SHIRT", "quantity": 99}],
    }
    message = RawMessage("RET-9", asked, "return")
    stored = store_messages(world.channel, [message], actor="t").done
    return_messages.take_in([m.pk for m in stored], actor="t")
    stray = shop.incoming(customer=ZOE, ship_to=ADDRESS)
    payload = stray.to_payload() | {"currency": "XXX"}
    InboundMessage.objects.create(
        channel=world.channel,
        kind="order",
        external_id="NEVER",
        payload=payload,
        status="refused",
        error="Zwiebelfisch",
        received_at=timezone.now(),
    )
    HookCall.objects.create(
        channel=world.channel,
        call_id="call-1",
        body=json.dumps(payload).encode(),
        received_at=timezone.now(),
        status="accepted",
    )
