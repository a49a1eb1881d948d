"""Conversations in every state, in both languages: some wait, one of them too long; some are answered, read, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from portal.commands.demo import files
from portal.commands.demo.world import World
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.messaging import rules
from portal.domain.messaging.models import Conversation, ConversationEvent, Message, ReadMark, SavedReply, StaffNote
from portal.domain.messaging.types import State
from portal.domain.practices.models import Provider
from portal.domain.viewer import Actor, Role
from portal.kernel import database

#: Who answers at each office: its clinician, and for the pool its front desk.
_WRITERS = {
    "L": (("imogen", Role.CLINICIAN), ("tamsin", Role.FRONT_DESK)),
    "R": (("casimir", Role.CLINICIAN), ("paloma", Role.FRONT_DESK)),
}


class _Talk(NamedTuple):
    """A conversation: with the pool?, subject, its state, hours ago and words of each message by turns, unread."""

    pool: bool
    subject: str
    state: State
    said: tuple[tuple[int, str], ...]
    unread: int = 0
    #: A file of each of these messages, by number.
    files: tuple[tuple[int, str], ...] = ()


_ENGLISH = (
    _Talk(
        False,
        "Refill for my blood pressure pills",
        State.ANSWERED,
        (
            (30, "Hello. I have 5 pills left. Can you send a refill to the drug store on Main Street?"),
            (
                4,
                "Good morning. I sent the refill this morning. It should be ready at noon.\n\nTake one each morning.",
            ),
        ),
        1,
    ),
    _Talk(
        False,
        "Question about my knee",
        State.WAITING,
        ((20, "My knee still hurts when I climb stairs. It is red here. Is ice fine?"),),
        files=((1, "knee.jpg"),),
    ),
    _Talk(
        True,
        "Copy of my flu shot record",
        State.CLOSED,
        (
            (1000, "Can I have a copy of my flu shot record for my job?"),
            (980, "Here it is. A printed one waits at the front desk."),
            (970, "Thank you!"),
        ),
        files=((2, "flu-shot.pdf"),),
    ),
)
_SPANISH = (
    _Talk(
        False,
        "Cita de mi mamá",
        State.ANSWERED,
        (
            (50, "Buenos días. ¿Debo venir en ayunas a la próxima visita?"),
            (26, "Sí, por favor: ocho horas sin comer. Puede tomar agua."),
        ),
        1,
    ),
    _Talk(True, "Dirección nueva", State.WAITING, ((200, "Me mudé. ¿Dónde les dejo mi nueva dirección?"),)),
)
_SHORT = (_Talk(True, "Parking", State.WAITING, ((7, "Is there parking behind the building?"),)),)


_SAVED = (
    (
        "Refill is ready",
        "Hello {patient},\n\nyour refill is ready. If you have questions, call us at {phone}.\n\n{office}",
        "Hola, {patient}:\n\nSu medicina está lista. Si tiene preguntas, llámenos al {phone}.\n\n{office}",
    ),
    (
        "Please book a visit",
        "Hello {patient}, {provider} would like to see you for this. Please ask for a visit.",
        None,
    ),
)


def add(world: World) -> None:
    """The first people of each office write; who reads Spanish, in Spanish."""
    for key, office in world.offices.items():
        for name, body, body_es in _SAVED:
            saved = {"office_id": office.id, "name": name, "body": body, "body_es": body_es}
            world.keep(SavedReply(public_id=world.uuid(), **saved))
        talks = 0
        for chart_id, person_id, provider_id in _writers(world, key):
            someone = next((one for one in world.people if one.person.id == person_id), None)
            if someone is None or someone.account is None or talks >= 6:
                continue
            spoken = _SPANISH if someone.person.language == "es" else _ENGLISH if not talks else _SHORT
            for talk in spoken:
                _add(world, key, chart_id, person_id, someone.account.id, None if talk.pool else provider_id, talk)
            talks += 1


def _writers(world: World, key: str) -> list[tuple[int, int, int]]:
    """(chart, person, provider who takes messages) of each connection, one for each chart."""
    found = database.session().execute(
        select(Connection.chart_id, Connection.person_id, Provider.id)
        .join(CareTeamMember, CareTeamMember.chart_id == Connection.chart_id)
        .join(Provider, Provider.id == CareTeamMember.provider_id)
        .where(
            Connection.office_id == world.offices[key].id,
            Connection.ended_at.is_(None),
            Provider.takes_messages,
            Provider.ended_at.is_(None),
        )
        .order_by(Connection.id, CareTeamMember.id)
    )
    first = {row[0]: (row[0], row[1], row[2]) for row in reversed(list(found))}
    return sorted(first.values())


def _add(
    world: World, key: str, chart_id: int, person_id: int, account_id: int, provider_id: int | None, talk: _Talk
) -> None:
    office, last = world.offices[key], talk.said[-1]
    first_at, last_at = (world.now - timedelta(hours=one[0]) for one in (talk.said[0], last))
    waits = talk.state is State.WAITING
    row = Conversation(
        public_id=world.uuid(),
        office_id=office.id,
        chart_id=chart_id,
        person_id=person_id,
        provider_id=provider_id,
        subject=talk.subject,
        state=talk.state,
        started_at=first_at,
        waiting_since=last_at if waits else None,
        due_at=last_at + timedelta(days=5) if waits else None,
        messages=len(talk.said),
        last_at=last_at,
        last_by="staff" if len(talk.said) % 2 == 0 else "patient",
        snippet=rules.snippet_of(last[1]),
    )
    world.keep(row)
    name, role = _WRITERS[key][talk.pool]
    staff_id = world.staff[name].id
    _say(world, row, talk, account_id, (staff_id, role))
    for number, file in talk.files:
        by = Actor("patient", account_id) if number % 2 else Actor("staff", staff_id)
        files.attach(world, row, number, by, file, world.now - timedelta(hours=talk.said[number - 1][0]))
    read = len(talk.said) - talk.unread
    _mark(world, row, "patient", account_id, read, talk.unread)
    if not waits:
        _mark(world, row, "staff", staff_id, len(talk.said), 0)
    if talk.state is State.CLOSED:
        _close(world, row, staff_id)
    if waits and not talk.pool:
        world.keep(_note(row, world.staff[_WRITERS[key][1][0]].id))


def _say(world: World, row: Conversation, talk: _Talk, account_id: int, staff: tuple[int, Role]) -> None:
    """The messages, by turns, the person's first."""
    for number, (hours, body) in enumerate(talk.said, 1):
        own = number % 2 == 1
        world.keep(
            Message(
                office_id=row.office_id,
                conversation_id=row.id,
                number=number,
                at=world.now - timedelta(hours=hours),
                by_kind="patient" if own else "staff",
                by_id=account_id if own else staff[0],
                by_role="patient" if own else staff[1],
                body=body,
            )
        )


def _mark(world: World, row: Conversation, kind: str, by_id: int, number: int, unread: int) -> None:
    mark = ReadMark(conversation_id=row.id, by_kind=kind, by_id=by_id, number=number, at=row.last_at, unread=unread)
    world.keep(mark)


def _note(row: Conversation, staff_id: int) -> StaffNote:
    """The front desk tells the clinician something."""
    body = "Called twice about this. The X-ray is in the chart now."
    note = {"office_id": row.office_id, "conversation_id": row.id, "staff_member_id": staff_id}
    return StaffNote(**note, at=row.last_at + timedelta(hours=2), body=body)


def _close(world: World, row: Conversation, staff_id: int) -> None:
    world.keep(
        ConversationEvent(
            office_id=row.office_id,
            conversation_id=row.id,
            at=row.last_at + timedelta(hours=1),
            deed="closed",
            by_kind="staff",
            by_id=staff_id,
        )
    )
