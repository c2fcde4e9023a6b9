"""German, the second language: the catalogue is complete, and the pages use it."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.utils.translation import gettext, ngettext, override

from tests.architecture import source

CATALOGUE = "oms/locale/de/LC_MESSAGES/django.po"
# The same word in both languages.
SAME = {
    *("%(carrier)s, %(weight)s kg", "%(n)d h", "%(n)d min", "%(n)s min", "kg"),
    *("3PL", "Barcode", "Barcodes", "Code", "Filter", "Job", "Jobs", "Name", "Person"),
    *("Phase", "Position", "Python", "Region", "SKU", "SKUs", "STANDARD", "Sandbox"),
    *("Scan", "Signal", "Status", "System", "Version", "Worker", "Zone"),
    *("CSV", "Export", "Format", "Import", "Import: %(file)s", "Problem", "Webhooks"),
}
# One ends in a full stop where the other does not.
ABBREVIATED = {"Alloc.", "%(work)s, order %(order)s, %(n)d pcs"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ 0#]*\d*(?:\.\d+)?[a-z%]", re.IGNORECASE)
EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}


def messages(root: Path = source.ROOT) -> dict:
    """{(context, English): message}; a plural has a tuple of English texts."""
    with (root / CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale="de")
    return {
        (message.context, message.id): message for message in catalogue if message.id
    }


def forms(text) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_every_message_of_the_source_is_in_the_catalogue(
    tmp_path, monkeypatch, settings
):
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed: nothing can be extracted")
    left_out = shutil.ignore_patterns(".*", "tests", "docs", "var", "*.mo")
    copy = shutil.copytree(source.ROOT, tmp_path / "copy", ignore=left_out)
    settings.LOCALE_PATHS = [copy / "oms" / "locale"]
    monkeypatch.chdir(copy)

    call_command("makemessages", verbosity=0)

    known, found = set(messages()), set(messages(copy))
    assert sorted(map(str, found - known)) == [], "run manage.py makemessages"
    assert sorted(map(str, known - found)) == [], "run manage.py makemessages"


def test_every_message_is_translated():
    lacking = [
        key
        for key, message in messages().items()
        if message.fuzzy or not all(forms(message.string))
    ]

    assert lacking == []


def test_translations_keep_their_placeholders():
    wrong = [
        (english, german)
        for message in messages().values()
        for english, german in zip(
            forms(message.id), forms(message.string), strict=True
        )
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(german))
    ]

    assert wrong == []


def test_translations_begin_and_end_as_the_message():
    wrong = [
        english
        for message in messages().values()
        for english, german in zip(
            forms(message.id), forms(message.string), strict=True
        )
        if _edges(english) != _edges(german) and english not in ABBREVIATED
    ]

    assert wrong == []


def _edges(text: str) -> tuple[str, str]:
    """The space at both ends, and a full stop or the like."""
    inner = text.strip()
    before, _inner, after = text.partition(inner or "?")
    return before, (inner[-1:] if inner[-1:] in ".:?;…" else "") + after


def test_translations_differ_from_the_message():
    alike = {
        english
        for message in messages().values()
        for english, german in zip(
            forms(message.id), forms(message.string), strict=True
        )
        if english == german and re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", english))
    }

    assert {text for text in alike if text.casefold() not in same_words()} == set()


def same_words() -> set[str]:
    return {text.casefold() for text in SAME}


def test_the_compiled_catalogue_is_the_one_that_is_read():
    """Stale or missing: run bin/setup."""
    with override("de"):
        for message in messages().values():
            if isinstance(message.id, tuple):
                assert ngettext(*message.id, 2) == message.string[1]
            elif not message.context:
                assert gettext(message.id) == message.string


def _eager_calls(path: Path):
    """Translations that happen once, at import, in whatever language that is."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in EAGER
    }
    waiting = [source.tree(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults]
            waiting += filter(None, node.args.kw_defaults)
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
            yield f"{source.name(path)}:{node.lineno}"
        waiting += ast.iter_child_nodes(node)


def test_nothing_is_translated_at_import():
    assert [call for path in source.files() for call in _eager_calls(path)] == []
