"""Counts and tracking numbers in files of people with spreadsheets."""
