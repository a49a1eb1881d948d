"""Whoever looks at what is offered, without a browser."""

from __future__ import annotations

from uuid import uuid4

from portal.domain.viewer import Head, Viewer
from portal.kernel import clock
from tests.people import Patient


def viewer_of(patient: Patient, language: str = "en") -> Viewer:
    """The patient, signed in."""
    moment, zone = clock.now(), "America/New_York"
    head = Head(0, b"")
    return Viewer(patient.actor, 0, patient.person_id, uuid4(), "", language, zone, None, head, moment, moment)
