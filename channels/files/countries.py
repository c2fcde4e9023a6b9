"""Countries as other systems write them: by code, or by name in the language of the
shop."""

from functools import cache

from babel import Locale

LANGUAGES = "en", "de", "fr", "es", "it", "nl", "pt", "pl"
OTHERS = {
    "usa": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "czech republic": "CZ",
    "the netherlands": "NL",
    "holland": "NL",
    "turkey": "TR",
    "republic of ireland": "IE",
    "south korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "hong kong": "HK",
    "macao": "MO",
}


def country_of(text: str) -> str:
    """The ISO 3166 code; what nobody knows stays as it is, for the shape to refuse."""
    text = text.strip()
    return text.upper() if len(text) == 2 else _codes().get(text.casefold(), text)


@cache
def _codes() -> dict[str, str]:
    names = {
        name.casefold(): code
        for language in reversed(LANGUAGES)
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return names | OTHERS
