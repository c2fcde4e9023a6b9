"""Products, locations and stock in files of people with spreadsheets."""
