"""What the tests of the exceptions page share."""

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from oms.core import fixes
from oms.core.attention import PAGE
from oms.core.clearing import Cleared, clear
from oms.core.models import WorkItem
from tests import factories, shop

URL = reverse(PAGE)
ACT = reverse(f"{PAGE}_act")


def to(postal_code: str) -> shop.IncomingAddress:
    return shop.IncomingAddress(
        name="Eve",
        street="Lindenstraße 1",
        city="Berlin",
        postal_code=postal_code,
        country="DE",
    )


def item_of(order, kind="bad_address") -> WorkItem:
    return WorkItem.objects.get(subject_id=order.pk, kind=kind)


def groups(answer) -> dict[str, int]:
    return {group.kind: group.number for group in answer.context["board"].groups}


def focus(answer) -> WorkItem:
    return answer.context["board"].focus.row.item


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def press(client, at=None, **sent):
    """A button of a page that was made just now, or `at` that time."""
    sent.setdefault("seen", (at or timezone.now()).isoformat())
    return client.post(ACT, sent, follow=True)


def person(client, name: str, *permissions: str):
    user = factories.UserFactory(username=name, is_staff=True)
    for permission in ("core.view_workitem", *permissions):
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client.force_login(user)
    return user


def mend(kind: str, name: str, *, dry: bool = False) -> Cleared:
    """What a fix makes of all open items of a kind, with the first values of its
    form."""
    [fix] = [each for each in fixes.kind_of(kind).fixes if each.name == name]
    items = list(WorkItem.objects.filter(kind=kind, status="open"))
    form = fix.form() if fix.form else None
    values = {
        name: str(form.get_initial_for_field(field, name))
        for name, field in (form.fields.items() if form else ())
    }
    return clear(fix, items, values, actor="user:mia", seen=timezone.now(), dry=dry)
