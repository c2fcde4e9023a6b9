"""British dates with 24 hours; where no name fits, Django's own formats count."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
FIRST_DAY_OF_WEEK = 1
# Names of our own.
WEEKDAY_FORMAT = "D j M"
WEEKDAY_YEAR_FORMAT = "D j M Y"
FULL_DAY_FORMAT = "l j F"
FULL_DAY_TIME_FORMAT = "l j F, H:i"
DAY_TIME_FORMAT = "j M H:i"
WEEKDAY_TIME_FORMAT = "D j M, H:i"
SECONDS_FORMAT = "j M Y H:i:s"
