// What is typed is never lost: every form with data-draft is kept in this browser while it is written, and comes back
// after a crash, a new sign-in or a page that was left. It is thrown away when the box says that it was saved.
(function () {
  "use strict";
  var AFTER_MS = 2000;
  var KEEP_MS = 3 * 86400000;
  var PREFIX = "hotline-draft:" + document.body.dataset.user + ":";
  var LEFT_OUT = /^(csrf_token|token|version|draft|then|move|number|was_.*)$/;
  var timers = new WeakMap();

  function valuesOf(form) {
    var values = {};
    // Whoever reports in confidence is not kept in a browser that others sit at.
    var type = form.elements.type, privacy = form.elements.privacy;
    var isSecret = (type && type.value === "report") || (privacy && /^(confidential|anonymous)$/.test(privacy.value));
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || LEFT_OUT.test(field.name) || field.type === "password") return;
      if (isSecret && /^contact_/.test(field.name)) return;
      if (field.type === "radio" || field.type === "checkbox") { if (field.checked) values[field.name] = field.value; }
      else if (field.tagName !== "BUTTON") values[field.name] = field.value;
    });
    return values;
  }

  function keep(form) {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), values: valuesOf(form) }));
    form.dataset.kept = "yes";
  }

  function drop(name) {
    localStorage.removeItem(PREFIX + name);
  }

  function restore(form) {
    if (form.dataset.looked) return;
    form.dataset.looked = "yes";
    form.dataset.pristine = JSON.stringify(valuesOf(form));
    var text = localStorage.getItem(PREFIX + form.dataset.draft);
    var draft = text ? JSON.parse(text) : null;
    // What the box drew with an error beside it is newer than any draft.
    if (!draft || form.querySelector("[aria-invalid=true], .field-wrong") || Date.now() - draft.at > KEEP_MS) return;
    if (JSON.stringify(draft.values) === form.dataset.pristine) return drop(form.dataset.draft);
    Object.keys(draft.values).forEach(function (name) {
      var field = form.elements[name];
      if (!field) return;
      if (field instanceof RadioNodeList) field.value = draft.values[name];
      else if (field.type === "checkbox") field.checked = true;
      else field.value = draft.values[name];
    });
    var more = form.closest("details.more-one");
    if (more) { more.open = true; more.parentElement.open = true; }
    say(form);
  }

  function say(form) {
    var words = document.body.dataset;
    var note = document.createElement("p");
    var button = document.createElement("button");
    note.className = "draft-note";
    note.setAttribute("role", "status");
    note.append(words.wordsRestored);
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = words.wordsDiscard;
    button.addEventListener("click", function () {
      drop(form.dataset.draft);
      form.reset();
      note.remove();
    });
    note.append(button);
    form.prepend(note);
  }

  function start(root) {
    root.querySelectorAll("form[data-draft]").forEach(restore);
    if (root.matches && root.matches("[data-draft-done]")) drop(root.dataset.draftDone);
    root.querySelectorAll("[data-draft-done]").forEach(function (done) { drop(done.dataset.draftDone); });
  }

  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { keep(form); }, AFTER_MS));
  });
  // Sending keeps the draft too: the sign-in may be over. The page that says "saved" names it, and then it goes.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-draft]")) return;
    clearTimeout(timers.get(form));
    keep(form);
  });
  window.addEventListener("pagehide", function () {
    document.querySelectorAll("form[data-draft]").forEach(function (form) {
      if (form.dataset.pristine && JSON.stringify(valuesOf(form)) !== form.dataset.pristine && timers.get(form)) keep(form);
    });
  });

  if (document.body.dataset.sentDraft) drop(document.body.dataset.sentDraft);
  if (/[?&](sent|done)=/.test(location.search)) {
    var address = new URL(location.href);
    address.searchParams.delete("sent");
    address.searchParams.delete("done");
    history.replaceState(null, "", address.pathname + address.search + address.hash);
  }
  start(document.body);
  document.addEventListener("htmx:afterSettle", function (event) { start(event.detail.elt || document.body); });
  document.addEventListener("htmx:load", function (event) { start(event.detail.elt); });
})();
