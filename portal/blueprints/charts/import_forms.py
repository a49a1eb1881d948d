from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice
from wtforms.validators import AnyOf

from portal.web.forms import Form, Needed
from portal.web.texts import lazy_gettext as _l

_CHOOSE = _l("Choose what to do with them.")


class UploadForm(Form):
    """One file."""

    file = FileField(_l("File"), [Needed(_l("Choose a file first. It ends in .csv."))])


class ConfirmForm(Form):
    """What to do with people who may have a chart already."""

    doubles = RadioField(
        _l("People who may have a chart already"),
        [Needed(_CHOOSE), AnyOf(("leave", "take"), message=_CHOOSE)],
        choices=[SelectChoice("leave", _l("Leave them out")), SelectChoice("take", _l("Create charts for them too"))],
        default="leave",
        validate_choice=False,
    )
