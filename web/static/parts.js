// The living parts of a page: data-news says which news concern a part, data-fresh where it is drawn anew. The box
// draws the same part whole without any of this.
//
// A part is fetched once at a time: news that comes meanwhile makes one more fetch afterwards, never none, so what
// stands there in the end was drawn after the last news. A part in which somebody types waits until they are done; one
// with data-keeps never waits (a second call must show itself): what stands in its [data-keep] is put back by id.
(function () {
  "use strict";
  var SOON_MS = 150; // one text message is several pieces of news
  var AT_ONCE = /^(ring|call|all)$/;
  var WRITES = /^(INPUT|TEXTAREA|SELECT)$/;
  var fetched = {}; // id of a part -> "once" or "again"
  var soon = {};
  var isHeldBack = false; // news came for a part in which somebody types
  var kept = null; // of a part with data-keeps that is being exchanged
  var underWay = []; // forms whose answer goes into such a part and has not come yet
  var marked = null; // the link that had the focus in a part that is being exchanged

  document.body.addEventListener("news", function (event) {
    var word = event.detail;
    if (AT_ONCE.test(word.kind)) return freshen(word.kind);
    [word.kind, word.kind + "-" + word.id].forEach(function (kind) {
      if (soon[kind]) return;
      soon[kind] = setTimeout(function () {
        delete soon[kind];
        freshen(kind);
      }, SOON_MS);
    });
  });

  function freshen(kind) {
    document.querySelectorAll("[data-news]").forEach(function (part) {
      if (kind === "all" || part.dataset.news.split(" ").indexOf(kind) >= 0) draw(part);
    });
  }

  function draw(part) {
    var id = part.id;
    if (fetched[id]) {
      fetched[id] = "again";
      return;
    }
    fetched[id] = "once";
    htmx.ajax("GET", part.dataset.fresh, { source: part, target: part, swap: "outerHTML" }).then(ended, ended);

    function ended() {
      var isOwed = fetched[id] === "again";
      var now = document.getElementById(id);
      delete fetched[id];
      sayOf(now);
      if (isOwed && now) draw(now);
    }
  }

  // What a part has to say is said once, politely, when it has changed.
  function sayOf(part) {
    var said = part && part.dataset.say ? document.getElementById(part.id + "-say") : null;
    if (said && said.textContent !== part.dataset.say) said.textContent = part.dataset.say;
  }

  function isFreshening(event) {
    return event.detail.requestConfig && event.detail.requestConfig.elt === event.detail.target;
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.detail.target;
    var active = document.activeElement;
    marked = kept = null;
    if (part && part.dataset && part.dataset.keeps !== undefined) {
      kept = keep(part);
      return;
    }
    if (!part || !active || !part.contains(active) || part === active) return;
    if (isFreshening(event) && WRITES.test(active.tagName)) {
      event.detail.shouldSwap = false;
      isHeldBack = true;
      return;
    }
    marked = active.getAttribute("href");
  });
  document.addEventListener("focusout", function () {
    if (!isHeldBack) return;
    isHeldBack = false;
    setTimeout(freshen, 300, "all"); // a click on a button of the part comes first
  });

  function keep(part) {
    var active = document.activeElement;
    var things = Array.prototype.map.call(part.querySelectorAll("[data-keep][id]"), function (thing) {
      return { id: thing.id, isOpen: thing.open, isChecked: thing.checked, value: thing.value, said: thing.textContent };
    });
    var isInside = active && active.id && part.contains(active);
    var focus = isInside ? { id: active.id, start: active.selectionStart, end: active.selectionEnd } : null;
    return { part: part.id, things: things, focus: focus };
  }

  function putBack(thing) {
    var now = document.getElementById(thing.id);
    if (!now) return;
    if (now.tagName === "DETAILS") now.open = thing.isOpen;
    else if (now.tagName === "OUTPUT") now.textContent = now.textContent.trim() || thing.said;
    else if (now.type === "radio") now.checked = thing.isChecked;
    else now.value = thing.value;
  }

  document.addEventListener("htmx:afterSwap", function () {
    if (!kept) return;
    var was = kept;
    kept = null;
    was.things.forEach(putBack);
    var focused = was.focus && document.getElementById(was.focus.id);
    if (focused) {
      focused.focus({ preventScroll: true });
      if (typeof was.focus.start === "number") focused.setSelectionRange(was.focus.start, was.focus.end);
    }
    // htmx gives an answer only to what stands in the page: a form that was sent and then replaced waits there, empty.
    var part = document.getElementById(was.part);
    underWay.forEach(function (form) {
      if (!part || form.isConnected) return;
      form.replaceChildren();
      form.hidden = true;
      part.appendChild(form);
    });
  });

  // What goes off with a form empties its field at once, for what is typed next; what was refused comes back. The answer
  // to a deed may be older than news that came before it: the part is fetched once more afterwards.
  document.addEventListener("htmx:beforeSend", function (event) {
    var form = event.detail.elt;
    var part = event.detail.target;
    if (!part || !part.dataset || part.dataset.keeps === undefined || isFreshening(event)) return;
    var field = form.querySelector("[data-empties]");
    var sent = field ? field.value : "";
    if (field) {
      field.value = "";
      field.focus();
    }
    underWay.push(form);
    event.detail.xhr.addEventListener("loadend", function () {
      underWay.splice(underWay.indexOf(form), 1);
      var now = field && document.getElementById(field.id);
      if (now && !now.value && (this.status < 200 || this.status > 299)) now.value = sent;
      var fresh = document.getElementById(part.id);
      if (fresh) draw(fresh);
    });
  });
  document.addEventListener("input", function (event) {
    var output = event.target.id && document.querySelector('output[for="' + event.target.id + '"]');
    if (output) output.textContent = "";
  });

  // The row that was marked is marked again.
  document.addEventListener("htmx:afterSettle", function () {
    if (!marked || document.activeElement !== document.body) return;
    var again = Array.prototype.find.call(document.querySelectorAll("a[href]"), function (link) {
      return link.getAttribute("href") === marked && link.classList.contains("row-link");
    });
    if (again) again.focus({ preventScroll: true });
    marked = null;
  });

  // Stop-watches: the box wrote how long it had been; from then on only the time that passes here counts.
  setInterval(function () {
    document.querySelectorAll(".timer[data-since]").forEach(function (timer) {
      if (timer.dataset.startedAt === undefined) {
        var parts = timer.textContent.trim().split(":").map(Number).reverse();
        timer.dataset.startedAt = String(Date.now() - 1000 * (parts[0] + 60 * (parts[1] || 0) + 3600 * (parts[2] || 0)));
      }
      var seconds = Math.max(0, Math.round((Date.now() - Number(timer.dataset.startedAt)) / 1000));
      var minutes = Math.floor(seconds / 60);
      var text = String(seconds % 60).padStart(2, "0");
      timer.textContent = minutes < 60 ? minutes + ":" + text : Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0") + ":" + text;
    });
  }, 1000);
})();
