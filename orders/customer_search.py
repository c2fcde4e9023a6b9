"""Finding a customer by what people know: e-mail address, phone number, name."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from orders.models import Customer, Order
from orders.models.customers import CUSTOMER_WORDS
from orders.search import LONGEST, by_phone, searched


def find(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """E-mail addresses, phone numbers of their orders and keys count in full; each word
    begins a word of the name."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if "@" in text:
        lower = text.lower()
        same = Q(mail=lower) | Q(key__in=[text, f"email:{lower}"])
        return customers.alias(mail=Lower("email")).filter(same)
    if (phone := by_phone(text)) is not None:
        sent = searched(Order.objects.order_by()).filter(phone)
        return customers.filter(pk__in=sent.values("customer"))
    words = re.findall(r"\w+", text)
    if not words:
        return customers.none()
    query = " & ".join(f"'{word}':*" for word in words)
    named = SearchQuery(query, config="simple", search_type="raw")
    return customers.alias(words=CUSTOMER_WORDS).filter(Q(words=named) | Q(key=text))
