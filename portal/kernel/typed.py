"""Dates, phone numbers, email addresses and ZIP codes as people type them, in forms and in files."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_DATES = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%m.%d.%Y")
_YEARS = range(1900, 2200)
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?")
#: Not IS_POSSIBLE_LOCAL_ONLY: seven digits reach nobody from elsewhere.
_WHOLE = phonenumbers.ValidationResult.IS_POSSIBLE


class BadPhone(ValueError):
    """A phone number that nobody can call, or one with an extension, which no text message reaches."""

    def __init__(self, *, has_extension: bool) -> None:
        super().__init__("phone")
        self.has_extension = has_extension


def uuid_of(text: str | None) -> UUID | None:
    """An outer id as addresses and hidden fields carry it; None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def date_of(text: str) -> date | None:
    """The date that is written as MM/DD/YYYY or as YYYY-MM-DD; None for anything else."""
    for pattern in _DATES:
        try:
            found = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        return found if found.year in _YEARS else None
    return None


def phone_of(text: str) -> str:
    """E.164 (+18005550166); without a country code it is a number of the United States.

    Raises:
        BadPhone: nobody can call it, or it has an extension.
    """
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or phonenumbers.is_possible_number_with_reason(number) != _WHOLE:
        raise BadPhone(has_extension=False)
    if number.extension:
        raise BadPhone(has_extension=True)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email_of(text: str) -> str | None:
    """The address in its normal form; None where it can not be one. Nobody is asked whether it is there."""
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError:
        return None


def zip_code_of(text: str) -> str | None:
    """12345 or 12345-6789 as the post office writes it; None for anything else."""
    found = _ZIP.fullmatch(text)
    return "-".join(part for part in found.groups() if part) if found else None
