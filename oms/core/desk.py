"""What staff do with a document, and what its page says of it on top.

Apps add to the pages of models to their left: actions, sentences of the answer, cards.
What they read is loaded once by the functions of `register_facts`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy

from oms.core.outcome import Outcome


class Offer(NamedTuple):
    """An action as it stands for one document now. `url`: the page that asks for more;
    "" where the action is done at once. `is_next`: the safe next step. `why_not`: it is
    off, though one would expect it; `way_out`: (text, URL) of what helps."""

    label: str = ""
    url: str = ""
    is_next: bool = False
    why_not: str = ""
    way_out: tuple[str, str] | None = None


class Action(NamedTuple):
    """`offer(row, user)` answers None where it makes no sense; `run(row, user,
    actor)` does what is done at once. Smaller places stand to the left, danger last."""

    name: str
    label: Any
    permission: str
    place: int
    offer: Callable[[models.Model, Any], Offer | None]
    run: Callable[[models.Model, Any, str], Outcome] | None = None
    done: Any = ""
    is_danger: bool = False


class Button(NamedTuple):
    """An action as the page shows it. `key`: what is pressed, "" for none."""

    name: str
    label: str
    url: str
    posts: bool
    look: str
    key: str
    why_not: str
    way_out: tuple[str, str] | None


class Saying(NamedTuple):
    """A part of the answer: `text` for staff, `reply` in plain text for the customer,
    `next_step` where nobody has an action to do it."""

    text: str
    reply: str = ""
    next_step: str = ""


class Card(NamedTuple):
    """A part of the document: `pieces` and `facts` are lines of text or safe HTML,
    `links` are (label, URL)."""

    anchor: str
    title: Any
    badge: str
    number: str
    why: str
    why_url: str
    pieces: list[str]
    facts: list[str]
    links: list[tuple[str, str]]
    buttons: list[Button]
    why_label: Any = gettext_lazy("Why here")


Sayings = Callable[[models.Model], Iterable[Saying]]
Cards = Callable[[models.Model, Any], Iterable[Card]]

_loaders: dict[type[models.Model], list[Callable]] = defaultdict(list)
_actions: dict[type[models.Model], dict[str, Action]] = defaultdict(dict)
_sayings: dict[type[models.Model], list[tuple[int, Sayings]]] = defaultdict(list)
_cards: dict[type[models.Model], list[Cards]] = defaultdict(list)


def register_facts(model: type[models.Model], load: Callable) -> None:
    """`load(row)` prefetches what the others of this app read."""
    _loaders[model].append(load)


def register_action(model: type[models.Model], action: Action) -> None:
    _actions[model][action.name] = action


def register_saying(model: type[models.Model], place: int, say: Sayings) -> None:
    _sayings[model].append((place, say))


def register_cards(model: type[models.Model], cards: Cards) -> None:
    _cards[model].append(cards)


def without_name(row: models.Model, text: str) -> str:
    """A sentence about the row, as it stands on the row's own page."""
    text = text.removeprefix(f"{row}: ")
    return text[:1].upper() + text[1:]


def load_facts(row: models.Model) -> None:
    for load in _loaders[type(row)]:
        load(row)


def action_of(model: type[models.Model], name: str) -> Action | None:
    return _actions[model].get(name)


def sayings_of(row: models.Model) -> list[Saying]:
    in_turn = sorted(_sayings[type(row)], key=lambda pair: pair[0])
    return [saying for _place, say in in_turn for saying in say(row)]


def cards_of(row: models.Model, user) -> list[Card]:
    return [card for cards in _cards[type(row)] for card in cards(row, user)]


def buttons_of(row: models.Model, user, *, keys: bool = True) -> list[Button]:
    """What this person may do with the row: the next step, what else can be done, what
    destroys, what cannot be done now. Keys are given to what can be done."""
    offers = [
        (action, offer)
        for action in sorted(_actions[type(row)].values(), key=lambda a: a.place)
        if user.has_perm(action.permission)
        and (offer := action.offer(row, user)) is not None
    ]
    on = [pair for pair in offers if not pair[1].why_not]
    first = next((pair for pair in on if pair[1].is_next and not pair[0].is_danger), ())
    rest = sorted(
        (pair for pair in on if pair is not first), key=lambda pair: pair[0].is_danger
    )
    shown = [*([first] if first else []), *rest]
    shown += [pair for pair in offers if pair[1].why_not]
    return [
        _button(
            row,
            action,
            offer,
            "primary" if (action, offer) == first else "",
            str(number) if keys and number < 10 else "",
        )
        for number, (action, offer) in enumerate(shown, start=1)
    ]


def _button(
    row: models.Model, action: Action, offer: Offer, look: str, key: str
) -> Button:
    meta = row._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_do"
    return Button(
        name=f"{meta.model_name}-{row.pk}-{action.name}",
        label=offer.label or str(action.label),
        url=offer.url or reverse(name, args=[row.pk, action.name]),
        posts=not offer.url,
        look=look or ("danger" if action.is_danger else ""),
        key="" if offer.why_not else key,
        why_not=offer.why_not,
        way_out=offer.way_out,
    )
