"""Why a return or a refund may not go on: "" or the reason with its remedy."""

from django.utils.translation import gettext as _

from oms.core.transitions import guard


@guard
def nothing_received(ret) -> str:
    if any(line.received_quantity for line in ret.lines.all()):
        return _("goods of it have arrived; inspect and close it instead")
    return ""


@guard
def something_received(ret) -> str:
    if any(line.received_quantity for line in ret.lines.all()):
        return ""
    return _("nothing of it has arrived; count what came first")


@guard
def all_is_inspected(ret) -> str:
    pending = sum(
        item.quantity
        for line in ret.lines.all()
        for item in line.items.all()
        if item.disposition == "pending"
    )
    if not pending:
        return ""
    return _("%(pieces)d pieces are not inspected yet; say what becomes of them") % {
        "pieces": pending
    }


@guard
def all_is_settled(ret) -> str:
    undecided = sum(
        item.quantity
        for line in ret.lines.all()
        for item in line.items.all()
        if item.disposition in item.UNDECIDED
    )
    if undecided:
        return _("%(pieces)d pieces have no final place yet; decide on them") % {
            "pieces": undecided
        }
    if ret.money in {"pending", "asked"}:
        return _("its money is open; refund it or deny it")
    return ""


@guard
def all_parts_succeeded(refund) -> str:
    if all(part.request and part.request.status == "succeeded" for part in _of(refund)):
        return ""
    return _("not every tender has paid it back yet; wait for the gateway")


@guard
def no_part_is_open(refund) -> str:
    if any(part.request and part.request.status in _OPEN for part in _of(refund)):
        return _("a gateway has not answered yet; wait for the evidence")
    return ""


_OPEN = {"waiting", "unknown"}


def _of(refund):
    return refund.parts.all()
