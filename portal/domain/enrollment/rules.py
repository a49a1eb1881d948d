"""Who may enroll, with which code, and what comes next: pure. The figures are SECURITY A15-A17."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

from portal.domain.enrollment.types import Code, Enrollee, Joiner, Run, State, Step, Way
from portal.domain.sign_in.rules import Limit
from portal.kernel.refusal import Refusal

#: Signs of an activation code: 4 find it, 13 (65 bits) prove it; shown in groups.
SELECTOR, VERIFIER = 4, 13
GROUPS = (4, 4, 4, 5)
LONGEST_LIFE = timedelta(days=90)
#: How long an enrollment may take in a browser; at a kiosk, and from staff's sending it there to its first step.
WEB_LASTS, KIOSK_LASTS, KIOSK_BEGINS = timedelta(minutes=60), timedelta(minutes=15), timedelta(minutes=10)
#: An invitation that nobody has used is told on Today when it ends within this.
SOON = timedelta(days=14)
#: How long the last page can still be opened.
TOLD_FOR = timedelta(minutes=10)
#: Codes typed from one place; from everywhere together: an alert, never a denial (A16).
GUESSES, EVERYBODYS_GUESSES = Limit(most=10, window=timedelta(hours=1)), Limit(most=50, window=timedelta(hours=1))
#: Answers to the questions of one chart or account.
ANSWERS = (Limit(most=5, window=timedelta(minutes=15)), Limit(most=10, window=timedelta(days=1)))
#: User names tried in one enrollment, and from one place: whether one is taken is told (A7).
NAMES, NAMES_FROM = Limit(most=20, window=timedelta(hours=1)), Limit(most=60, window=timedelta(hours=1))
#: Registrations begun from one place.
REGISTRATIONS = Limit(most=10, window=timedelta(hours=1))
NAME_LEAST, NAME_MOST, SUGGESTED = 4, 30, 3
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SPOKEN = str.maketrans("OIL", "011")
_SIGNS = re.compile(r"[0-9A-HJKMNP-TV-Z]+")
_OLDEST = 130

STEPS: dict[Way, tuple[Step, ...]] = {
    Way.INVITED: (Step.WHO, Step.PHONE, Step.LOGIN, Step.EMAIL),
    Way.IN_PERSON: (Step.WHO, Step.PHONE, Step.LOGIN, Step.EMAIL),
    Way.OPEN: (Step.EMAIL, Step.PHONE, Step.LOGIN),
    Way.JOINING: (Step.WHO, Step.PHONE),
    Way.ACTIVATING: (Step.WHO,),
}


def parts_of(typed: str) -> tuple[str, str] | None:
    """A typed code as its two parts; None where it can be no code. Spaces, dashes and look-alikes are forgiven."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_SPOKEN)
    if len(plain) != SELECTOR + VERIFIER or not _SIGNS.fullmatch(plain):
        return None
    return plain[:SELECTOR], plain[SELECTOR:]


def in_groups(code: str) -> str:
    """A code as it is shown: 0123-4567-89AB-CDEFG."""
    groups, place = [], 0
    for length in GROUPS:
        groups.append(code[place : place + length])
        place += length
    return "-".join(groups)


def state_of(used_at: datetime | None, replaced_at: datetime | None, expires_at: datetime, now: datetime) -> State:
    """What became of a code by now."""
    if used_at is not None:
        return State.USED
    if replaced_at is not None:
        return State.REPLACED
    return State.EXPIRED if now >= expires_at else State.MADE


def why_not_open(code: Code, now: datetime) -> Refusal | None:
    """Whether a right code still opens something; else what to do and whom to ask, by where it came from."""
    state = state_of(code.used_at, code.replaced_at, code.expires_at, now)
    asks = {"office": code.office, "phone": code.office_phone}
    if state is State.MADE:
        return _why_not_by_invitation(code.office, code.office_phone, code.by_invitation) or _why_not_theirs(code, now)
    if state is State.USED:
        return Refusal("activation_used", **asks)
    return Refusal("activation_replaced" if state is State.REPLACED else "activation_expired", **asks)


def _why_not_theirs(code: Code, now: datetime) -> Refusal | None:
    """Whether the chart is still one, of somebody who has an account of their own by now."""
    asks = {"office": code.office, "phone": code.office_phone}
    if code.merged:
        return Refusal("activation_merged", **asks)
    if code.birth_date is None or code.adult_age is None or code.time_zone is None:
        return None
    today = now.astimezone(ZoneInfo(code.time_zone)).date()
    grown = age_on(today, code.birth_date) >= code.adult_age
    return None if grown else Refusal("activation_of_child", age=code.adult_age, **asks)


def why_not_finish(run: Run) -> Refusal | None:
    """Whether all is proven, and the office still takes people in this way."""
    if next_step(run) is not Step.FINISH:
        return Refusal("step_comes_later")
    if run.other_phone and (refusal := why_not_other_phone(run)):
        return refusal
    invited = run.way in (Way.INVITED, Way.JOINING) and run.by == "web"
    return _why_not_by_invitation(run.office, run.office_phone, run.by_invitation) if invited else None


def _why_not_by_invitation(office: str | None, phone: str | None, by_invitation: bool | None) -> Refusal | None:
    """An office that enrolls in person only takes nobody by a code that it sent before."""
    return Refusal("in_person_only", office=office, phone=phone) if office and not by_invitation else None


def life_of(code_days: int) -> timedelta:
    """How long a code works: as the office sets, 90 days at most."""
    return min(timedelta(days=max(code_days, 1)), LONGEST_LIFE)


