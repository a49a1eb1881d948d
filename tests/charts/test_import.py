"""Import charts from a CSV file: read and told first, done when somebody says so."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from portal.domain.audit.models import AuditSubject
from portal.domain.audit.queries import chain_of
from portal.domain.charts import retention
from portal.domain.charts.models import Chart, ChartImport
from portal.kernel import clock, database
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.people import staff_of

HEAD = "Chart number,First name,Last name,Date of birth,Phone,Email,ZIP code"
GOOD = "L-1,Odell,Thackeray,02/03/1949,800-555-0111,odell@example.com,97000"


def home(who):
    return f"/office/{who.place}/charts/import/"


def upload(made, who, text, status=200):
    data = text if isinstance(text, bytes) else text.encode()
    return made.submit(made.get(home(who)), "main form", status, file=(BytesIO(data), "list.csv"))


def charts():
    with database.writing() as session:
        session.expire_all()
        return session.scalars(select(Chart).order_by(Chart.id)).all()


def told(page, part):
    return {
        line.cssselect("h3")[0].text_content().strip(): " ".join(line.cssselect("p")[0].text_content().split())
        for line in page.css(f"section[aria-labelledby={part}-h] li")
    }


def sums(page):
    return [number.text for number in page.css(".sums b")]


def test_a_list_becomes_charts(browser, front_desk):
    made = browser(front_desk)
    second = ",Núñez,Lucía,1990-07-01,,,\n"
    report = upload(made, front_desk, f"{HEAD}\n{GOOD}\n{second}")
    assert sums(report) == ["2", "0", "0"] and not charts(), "nothing is created before somebody says so"
    done = made.submit(report, "#confirm form")
    assert "2 charts were created." in done
    first, other = charts()
    assert (first.number, first.family, first.birth_date) == ("L-1", "Thackeray", date(1949, 2, 3))
    assert (first.phone_on_file, first.email, first.postal_code) == ("+18005550111", "odell@example.com", "97000")
    assert other.number.isdigit() and other.name_key == "lucia  nunez"
    assert {row.office_id for row in charts()} == {front_desk.office_id}
    entry = next(one for one in chain_of("staff", front_desk.staff_id) if one.event == "charts.imported")
    with database.writing() as session:
        shown = set(session.scalars(select(AuditSubject.subject).where(AuditSubject.about == entry.about)))
    assert shown == {first.public_id, other.public_id}
    history = made.get(f"/office/{front_desk.place}/charts/{first.public_id}/changes")
    assert "Chart imported from a list" in history


@pytest.mark.parametrize(
    "line,words",
    [
        ("L-1,,Thackeray,02/03/1949,,,", "First name is missing."),
        ("L-1,Odell,Thackeray,,,,", "Date of birth is missing."),
        ("L-1,Odell,Thackeray,31/12/1949,,,", "“31/12/1949” is no date of birth."),
        ("L-1,Odell,Thackeray,02/03/2199,,,", "still to come"),
        ("L-1,Odell,Thackeray,02/03/1949,12,,", "“12” is no phone number"),
        ("L-1,Odell,Thackeray,02/03/1949,800-555-0111 x12,,", "is no phone number"),
        ("L-1,Odell,Thackeray,02/03/1949,,odell@,", "“odell@” is no email address."),
        ("L-1,Odell,Thackeray,02/03/1949,,,9", "“9” is no ZIP code."),
        ("L-1,Odell,Thackeray, Jr.,02/03/1949,800-555-0111,,97000", "It has 8 cells, but there are 7 columns."),
        ("L-1,Odell,Thackeray,02/03/1949,,,97000,extra", "It has 8 cells"),
        (f"L-1,{'x' * 81},Thackeray,02/03/1949,,,", "First name has more than 80 letters."),
        ("L-1,=HYPERLINK(0),Thackeray,02/03/1949,,,", "First name begins like a formula"),
        ("L-1,@Odell,Thackeray,02/03/1949,,,", "First name begins like a formula"),
        ("L-1,Od\u202eell,Thackeray,02/03/1949,,,", "First name has signs that cannot be shown."),
        ('L-1,"Odell,Thackeray,02/03/1949', "A quotation mark opens on this line"),
        ("L-1", "First name is missing. Last name is missing. Date of birth is missing."),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_go_on(browser, front_desk, line, words):
    made = browser(front_desk)
    other = "L-2,Jonas,Pemberly,11/02/1983,,,"
    page = upload(made, front_desk, f"{HEAD}\n{other}\n\n{line}\n")
    assert sums(page) == ["1", "0", "1"]
    assert list(told(page, "bad")) == ["Line 4"] and words in told(page, "bad")["Line 4"]
    made.submit(page, "#confirm form")
    assert [row.number for row in charts()] == ["L-2"]


@pytest.mark.parametrize(
    "data,words",
    [
        (b"", "There are no lines"),
        (HEAD.encode(), "There are no lines"),
        (b"PK\x03\x04" + b"x" * 400, "choose Save As"),
        (b"\x00\x01\x02", "not a text file"),
        (b"Name,Day\nOdell,1949", "These columns are missing: First name, Last name, Date of birth."),
        (b"First name,Last name,DOB\n" + b"Odell,Thackeray,02/03/1949\n" * 10_001, "more than 10000 lines"),
        (bytes(range(1, 256)) * 40, "These columns are missing"),
    ],
)
def test_what_is_no_list_says_what_to_do(browser, front_desk, data, words):
    page = upload(browser(front_desk), front_desk, data, 422)
    assert words in page.one("#file-e").text_content() and not charts()


def test_without_a_file(browser, front_desk):
    made = browser(front_desk)
    assert "Choose a file first." in made.submit(made.get(home(front_desk)), "main form", 422)


def test_columns_go_by_many_names_in_any_order(browser, front_desk):
    made = browser(front_desk)
    text = "DOB;Apellido;MRN;Shoe size;given name;idioma;St;Zip\r\n"
    text += "1949-02-03 00:00:00;Thackeray;7;44;Odell;Español;oregon;2138\r\n"
    page = upload(made, front_desk, b"\xef\xbb\xbf" + text.encode())
    assert "These columns are left aside: Shoe size" in page
    made.submit(page, "#confirm form")
    (chart,) = charts()
    assert (chart.number, chart.language, chart.state, chart.postal_code) == ("7", "es", "OR", "02138")


def test_people_who_are_there_already(browser, front_desk):
    there = a_chart(front_desk.office_id, "Odel", "Thackeray")
    made = browser(front_desk)
    text = f"{HEAD}\n{GOOD}\nL-2,Jonas,Pemberly,11/02/1983,,,\nL-3,Jonas,Pemberley,11/02/1983,,,\n"
    page = upload(made, front_desk, text)
    assert sums(page) == ["3", "2", "0"]
    assert set(told(page, "doubles")) == {"Line 2: Thackeray, Odell", "Line 4: Pemberley, Jonas"}
    assert told(page, "doubles")["Line 4: Pemberley, Jonas"] == "Also on line 3"
    assert page.css("#lines a")[0].get("href").endswith(f"{there.public_id}/")
    made.submit(page, "#confirm form")
    assert [row.number for row in charts()][1:] == ["L-2"]


def test_or_they_are_other_people(browser, front_desk):
    a_chart(front_desk.office_id)
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\n")
    assert made.submit(page, "#confirm form", 422, doubles="maybe")
    made.submit(page, "#confirm form", doubles="take")
    assert len(charts()) == 2


def test_numbers_that_are_taken(browser, front_desk):
    a_chart(front_desk.office_id, "Jonas", "Pemberly", number="L-1", phone_on_file=None, birth_date=date(1983, 11, 2))
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\nL-5,A,B,1/1/2001,,,\nL-5,C,D,1/1/2002,,,\n")
    assert set(told(page, "bad")) == {"Line 2", "Line 4"}


def test_a_number_that_is_taken_meanwhile(browser, front_desk):
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\n")
    a_chart(front_desk.office_id, "Jonas", "Pemberly", number="L-1", phone_on_file=None)
    assert "0 charts were created." in made.submit(page, "#confirm form")


def test_confirmed_once(browser, front_desk, administrator):
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\n")
    other = browser(administrator)
    same = other.get(page.url)
    for _ in range(3):
        made.submit(page, "#confirm form")
    assert "This list was taken in already." in other.submit(same, "#confirm form", 409)
    assert len(charts()) == 1


def test_bad_lines_can_be_downloaded_fixed_and_sent_again(browser, front_desk):
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\nL-1,=1+1,Thackeray,02/03/1949,+1 800 555 0111,,\n")
    answer = made._send("get", page.css("#lines a")[0].get("href"))
    text = answer.get_data().decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert text.splitlines()[0].startswith("Line,What to fix,Chart number,First name")
    assert ",'=1+1," in text and ",'+1 800" in text
    fixed = upload(made, front_desk, text.replace("'=1+1", "Odell"))
    assert sums(fixed) == ["1", "0", "0"]


def test_the_template_reads_back(browser, front_desk):
    made = browser(front_desk)
    answer = made._send("get", f"{home(front_desk)}template.csv")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv")
    assert sums(upload(made, front_desk, answer.get_data())) == ["1", "0", "0"]


def test_it_lapses_after_a_day(browser, front_desk):
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\n")
    for hours, left in ((23, 1), (25, 0)):
        with database.writing() as session:
            retention.forget_imports(clock.now() + timedelta(hours=hours))
            assert len(session.scalars(select(ChartImport)).all()) == left
    made.get(page.url, 404)


def test_nothing_of_it_lies_open(browser, front_desk):
    upload(browser(front_desk), front_desk, f"{HEAD}\n{GOOD}\n")
    with database.writing() as session:
        (row,) = session.scalars(select(ChartImport))
        assert b"Thackeray" not in row.content


def test_another_offices_list_does_not_exist(browser, front_desk):
    made = browser(front_desk)
    page = upload(made, front_desk, f"{HEAD}\n{GOOD}\n")
    other = staff_of(practices.an_office("Harbor Point Medical"), "administrator")
    url = page.url.replace(front_desk.place, other.place)
    for path in (url, f"{url}bad.csv"):
        browser(other).get(path, 404)
    form = page.form("#confirm form")
    form.set("action", url)
    foe = browser(other)
    token = foe.get(home(other)).css("input[name=csrf_token]")[0].get("value")
    foe.submit(form, status=404, csrf_token=token)
    assert not charts()


@pytest.mark.parametrize("role", ["clinician", "billing"])
def test_other_roles_have_no_import(browser, office, role):
    member = staff_of(office, role)
    browser(member).get(home(member), 404)
    assert "Import charts" not in browser(member).get(f"/office/{member.place}/charts/")


def test_names_of_before_there_was_a_search_are_followed(app, office):
    made = a_chart(office.id)
    with database.writing() as session:
        session.execute(Chart.__table__.update().values(name_key="", given_key=""))
    with database.writing():
        assert retention.follow_names(clock.now()) == 1
    with database.writing() as session:
        session.expire_all()
        assert session.get_one(Chart, made.id).name_key == "thackeray  odell"
        assert retention.follow_names(clock.now()) == 0


def test_ten_thousand_lines(browser, front_desk):
    """A whole practice in one file: some seconds, and a report that a page can hold."""
    lines = [f"N{n},Given{n % 997},Family{n % 1999},{n % 12 + 1}/{n % 28 + 1}/{1930 + n % 90},,," for n in range(9_990)]
    lines += ["", "broken", *("x,,,,,," for _ in range(8))]
    made = browser(front_desk)
    page = upload(made, front_desk, "\n".join([HEAD, *lines]))
    assert sums(page)[0] == "9990" and sums(page)[2] == "9"
    assert len(page.source) < 60_000
    made.submit(page, "#confirm form", doubles="take")
    assert len(charts()) == 9_990


def test_a_list_as_large_as_may_be_and_one_that_is_larger(browser, front_desk):
    made = browser(front_desk)
    padded = f"{HEAD}\n{GOOD}\n" + "\n" * 11_000_000
    assert sums(upload(made, front_desk, padded)) == ["1", "0", "0"]
    upload(made, front_desk, padded + "\n" * 2_000_000, 413)
