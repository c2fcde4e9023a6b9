from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

# What searches compare, and indexes hold: the words of a name; the digits of a phone
# number, without the zeros in front.
NAME_WORDS = SearchVector("ship_to_name", "ship_to_company", config="simple")
PHONE_DIGITS = Func(
    Func(
        F("ship_to_phone"),
        Value("[^0-9]"),
        Value(""),
        Value("g"),
        function="REGEXP_REPLACE",
    ),
    Value("0"),
    function="LTRIM",
    output_field=models.CharField(),
)


class ShipTo(models.Model):
    """Where it goes: a snapshot of the day of the order."""

    ship_to_name = models.CharField(_("name"), max_length=200, blank=True)
    ship_to_company = models.CharField(_("company"), max_length=200, blank=True)
    ship_to_street = models.CharField(_("street"), max_length=200, blank=True)
    ship_to_street2 = models.CharField(
        _("street, 2nd line"), max_length=200, blank=True
    )
    ship_to_city = models.CharField(_("city"), max_length=200, blank=True)
    ship_to_region = models.CharField(_("region"), max_length=200, blank=True)
    ship_to_postal_code = models.CharField(_("postal code"), max_length=200, blank=True)
    ship_to_country = models.CharField(_("country"), max_length=2, blank=True)
    ship_to_phone = models.CharField(_("phone"), max_length=200, blank=True)
    ship_to_lat = models.FloatField(_("latitude"), null=True, blank=True)
    ship_to_lon = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        abstract = True
