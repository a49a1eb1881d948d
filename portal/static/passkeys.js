/* Asks the device for a passkey; sends its answer. */
(function (d) {
  var form = d.querySelector("[data-passkey]");
  function raw(t) {
    return Uint8Array.from(atob(t.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt());
  }
  function text(b) {
    return btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_");
  }
  form.onsubmit = async function (e) {
    var a, k, o = JSON.parse(form.dataset.passkey), r = {};
    e.preventDefault();
    try {
      o.challenge = raw(o.challenge);
      if (o.user) { o.user.id = raw(o.user.id); }
      (o.excludeCredentials || []).map(c => c.id = raw(c.id));
      a = await navigator.credentials[o.user ? "create" : "get"]({publicKey: o});
      for (k in a.response) { if ((a.response[k] || r).byteLength) { r[k] = text(a.response[k]); } }
      form.credential.value = JSON.stringify({id: a.id, rawId: a.id, type: a.type, response: r});
      form.submit();
    } catch (x) { d.querySelector("#no").hidden = 0; }
  };
})(document);
