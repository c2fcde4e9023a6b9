"""Why pieces of a line cannot be cancelled."""

from django.utils.translation import gettext as _

from orders.models import Order, OrderLine


def why_not(line: OrderLine | None, pk: int, count: int, is_given: bool) -> str:
    """`is_given`: the reason is."""
    if line is None:
        return _("Order line %(pk)s does not exist; check the key.") % {"pk": pk}
    names = {"order": line.order, "position": line.position, "sku": line.sku}
    names |= {"count": count, "open": line.open_quantity}
    if line.order.status not in {"draft", "pending", *Order.LIVE}:
        return (
            _("%(order)s, line %(position)d: it is closed; nothing can be cancelled.")
            % names
        )
    if type(count) is not int or not 0 < count <= line.open_quantity:
        return (
            _(
                "%(order)s, line %(position)d (%(sku)s): %(count)r pieces to cancel, "
                "%(open)d are open. Use a whole number from 1 to that; what has "
                "shipped comes back by a return."
            )
            % names
        )
    if text := _bad_bundle_cut(line, count, names):
        return text
    return "" if is_given else no_reason(line.order)


def _bad_bundle_cut(line: OrderLine, count: int, names: dict) -> str:
    """A bundle is cancelled as one, as far as none of its components has shipped."""
    family = line.order.lines.all()
    if line.parent_id:
        [names["bundle"]] = [b.position for b in family if b.pk == line.parent_id]
        return (
            _(
                "%(order)s, line %(position)d (%(sku)s): it is a part of the bundle on "
                "line %(bundle)d. Cancel that line; its parts go with it."
            )
            % names
        )
    if not line.is_bundle:
        return ""
    names["whole"] = min(
        [
            p.open_quantity // p.pieces_per_bundle
            for p in family
            if p.parent_id == line.pk
        ],
        default=count,
    )
    if count <= names["whole"]:
        return ""
    return (
        _(
            "%(order)s, line %(position)d (%(sku)s): %(count)d bundles to cancel, but "
            "parts have shipped and only %(whole)d are whole. Cancel at most those; "
            "send the rest, or let what has shipped come back by a return."
        )
        % names
    )


def no_reason(order: Order) -> str:
    return _("%(order)s: a cancellation needs a reason in plain text. Write why.") % {
        "order": order
    }
