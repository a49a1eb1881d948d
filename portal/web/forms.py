"""What all forms share. Tokens stand in the markup (components/forms.html); the door checks them for every post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import Length, StopValidation, ValidationError

from portal.kernel import typed
from portal.web import parked
from portal.web.filters import phone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

#: What HTML calls a parse error in text: controls (but tab and line feed) and noncharacters.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str | None) -> str | None:
    """What was typed, without spaces around it and without control characters; None when nothing is left."""
    return _CONTROL.sub("", text).strip() or None if text else None


class Form(FlaskForm):
    """The base of all forms. A form opened by `?kept=1` shows what was typed before the session ended."""

    class Meta(FlaskForm.Meta):
        """No token field of its own: the door has checked the one in the request."""

        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            given = super().wrap_formdata(form, formdata)
            return parked.fields_of_this_page() if given is None else given

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if _is_words(unbound_field.field_class):
                filters.insert(0, clean)
            return unbound_field.bind(form=form, filters=filters, **options)

    def values(self, *leave_out: str) -> dict[str, Any]:
        """What was typed, by field name."""
        return {name: value for name, value in self.data.items() if name not in leave_out}


def _is_words(kind: type[Field]) -> bool:
    """Whether a field is cleaned. A password is taken to the letter (ASVS 6.2.8), and a date is none."""
    return issubclass(kind, StringField) and not issubclass(kind, PasswordField | DateField)


class Needed:
    """Something must be typed. The words say what, never that something is "required"."""

    field_flags = {"required": True}

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is None or field.data == [] or (isinstance(field.data, str) and not field.data.strip()):
            if field.errors:
                raise StopValidation()
            raise StopValidation(str(self.words))


class OrNothing:
    """An empty field is fine; nothing else is asked of it then."""

    field_flags = {"optional": True}

    def __call__(self, form: Any, field: Field) -> None:
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation()


def at_most(length: int) -> Length:
    """A limit on what fits into the column, told in words and to the browser."""
    return Length(max=length, message=_l("Please use %(n)s letters or fewer.", n=length))


class PhoneField(StringField):
    """A phone number as people write it; `data` is E.164 (+18005550166). What was typed is shown again as typed."""

    data: Any

    def _value(self) -> str:
        return clean(self.raw_data[0]) or "" if self.raw_data else phone_words(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = clean(valuelist[0]) if valuelist else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and not validation_stopped:
            self.data = read_phone(self.data)


def read_phone(text: str) -> str:
    """E.164. Raises ValidationError with what to type instead."""
    try:
        return typed.phone_of(text)
    except typed.BadPhone as bad:
        if bad.has_extension:
            raise ValidationError(_("Type the phone number without the extension.")) from bad
        raise ValidationError(_("Phone number needs 10 digits, like 800-555-0166.")) from bad


class DateField(StringField):
    """A date typed as MM/DD/YYYY; `data` is a date. `example`: how one is typed, for the words beside the field."""

    example = "03/16/2027"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%m/%d/%Y}" if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else None
        self.data = None
        if text:
            self.data = typed.date_of(text)
            if self.data is None:
                raise ValueError(_("Type the date as month, day and year, like %(example)s.", example=self.example))


class BirthDateField(DateField):
    """The day on which somebody was born."""

    example = "03/25/1961"


class EmailField(StringField):
    """An email address; `data` is in its normal form. What was typed is shown again as typed."""

    data: Any

    def _value(self) -> str:
        return clean(self.raw_data[0]) or "" if self.raw_data else self.data or ""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or validation_stopped:
            return
        address = typed.email_of(self.data)
        if address is None:
            raise ValidationError(_("Check the email address. It looks like name@example.com."))
        self.data = address
