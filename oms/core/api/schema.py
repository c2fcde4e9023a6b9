"""The description of the API in OpenAPI 3.1: what all operations share is added here,
what one of them says for itself stands at its viewset."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from oms.core.api.problems import MEDIA_TYPE, TITLES

ALWAYS = {400, 401, 403, 404, 406, 429, 500, 503}
BY_METHOD = {
    "GET": set(),
    "POST": {409, 413, 415, 422},
    "PATCH": {409, 412, 413, 415, 428},
    "DELETE": {409, 412, 413, 415},
}


def _codes(status: int) -> list[str]:
    return [code for code, (number, _title) in TITLES.items() if number == status]


def _response(status: int) -> dict:
    codes = ", ".join(f"`{code}`" for code in _codes(status))
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": f"Problem: {codes}.",
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _text(description: str, **more) -> dict:
    return {"type": "string", "description": description, **more}


COMPONENTS = {
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "What went wrong (RFC 9457).",
            "required": [
                *("type", "title", "status", "code", "detail", "instance", "errors")
            ],
            "properties": {
                "type": _text("`urn:oms:problem:` and the code."),
                "title": _text("The code in words."),
                "status": {"type": "integer"},
                "code": _text("For programs; it never changes.", enum=list(TITLES)),
                "detail": _text("What it was this time, for people."),
                "instance": _text("The id of the request, as our log has it."),
                "errors": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Wrong"},
                },
            },
        },
        "Wrong": {
            "type": "object",
            "required": ["in", "pointer", "code", "message"],
            "properties": {
                "in": _text("Where it stands.", enum=["body", "query", "header"]),
                "pointer": _text("Which value, as in RFC 6901."),
                "code": _text("For programs."),
                "message": _text("For people: what is wrong and what to do."),
            },
        },
    },
    "responses": {
        f"Problem{status}": _response(status)
        for status in sorted({status for status, _title in TITLES.values()})
    },
}


def _header(name: str, description: str, required: bool) -> dict:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string"},
    }


def complete(result: dict, **_kwargs) -> dict:
    """The last step of the generator: what operations refer to, and that no body has
    further fields."""
    components = result["components"]
    for kind, named in COMPONENTS.items():
        components.setdefault(kind, {}).update(named)
    for name, schema in components["schemas"].items():
        if name.endswith("Request"):  # all of them are StrictSerializers
            schema["additionalProperties"] = False
    return result


class ApiSchema(AutoSchema):
    def get_description(self) -> str:
        """Only what is written for partners; docstrings are for those who build."""
        return ""

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        if operation is None or not hasattr(self.view, "scope_of"):
            return operation
        operation["x-scopes"] = [self.view.scope_of(self.method)]
        operation.setdefault("parameters", []).extend(self._headers())
        refuses = {409} if self.view.action in self.view.file_actions else set()
        for status in sorted(ALWAYS | BY_METHOD[self.method] | refuses):
            reference = {"$ref": f"#/components/responses/Problem{status}"}
            operation["responses"].setdefault(str(status), reference)
        if self._is_detail_read():
            unchanged = {"description": "You have this version."}
            operation["responses"]["304"] = unchanged
        return operation

    def _is_detail_read(self) -> bool:
        return getattr(self.view, "action", "") == "retrieve"

    def _headers(self) -> list[dict]:
        if self._is_detail_read():
            text = "An ETag: 304 where nothing has changed since."
            return [_header("If-None-Match", text, False)]
        if self.method == "PATCH":
            text = "The ETag that was read; 412 where it has changed since."
            return [_header("If-Match", text, True)]
        if self.method == "POST" and self.view.action not in self.view.unkeyed:
            text = "A text of your own: the same when you repeat the request."
            header = _header("Idempotency-Key", text, True)
            header["schema"] |= {"minLength": 1, "maxLength": 255}
            header["schema"]["pattern"] = "^[!-~]([ -~]{0,253}[!-~])?$"
            return [header]
        return []


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "oms.core.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`oms_live_…`, or `oms_test_…` for the sandbox.",
        }
