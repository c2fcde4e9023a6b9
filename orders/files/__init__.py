"""Orders in files of people with spreadsheets."""
