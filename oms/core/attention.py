"""What waits for a person, as the exceptions page shows it: by reason, oldest first.
A handful of statements, however much waits."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.timesince import timesince

from oms.core import fixes
from oms.core.models import User, WorkItem
from oms.core.navigation import may

PAGE = "admin:core_workitem_exceptions"
VIEWS = ("all", "mine", "nobody", "snoozed")
FEW, MANY = 5, 50  # rows of a group among others, and of the one that was chosen
OPEN_GROUPS = 6  # the others show their heading
MOST = 200  # items of one go
Status = WorkItem.Status


class Asked(NamedTuple):
    """What the address of the page asks for; nonsense asks for everything."""

    view: str = "all"
    kind: str = ""
    place: int | None = None
    item: int | None = None

    def url(self, **changes) -> str:
        query = self._replace(**changes)._query()
        return reverse(PAGE) + (f"?{query}" if query else "")

    @property
    def query(self) -> str:
        """The start of an address that goes on with a kind."""
        query = self._replace(kind="", item=None)._query()
        return f"{query}&" if query else ""

    def _query(self) -> str:
        usual = Asked()._asdict()
        return urlencode({k: v for k, v in self._asdict().items() if v != usual[k]})


class Row(NamedTuple):
    """`fix`: what can be done at once, without a question."""

    item: WorkItem
    document: fixes.Document
    fix: fixes.Fix | None
    age: str

    @property
    def text(self) -> str:
        """The title without the document, which stands beside it."""
        title, name = self.item.title, self.document.name
        if not name or not title.startswith(name):
            return title
        rest = title.removeprefix(name).lstrip(": ")
        return rest[:1].upper() + rest[1:]


class Group(NamedTuple):
    """All items of a kind that this person sees, the first of them as rows."""

    kind: str
    label: str
    number: int
    age: str
    rows: Sequence[Row]
    fixes: Sequence[fixes.Fix]

    @property
    def meaning(self):
        return fixes.kind_of(self.kind).meaning

    @property
    def rest(self) -> int:
        return self.number - len(self.rows)


class Focus(NamedTuple):
    """The item that is open: what it says, and the ways out. A fix has the same number,
    and so the same key, on all items of its kind."""

    row: Row
    fixes: Sequence[tuple[int, fixes.Fix, object]]
    ways: Sequence[tuple[str, str]]
    comparison: fixes.Comparison | None
    after: int | None

    @property
    def ways_lead(self) -> bool:
        """No fix is the safe next step, so the page is where it can be mended."""
        return not self.fixes or self.fixes[0][1].careful


class Board(NamedTuple):
    tabs: Mapping[str, int]
    groups: Sequence[Group]
    focus: Focus | None
    focus_kind: str
    places: Mapping[int, str]

    @property
    def open(self) -> list[Group]:
        return [group for group in self.groups if group.rows]

    @property
    def closed(self) -> list[Group]:
        return [group for group in self.groups if not group.rows]


# --- What this person sees -----------------------------------------------------------


def scope(user, place: int | None = None) -> Q:
    """The items of this person's locations, of one of them if asked, and tasks."""
    return _within(_places_of(user), place) & ~fixes.hidden_from(user)


def _places_of(user) -> Collection[int] | None:
    places = fixes.places()
    return places.of(user) if places else None


def _within(mine: Collection[int] | None, place: int | None) -> Q:
    if place is not None and (mine is None or place in mine):
        return fixes.at_places({place})
    return Q() if mine is None else fixes.at_places(mine)


def seen_by(user, asked: Asked, here: Q) -> QuerySet[WorkItem]:
    """What its tab holds, of all kinds."""
    snoozed = asked.view == "snoozed"
    rows = WorkItem.objects.filter(here)
    rows = rows.filter(status=Status.SNOOZED if snoozed else Status.OPEN)
    if asked.view == "mine":
        rows = rows.filter(owner=user)
    elif asked.view == "nobody":
        rows = rows.filter(owner=None)
    return rows


def chosen(user, asked: Asked, kind: str, picks: Collection[int]) -> list[WorkItem]:
    """The ticked items, of a kind if one is named, whatever has become of them; without
    a tick the oldest that the tab holds of the kind."""
    if picks:
        rows = WorkItem.objects.filter(scope(user), pk__in=picks)
    elif kind:
        rows = seen_by(user, asked, scope(user, asked.place))
    else:
        return []
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.order_by("opened_at", "pk")[:MOST])


# --- The page ------------------------------------------------------------------------


def age(at: datetime, now: datetime) -> str:
    """In its largest unit: who waits for days does not count the hours."""
    return timesince(at, now, depth=1)


