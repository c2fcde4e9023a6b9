"""What every resource does: the conventions meet here, each once.

A viewset names its model, its scopes and its serializer; rows come from
`objects.for_key(key)` only, so that what a key may not see does not exist for it.
"""

import hashlib
import time
from collections.abc import Callable, Mapping

from django.db import models, transaction
from django.http import Http404, HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from oms.core import transitions
from oms.core.api import etags, idempotency, limits, pages, parsing, requestlog
from oms.core.api.actions import offers_of
from oms.core.api.problems import Refusal
from oms.core.api.strictness import check_query, filter_names
from oms.core.outcome import Outcome
from oms.core.sound import is_text

SAFE = {"GET", "HEAD"}


class ApiViewSet(GenericViewSet):
    """`unkeyed`: POST actions that write nothing, which need no Idempotency-Key.
    `action_scopes`: of actions that need another than `write_scope`. `one_row`: filters
    that name one row, which is shown at once. `stamp`: the column that says when a row
    changed. `file_actions` answer with a file, or refuse (409) while there is none."""

    model: type[models.Model]
    read_scope: str
    write_scope: str
    unkeyed: frozenset[str] = frozenset()
    action_scopes: Mapping[str, str] = {}
    one_row: frozenset[str] = frozenset()
    file_actions: frozenset[str] = frozenset()
    stamp = "updated_at"
    filterset_class = None
    pagination_class = pages.CursorPages
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def scope_of(self, method: str | None) -> str:
        usual = self.read_scope if method in SAFE else self.write_scope
        return self.action_scopes.get(self.action, usual)

    # --- One request ------------------------------------------------------------------

    def dispatch(self, request, *args, **kwargs):
        """As the library does it, with the frame of a writing request around the
        handler: errors must pass through the transaction before they are answered."""
        began = time.perf_counter()
        self.args, self.kwargs = args, kwargs
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers, self.limit_headers = self.default_response_headers, {}
        try:
            self.initial(request, *args, **kwargs)
            response = self.handle(request, self.handler(request))
        except Exception as error:
            response = self.handle_exception(error)
        for name, value in self.limit_headers.items():
            response[name] = value
        self.response = self.finalize_response(request, response, *args, **kwargs)
        requestlog.note(request, self.response, time.perf_counter() - began)
        return self.response

    def handler(self, request: Request) -> Callable[[], HttpResponse]:
        name = request.method.lower()
        known = name in self.http_method_names
        call = getattr(self, name, None) if known else None
        call = call or self.http_method_not_allowed
        return lambda: call(request, *self.args, **self.kwargs)

    def perform_content_negotiation(self, request, force=False):
        """A file is sent to whoever accepts files alone, too."""
        is_file = self.action in self.file_actions
        return super().perform_content_negotiation(request, force or is_file)

    def check_throttles(self, request) -> None:
        """The last of the checks before the handler, with the key known."""
        if request.auth is not None:
            self.limit_headers = limits.admit(request.auth)
        for value in self.kwargs.values():
            if not is_text(value, 200):
                raise Http404
        if self.action is not None:
            check_query(request, self.known_parameters())

    def known_parameters(self) -> set[str]:
        if self.action != "list":
            return set()
        return filter_names(self.filterset_class) | pages.PARAMETERS

    def settles(self) -> bool:
        return self.one_row.isdisjoint(self.request.query_params)

    def handle(self, request: Request, run: Callable) -> HttpResponse:
        if request.method in SAFE or self.action is None:
            return run()
        digest = self.read(request)

        def rendered() -> HttpResponse:
            return _rendered(run())

        if request.method == "POST" and self.action not in self.unkeyed:
            return idempotency.once(request, digest, rendered)
        with transaction.atomic():
            return idempotency.effect(request, rendered)

    def read(self, request: Request) -> str:
        """Read the body, before the transaction; its hash."""
        return hashlib.sha256(parsing.read_body(request)).hexdigest()

    # --- Rows -------------------------------------------------------------------------

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):  # described, not asked
            return self.model.objects.none()
        return self.model.objects.for_key(self.request.auth)

    def load(self, rows: list[models.Model]) -> None:
        """What the serializer and the guards read of them, for all at once."""

    def versioned(self) -> models.Model:
        """The row of the path for an action: If-Match is heeded where it is sent."""
        return (
            self.locked() if "If-Match" in self.request.headers else self.get_object()
        )

    def locked(self, *, version_required: bool = False) -> models.Model:
        """The row of the path, locked, in the version that the client has seen."""
        row = self.get_object()
        [row] = transitions.lock(self.model, [row.pk])
        etags.check(self.request, row, required=version_required)
        return row

    def values(self, serializer_class=None) -> dict:
        """The body, checked."""
        kind = serializer_class or self.get_serializer_class()
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def shown(self, row: models.Model, status: int = 200) -> Response:
        """One row as the answer, with its version."""
        self.load([row])
        data = self.get_serializer(row).data
        return Response(data, status=status, headers={"ETag": etags.etag(row)})

    def settled(self, out: Outcome, status: int = 200) -> Response:
        """The answer to an action on the row of the path: as it is now, or why not."""
        self.check(out)
        return self.shown(self.get_object(), status)

    def check(self, out: Outcome) -> None:
        """Raises Refusal with the reasons, and what may be done instead."""
        if out.refused:
            row = self.get_object()
            self.load([row])
            reasons = [text for each in out.refused.values() for text in each]
            raise Refusal(reasons, **offers_of(row, self.request.auth))


class Readable:
    """List and detail."""

    def list(self, request, *args, **kwargs):
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self.load(rows)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request, *args, **kwargs):
        row = self.get_object()
        if etags.is_known(request, row):
            return Response(status=304, headers={"ETag": etags.etag(row)})
        return self.shown(row)


def _rendered(response: HttpResponse) -> HttpResponse:
    """The bytes of the answer, within the transaction that keeps them."""
    if not isinstance(response, Response):
        return response
    plain = HttpResponse(
        b"" if response.data is None else JSONRenderer().render(response.data),
        status=response.status_code,
        content_type="application/json",
    )
    for name, value in response.headers.items():
        if name != "Content-Type":
            plain[name] = value
    return plain
