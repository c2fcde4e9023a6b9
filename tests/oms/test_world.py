"""The fixture `world` keeps to the test database, whatever the marks of a test."""

from django.db import connection


def test_world_without_a_mark_is_in_a_transaction_of_the_test_database(world):
    assert connection.settings_dict["NAME"].startswith("test_")
    assert connection.in_atomic_block
