"""What the walks over all endpoints of the API know of each resource. A resource, or a
writing action, without a row here fails a test."""

from channels.models import Channel
from fulfillment.models import FulfillmentOrder, Shipment
from inventory.models import StockLevel
from oms.core.api.models import ApiKey
from oms.core.files import background
from orders.models import Order
from tests import factories, shop
from tests.api.partner import Partner

ORDERS = (
    "external_id,placed_at,currency,sku,quantity,unit_price\n"
    "{},2026-01-31 12:00 +0000,EUR,SHIRT,1,10.00\n"
)


def order_of(partner: Partner) -> str:
    return partner.create().number


def customer_of(partner: Partner) -> str:
    order = partner.create(customer={"email": f"{partner.key.name}@example.org"})
    return str(Order.objects.get(pk=order.pk).customer_id)


def endpoint_of(partner: Partner) -> str:
    new = {"url": "https://93.184.215.14/", "event_types": ["*"]}
    answer = partner.post("webhook-endpoints/", new)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def delivery_of(partner: Partner) -> str:
    answer = partner.post(f"webhook-endpoints/{endpoint_of(partner)}/test/")
    assert answer.status_code == 202, answer.json()
    return str(answer.json()["id"])


def listing_of(partner: Partner) -> str:
    [code] = partner.key.channels
    channel = Channel.objects.get(code=code)
    product = factories.ProductFactory(sku="SHIRT")
    return str(channel.listings.create(sku="X", product=product).pk)


def place_of(partner: Partner) -> str:
    """A location that only this partner's key names."""
    code = f"L-{partner.key.name}"
    factories.LocationFactory(code=code)
    ApiKey.objects.filter(pk=partner.key.pk).update(locations=[code])
    return code


def level_of(partner: Partner) -> str:
    place = factories.LocationFactory(code=place_of(partner))
    factories.ProductFactory(sku="SHIRT")
    shop.receive(place, {"SHIRT": 5})
    return str(StockLevel.objects.get(location=place).pk)


def work_of(partner: Partner) -> str:
    return FulfillmentOrder.objects.get(order=partner.create()).number


def parcel_of(partner: Partner) -> str:
    """It has left, with a bought label."""
    order = partner.create()
    shop.advance([order], to="shipped")
    parcel = Shipment.objects.get(order=order)
    give_label(parcel, tracking_number=parcel.tracking_number)
    return parcel.number


def give_label(parcel: Shipment, **fields) -> None:
    parcel.labels.create(
        **{"carrier": "dhl", "status": "purchased", "document": b"%PDF-1.7"} | fields,
        idempotency_key=parcel.number,
        next_attempt_at=parcel.created_at,
    )


def return_of(partner: Partner) -> str:
    order = partner.create()
    shop.advance([order], to="delivered")
    lines = [{"position": 1, "quantity": 1}]
    wish = {"order": order.number, "lines": lines, "reason": "other"}
    return partner.post("returns/", wish).json()["number"]


def refund_of(partner: Partner) -> str:
    number = partner.create().number
    money = {"order": number, "amount": "1.00", "currency": "EUR", "reason": "Sorry"}
    return partner.post("refunds/", money).json()["number"]


def import_of(partner: Partner) -> str:
    """It is previewed, and would take in an order."""
    answer = partner.send(ORDERS.format(f"F-{partner.key.name}"))
    assert answer.status_code == 202, answer.json()
    background.carry_on([answer.json()["id"]])
    return str(answer.json()["id"])


def export_of(partner: Partner) -> str:
    """Its file is written."""
    answer = partner.post("exports/", {"kind": "orders"})
    assert answer.status_code == 202, answer.json()
    return str(answer.json()["id"])


# what every partner may read: one catalogue for all
SHARED = {"availability", "products"}

# resource → (a new row that this partner sees, as it is called in paths; a name that
# nothing has)
ROWS = {
    "availability": (lambda _partner: "", ""),
    "customers": (customer_of, "999999999"),
    "events": (order_of, ""),
    "exports": (export_of, "999999999"),
    "fulfillment-orders": (work_of, "999999999"),
    "imports": (import_of, "999999999"),
    "listings": (listing_of, "999999999"),
    "locations": (place_of, "NOWHERE"),
    "orders": (order_of, "999999999"),
    "promises": (lambda _partner: "", ""),
    "products": (lambda _partner: "SHIRT", "NOTHING"),
    "refunds": (refund_of, "999999999"),
    "returns": (return_of, "999999999"),
    "sandbox": (lambda _partner: "", ""),
    "shipments": (parcel_of, "999999999"),
    "stock-levels": (level_of, "999999999"),
    "tracking-events": (parcel_of, "999999999"),  # only told
    "webhook-deliveries": (delivery_of, "999999999"),
    "webhook-endpoints": (endpoint_of, "999999999"),
}

# resource and action → a body that is valid
BODIES = {
    "listings partial_update": {"buffer": 1},
    "fulfillment-orders accept": {"reference": "WMS-1"},
    "fulfillment-orders pack": {},
    "fulfillment-orders pick": {},
    "fulfillment-orders reject": {"code": "other"},
    "fulfillment-orders ship": {"tracking_number": "T1"},
    "fulfillment-orders start_picking": {},
    "imports apply": {},
    "imports discard": {},
    "imports undo": {},
    "fulfillment-orders request_cancellation": {"reason": "Ordered twice"},
    "fulfillment-orders withdraw_cancellation": {},
    "fulfillment-orders accept_cancellation": {},
    "fulfillment-orders reject_cancellation": {"reason": "In the van"},
    "orders cancel": {"reason": "Ordered twice"},
    "orders confirm": {},
    "orders hold": {"handle": "h", "reason": "other", "blocks": ["ship"]},
    "orders release": {"handle": "h"},
    "orders add_note": {"text": "Hello"},
    "orders partial_update": {"priority": 3},
    "returns approve": {},
    "returns cancel": {"reason": "Kept"},
    "returns close": {},
    "returns decline": {"reason": "Worn"},
    "returns inspect": {"items": [{"id": 1, "disposition": "restock", "quantity": 1}]},
    "returns receive": {"items": [{"sku": "SHIRT", "quantity": 1}]},
    "returns refund": {},
    "webhook-deliveries replay": {},
    "webhook-endpoints destroy": {},
    "webhook-endpoints partial_update": {"description": "Mine"},
    "webhook-endpoints pause": {},
    "webhook-endpoints replay": {
        "since": "2026-01-31T00:00:00Z",
        "until": "2026-02-01T00:00:00Z",
    },
    "webhook-endpoints resume": {},
    "webhook-endpoints rotate": {},
    "webhook-endpoints test": {},
    "products partial_update": {"weight_grams": 1},
}
