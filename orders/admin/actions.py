"""What can be done to many orders at once. Each is a kind of job that calls the service
which the order page calls."""

from collections.abc import Sequence

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oms.core import panels
from oms.core.jobs import Kind
from oms.core.lists import BulkAction, BulkForm, add_bulk_actions
from oms.core.outcome import Outcome
from orders.models import Hold, Order
from orders.models.holds import Blocks, HoldReason
from orders.services.annotating import (
    PRIORITIES,
    TAG,
    TAGS,
    Annotation,
    annotate_orders,
)
from orders.services.cancellation import asked_elsewhere, cancel_orders
from orders.services.confirmation import confirm_orders
from orders.services.holds import NewHold, place_holds, release_holds

Keys = Sequence[int]


def named(keys: Keys) -> list[Order]:
    """For services that lock and read the orders themselves."""
    return [Order(pk=key) for key in keys]


def confirm(keys: Keys, params: dict, actor: str) -> Outcome:
    return confirm_orders(named(keys), actor=actor)


class HoldForm(BulkForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=HoldReason.choices,
        initial=HoldReason.MANUAL_REVIEW,
    )
    blocks = forms.MultipleChoiceField(
        label=gettext_lazy("Blocks"),
        choices=Blocks.choices,
        initial=[Blocks.RELEASE, Blocks.SHIP],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


def hold(keys: Keys, params: dict, actor: str) -> Outcome:
    """Named like those of the order page: a person holds an order once per reason."""
    wanted = [
        NewHold(key, source=actor, handle=params["reason"], **params) for key in keys
    ]
    out = place_holds(wanted, actor=actor)
    return Outcome(refused={keys[n]: reasons for n, reasons in out.refused.items()})


class ReleaseForm(BulkForm):
    """Holds are released by name: one reason at a time, of those that are there."""

    reason = forms.ChoiceField(label=gettext_lazy("Holds"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where fraud was suspected."),
    )

    def __init__(self, *args, keys=(), **kwargs):
        super().__init__(*args, **kwargs)
        active = Hold.objects.filter(order__in=keys, released_at=None).order_by()
        counts = active.values_list("reason").annotate(n=Count("order", distinct=True))
        words = dict(HoldReason.choices)
        text = _("%(reason)s (%(orders)s)")
        self.fields["reason"].choices = [
            (reason, text % {"reason": words.get(reason, reason), "orders": _orders(n)})
            for reason, n in counts.order_by("-n", "reason")
        ] or HoldReason.choices
        self.fields["reason"].initial = self.fields["reason"].choices[0][0]


def _orders(n: int) -> str:
    return ngettext("%(n)d order", "%(n)d orders", n) % {"n": n}


def release(keys: Keys, params: dict, actor: str) -> Outcome:
    active = Hold.objects.filter(order__in=keys, released_at=None)
    rows = active.filter(reason=params["reason"]).values_list("pk", "order")
    owners = dict(rows)
    held = release_holds(owners, actor=actor, note=params["note"])
    out = Outcome()
    for pk, reasons in held.refused.items():
        for reason in reasons:
            out.refuse(owners[pk], reason)
    for key in set(keys) - set(owners.values()):
        out.refuse(key, _("No hold with this reason is on it; nothing to release."))
    return out


class CancelForm(BulkForm):
    sample = {"reason": "…"}
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Stands on each timeline."),
    )


def cancel(keys: Keys, params: dict, actor: str) -> Outcome:
    out = cancel_orders(named(keys), reason=params["reason"], actor=actor)
    waiting = asked_elsewhere(out)  # not cancelled yet
    refused = out.refused | {key: [text] for key, text in waiting.items()}
    return Outcome([o for o in out.done if o.pk not in waiting], refused)


class TagList(forms.CharField):
    """Tags, with commas between them."""

    def clean(self, value):
        tags = [tag.strip() for tag in super().clean(value).split(",") if tag.strip()]
        if len(tags) > TAGS or any(len(tag) > TAG for tag in tags):
            raise forms.ValidationError(
                _("Write at most %(tags)d tags of %(most)d characters each."),
                params={"tags": TAGS, "most": TAG},
            )
        return tags


class TagForm(BulkForm):
    add = TagList(label=gettext_lazy("Add"), required=False, max_length=800)
    remove = TagList(label=gettext_lazy("Remove"), required=False, max_length=800)
    sample = {"add": [], "remove": []}

    def clean(self):
        said = super().clean()
        if not self.errors and not (said["add"] or said["remove"]):
            raise forms.ValidationError(
                _("Write a tag to add or to remove; commas stand between several.")
            )
        return said


def tag(keys: Keys, params: dict, actor: str) -> Outcome:
    said = Annotation(add_tags=params["add"], remove_tags=params["remove"])
    return annotate_orders(dict.fromkeys(keys, said), actor=actor)


class PriorityForm(BulkForm):
    sample = {"priority": 0}
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        min_value=PRIORITIES[0],
        max_value=PRIORITIES[-1],
        help_text=gettext_lazy("0 is normal; higher goes first."),
    )


def prioritise(keys: Keys, params: dict, actor: str) -> Outcome:
    said = Annotation(priority=params["priority"])
    return annotate_orders(dict.fromkeys(keys, said), actor=actor)


def in_words(params: dict) -> str:
    """What was said with an action, with the name of the hold."""
    names = dict(HoldReason.choices)
    said = dict(params)
    if "reason" in said:
        said["reason"] = names.get(said["reason"], said["reason"])
    return panels.facts_in_words(said)


def _kind(name: str, permission: str, label, done, run) -> Kind:
    permission = f"orders.{permission}"
    return Kind(f"orders.{name}", label, permission, run, done, Order, in_words)


HOLD = _kind("hold", "place_hold", gettext_lazy("Hold"), gettext_lazy("On hold"), hold)
RELEASE = _kind(
    "release_holds",
    "release_hold",
    gettext_lazy("Release holds"),
    gettext_lazy("Hold released"),
    release,
)
CONFIRM = _kind(
    "confirm",
    "confirm_order",
    gettext_lazy("Confirm"),
    gettext_lazy("Confirmed"),
    confirm,
)
TAG_THEM = _kind(
    "tag", "annotate_order", gettext_lazy("Tags"), gettext_lazy("Tags set"), tag
)
PRIORITISE = _kind(
    "prioritise",
    "annotate_order",
    gettext_lazy("Priority"),
    gettext_lazy("Priority set"),
    prioritise,
)
CANCEL = _kind(
    "cancel", "cancel_order", gettext_lazy("Cancel"), gettext_lazy("Cancelled"), cancel
)

add_bulk_actions(
    Order,
    BulkAction(HOLD, 20, HoldForm),
    BulkAction(RELEASE, 30, ReleaseForm),
    BulkAction(CONFIRM, 40),
    BulkAction(TAG_THEM, 60, TagForm),
    BulkAction(PRIORITISE, 70, PriorityForm),
    BulkAction(CANCEL, 90, CancelForm, destroys=True),
)
