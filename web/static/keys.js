// Keys: an element says which with data-key; here it is pressed. Outside of fields only, never while an IME composes.
(function () {
  "use strict";
  var FIELDS = /^(INPUT|TEXTAREA|SELECT)$/;
  var NO_TEXT = /^(checkbox|radio|button|submit|reset)$/;

  function isTyping(element) {
    return element && ((FIELDS.test(element.tagName) && !NO_TEXT.test(element.type)) || element.isContentEditable);
  }

  function isSeen(element) {
    return element.getClientRects().length > 0 && !element.disabled;
  }

  function bearerOf(name) {
    var row = document.activeElement && document.activeElement.closest("[data-row]"); // a row's own keys come first
    var places = [row, "[data-rings]", document]; // and whoever rings comes before every other call
    var found = places.flatMap(function (place) {
      var around = typeof place === "string" ? Array.from(document.querySelectorAll(place)) : place ? [place] : [];
      return around.flatMap(function (each) { return Array.from(each.querySelectorAll("[data-key]")); });
    });
    for (var i = 0; i < found.length; i++) {
      if (found[i].dataset.key.split(" ").indexOf(name) >= 0 && isSeen(found[i])) return found[i];
    }
    return null;
  }

  function press(element) {
    // What sends a form gets the focus: one key without Enter must not tell a citizen anything.
    if (FIELDS.test(element.tagName) || element.dataset.saves) {
      element.focus();
      element.scrollIntoView({ block: "center" });
    } else {
      element.click();
    }
  }

  function step(way) {
    var rows = Array.prototype.filter.call(document.querySelectorAll("[data-row] .row-link, [data-row] .row-action"), isSeen);
    if (!rows.length) return;
    var at = rows.indexOf(document.activeElement);
    var next = rows[at < 0 ? (way > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + way))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function save(how) {
    var active = document.activeElement;
    var form = (active && active.closest("form")) || document.querySelector("form [data-saves]:not([disabled])")?.closest("form");
    if (!form) return false;
    var button = form.querySelector('[data-saves="' + how + '"]') || form.querySelector("[data-saves]");
    if (!button) return false;
    form.requestSubmit(button);
    return true;
  }

  function help() {
    var dialog = document.getElementById("keys-help");
    var link = document.querySelector('[data-key="?"]');
    if (!dialog || !link) return;
    if (dialog.open) return dialog.close();
    fetch(link.href).then(function (answer) { return answer.text(); }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      dialog.replaceChildren(page.getElementById("keys-table"));
      dialog.showModal();
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return; // Enter confirms a candidate of the IME
    var isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !event.altKey && !event.shiftKey) {
      if (event.key === "s" || event.key === "S") { if (save("stay")) event.preventDefault(); }
      else if (event.key === "Enter") { if (save("next")) event.preventDefault(); }
      return;
    }
    if (isCommand || event.altKey) return;
    if (/^F\d+$/.test(event.key)) {
      var wanted = bearerOf(event.key);
      if (wanted) { event.preventDefault(); press(wanted); }
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach(function (menu) { menu.open = false; });
      if (isTyping(document.activeElement)) document.activeElement.blur();
      return;
    }
    if (document.documentElement.dataset.keys === "off" || isTyping(event.target) || event.repeat && !/^[jk]$/i.test(event.key)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === "j" || event.key === "J") return step(1);
    if (event.key === "k" || event.key === "K") return step(-1);
    if (event.key === "?") return help();
    var bearer = event.key.length === 1 ? bearerOf(event.key.toUpperCase()) : null;
    if (bearer) { event.preventDefault(); press(bearer); }
    else if (/^c$/i.test(event.key) && focusNext()) event.preventDefault(); // a step that asks for something
  });

  // A step leads to the next one: what that asks for has the focus, or its panel, but no button that Enter would press.
  function focusNext() {
    var panel = document.getElementById("next");
    if (!panel) return false;
    var asked = Array.prototype.find.call(panel.querySelectorAll(".next .move select, .next .move textarea"), isSeen);
    panel.tabIndex = -1;
    (asked || panel).focus();
    return true;
  }

  // What was refused names its field: there is something to be done there first.
  function focusWrong(root) {
    var words = root.querySelector(".field-wrong");
    if (!words) return false;
    var place = words.closest("fieldset, .field, form");
    var field = words.id && document.getElementById(words.id.replace(/-wrong$/, "")) ||
      place && place.querySelector("input:not([type=hidden]), select, textarea");
    if (field) field.focus();
    return !!field;
  }

  if (!focusWrong(document.getElementById("main")) && location.hash === "#next") {
    window.addEventListener("load", function () { setTimeout(focusNext); }); // the browser first goes to #next itself
  }
  document.addEventListener("htmx:load", function (event) {
    if (event.detail.elt !== document.body) focusWrong(event.detail.elt);
  });

  // A menu closes when something else is clicked.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
    var copier = event.target.closest("[data-copies]");
    if (copier) {
      document.getElementById(copier.dataset.into).value = document.getElementById(copier.dataset.copies).textContent.trim();
    }
  });
})();
