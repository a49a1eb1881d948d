from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account, Person
from portal.domain.charts.models import Chart
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.enrollment.types import Code, Openness, Run, Way
from portal.domain.practices.models import Office
from portal.kernel import database, ledger


class _Openness(NamedTuple):
    adult_age: int | None
    time_zone: str | None


_theirs = aliased(Person, name="account_person")
_chart_s_account = aliased(Account, name="chart_account")
_CODE = (
    select(
        ActivationCode.id,
        ActivationCode.office_id,
        ActivationCode.chart_id,
        ActivationCode.account_id,
        ActivationCode.secret_hash,
        ActivationCode.expires_at,
        ActivationCode.used_at,
        ActivationCode.replaced_at,
        Office.name.label("office"),
        Office.phone.label("office_phone"),
        Office.enrolls_by_invitation,
        Chart.merged_into_id.is_not(None),
        Chart.birth_date,
        Office.adult_age,
        Office.time_zone,
    )
    .select_from(ActivationCode)
    .outerjoin(Office, Office.id == ActivationCode.office_id)
    .outerjoin(Chart, and_(Chart.office_id == ActivationCode.office_id, Chart.id == ActivationCode.chart_id))
)
_BY_SELECTOR = _CODE.where(ActivationCode.selector == bindparam("selector"))
_BY_LINK = _CODE.where(ActivationCode.link_hash == bindparam("link_hash"))
_RUN = (
    select(
        EnrollmentRun.id,
        EnrollmentRun.public_id,
        EnrollmentRun.way,
        EnrollmentRun.door,
        EnrollmentRun.begun_at,
        EnrollmentRun.expires_at,
        EnrollmentRun.known_at,
        EnrollmentRun.phone_proven_at,
        EnrollmentRun.phone_asked,
        EnrollmentRun.email,
        EnrollmentRun.email_asked_at,
        EnrollmentRun.email_proven_at,
        EnrollmentRun.username,
        EnrollmentRun.finished_at,
        EnrollmentRun.office_id,
        Office.name.label("office"),
        Office.phone.label("office_phone"),
        func.coalesce(Office.asks_postal_code, False).label("asks_postal_code"),
        EnrollmentRun.chart_id,
        EnrollmentRun.account_id,
        func.coalesce(Chart.given, _theirs.given, EnrollmentRun.given).label("given"),
        func.coalesce(Chart.family, _theirs.family, EnrollmentRun.family).label("family"),
        func.coalesce(Chart.birth_date, _theirs.birth_date, EnrollmentRun.birth_date).label("birth_date"),
        func.coalesce(Chart.phone_on_file, EnrollmentRun.phone).label("phone"),
        Chart.postal_code,
        Chart.email.label("email_on_file"),
        func.coalesce(Chart.language, _theirs.language, EnrollmentRun.language).label("language"),
        Office.time_zone,
        _theirs.birth_date.label("persons_birth_date"),
        Office.enrolls_by_invitation,
        EnrollmentRun.other_phone,
        Office.phone_match,
        EnrollmentRun.awaited_account_id,
        exists().where(_chart_s_account.person_id == Chart.person_id).label("has_account"),
    )
    .select_from(EnrollmentRun)
    .outerjoin(Office, Office.id == EnrollmentRun.office_id)
    .outerjoin(Chart, Chart.id == EnrollmentRun.chart_id)
    .outerjoin(Account, Account.id == EnrollmentRun.account_id)
    .outerjoin(_theirs, _theirs.id == Account.person_id)
    .where(EnrollmentRun.holder == bindparam("holder"), EnrollmentRun.expires_at > bindparam("now"))
)
_OPENLY = select(func.min(Office.adult_age).label("adult_age"), func.min(Office.time_zone).label("time_zone")).where(
    Office.enrolls_openly
)


def code_by_selector(selector: str) -> Code | None:
    """The code that begins so."""
    return database.read_one(Code, _BY_SELECTOR, selector=selector)


def code_by_link(link_hash: bytes) -> Code | None:
    """The code whose link carries the token with this hash."""
    return database.read_one(Code, _BY_LINK, link_hash=link_hash)


def run_of(holder: bytes, now: datetime) -> Run | None:
    """What is under way in this browser or kiosk; finished ones too, until their time is over."""
    found = database.read_one(Run, _RUN, holder=holder, now=now)
    return found and found._replace(way=Way(found.way), asks_postal_code=bool(found.asks_postal_code))


def taken_names(keys: list[str], run_id: int, now: datetime) -> set[str]:
    """Which of these user names belong to an account, or to somebody who is enrolling just now."""
    session = database.session()
    known = session.scalars(select(Account.username_key).where(Account.username_key.in_(keys)))
    others = (EnrollmentRun.id != run_id, EnrollmentRun.expires_at > now)
    chosen = session.scalars(select(EnrollmentRun.username_key).where(EnrollmentRun.username_key.in_(keys), *others))
    return {*known, *(name for name in chosen if name), *ledger.names_among(keys)}


def openness() -> Openness | None:
    """How people may register by themselves; None where no office takes them."""
    found = database.read_one(_Openness, _OPENLY)
    return Openness(found.adult_age, found.time_zone) if found and found.adult_age and found.time_zone else None