def board(user, asked: Asked, now: datetime) -> Board:
    mine, places = _places_of(user), fixes.places()
    here = scope(user, asked.place)
    counts = list(_counts(user, here))
    tabs = _tabs(counts)
    numbers: Counter = Counter()
    oldest: dict[str, datetime] = {}
    for line in counts:
        if asked.view in line["tabs"]:
            kind = line["kind"]
            numbers[kind] += line["number"]
            oldest[kind] = min(oldest.get(kind, line["oldest"]), line["oldest"])
    kinds = sorted(numbers, key=lambda kind: (-numbers[kind], kind))
    chosen_kind = asked.kind if asked.kind in numbers else ""
    if chosen_kind:
        kinds = [chosen_kind, *(kind for kind in kinds if kind != chosen_kind)]
    shown = [chosen_kind] if chosen_kind else kinds[:OPEN_GROUPS]
    items = _items(user, asked, here, shown, MANY if chosen_kind else FEW)
    focused = _focused(scope(user), asked, items)
    documents = fixes.documents_of([*items, *([focused] if focused else [])])
    rows = [_row(user, item, documents, now) for item in items]
    groups = [
        Group(
            kind,
            fixes.label_of(kind),
            numbers[kind],
            age(oldest[kind], now),
            [row for row in rows if row.item.kind == kind],
            fixes_for(user, kind),
        )
        for kind in kinds
    ]
    focus = _focus(user, focused, items, documents, now) if focused else None
    choices = places.choices(mine) if places else {}
    return Board(tabs, groups, focus, focused.kind if focused else "", choices)


def fixes_for(user, kind: str) -> list[fixes.Fix]:
    return [f for f in fixes.kind_of(kind).fixes if may(user, f.permission)]


def staff() -> list[tuple[int, str]]:
    people = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    return [(pk, name) for pk, name in people.values_list("pk", "username")[:MOST]]


def _counts(user, here: Q):
    """Lines of (kind, in which tabs, number, oldest); one statement."""
    rows = WorkItem.objects.filter(here)
    found = (
        rows.exclude(status=Status.RESOLVED)
        .values("kind", "status", mine=Q(owner=user), free=Q(owner=None))
        .annotate(number=Count("pk"), oldest=Min("opened_at"))
        .order_by()
    )
    for line in found:
        if line["status"] == Status.SNOOZED:
            tabs = {"snoozed"}
        else:
            tabs = {"all"}
            tabs |= {"mine"} if line["mine"] else set()
            tabs |= {"nobody"} if line["free"] else set()
        yield line | {"tabs": tabs}


def _tabs(counts) -> dict[str, int]:
    tabs = dict.fromkeys(VIEWS, 0)
    for line in counts:
        for tab in line["tabs"]:
            tabs[tab] += line["number"]
    return tabs


def _items(
    user, asked: Asked, here: Q, kinds: Collection[str], most: int
) -> list[WorkItem]:
    if not kinds:
        return []
    number = Window(
        RowNumber(),
        partition_by="kind",
        order_by=[F("opened_at").asc(), F("pk").asc()],
    )
    rows = seen_by(user, asked, here).filter(kind__in=kinds).annotate(number=number)
    rows = rows.filter(number__lte=most).select_related("owner")
    place = {kind: number for number, kind in enumerate(kinds)}
    return sorted(rows, key=lambda item: (place[item.kind], item.number))


def _focused(here: Q, asked: Asked, items: Sequence[WorkItem]) -> WorkItem | None:
    if asked.item is None:
        return items[0] if items else None
    for item in items:
        if item.pk == asked.item:
            return item
    rows = WorkItem.objects.filter(here).exclude(status=Status.RESOLVED)
    found = rows.filter(pk=asked.item).select_related("owner").first()
    return found or (items[0] if items else None)


def _row(user, item: WorkItem, documents, now: datetime) -> Row:
    first = next((f for f in fixes_for(user, item.kind) if f.offered(item)), None)
    asks = first is not None and (first.form is not None or first.careful)
    fix = None if asks else first
    return Row(item, documents[item.pk], fix, age(item.opened_at, now))


def _focus(
    user, item: WorkItem, items: Sequence[WorkItem], documents, now: datetime
) -> Focus:
    kind = fixes.kind_of(item.kind)
    offered = [
        (number, fix, fix.form(prefix=fix.name) if fix.form else None)
        for number, fix in enumerate(fixes_for(user, item.kind), start=1)
        if fix.offered(item)
    ]
    ways = [
        (str(way.label), url)
        for way in kind.ways
        if may(user, way.permission) and (url := way.url(item))
    ]
    same = [each.pk for each in items if each.kind == item.kind]
    at = same.index(item.pk) if item.pk in same else -1
    return Focus(
        _row(user, item, documents, now),
        offered,
        ways,
        kind.compare(item),
        same[at + 1] if at + 1 < len(same) else None,
    )
