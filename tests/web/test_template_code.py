"""What templates call is called straight: the same text comes out as Jinja's own compiler makes."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.exceptions import UndefinedError

from portal.web import templates
from portal.web.template_code import StraightCalls

MACROS = """
{% macro row(title, url=None, words="-") %}<li>{{ title }}|{{ url }}|{{ words }}</li>{% endmacro %}
{% macro box(kind) %}<p class="{{ kind }}">{% if caller is defined %}{{ caller() }}{% endif %}</p>{% endmacro %}
{% macro pair(one) %}{{ row(one) }}{{ row(one, words="two") }}{% endmacro %}
{% macro rest() %}{{ varargs|join("+") }}{{ kwargs.more }}{% endmacro %}
"""
PAGE = '{% import "macros.html" as macros %}'


def both(source: str, **values: object) -> str:
    """The text, which has to be the same with Jinja's own compiler and with ours."""
    made = []
    for generator in (Environment.code_generator_class, StraightCalls):
        environment = Environment(
            loader=DictLoader({"macros.html": MACROS, "page.html": PAGE + source}),
            autoescape=lambda name: name is None or not name.endswith(".txt"),
            undefined=StrictUndefined,
        )
        environment.code_generator_class = generator
        made.append(environment.get_template("page.html").render(values))
    assert made[0] == made[1]
    return made[0]


@pytest.mark.parametrize(
    "call",
    [
        'macros.row("a")',
        'macros.row("a", "/u", "w")',
        'macros.row("a", words="w")',
        'macros.row(url="/u", title="a")',
        'macros.pair("a")',
        'macros.rest("a", "b", more="c")',
        'macros.box("k")',
        "said()",
        'macros.row(*["a", "b"])',
        'macros.row("a", **{"words": "w"})',
    ],
)
def test_a_call_says_what_it_says_with_jinja(call: str) -> None:
    assert both("{{" + call + "}}", said=lambda: "said & done")


def test_what_a_macro_is_given_is_escaped_once() -> None:
    assert "&lt;b&gt;|None" in both("{{ macros.row(title) }}", title="<b>")
    assert "&amp;lt;" not in both("{{ macros.pair(title) }}", title="<b>")


def test_a_caller_is_called_where_there_is_one() -> None:
    told = both('{% for one in "ab" %}{% call macros.box("k") %}<i>{{ one }}</i>{% endcall %}{% endfor %}')
    assert told == '<p class="k"><i>a</i></p><p class="k"><i>b</i></p>'


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("{{ macros.row() }}", UndefinedError),
        ('{{ macros.row("a", colour="red") }}', TypeError),
        ("{{ macros.missing() }}", UndefinedError),
        ("{{ nobody() }}", UndefinedError),
    ],
)
def test_a_wrong_call_is_an_error(source: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        both(source)


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_nothing_that_templates_call_asks_for_jinjas_context(language: str) -> None:
    tools = {**templates.environment(language).globals}
    assert not [name for name, tool in tools.items() if hasattr(tool, "jinja_pass_arg")]
