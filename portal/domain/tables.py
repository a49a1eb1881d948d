"""Every stored thing, so that foreign keys and migrations know them all. A new models.py is added here."""

from portal.domain.accounts import models as accounts
from portal.domain.address_book import models as address_book
from portal.domain.announcements import models as announcements
from portal.domain.appointments import check_in_models as check_in
from portal.domain.appointments import models as appointments
from portal.domain.appointments import question_models as questions
from portal.domain.appointments import reminder_models as reminders
from portal.domain.appointments import waiting_models as waiting
from portal.domain.audit import models as audit
from portal.domain.charts import models as charts
from portal.domain.connections import models as connections
from portal.domain.enrollment import models as enrollment
from portal.domain.export import models as export
from portal.domain.files import models as files
from portal.domain.kiosks import models as kiosks
from portal.domain.messaging import models as messaging
from portal.domain.notifications import models as notifications
from portal.domain.outbox import models as outbox
from portal.domain.practices import models as practices
from portal.domain.recovery import models as recovery
from portal.domain.sign_in import models as sign_in

ALL = (
    accounts,
    address_book,
    announcements,
    appointments,
    audit,
    charts,
    check_in,
    connections,
    enrollment,
    export,
    files,
    kiosks,
    messaging,
    notifications,
    outbox,
    practices,
    questions,
    recovery,
    reminders,
    sign_in,
    waiting,
)
