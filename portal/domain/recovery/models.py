from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base, key


class PasswordReset(Base):
    """Somebody at one browser on the way to a new password: for which username, and how far.

    `asker` is the SHA-256 of the browser's token. The row alone says whose password it is, whatever else a request says
    (SECURITY R3). `username` is what was typed, sealed: people type other things there too.
    `second_channel`: by which a second code was asked for, by somebody who lost their second step (A12).
    """

    __tablename__ = "password_reset"
    __table_args__ = (CheckConstraint("channel in ('email','sms','voice')", name="channel"),)

    id: Mapped[int] = key()
    asker: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    username: Mapped[bytes] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    proven_at: Mapped[datetime | None]
    second_channel: Mapped[str | None] = mapped_column(String(8))
    second_proven_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
