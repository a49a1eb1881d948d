"""Dates, times, phones and money as people write them, in their language."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date, get_timezone_name
from flask import g
from flask_babel import get_locale


def _language() -> str:
    """As the texts around: of the request, or of the message that is written (force_locale)."""
    here = g._get_current_object() if g else None
    if here is not None and "language" in here and not hasattr(here.get("_flask_babel"), "forced_babel_locale"):
        return str(here.language)  # what Flask-Babel would find out in a roundabout way
    locale = get_locale()
    return locale.language if locale else "en"


@lru_cache(maxsize=4096)
def _date(day: date, language: str) -> str:
    return format_date(day, "d 'de' MMMM 'de' y" if language == "es" else "MMMM d, y", locale=language)


def date_words(day: date | None) -> str:
    """March 16, 2027 / 16 de marzo de 2027."""
    return _date(day, _language()) if day else ""


@lru_cache(maxsize=4096)
def _weekday(day: date, language: str) -> str:
    return format_date(day, "EEEE, d 'de' MMMM 'de' y" if language == "es" else "EEEE, MMMM d, y", locale=language)


def weekday_words(day: date) -> str:
    """Tuesday, March 9, 2027."""
    return _weekday(day, _language())


def month_words(day: date) -> str:
    """March 2027 / marzo de 2027."""
    return _pattern(day, "MMMM 'de' y" if _language() == "es" else "MMMM y", _language())


def month_name(day: date) -> str:
    """March / marzo."""
    return _pattern(day, "LLLL", _language())


def tile_words(moment: datetime, zone: str, *, whole: bool = False) -> tuple[str, str, str]:
    """Mar, 25, Thu (or Thursday): a day on a calendar in the zone, as its tile shows it."""
    day, spoken = moment.astimezone(ZoneInfo(zone)).date(), _language()
    return _pattern(day, "LLL", spoken), str(day.day), weekday_name(day, whole=whole)


def weekday_name(day: date, *, whole: bool = False) -> str:
    """Sun, or Sunday."""
    return _pattern(day, "cccc" if whole else "ccc", _language())


@lru_cache(maxsize=4096)
def _pattern(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def clock_words(moment: datetime, zone: str) -> str:
    """9:30, where there is no room for more."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02}"


def time_words(moment: datetime, zone: str) -> str:
    """9:30 AM, in the zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02} {halves()[local.hour >= 12]}"


def halves() -> tuple[str, str]:
    """What stands after a time before and after noon."""
    return ("a. m.", "p. m.") if _language() == "es" else ("AM", "PM")


def moment_words(moment: datetime, zone: str) -> str:
    """March 16, 2027, 9:30 AM."""
    return f"{date_words(moment.astimezone(ZoneInfo(zone)).date())}, {time_words(moment, zone)}"


def short_day(day: date) -> str:
    """Mon, Mar 8 / lun 8/3: a heading of a calendar."""
    return format_date(day, "EEE d/M" if _language() == "es" else "EEE, MMM d", locale=_language())


def day_words(moment: datetime, zone: str) -> str:
    """March 16, 2027: the day on a calendar in the zone."""
    return date_words(moment.astimezone(ZoneInfo(zone)).date())


def zone_words(zone: str) -> str:
    """Eastern Time / hora oriental: the name of a zone, as an office's time is marked with."""
    return get_timezone_name(ZoneInfo(zone), locale=_language())


_NORTH_AMERICAN = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")


def phone_words(number: str | None) -> str:
    """800-555-0166; a foreign number in the international way."""
    if not number:
        return ""
    if at_home := _NORTH_AMERICAN.fullmatch(number):  # nearly all of them; the library takes fifty times as long
        return "-".join(at_home.groups())
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code == 1:
        digits = phonenumbers.national_significant_number(parsed)
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def typed_date(day: date | None) -> str:
    """MM/DD/YYYY, as the form takes it."""
    return f"{day:%m/%d/%Y}" if day else ""


def size_words(size: int) -> str:
    """12 KB, 3 MB: how much there is to download."""
    kilobytes = max(size // 1024, 1)
    return f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.0f} MB"


ALL = {
    "date_words": date_words,
    "day_words": day_words,
    "short_day": short_day,
    "weekday_words": weekday_words,
    "month_words": month_words,
    "month_name": month_name,
    "tile_words": tile_words,
    "clock_words": clock_words,
    "time_words": time_words,
    "moment_words": moment_words,
    "zone_words": zone_words,
    "phone_words": phone_words,
    "typed_date": typed_date,
    "size_words": size_words,
}
