"""The frame of the back office: the rail, the search box, what a page may load."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from oms.core import navigation

ALL = ["Today", "Orders", "Exceptions", "Pick and pack", "Shipments", "Returns"]
ALL += ["Stock", "Channels", "Settings"]


def url(model, page, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def labels(answer) -> list[str]:
    return [task.label for task in answer.context["tasks"]]


def current(answer) -> list[str]:
    return [task.label for task in answer.context["tasks"] if task.current]


def test_the_rail_leads_to_every_task(office):
    answer = office.get("/admin/")

    assert [label for label in labels(answer) if label in ALL] == ALL
    for task in answer.context["tasks"]:
        assert office.get(task.url).status_code == 200, task


def test_the_rail_shows_only_what_its_reader_may_open(client, world):
    client.force_login(world.anna)
    assert client.get("/admin/").context["search"] is None
    permission = Permission.objects.get(codename="view_stocklevel")
    world.anna.user_permissions.add(permission)

    answer = client.get("/admin/")

    assert labels(answer) == ["Today", "Stock", "Settings"]
    assert answer.context["search"]["url"] == "/admin/inventory/stocklevel/"


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/admin/", ["Today"]),
        ("/admin/orders/order/?phase__exact=on_hold", ["Orders"]),
        ("/admin/settings/", ["Settings"]),
        ("/admin/orders/customer/", []),
    ],
)
def test_the_rail_marks_where_one_is(office, path, label):
    assert current(office.get(path)) == label


def test_a_page_of_one_row_belongs_to_its_list(office, world):
    page = url(type(world.channel), "change", world.channel.pk)

    assert current(office.get(page)) == ["Channels"]


def test_the_search_box_goes_to_the_list_of_orders(office):
    answer = office.get("/admin/")

    assert answer.context["search"]["url"] == "/admin/orders/order/"
    assert 'action="/admin/orders/order/" role="search"' in answer.content.decode()


def test_no_two_tasks_share_a_key_or_a_place(office):
    entries = navigation._entries.values()
    keys = [entry.key for entry in entries if entry.key]

    assert len(set(keys)) == len(keys)
    assert len({entry.position for entry in entries}) == len(entries)
    assert sum(entry.in_bar for entry in entries) == 4


def test_settings_lists_every_page(office, our_admins):
    page = office.get("/admin/settings/").content.decode()

    for model in our_admins:
        assert url(model, "changelist") in page, model


def test_the_door_has_no_rail(client, db):
    page = client.get("/admin/login/")

    assert page.status_code == 200
    assert b'class="rail"' not in page.content
    assert b"Ctrl K" not in page.content


# --- What a page may load and run -----------------------------------------------------


class Inline(HTMLParser):
    """Collects what a strict policy would not let run."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        harmless = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not harmless):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}>")
            if name in {"src", "action"} and (value or "").startswith(("http", "//")):
                self.found.append(f"<{tag} {name}={value}>")


def inline_of(answer) -> list[str]:
    parser = Inline()
    parser.feed(answer.content.decode())
    return parser.found


def test_every_page_forbids_what_is_not_ours(office):
    policy = office.get("/admin/")["Content-Security-Policy"]

    assert policy == (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )


def test_what_is_no_page_has_no_policy(client):
    assert "Content-Security-Policy" not in client.get("/healthz")


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/no/such/page/", "/no"])
def test_strangers_get_the_policy_too(client, db, path):
    answer = client.get(path, follow=True)

    assert "Content-Security-Policy" in answer
    assert inline_of(answer) == []


def test_no_page_has_script_or_style_within(office, shop_with_one, our_admins):
    pages = ["/admin/", "/admin/settings/", "/admin/password_change/"]
    for model, page in our_admins.items():
        row = model.objects.order_by("pk").last()
        pages += [url(model, "changelist"), url(model, "change", row.pk)]
        pages += [url(model, "history", row.pk)]
        pages += [url(model, "add")] if page.has_add_permission(_asked(office)) else []

    wrong = {path: found for path in pages if (found := inline_of(office.get(path)))}

    assert len(pages) > 100
    assert wrong == {}


def _asked(client):
    """A request as the client's, for asking pages what is allowed."""
    return client.get("/admin/").wsgi_request
