"""Returns in files of people with spreadsheets."""
