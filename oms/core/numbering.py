"""Numbers of documents, as people say them."""

from django.db import models

PREFIX = {"order": "", "fulfillmentorder": "F", "shipment": "S"}
PREFIX |= {"return": "R", "refund": "B", "wave": "W-"}


def document_number(model: type[models.Model], pk: int) -> str:
    """The number of a document: its key, which comes from its table's sequence. Gaps
    are allowed; a counter row would make captures wait for each other."""
    return f"{PREFIX[model._meta.model_name]}{pk}"
