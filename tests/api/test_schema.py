"""The description of the API is the API."""

import io
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from oms.core.api.problems import TITLES
from tests.api.walking import endpoints

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict:
    return yaml.safe_load(COMMITTED.read_text())


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_committed_description_is_the_generated_one(schema, tmp_path):
    """If not: `manage.py spectacular --validate --fail-on-warn --file
    docs/openapi.yaml`."""
    file = tmp_path / "openapi.yaml"
    call_command(
        "spectacular",
        file=str(file),
        validate=True,
        fail_on_warn=True,
        stdout=io.StringIO(),
    )

    assert COMMITTED.read_text() == file.read_text()


def test_every_endpoint_is_described(schema):
    said = {operation for operation, _ in operations(schema)}

    assert len(said) == len(endpoints())


def test_every_operation_tells_its_scope_errors_and_summary(schema):
    for name, operation in operations(schema):
        assert operation["x-scopes"], name
        assert operation.get("summary"), name
        wanted = {"401", "403", "404", "429", "500"}
        assert wanted <= operation["responses"].keys(), name


def test_every_body_that_is_sent_has_an_example_and_no_further_fields(schema):
    for name, operation in operations(schema):
        for kind in operation.get("requestBody", {}).get("content", {}).values():
            if kind["schema"] == {"type": "string", "format": "binary"}:
                continue  # a file
            reference = kind["schema"]["$ref"].rpartition("/")[2]
            body = schema["components"]["schemas"][reference]
            assert body["additionalProperties"] is False, name
            assert kind.get("examples") or not body.get("properties"), name


def test_every_code_of_a_problem_is_described(schema):
    problem = schema["components"]["schemas"]["Problem"]

    assert set(problem["properties"]["code"]["enum"]) == set(TITLES)
