"""Listings in files: what a channel calls our products, and how much of them it
shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Channel, Listing
from channels.services.listings import Limit, drop_listings, limit_listings, map_skus
from inventory.models import Product
from oms.core.api.models import ApiKey, Scope
from oms.core.files import keyed, values
from oms.core.files.columns import Column
from oms.core.files.keyed import Fact, Facts, KeyedShape
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Bound, Option, Reading, seen
from oms.core.outcome import Outcome


def _channels(key: ApiKey | None) -> list[tuple[str, str]]:
    rows = Channel.objects if key is None else Channel.objects.for_key(key)
    return list(rows.order_by("code").values_list("code", "name"))


CHANNEL = Option(
    "channel",
    gettext_lazy("the channel"),
    _channels,
    lambda columns: "channel" not in columns,
)


class Listings(KeyedShape):
    """The key is the code of the channel and its SKU, with a space between: a code has
    none."""

    name = "listings"
    label = gettext_lazy("Listings")
    permission = "channels.change_listing"
    key_scope, bound = Scope.PRODUCTS_WRITE, Bound.CHANNELS
    noun = gettext_lazy("listings")
    options = (CHANNEL,)
    keys = (
        Column("channel"),
        Column("channel_sku", ("channel's SKU",), is_required=True),
    )
    facts = (
        Fact("sku", keyed.code, ("product", "our SKU"), is_needed=True),
        Fact("buffer", keyed.number()),
        Fact("percent", keyed.number(1), ("share",)),
        Fact("most", keyed.number(), ("at most",), empty=None),
    )

    def read_key(self, row: ImportRow, reading: Reading) -> str | None:
        code = reading.value(row, "channel", values.code_of, 32)
        sku = reading.required(row, "channel_sku", values.code_of)
        code = code or reading.options.get("channel", "")
        if not code:
            row.wrong("channel", _("the cell is empty"))
        return f"{code} {sku}" if code and sku else None

    def refuse_unseen(self, rows: Mapping[str, ImportRow], run: ImportRun) -> None:
        if run.key is None:
            return  # whose channel is not there, the service says
        mine = set(seen(Channel, run).values_list("code", flat=True))
        for key, row in rows.items():
            if (code := key.split(" ", 1)[0]) not in mine:
                text = _("There is no channel %(code)s.") % {"code": code}
                row.wrong("channel", text, kind="unknown channel")

    def rows(self, keys: Sequence[str]):
        codes, skus = zip(*(key.split(" ", 1) for key in keys), strict=True)
        rows = Listing.objects.filter(channel__code__in=set(codes), sku__in=set(skus))
        return rows.select_related("channel", "product").order_by("pk")

    def key_of(self, row: Listing) -> str:
        return f"{row.channel.code} {row.sku}"

    def facts_of(self, row: Listing) -> Facts:
        numbers = {name: getattr(row, name) for name in Limit._fields}
        return {"sku": row.product.sku, **numbers}

    def save(self, wanted: Mapping[str, Facts], actor: str) -> Outcome:
        if not wanted:
            return Outcome()
        out = _map(wanted, actor)
        listed = {self.key_of(row): row for row in self.rows(list(wanted))}
        limits = {
            listed[key].pk: _limit(listed[key], facts)
            for key, facts in wanted.items()
            if key in listed and key not in out.refused
        }
        keys = {row.pk: key for key, row in listed.items()}
        for pk, reasons in limit_listings(limits).refused.items():
            out.refused[keys[pk]] = reasons
        return out

    def drop(self, keys: Sequence[str]) -> Outcome:
        wanted = set(keys)
        rows = self.rows(keys) if keys else ()
        return drop_listings([row.pk for row in rows if self.key_of(row) in wanted])


def _map(wanted: Mapping[str, Facts], actor: str) -> Outcome:
    """Say what the channels mean, channel by channel; refused by our key."""
    skus = {key: facts["sku"] for key, facts in wanted.items() if "sku" in facts}
    products = Product.objects.in_bulk(set(skus.values()), field_name="sku")
    out, meant = Outcome(), defaultdict(dict)
    for key, sku in skus.items():
        code, theirs = key.split(" ", 1)
        if product := products.get(sku):
            meant[code][theirs] = product
        else:
            out.refuse(key, _("There is no product %(sku)s.") % {"sku": sku})
    channels = Channel.objects.in_bulk(
        {k.split(" ", 1)[0] for k in wanted}, field_name="code"
    )
    for key in wanted:
        if (code := key.split(" ", 1)[0]) not in channels:
            out.refused[key] = [_("There is no channel %(code)s.") % {"code": code}]
    for code, channel in channels.items():
        said = map_skus(channel, meant[code], actor=actor)
        out.refused |= {f"{code} {sku}": why for sku, why in said.refused.items()}
    return out


def _limit(row: Listing, facts: Facts) -> Limit:
    before = {name: getattr(row, name) for name in Limit._fields}
    return Limit(**{name: facts.get(name, value) for name, value in before.items()})
