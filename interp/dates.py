"""$HOROLOG and $ZDATE: days since 31 December 1840, and seconds of the day.

No clock is read here: the time is handed in.
"""

from __future__ import annotations

import datetime
import re

from bumps.interp.codes import merror
from bumps.interp.values import Value, to_integer, to_text

DAY_ZERO = datetime.date(1840, 12, 31)
DAY_MIN = -365
DAY_MAX = 364570088
"""31 December 999999: the last day that $ZDATE takes."""

MONTHS = "JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC"
DAYS = "SUN,MON,TUE,WED,THU,FRI,SAT"
FORMAT_DEFAULT = "MM/DD/YY"

_ERA_DAYS = 146097
"""Days of 400 years of the Gregorian calendar, after which everything repeats."""

_ELEMENT = re.compile(r"MM|MON|DD|DAY|YYYYYY|YYYYY|YYYY|YEAR|YY|24|12|60|SS|AM|[ +\-./:,;*]")


def horolog(time: datetime.datetime) -> str:
    """Return `$HOROLOG` of a local time."""
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    return f"{(time.date() - DAY_ZERO).days},{seconds}"


def zhorolog(time: datetime.datetime) -> str:
    """Return `$ZHOROLOG` of a local time that knows its zone: `$H`, microseconds, and the offset to UTC, in seconds."""
    offset = time.utcoffset() or datetime.timedelta()
    return f"{horolog(time)},{time.microsecond},{-int(offset.total_seconds())}"


def zdate(value: Value, form: Value = "", months: Value = "", days: Value = "", default: str = FORMAT_DEFAULT) -> str:
    """Return `$ZDATE(value,form,months,days)`; `default` is the form if it is empty. Raises ZDATEFMT, ZDATEBADDATE."""
    day_text, _, second_text = to_text(value).partition(",")
    day, second = to_integer(day_text), to_integer(second_text)
    if not DAY_MIN <= day <= DAY_MAX:
        raise merror("ZDATEBADDATE", day)
    eras, rest = divmod(day, _ERA_DAYS)
    date = DAY_ZERO + datetime.timedelta(days=rest)
    year = date.year + 400 * eras
    month_names = (to_text(months) or MONTHS).split(",")
    day_names = (to_text(days) or DAYS).split(",")
    hour, minute = second // 3600, second // 60 % 60
    text = to_text(form) or default
    parts: list[str] = []
    at = 0
    while at < len(text):
        match = _ELEMENT.match(text, at)
        if match is None:
            raise merror("ZDATEFMT")
        at = match.end()
        element = match[0]
        if element == "MM":
            parts.append(f"{date.month:02}")
        elif element == "MON":
            parts.append(_of(month_names, date.month - 1))
        elif element == "DD":
            parts.append(f"{date.day:02}")
        elif element == "DAY":
            parts.append(_of(day_names, date.isoweekday() % 7))
        elif element == "YEAR":
            parts.append(f"{year:04}")
        elif element.startswith("YY"):
            parts.append(f"{year:0{len(element)}}"[-len(element) :])
        elif element == "24":
            parts.append(f"{hour:02}")
        elif element == "12":
            parts.append(f"{(hour + 11) % 12 + 1:02}")
        elif element == "60":
            parts.append(f"{minute:02}")
        elif element == "SS":
            parts.append(f"{second % 60:02}")
        elif element == "AM":
            parts.append("AM" if hour < 12 else "PM")
        else:
            parts.append(element)
    return "".join(parts)


def _of(names: list[str], index: int) -> str:
    return names[index] if index < len(names) else ""
