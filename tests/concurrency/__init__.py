"""Races: two or many at once, each with a connection of its own.

Every race is run twice. Once as the code is: it must end right. And once with its
guard taken away (`racing.py` has the ways): it must go wrong, or the first run proves
nothing.
Both dawdle at the same places, so that the guard is all that differs.
"""
