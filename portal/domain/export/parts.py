"""What a copy is made of: every capability gives its part, from its own shelf. A new one adds its line here."""

from portal.domain.accounts import export as accounts
from portal.domain.address_book import export as address_book
from portal.domain.announcements import export as announcements
from portal.domain.appointments import export as appointments
from portal.domain.connections import export as connections
from portal.domain.enrollment import export as enrollment
from portal.domain.export import audit_log
from portal.domain.kiosks import export as kiosks
from portal.domain.messaging import export as messaging
from portal.domain.notifications import export as notifications
from portal.domain.sign_in import export as sign_in

#: In the order in which people read them.
PARTS = (
    accounts.PART,
    connections.PART,
    enrollment.PART,
    kiosks.PART,
    appointments.PART,
    messaging.PART,
    address_book.PART,
    announcements.PART,
    notifications.PART,
    sign_in.PART,
    audit_log.PART,
)
