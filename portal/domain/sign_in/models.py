from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id

_ONE_OWNER = "(account_id is null) <> (staff_member_id is null)"


class SignInSession(Base):
    """A signed-in browser. Only the SHA-256 of its 256-bit token is kept (SECURITY A18).

    `awaiting_code`: the password was right, the authenticator code is still to come; such a session opens no door.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint(_ONE_OWNER, name="one_owner"),
        Index("ix_sign_in_session_account_id", "account_id", "ended_at"),
        Index("ix_sign_in_session_staff_member_id", "staff_member_id", "ended_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    awaiting_code: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(60))


class KnownDevice(Base):
    """A browser that somebody signed in with before: it has throttles of its own (A6). It is not a login."""

    __tablename__ = "known_device"
    __table_args__ = (
        CheckConstraint(_ONE_OWNER, name="one_owner"),
        Index("ix_known_device_token_hash", "token_hash"),
        Index("ix_known_device_account_id", "account_id"),
        Index("ix_known_device_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    device: Mapped[str] = mapped_column(String(60), default="-")
    seen_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class Throttle(Base):
    """How often something was tried lately. `key` is a keyed hash: it tells neither name nor address."""

    __tablename__ = "throttle"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
    touched_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeCode(Base):
    """A code that was sent by text, call or email. A new one takes the old one's place: one row for each asking.

    `subject` names what it is about ("account:12"), `asker` is the SHA-256 of the browser's token: nobody else can use
    it. `code_hash` is a keyed hash; the code itself is kept nowhere (SECURITY A9, A11).
    """

    __tablename__ = "one_time_code"

    purpose: Mapped[str] = mapped_column(String(24), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    asker: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the ten codes to print, in place of the authenticator app. A slow hash is kept; the ten share its salt."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = key()
    account_id: Mapped[int] = mapped_column(BIG, ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(160))
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair whose private half never leaves a person's device (WebAuthn): it signs in by itself.

    `public_key` is in COSE form; `sign_count` is what the device counted at the last use, 0 where it counts nothing.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    account_id: Mapped[int] = mapped_column(BIG, ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BIG)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """32 random bytes that a device is to sign, for one browser (`asker` as in OneTimeCode); gone when it is used.

    `name`: what the new passkey is to be called, empty where one is to sign in.
    """

    __tablename__ = "passkey_challenge"

    asker: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(index=True)


class ContactChange(Base):
    """A new email or phone of an account: asked for by one session (`asker`), proven with a code, and then undoable.

    `new` and `old` are sealed under the account's data key; `old` is empty where there was none. `undo_hash` is the
    SHA-256 of the token in the link that the old address gets.
    """

    __tablename__ = "contact_change"
    __table_args__ = (
        CheckConstraint("kind in ('email','phone')", name="kind"),
        Index("ix_contact_change_account_id", "account_id", "kind"),
    )

    id: Mapped[int] = key()
    account_id: Mapped[int] = mapped_column(BIG, ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(5))
    asker: Mapped[bytes] = mapped_column(LargeBinary(32))
    new: Mapped[bytes] = mapped_column(LargeBinary)
    old: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    undo_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    undone_at: Mapped[datetime | None]


class ParkedForm(Base):
    """What somebody had typed when their session ended: sealed, for that person only, 24 hours."""

    __tablename__ = "parked_form"
    __table_args__ = (
        CheckConstraint(_ONE_OWNER, name="one_owner"),
        Index("ix_parked_form_account_id", "account_id"),
        Index("ix_parked_form_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    parked_at: Mapped[datetime] = mapped_column(index=True)
    offered_at: Mapped[datetime | None]
    form: Mapped[bytes] = mapped_column(LargeBinary)
