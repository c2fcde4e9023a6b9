"""What staff are asked for at the returns desk."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Location
from returns.models.lines import Disposition


class NothingForm(forms.Form):
    """Only a button."""


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class PlaceForm(forms.Form):
    location = forms.ModelChoiceField(
        Location.objects.filter(is_active=True).order_by("code"),
        label=gettext_lazy("Location"),
        required=False,
        help_text=gettext_lazy("Empty for where it is expected, or lies."),
    )


class CountForm(forms.Form):
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=64)
    quantity = forms.IntegerField(label=gettext_lazy("Pieces"))


class ReceiveForm(CountForm, PlaceForm):
    pass


class BlindForm(CountForm):
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class DecideForm(PlaceForm):
    disposition = forms.ChoiceField(
        label=gettext_lazy("What becomes of them"), choices=Disposition
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class DecideSomeForm(DecideForm):
    quantity = forms.IntegerField(label=gettext_lazy("Pieces"))


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        required=False,
        help_text=gettext_lazy("Empty for what is due."),
    )
    tenders = forms.CharField(
        label=gettext_lazy("Payments first"),
        required=False,
        help_text=gettext_lazy(
            "Their keys, separated by spaces, in the order in which they pay; empty "
            "for the oldest first."
        ),
    )

    def clean_tenders(self):
        words = self.cleaned_data["tenders"].split()
        if not all(word.isdecimal() and len(word) < 19 for word in words):
            raise forms.ValidationError(
                _("Keys of payments are whole numbers, separated by spaces.")
            )
        return [int(word) for word in words]


class GoodwillForm(RefundForm):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class OrderForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Number of the order"), max_length=64)
