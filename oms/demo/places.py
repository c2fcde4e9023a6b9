"""Where the demo shop stores, sells from and sells to."""

from decimal import Decimal
from typing import NamedTuple

from inventory.models import Location

EUROPE = ["DE", "FR", "AT", "CH", "PL", "DK", "NL", "IT", "GB"]
LOCATIONS = {
    "BER": {
        "name": "Berlin warehouse",
        "country": "DE",
        "region": EUROPE,
        "lat": 52.52,
        "lon": 13.405,
        "time_zone": "Europe/Berlin",
        "cut_off": "15:00",
        "closed_weekdays": [5, 6],
        "priority": 10,
    },
    "LYS": {
        "name": "Lyon warehouse",
        "country": "FR",
        "region": EUROPE,
        "lat": 45.764,
        "lon": 4.836,
        "time_zone": "Europe/Paris",
        "cut_off": "14:00",
        "closed_weekdays": [6],
        "priority": 20,
    },
    "NJY": {
        "name": "New Jersey warehouse",
        "country": "US",
        "region": ["US", "CA"],
        "lat": 40.735,
        "lon": -74.172,
        "time_zone": "America/New_York",
        "cut_off": "16:00",
        "closed_weekdays": [5, 6],
        "priority": 10,
    },
    "HAM": {
        "name": "Hamburg store",
        "kind": Location.Kind.STORE,
        "country": "DE",
        "lat": 53.551,
        "lon": 9.994,
        "time_zone": "Europe/Berlin",
        "daily_capacity": 12,
        "closed_weekdays": [6],
        "priority": 200,
    },
    "PAR": {
        "name": "Paris store",
        "kind": Location.Kind.STORE,
        "country": "FR",
        "lat": 48.857,
        "lon": 2.352,
        "time_zone": "Europe/Paris",
        "daily_capacity": 10,
        "closed_weekdays": [6],
        "priority": 200,
    },
    "LUM": {
        "name": "Lumen Lighting, supplier",
        "kind": Location.Kind.SUPPLIER,
        "country": "NL",
        "lat": 51.441,
        "lon": 5.469,
        "time_zone": "Europe/Amsterdam",
        "priority": 300,
    },
}
SAFE_PIECES = 3  # of some products, in BER
POOLS = {
    "Europe": ["BER", "LYS", "HAM", "PAR", "LUM"],
    "North America": ["NJY"],
    "Everywhere": ["BER", "LYS", "NJY"],
}
CHANNELS = {
    "web-eu": {
        "name": "Web shop Europe",
        "payment": "later",
        "risk_limit": 100,
        "duplicate_hours": 12,
        "price_tolerance": Decimal(30),
        "address_checked": True,
    },
    "web-us": {"name": "Web shop USA"},
    "market": {"name": "Bazaar marketplace"},
    "b2b": {
        "name": "Trade customers",
        "payment": "later",
        "payment_terms": "invoice",
        "ship_complete": True,
    },
}


class Market(NamedTuple):
    """How a channel sells: `rate` times the list price in EUR. `tax`: per cent, within
    the price or on top of it. `share`: of all orders, in per cent."""

    pool: str
    currency: str
    rate: Decimal
    tax: Decimal
    tax_included: bool
    area: str
    prefix: str  # of its order numbers
    share: int


MARKETS = {
    "web-eu": Market("Europe", "EUR", Decimal(1), Decimal(19), True, "EU", "EU-", 45),
    "web-us": Market(
        "North America", "USD", Decimal("1.1"), Decimal("6.5"), False, "US", "US-", 25
    ),
    "market": Market(
        "Everywhere", "GBP", Decimal("0.9"), Decimal(20), True, "GB", "BZ-", 20
    ),
    "b2b": Market("Europe", "EUR", Decimal("0.7"), Decimal(0), False, "EU", "PO-", 10),
}

# name, street, postal code, city, region, country, latitude, longitude
BUYERS = {
    "EU": (
        ("Lindenstraße 1", "10969", "Berlin", "", "DE", 52.503, 13.397),
        ("Elbchaussee 9", "22765", "Hamburg", "", "DE", 53.545, 9.93),
        ("Leopoldstraße 30", "80802", "München", "", "DE", 48.16, 11.586),
        ("Rue de Rivoli 5", "75004", "Paris", "", "FR", 48.856, 2.356),
        ("Quai Claude Bernard 2", "69007", "Lyon", "", "FR", 45.749, 4.839),
        ("Via Dante 3", "20121", "Milano", "MI", "IT", 45.466, 9.185),
        ("Piękna 7", "00-539", "Warszawa", "", "PL", 52.223, 21.018),
        ("Mariahilfer Straße 8", "1070", "Wien", "", "AT", 48.2, 16.357),
        ("Prinsengracht 20", "1015 DX", "Amsterdam", "", "NL", 52.377, 4.887),
        ("Østergade 11", "1100", "København K", "", "DK", 55.679, 12.584),
    ),
    "US": (
        ("12 Beacon Street", "02108", "Boston", "MA", "US", 42.358, -71.063),
        ("40 State Street", "60602", "Chicago", "IL", "US", 41.882, -87.628),
        ("5 Mission Street", "94105", "San Francisco", "CA", "US", 37.792, -122.395),
        ("9 Elm Street", "75201", "Dallas", "TX", "US", 32.785, -96.797),
        ("77 Peachtree Street", "30303", "Atlanta", "GA", "US", 33.755, -84.39),
    ),
    "GB": (
        ("3 Baker Street", "NW1 6XE", "London", "", "GB", 51.523, -0.158),
        ("18 Deansgate", "M3 1AZ", "Manchester", "", "GB", 53.484, -2.247),
        ("6 Royal Mile", "EH1 1SR", "Edinburgh", "", "GB", 55.95, -3.188),
    ),
}
FIRST = (
    *("Erika", "Jean", "Ada", "Olga", "John", "Anke", "Mia", "Luca", "Noor", "Sven"),
    *("Clara", "Pavel", "Ines", "Tom", "Zofia", "Emil", "Rosa", "Hugo", "Lena", "Max"),
)
LAST = (
    *("Muster", "Martin", "Brown", "Nowak", "Smith", "Jansen", "Rossi", "Berg"),
    *("Dupont", "Weiss", "Novák", "Silva", "Keller", "Moreau", "Young", "Larsen"),
)

# name of the service, currency, days in transit and price up to 2 kg, by country; each
# further step costs more
SERVICES = {
    "standard": {
        "name": "Standard parcel",
        "currency": "EUR",
        "zones": {"DE": (1, "4.20"), "FR": (2, "5.10")},
        "others": (3, "8.90"),
    },
    "express": {
        "name": "Express parcel",
        "currency": "EUR",
        "zones": {"DE": (1, "9.90"), "FR": (1, "11.90")},
        "others": (2, "18.50"),
    },
    "ground": {
        "name": "US Ground",
        "currency": "USD",
        "zones": {"US": (4, "7.40")},
        "others": None,
    },
}
STEPS = {
    2_000: "1.0",
    10_000: "1.8",
    31_500: "3.2",
    400_000: "12",
}  # grams: times that price
