"""Files of people with spreadsheets: any CSV or XLSX that a shop really has, read row
by row, with an answer for what cannot be read.

`opening.open_sheet` finds out what the file is and gives its rows; `columns.bind` finds
the columns; `values` reads the cells. Nothing here knows of orders or stock.
"""
