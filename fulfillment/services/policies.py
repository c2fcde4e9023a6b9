"""The rules of the routing: which version counts, and how it changes.

An active version is never edited: a draft is made of it, changed and activated, which
retires the version before it. So every decision can name the rules it was made by.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Channel
from fulfillment.models import RoutingPolicy
from fulfillment.models.routing import Criterion
from fulfillment.routing.facts import DEFAULT, Policy
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.words import inside

Status = RoutingPolicy.Status
RULES = ("mode", "criteria", "max_parcels", "max_distance_km", "currency")
RULES += ("parcel_cost", "late_cost", "over_capacity_cost", "promise_days")


class Policies:
    """Those that count for some channels: their own, else that of all, else DEFAULT. No
    channels: there is none.
    `instead`: one that is tried for all of them."""

    def __init__(self, channel_ids: Iterable[int], instead: Policy | None = None):
        self.facts: dict[int | None, Policy] = {}
        if channel_ids:
            rows = RoutingPolicy.objects.filter(
                Q(channel__in=set(channel_ids)) | Q(channel__isnull=True),
                status=Status.ACTIVE,
            )
            self.facts = {row.channel_id: facts_of(row) for row in rows}
        if instead:
            self.facts = {None: instead}

    def of(self, channel_id: int) -> Policy:
        return self.facts.get(channel_id) or self.facts.get(None, DEFAULT)


def facts_of(row: RoutingPolicy) -> Policy:
    over = row.over_capacity_cost
    return Policy(
        row.pk,
        row.mode,
        tuple(row.criteria) or DEFAULT.criteria,
        row.max_parcels,
        row.max_distance_km,
        float(row.parcel_cost),
        float(row.late_cost),
        None if over is None else float(over),
        row.promise_days,
        row.currency,
    )


@transaction.atomic
def activate(policies: Iterable[RoutingPolicy], *, actor: str, at=None) -> Outcome:
    """Let these drafts count from now on, each instead of the version before it."""
    at = at or timezone.now()
    wanted = {policy.pk for policy in policies}
    scopes = set(
        RoutingPolicy.objects.filter(pk__in=wanted).values_list("channel", flat=True)
    )
    same = Q(channel__in=scopes - {None})
    if None in scopes:
        same |= Q(channel__isnull=True)
    rows = transitions.lock(
        RoutingPolicy, RoutingPolicy.objects.filter(same).values_list("pk", flat=True)
    )
    drafts = [row for row in rows if row.pk in wanted]
    out = transitions.missing(wanted, drafts, _("The routing policy"))
    taken: set[int | None] = set()
    for row in drafts:
        if reason := _not_ready(row, row.channel_id in taken):
            out.refuse(row.pk, reason)
        else:
            taken.add(row.channel_id)
            out.done.append(row)
    old = [r for r in rows if r.status == Status.ACTIVE and r.channel_id in taken]
    update_rows(RoutingPolicy, {r.pk: (Status.RETIRED,) for r in old}, ["status"])
    update_rows(
        RoutingPolicy,
        {row.pk: (Status.ACTIVE, at) for row in out.done},
        ["status", "activated_at"],
    )
    for row in out.done:
        row.status, row.activated_at = Status.ACTIVE, at
    return out


def _not_ready(row: RoutingPolicy, second: bool) -> str:
    if row.status != Status.DRAFT:
        return _(
            "%(policy)s is %(status)s; only a draft can be activated. Make a draft of "
            "it."
        ) % {"policy": row, "status": inside(row.get_status_display())}
    if reason := bad_criteria(row.criteria):
        return f"{row}: {reason}"
    if second:
        return _(
            "%(policy)s: another draft of the same channel is in this selection. "
            "Choose one."
        ) % {"policy": row}
    return ""


def refused_edit(pk: int) -> str:
    """Why the version may not be edited as it stands in the table, or ""."""
    row = RoutingPolicy.objects.get(pk=pk)
    if row.status == Status.DRAFT:
        return ""
    return _(
        "%(policy)s is %(status)s and stays as it is. Make a draft of it and change "
        "that."
    ) % {"policy": row, "status": inside(row.get_status_display())}


def bad_criteria(criteria) -> str:
    if not criteria or len(set(criteria)) < len(criteria):
        return _("criteria have to be there, each once. Correct them.")
    unknown = [name for name in criteria if name not in Criterion.values]
    if unknown:
        return _("criterion %(name)s is unknown; choose among %(all)s.") % {
            "name": unknown[0],
            "all": ", ".join(Criterion.values),
        }
    return ""


@transaction.atomic
def draft_of(policy: RoutingPolicy) -> RoutingPolicy:
    """A new version with the same rules, to be changed and activated."""
    return draft(policy.channel, **{name: getattr(policy, name) for name in RULES})


@transaction.atomic
def draft(channel: Channel | None = None, **rules) -> RoutingPolicy:
    """A new version for a channel, or for all."""
    versions = RoutingPolicy.objects.filter(channel=channel)
    version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    return RoutingPolicy.objects.create(channel=channel, version=version, **rules)
