"""People, their accounts and addresses. Each call is one committed transaction and gives back plain values."""

from __future__ import annotations

import os
from datetime import date
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from portal.domain.accounts.models import Account, Address, Person
from portal.kernel import clock, database, passwords, secrets

_numbers = count(1)


class NewAccount(NamedTuple):
    """What a test needs to sign somebody in."""

    account_id: int
    username: str
    password: str


def a_person(
    given: str = "Maribel",
    family: str = "Oakhurst",
    birth_date: date = date(1958, 5, 14),
    language: str = "en",
    time_zone: str = "America/New_York",
    **more: Any,
) -> int:
    """A person; `more` are further columns (preferred, marital_status). Their inner id."""
    with database.writing() as session:
        person = Person(
            given=given, family=family, birth_date=birth_date, language=language, time_zone=time_zone, **more
        )
        session.add(person)
        session.flush()
        return person.id


def an_account(
    person_id: int, username: str | None = None, password: str = "four plain words here", **more: Any
) -> NewAccount:
    """An account to sign in with; without a user name it gets one of its own."""
    name = username or f"person{next(_numbers)}.{secrets.random_token()[:6].lower()}"
    name_key = name.strip().casefold()
    values = {"email": f"{name_key}@example.com", "phone": None, "created_at": clock.now()} | more
    sealed = secrets.seal("accounts", os.urandom(32), f"patient:{name_key}")
    with database.writing() as session:
        account = Account(
            person_id=person_id,
            username=name,
            username_key=name_key,
            data_key=sealed,
            password_hash=passwords.hash_password(password),
            **values,
        )
        session.add(account)
        session.flush()
        return NewAccount(account.id, name, password)


def an_address(person_id: int, label: str = "Home", is_default: bool = True, **more: Any) -> UUID:
    """An address, the default one unless said otherwise. Its outer id."""
    values: dict[str, Any] = {
        "line1": "27 Thistle Lane",
        "line2": None,
        "city": "Larkfield",
        "state": "OR",
        "postal_code": "97000",
    }
    with database.writing() as session:
        address = Address(person_id=person_id, label=label, is_default=is_default, **(values | more))
        session.add(address)
        session.flush()
        return address.public_id
