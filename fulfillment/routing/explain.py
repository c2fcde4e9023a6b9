"""A stored routing decision, in sentences for staff."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.routing.facts import By, Excluded

WORDS = {
    Excluded.INACTIVE: lambda: _("it is switched off"),
    Excluded.CLOSED: lambda: _("it is closed for the next two weeks"),
    Excluded.NOT_IN_POOL: lambda: _("it does not serve this channel"),
    Excluded.DESTINATION_NOT_SERVED: lambda: _("it does not ship to that country"),
    Excluded.EXCLUDED_AFTER_REJECT: lambda: _("it has rejected this order"),
    Excluded.TOO_FAR: lambda: _("it is farther than the policy allows"),
    Excluded.NO_STOCK_RECORD: lambda: _("it never had any of this"),
    Excluded.INSUFFICIENT_ATP: lambda: _("it has none of this free"),
    Excluded.BELOW_SAFETY_STOCK: lambda: _("what it has is its safety stock"),
    Excluded.DAILY_CAP_REACHED: lambda: _("its capacity of that day is used up"),
    Excluded.NO_RATE: lambda: _("no rate table has a price from there"),
    Excluded.MAX_SPLITS: lambda: _("one more parcel is not allowed"),
}
OUTRANKED = {
    By.FEWEST_SPLITS: lambda: _("it would take one more parcel"),
    By.REGION: lambda: _("it is not in the region of the address"),
    By.NEAREST: lambda: _("it is %(gap)s km farther away"),
    By.LOWEST_COST: lambda: _("with it the order would cost %(gap)s more"),
    By.FASTEST: lambda: _("it would take %(gap)s days longer"),
    By.MOST_STOCK: lambda: _("it has %(gap)s pieces less"),
    By.CAPACITY: lambda: _("its day has less room"),
    By.PREFERRED: lambda: _("another location is preferred"),
    By.OWN_STOCK: lambda: _("it is a supplier, and others have it in stock"),
    By.CODE: lambda: _("all else is equal, and its code comes later"),
    By.DISTANCE_UNKNOWN: lambda: _("nobody knows how far away it is"),
}
NO_GAP = {
    By.NEAREST: lambda: _("it is farther away"),
    By.LOWEST_COST: lambda: _("no plan with it is among the cheapest"),
    By.FASTEST: lambda: _("nobody knows how long it takes"),
    By.MOST_STOCK: lambda: _("it has less of it"),
}
PARTS = {
    "shipping": lambda: _("shipping"),
    "handling": lambda: _("handling"),
    "late": lambda: _("lateness"),
    "capacity": lambda: _("above the capacity"),
    "scarcity": lambda: _("kept for others"),
    "parcels": lambda: _("more parcels"),
}


def why(decision) -> str:
    """One sentence for the whole decision."""
    used = [
        facts for facts in decision.candidates if facts["code"] in _sending(decision)
    ]
    waiting = sum(
        line["wanted"] - sum(line["granted"].values()) for line in decision.lines
    )
    if not used:
        text = _waits(decision)
    else:
        text = _chosen(decision, used, waiting)
        if waiting:
            text += ngettext(
                "; %(n)d piece waits for stock",
                "; %(n)d pieces wait for stock",
                waiting,
            ) % {"n": waiting}
        text += "."
    if decision.reason:
        text += " " + _("Reason: %(reason)s.") % {"reason": decision.reason.rstrip(".")}
    return text


def _sending(decision) -> set[str]:
    return {code for line in decision.lines for code in line["granted"]}


def _waits(decision) -> str:
    if any("excluded" not in facts for facts in decision.candidates):
        return _("Waits: it is sent when everything is there.")
    return _("Waits: no location has any of it free.")


def _chosen(decision, used: list[dict], waiting: int) -> str:
    codes = {"codes": " + ".join(facts["code"] for facts in used)}
    if decision.kind == decision.Kind.OVERRIDE:
        return _("%(codes)s: chosen by hand") % codes
    if decision.mode == "cheapest":
        text = _("%(codes)s: the cheapest plan") % codes
        if decision.plans:
            text += _(", %(total).2f") % {"total": decision.plans[0]["total"]}
        return text
    if len(used) > 1:
        text = _("%(codes)s: no single location holds it; these are the fewest that do")
    elif waiting:
        text = _("%(codes)s: it has the most of it")
    elif decision.policy_id is None:
        text = _("%(codes)s: the nearest that has everything")
    else:
        text = _("%(codes)s: ranks first of those that have everything")
    distance = used[0].get("distance_km") if len(used) == 1 else None
    if distance is not None:
        text += _(", %(km)d km away")
    return text % (codes | {"km": distance or 0})


def why_not(decision) -> list[str]:
    """A sentence for each location that sends nothing."""
    sending = _sending(decision)
    return [
        _("%(code)s: %(reason)s.")
        % {"code": facts["code"], "reason": reason_against(facts)}
        for facts in decision.candidates
        if facts["code"] not in sending
    ]


def reason_against(facts: dict) -> str:
    """Why this location sends nothing, without its code."""
    if "excluded" in facts:
        return WORDS[facts["excluded"]]()
    if "outranked" not in facts:
        return _("nothing was sent from anywhere")
    by, gap = facts["outranked"]
    if gap is None and by in NO_GAP:
        return NO_GAP[by]()
    shown = f"{gap:.2f}" if by == By.LOWEST_COST else f"{gap or 0:g}"
    return OUTRANKED[by]() % {"gap": shown}


def why_line(decision, position: int) -> str:
    """Where the pieces of one line come from, and what there was."""
    line = next(line for line in decision.lines if line["position"] == position)
    there = ", ".join(f"{code} {n}" for code, n in line["available"].items())
    granted = ", ".join(f"{code} {n}" for code, n in line["granted"].items())
    return _(
        "Line %(position)d: %(wanted)d wanted; free: %(there)s; sent by: %(by)s."
    ) % {
        "position": position,
        "wanted": line["wanted"],
        "there": there or _("nowhere"),
        "by": granted or _("nobody yet"),
    }


def plans_compared(decision) -> list[str]:
    """The best plans, the chosen one first, with the parts of their cost."""
    return [
        _("%(codes)s: %(total).2f (%(parts)s)")
        % {
            "codes": " + ".join(plan["parcels"]),
            "total": plan["total"],
            "parts": ", ".join(
                f"{PARTS[name]()} {value:.2f}" for name, value in plan["parts"].items()
            ),
        }
        for plan in decision.plans
    ]
