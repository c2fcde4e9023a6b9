"""Exports: what a list shows, as a file.

Each app registers a resource for each list (`resources`). Few rows are written at once,
many by a job in parts (`making`), and some every day without being asked (`daily`).
"""
