"""Orders that dice make, and what becomes of them; afterwards the books are compared.

    company.py   where they are ordered: products, places, channels, policies
    messages.py  the orders as channels tell them
    life.py      what happens to them, by the services, in sets
    books.py     what must be true then: plain SQL, nothing of the services

Used by the test (150 orders) and by `tests.benchmarks.generated_orders` (10,000).
"""
