"""What the words of the invoice file mean: its countries and its service codes."""

# As the file writes them. "" is no country that one could send to or tax by.
COUNTRIES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Bermuda": "BM",
    "Brazil": "BR",
    "Canada": "CA",
    "Channel Islands": "",  # Jersey or Guernsey: two codes, the file does not say which
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "European Community": "",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Korea": "KR",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Nigeria": "NG",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "Thailand": "TH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
    "Unspecified": "",
    "West Indies": "",
}

# Charges, corrections, vouchers and tests: sold and paid, but never on a shelf.
SERVICES = frozenset(
    {
        "ADJUST",
        "ADJUST2",
        "AMAZONFEE",
        "B",
        "BANK CHARGES",
        "C2",
        "C3",
        "CRUK",
        "D",
        "DOT",
        "GIFT",
        "M",
        "PADS",
        "POST",
        "S",
    }
)
SERVICE_PREFIXES = "GIFT_", "TEST0"


def country_code(name: str) -> str:
    """The ISO 3166 code of a country as the file names it, or "" when unknown."""
    return COUNTRIES.get(name.strip(), "")


def is_service(sku: str) -> bool:
    """Whether a code, in upper case, is something of which no stock is kept."""
    return sku in SERVICES or sku.startswith(SERVICE_PREFIXES)