def next_step(run: Run) -> Step:
    """The first step that is not proven yet."""
    proven = {
        Step.WHO: run.known_at is not None,
        Step.EMAIL: run.email_proven_at is not None,
        Step.PHONE: run.phone_proven_at is not None,
        Step.LOGIN: run.username is not None,
    }
    return next((step for step in STEPS[run.way] if not proven[step]), Step.FINISH)


def why_not_step(run: Run, step: Step) -> Refusal | None:
    """Whether this is the step that is due (or one behind, sent twice): no step can be jumped over."""
    if next_step(run) is step:
        return None
    return Refusal("step_is_done") if is_behind(run, step) else Refusal("step_comes_later")


def is_behind(run: Run, step: Step) -> bool:
    """Whether a step was proven before."""
    order, due = STEPS[run.way], next_step(run)
    return step in order and (due is Step.FINISH or order.index(step) < order.index(due))


def why_not_known(run: Run, birth_date: date, postal_code: str | None) -> Refusal | None:
    """Whether the answers are the chart's. One reason for all: it does not tell which answer was wrong."""
    right = birth_date == run.birth_date
    if run.wants_postal_code:
        right = _five(postal_code) == _five(run.postal_code) and right
    if not right:
        return Refusal("not_matching", office=run.office, phone=run.office_phone)
    if run.way is Way.JOINING and run.persons_birth_date != run.birth_date:
        return Refusal("invitation_of_another", office=run.office, phone=run.office_phone)
    return None


def why_not_call(run: Run) -> Refusal | None:
    """Whether there is a phone that a code can go to."""
    return None if run.phone else Refusal("no_phone", office=run.office, phone=run.office_phone)


def why_not_other_phone(run: Run) -> Refusal | None:
    """Whether the code may go to another phone than the one on file: never from home, and at a kiosk, where staff have
    looked at the papers, only if the office lets it (R9)."""
    if run.by == "kiosk" and run.phone_match is False:
        return None
    return Refusal("phone_on_file_only", office=run.office, phone=run.office_phone)


def why_not_new_account(run: Run) -> Refusal | None:
    """Whether a new account is made: nobody gets a second one."""
    return Refusal("account_is_there", office=run.office, phone=run.office_phone) if run.has_account else None


def why_not_join_here(run: Run) -> Refusal | None:
    """Whether the password of an account is taken here: at a kiosk alone, to which staff sent the enrollment."""
    fits = run.way is Way.IN_PERSON and run.by == "kiosk"
    return None if fits else Refusal("step_comes_later")


def why_not_joiner(run: Run, joiner: Joiner) -> Refusal | None:
    """Whether the chart can join an account whose owner has signed in."""
    if joiner.state != "active":
        return Refusal("account_not_active")
    return None if joiner.birth_date == run.birth_date else Refusal("account_of_another")


def why_not_named(username: str) -> Refusal | None:
    """Whether this can be a user name: plain letters and numbers, so that no two look alike."""
    name = username.strip()
    if not NAME_LEAST <= len(name) <= NAME_MOST:
        return Refusal("username_length", least=NAME_LEAST, most=NAME_MOST)
    return None if _NAME.fullmatch(name) else Refusal("username_signs")


def candidates(username: str, given: str, family: str) -> list[str]:
    """User names like the one that is taken, best first; none tells a birth date."""
    stem = username.strip().casefold()[: NAME_MOST - 3]
    plain = [re.sub(r"[^a-z0-9]", "", normalize("NFKD", name).casefold()) for name in (given, family)]
    named = [f"{plain[0]}.{plain[1]}", f"{plain[1]}.{plain[0]}", f"{plain[0][:1]}.{plain[1]}"]
    made = [*named, *(f"{stem}{number}" for number in (2, 7, 11, 24, 38, 52, 77, 93))]
    return [name for name in made if why_not_named(name) is None]


def suggestions(made: Iterable[str], taken: Collection[str]) -> list[str]:
    """The best that nobody has."""
    return [name for name in made if name not in taken][:SUGGESTED]


def age_on(day: date, birth_date: date) -> int:
    """How old somebody is on a day, in years; below 0 before their birth."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def why_not_register(birth_date: date, today: date, adult_age: int) -> Refusal | None:
    """Adults only: a child gets into the portal through a parent."""
    age = age_on(today, birth_date)
    if not 0 <= age <= _OLDEST:
        return Refusal("birth_date_impossible")
    return None if age >= adult_age else Refusal("adults_only", age=adult_age)


def why_not_invite(who: Enrollee, *, by_invitation: bool, email: str | None, channel: str) -> Refusal | None:
    """Whether an office can invite the person of a chart by email or letter."""
    if not by_invitation:
        return Refusal("not_by_invitation")
    return why_not_enroll(who) or (Refusal("no_email_on_file") if channel == "email" and not email else None)


def why_not_in_person(who: Enrollee, *, in_person: bool) -> Refusal | None:
    """Whether an office can enroll the person of a chart at its counter."""
    return why_not_enroll(who) if in_person else Refusal("not_in_person")


def why_not_enroll(who: Enrollee) -> Refusal | None:
    """Whether the person of a chart can be enrolled at all. A child's record is opened through a grown-up (SHR-4)."""
    if who.connected:
        return Refusal("enrolled_before")
    if age_on(who.today, who.birth_date) < who.adult_age:
        return Refusal("chart_of_child", age=who.adult_age)
    return None if who.phone else Refusal("no_phone_on_file")


def _five(postal_code: str | None) -> str:
    return "".join(sign for sign in postal_code or "" if sign.isdigit())[:5]
