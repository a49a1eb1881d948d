/* Pages work without this. */
(function (d) {
  var asked, on = addEventListener;
  function go(el) {
    if (el) {
      if (el.tabIndex < 0) { el.tabIndex = -1; }
      el.focus();
    }
  }
  function lost() { return asked && d.activeElement == d.body; }
  function id(name) { return d.getElementById(name); }
  on("pageshow", function (e) { if (e.persisted) { location.reload(); } });
  on("htmx:beforeRequest", function (e) {
    asked = e.detail.requestConfig.triggeringEvent;
    if (asked) { id("problem-region").textContent = ""; }
  });
  on("htmx:afterSettle", function (e) {
    var el = e.target, first = "[autofocus],#problem";
    if (el.id != "said") { go(el.matches(first) ? el : el.querySelector(first) || lost() && el); }
  });
  on("htmx:afterRequest", function () {
    setTimeout(function () { go(lost() && id("main")); }, 50);
  });
  on("htmx:xhr:progress", function (e) {
    var bar = e.target.querySelector("progress");
    if (bar) { bar.value = e.detail.loaded / e.detail.total; }
  });
  go(id("problem"));
})(document);
