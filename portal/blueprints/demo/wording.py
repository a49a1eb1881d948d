"""Words of the demonstration: what people there are."""

from __future__ import annotations

from portal.web.texts import lazy_gettext as _l

ROLES = {
    "patient": _l("Patients"),
    "front_desk": _l("Front desk"),
    "clinician": _l("Clinician"),
    "billing": _l("Billing"),
    "administrator": _l("Office administrator"),
    "operator": _l("Operator"),
}
