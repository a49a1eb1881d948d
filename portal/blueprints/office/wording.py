from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.domain.viewer import Role

ROLES = {
    Role.FRONT_DESK: _l("front desk"),
    Role.CLINICIAN: _l("clinician"),
    Role.BILLING: _l("billing"),
    Role.ADMINISTRATOR: _l("office administrator"),
    Role.OPERATOR: _l("operator"),
}
CHANNELS = {"email": _l("Email"), "sms": _l("Text message"), "voice": _l("Phone call")}
