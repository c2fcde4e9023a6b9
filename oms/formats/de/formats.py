"""What Django's German formats lack: names of our own, as in en/formats.py."""

WEEKDAY_FORMAT = "D j. M"
WEEKDAY_YEAR_FORMAT = "D j. M Y"
FULL_DAY_FORMAT = "l, j. F"
FULL_DAY_TIME_FORMAT = "l, j. F, H:i"
DAY_TIME_FORMAT = "j. M H:i"
WEEKDAY_TIME_FORMAT = "D j. M, H:i"
SECONDS_FORMAT = "d.m.Y H:i:s"
