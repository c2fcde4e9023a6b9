"""Files of other systems, by their real headers: each profile turns its rows into rows
of one of our shapes and decides nothing. What it leaves out it says, row by row.
"""
