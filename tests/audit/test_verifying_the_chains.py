"""P6: one row is changed, deleted, inserted, moved, or the end is cut off; the verifier names the first bad row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from portal.domain.audit import queries, rules, sealing, verification
from portal.domain.audit.actions import append, record_list
from portal.domain.audit.models import AuditEntry, AuditSubject
from portal.domain.audit.verification import Bad
from portal.domain.viewer import Actor, Head, Role, StaffViewer
from portal.kernel import clock, database

CHAIN = ("person", 7)
LENGTH = 6


@pytest.fixture
def seals(app: Flask, tmp_path: Path) -> Path:
    """Two chains, sealed."""
    with database.writing():
        for number in range(LENGTH):
            append(f"thing.done{number}", chain=CHAIN, actor=Actor("patient", 3))
            append("thing.done", chain=("staff", 2), actor=Actor("staff", 2))
    folder = tmp_path / "seals"
    sealing.seal_all(folder, clock.now())
    return folder


def row(seq: int) -> tuple:
    return (AuditEntry.chain == CHAIN[0], AuditEntry.subject_id == CHAIN[1], AuditEntry.seq == seq)


def move(session, seq: int, to: int) -> None:
    session.execute(update(AuditEntry).where(*row(seq)).values(seq=to))


def change(session):
    session.execute(update(AuditEntry).where(*row(3)).values(event="thing.undone"))


def delete_one(session):
    session.execute(delete(AuditEntry).where(*row(3)))


def insert_one(session):
    for seq in range(LENGTH, 2, -1):
        move(session, seq, seq + 1)
    forged = queries.chain_of(*CHAIN)[0]._replace(seq=3, hash=b"\1" * 32)
    session.execute(insert(AuditEntry).values(**forged._asdict()))


def reorder(session):
    move(session, 3, 99)
    move(session, 4, 3)
    move(session, 99, 4)


def truncate(session):
    session.execute(delete(AuditEntry).where(AuditEntry.subject_id == CHAIN[1], AuditEntry.seq >= 3))


DEEDS = [(change, "broken"), (delete_one, "broken"), (insert_one, "broken"), (reorder, "broken"), (truncate, "missing")]


def test_what_nobody_touched_is_whole(seals):
    verdict = verification.verify(seals)
    assert verdict.is_whole
    assert (verdict.chains, verdict.links) == (2, 2 * LENGTH)


@pytest.mark.parametrize("deed,why", DEEDS, ids=[deed.__name__ for deed, _ in DEEDS])
def test_the_first_bad_row_is_named(seals, deed, why):
    with database.writing() as session:
        deed(session)
    assert verification.verify(seals).bad == [Bad(*CHAIN, 3, why)]


def test_a_chain_that_was_computed_anew_is_not_the_sealed_one(seals):
    entries, before = queries.chain_of(*CHAIN), b""
    with database.writing() as session:
        for entry in entries:
            forged = rules.link(entry._replace(event="thing.forged"), before)
            before = forged.hash
            session.execute(update(AuditEntry).where(*row(entry.seq)).values(event=forged.event, hash=forged.hash))
    assert verification.verify(seals).bad == [Bad(*CHAIN, LENGTH, "resealed")]


def test_a_chain_that_is_gone_is_missed(seals):
    with database.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.chain == CHAIN[0]))
    assert verification.verify(seals).bad == [Bad(*CHAIN, 1, "missing")]


def test_rows_written_after_the_seal_are_fine(seals):
    with database.writing():
        append("thing.done", chain=CHAIN, actor=Actor("patient", 3))
        append("thing.begun", chain=("person", 8), actor=Actor("patient", 4))
    assert verification.verify(seals).is_whole


def altered(seals: Path, change) -> None:
    path = max(seals.glob("*.json"))
    body = json.loads(path.read_text())
    change(body)
    path.chmod(0o600)
    path.write_text(json.dumps(body))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["heads"].update({"person:7": [2, "00" * 32]}),
        lambda body: body.update(root="00" * 32),
        lambda body: body.update(at="2020-01-01T00:00:00+00:00"),
        lambda body: body.pop("heads"),
    ],
    ids=["heads", "root", "time", "no heads"],
)
def test_a_seal_that_was_altered_is_named(seals, change):
    altered(seals, change)
    verdict = verification.verify(seals)
    assert not verdict.is_whole
    assert max(seals.glob("*.json")).stem in verdict.seal_wrong


def test_a_seal_that_was_taken_away_is_missed(seals):
    first = min(seals.glob("*.json"))
    sealing.seal_all(seals, clock.now())
    sealing.seal_all(seals, clock.now())
    first.unlink()
    assert "does not follow" in verification.verify(seals).seal_wrong


def test_a_seal_is_private_and_never_overwritten(seals):
    path = max(seals.glob("*.json"))
    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(FileExistsError):
        sealing.seal_all(seals, sealing.last_seal(seals).at)


def test_the_root_can_be_checked_with_a_few_hashes():
    """As RFC 6962, 2.1: the tree over 3 leaves is the node over (the node over 1 and 2) and 3."""
    heads = {("person", n): Head(n, bytes([n]) * 32) for n in (1, 2, 3)}
    one, two, three = (sealing.root_of({chain: head}) for chain, head in heads.items())
    node = lambda left, right: sealing.sha256(b"\1" + left + right).digest()  # noqa: E731
    assert sealing.root_of(heads) == node(node(one, two), three)


LOOK = StaffViewer(
    Actor("staff", 2), 1, "Ann Clerk", "en", Role.FRONT_DESK, None, None, None, "America/New_York",
    Head(0, b""), datetime(2027, 3, 16, tzinfo=UTC), datetime(2027, 3, 16, tzinfo=UTC),
)  # fmt: skip
SEEN = {uuid4(): 5, uuid4(): None}


def hide_one(session):
    session.execute(delete(AuditSubject).where(AuditSubject.subject == min(SEEN, key=str)))


def hide_all(session):
    session.execute(delete(AuditSubject))


def accuse(session):
    about = session.scalar(select(AuditSubject.about).limit(1))
    session.execute(insert(AuditSubject).values(about=about, subject=uuid4(), person_id=7))


@pytest.mark.parametrize("forge", [hide_one, hide_all, accuse])
def test_whom_a_list_showed_can_not_be_changed(seals, forge):
    with database.writing():
        record_list("charts.searched", by=LOOK, subjects=SEEN, section="charts")
    assert verification.verify(seals).is_whole
    with database.writing() as session:
        forge(session)
    assert verification.verify(seals).bad == [Bad("staff", 2, LENGTH + 1, "others")]
