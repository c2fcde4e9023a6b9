"""Saved views of the list of orders: search, filters and the columns that are shown,
under a name, for oneself or for everybody."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import counting
from oms.core.exceptions import BusinessRuleError
from oms.core.models import SavedView
from orders.admin.selecting import VIEW, filtered, rows_at, without_page
from orders.models import Order
from orders.search import words_alone

LIST = "admin:orders_order_changelist"
ORDERS = "orders"  # the list, as views name it
SHARE = "core.share_savedview"


def views_of(request) -> list[SavedView]:
    """Everybody's and one's own, asked for once."""
    if not hasattr(request, "saved_views"):
        seen = SavedView.objects.filter(Q(owner=None) | Q(owner=request.user.pk))
        request.saved_views = list(seen.filter(list_name=ORDERS).order_by("name", "pk"))
    return request.saved_views


def current_view(request) -> SavedView | None:
    wanted = request.GET.get(VIEW, "")
    found = (view for view in views_of(request) if str(view.pk) == wanted)
    return next(found, None)


def may_change(user, view: SavedView | None) -> bool:
    return view is not None and (view.owner_id == user.pk or user.has_perm(SHARE))


def hidden_columns(request) -> set[str]:
    view = current_view(request)
    return set(view.hidden_columns) if view else set()


def name_of(column) -> str:
    """Of an entry of `list_display`."""
    return column if isinstance(column, str) else column.__name__


def address(view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query[VIEW] = view.pk
    return f"{reverse(LIST)}?{query.urlencode()}"


def tabs(page, request) -> list[dict]:
    views, current = views_of(request), current_view(request)
    numbers = _numbers(page, request, views)
    return [
        {
            "label": view.name,
            "url": address(view),
            "number": numbers.get(view.pk),
            "current": view == current,
        }
        for view in views
    ]


def _numbers(page, request, views: list[SavedView]) -> dict[int, int]:
    """{view: how many}, in one statement. Without those that search for a name or a
    number, which is asked for step by step, and those that take long to count."""
    sets = {}
    for view in views:
        query = QueryDict(view.query)
        try:
            where = words_alone(query.get("q", ""))
            if where is not None:
                sets[view.pk] = filtered(page, request, query).filter(where)
        except BusinessRuleError:
            continue
    return counting.count(counting.quickly_counted(sets))


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    hidden_columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns that are left out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_shared = forms.BooleanField(label=gettext_lazy("For everybody"), required=False)
    takes_query = forms.BooleanField(
        label=gettext_lazy("Take the search and filters of the list as it is now"),
        required=False,
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)

    def __init__(self, page, request, view: SavedView, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.page, self.request, self.view = page, request, view
        self.fields["hidden_columns"].choices = [
            (name_of(each), label_for_field(each, Order, page))
            for each in page.columns()
            if each != "number"
        ]
        if not request.user.has_perm(SHARE):
            del self.fields["is_shared"]
        if view.pk is None:
            del self.fields["takes_query"]

    def clean_query(self):
        query = QueryDict(self.cleaned_data["query"])
        try:
            rows_at(self.page, self.request, query)
        except BusinessRuleError as error:
            raise ValidationError(str(error)) from None
        return without_page(query, VIEW)

    def clean(self):
        said = super().clean()
        if self.errors:
            return said
        view = self.view
        view.name = " ".join(said["name"].split())
        view.hidden_columns = said["hidden_columns"]
        if view.pk is None or said["takes_query"]:
            view.query = said["query"]
        if "is_shared" in said:
            view.owner = None if said["is_shared"] else self.request.user
        if self._is_taken():
            self.add_error("name", _("There is a view of this name; take another."))
        return said

    def _is_taken(self) -> bool:
        view = self.view
        same = SavedView.objects.filter(
            list_name=ORDERS, owner=view.owner, name=view.name
        )
        return same.exclude(pk=view.pk).exists()


def add_view(page, request):
    """GET: the form, with the list's address as its query; POST: keep it."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    view = SavedView(owner=request.user, list_name=ORDERS)
    return _answer(page, request, view)


def change_view(page, request, pk: int):
    """GET: the form; POST: change the view, or delete it."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    view = next((each for each in views_of(request) if each.pk == pk), None)
    if view is None and request.method == "POST":
        messages.warning(request, _("This view is gone already."))
        return redirect(reverse(LIST))
    if view is None:
        raise Http404
    if not may_change(request.user, view):
        raise PermissionDenied
    return _answer(page, request, view)


@transaction.atomic
def _answer(page, request, view: SavedView):
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = _form(page, request, view)
    if request.method == "POST":
        if view.pk and not _is_fresh(request, view):
            text = _("“%(view)s” was changed meanwhile. This is how it is now.")
            messages.warning(request, text % {"view": view.name})
            return redirect(reverse("admin:orders_order_view_change", args=[view.pk]))
        if view.pk and request.POST.get("step") == "delete":
            view.delete()
            messages.success(request, _("“%(view)s” is gone.") % {"view": view.name})
            return redirect(reverse(LIST))
        if form.is_valid():
            view.save()
            messages.success(request, _("“%(view)s” is kept.") % {"view": view.name})
            return redirect(address(view))
    context = page.admin_site.each_context(request) | {
        "title": _("Change the view") if view.pk else _("Save this view"),
        "opts": page.opts,
        "form": form,
        "view": view,
        "back": address(view) if view.pk else f"{reverse(LIST)}?{view.query}",
    }
    return TemplateResponse(request, "admin/orders/view.html", context)


def _form(page, request, view: SavedView) -> ViewForm:
    if request.method == "POST":
        return ViewForm(page, request, view, request.POST)
    said = without_page(request.GET, VIEW)
    initial = {"name": view.name, "hidden_columns": view.hidden_columns}
    initial |= {"is_shared": view.pk and view.owner is None, "query": said}
    return ViewForm(page, request, view, initial=initial)


def _is_fresh(request, view: SavedView) -> bool:
    """Nobody has changed it since the page was shown."""
    locked = SavedView.objects.select_for_update(no_key=True).filter(pk=view.pk)
    now = locked.values_list("updated_at", flat=True).first()
    return now is not None and now.isoformat() == request.POST.get("seen")
