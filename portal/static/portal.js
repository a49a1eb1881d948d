/* Pages work without this. It keeps focus in place when htmx swaps, and reloads
   what the browser kept. */
(function (d) {
  var asked;
  function go(el) {
    if (el) {
      if (el.tabIndex < 0) { el.tabIndex = -1; }
      el.focus();
    }
  }
  function lost() { return asked && d.activeElement == d.body; }
  function id(name) { return d.getElementById(name); }
  addEventListener("pageshow", function (e) { if (e.persisted) { location.reload(); } });
  addEventListener("htmx:beforeRequest", function (e) {
    asked = e.detail.requestConfig.triggeringEvent;
    if (asked) { id("problem-region").textContent = ""; }
  });
  addEventListener("htmx:afterSettle", function (e) {
    var el = e.target, first = "[autofocus],#problem";
    if (el.id != "said") { go(el.matches(first) ? el : el.querySelector(first) || lost() && el); }
  });
  addEventListener("htmx:afterRequest", function () {
    setTimeout(function () { go(lost() && id("main")); }, 50);
  });
  go(id("problem"));
})(document);
