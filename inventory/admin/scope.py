"""Whose stock and whose work a person sees."""

from django.db.models import Exists, OuterRef, Q

from inventory.models import Location


def places_of(user) -> set[int] | None:
    """The locations that name this person; None, for all, where none does. Asked once
    for a request."""
    if user.is_superuser:
        return None
    if not hasattr(user, "known_places"):
        user.known_places = set(user.locations.values_list("pk", flat=True))
    return user.known_places or None


def within(user, field: str) -> Q:
    """Rows whose `field` is a location of theirs."""
    places = places_of(user)
    return Q() if places is None else Q(**{f"{field}__in": places})


def stock_places(user) -> list[Location]:
    """Where this person sees stock, the preferred places first."""
    mine = Location.objects.filter(pk=OuterRef("pk"), staff=user.pk)
    places = Location.objects.annotate(is_mine=Exists(mine))
    places = list(places.order_by("priority", "code"))
    if not user.is_superuser:
        places = [place for place in places if place.is_mine] or places
    return [place for place in places if place.keeps_stock]
