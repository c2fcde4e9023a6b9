"""A stored routing decision, in sentences for staff."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.routing.facts import Excluded

WORDS = {
    Excluded.INACTIVE: lambda: _("it is switched off"),
    Excluded.NOT_IN_POOL: lambda: _("it does not serve this channel"),
    Excluded.NO_STOCK_RECORD: lambda: _("it never had any of this"),
    Excluded.INSUFFICIENT_ATP: lambda: _("it has none of this free"),
}


def why(decision) -> str:
    """One sentence for the whole decision."""
    sending = {code for line in decision.lines for code in line["granted"]}
    used = [facts for facts in decision.candidates if facts["code"] in sending]
    waiting = sum(
        line["wanted"] - sum(line["granted"].values()) for line in decision.lines
    )
    if not used:
        return _("Waits: no location has any of it free.")
    if len(used) == 1 and not waiting:
        text = _("%(codes)s: the nearest location that holds everything")
    elif len(used) == 1:
        text = _("%(codes)s: the location that holds most of it")
    else:
        text = _("%(codes)s: no single location holds it; these are the fewest that do")
    text %= {"codes": " + ".join(facts["code"] for facts in used)}
    distance = used[0].get("distance_km") if len(used) == 1 else None
    if distance is not None:
        text += _(", %(km)d km away") % {"km": distance}
    if waiting:
        text += ngettext(
            "; %(n)d piece waits for stock", "; %(n)d pieces wait for stock", waiting
        ) % {"n": waiting}
    return text + "."


def why_not(decision) -> list[str]:
    """A sentence for each location that was left out."""
    return [
        _("%(code)s: %(reason)s.")
        % {"code": facts["code"], "reason": WORDS[facts["excluded"]]()}
        for facts in decision.candidates
        if "excluded" in facts
    ]


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
