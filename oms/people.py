"""What a person of the staff asks of the back office itself: the search box, and how
they like their pages."""

import zoneinfo

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oms.core import navigation
from oms.core.models import User

LONGEST = 200


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """What the search box names while somebody types."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    hits = navigation.hits_for(request.user, text)
    answer = JsonResponse({"hits": [hit._asdict() for hit in hits]})
    answer["Cache-Control"] = "no-store"
    return answer


def zones() -> list[tuple[str, str]]:
    """The shop's, then all places by name."""
    shop = _("As the shop (%(zone)s)") % {"zone": settings.TIME_ZONE}
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    odd = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    places = [name for name in names if not name.startswith(odd)]
    return [("", shop), ("UTC", "UTC"), *((name, name) for name in places)]


class PreferencesForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    class Meta:
        model = User
        fields = ["language", "time_zone", "has_keys"]
        labels = {
            "language": gettext_lazy("Language"),
            "has_keys": gettext_lazy("Single keys do something"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("As the browser asks")), *settings.LANGUAGES]
        self.fields["language"].choices = choices
        known, own = zones(), self.instance.time_zone
        if own not in dict(known):  # given by hand
            known.append((own, own))
        self.fields["time_zone"].choices = known


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Everybody's own, and nobody else's."""
    person = User.objects.get(pk=request.user.pk)
    sent = request.POST if request.method == "POST" else None
    form = PreferencesForm(sent, instance=person)
    if form.is_valid():
        person.save(update_fields=form.Meta.fields)
        with translation.override(person.language or translation.get_language()):
            messages.success(request, _("Your preferences are saved."))
        return redirect("admin:preferences")
    context = admin.site.each_context(request) | {
        "title": _("Preferences"),
        "form": form,
    }
    return TemplateResponse(request, "admin/preferences.html", context)
