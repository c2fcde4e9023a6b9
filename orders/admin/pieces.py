"""Forms that ask how many pieces of which line."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import OrderLine

MOST_LINES = 200  # on one page


class Pieces(forms.NumberInput):
    """Stands before the name of its line."""


class PiecesForm(forms.Form):
    """A field for each line that has any: `room` {line: most pieces}. The others are
    named where they are too many for one page."""

    def __init__(self, data, room: Mapping[OrderLine, int], **kwargs):
        super().__init__(data, **kwargs)
        open_lines = [(line, most) for line, most in room.items() if most > 0]
        self.lines = open_lines[:MOST_LINES]
        for line, most in reversed(self.lines):
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=f"{line.position}. {line.name or line.sku} ({line.sku})",
                min_value=0,
                max_value=most,
                required=False,
                help_text=_("of %(most)d") % {"most": most},
                widget=Pieces,
            )
        self.order_fields([f"line_{line.pk}" for line, _most in self.lines])

    def clean(self):
        said = super().clean()
        self.pieces = {
            line.pk: number
            for line, _most in self.lines
            if (number := said.get(f"line_{line.pk}"))
        }
        if not self.pieces and not self.errors:
            raise forms.ValidationError(_("Say how many pieces of at least one line."))
        return said


class CancelPiecesForm(PiecesForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
