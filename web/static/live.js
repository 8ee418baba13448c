// News from the box for every open tab of this browser, over one stream: the leader tab holds it, the others listen.
// News is thin (kind and id). Each becomes an event "news" on <body>; parts.js fetches anew what it concerns.
(function () {
  "use strict";
  var QUIET_MS = Number(document.body.dataset.quietMs); // the box beats every few seconds: silent for longer means lost
  var LEADER_KEY = "hotline-leader";
  var LEADER_MS = 6000;
  var SIGNED_OUT_MS = 15000;
  var AGAIN_MS = 3000;
  var KINDS = ["ring", "call", "message", "ticket", "line", "reminder", "beat"];
  var me = String(Math.random()).slice(2);
  var channel = window.BroadcastChannel ? new BroadcastChannel("hotline") : null;
  var heardAt = Date.now();
  var told = Number(document.body.dataset.told || 0); // pieces of news before this page was drawn, and since
  var source = null;

  function tell(word) {
    take(word);
    if (channel) channel.postMessage(word);
    else localStorage.setItem("hotline-news", JSON.stringify({ word: word, at: Date.now(), from: me }));
  }

  function take(word) {
    if (word.kind === "signed-out") return show("signed-out", true);
    heardAt = Date.now();
    show("lost", false);
    if (word.kind !== "beat") {
      told += 1;
      return fire(word);
    }
    if (word.told === told) return;
    told = word.told;
    fire({ kind: "all", id: 0 }); // something was missed, and a missed word costs nothing: look at everything again
  }

  function fire(word) {
    document.body.dispatchEvent(new CustomEvent("news", { detail: word }));
  }

  function show(id, isShown) {
    var bar = document.getElementById(id);
    if (bar && bar.hidden === isShown) bar.hidden = !isShown;
  }

  function lead() {
    if (source) return;
    source = new EventSource("/events");
    KINDS.forEach(function (kind) {
      source.addEventListener(kind, function (news) { tell(JSON.parse(news.data)); });
    });
    source.onerror = function () {
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source.close();
      source = null;
      ask().then(
        function (answer) {
          if (answer.status === 401) tell({ kind: "signed-out" });
          setTimeout(lead, answer.status === 401 ? SIGNED_OUT_MS : AGAIN_MS);
        },
        function () { setTimeout(lead, AGAIN_MS); }
      );
    };
  }

  function ask() {
    return fetch("/session", { headers: { Accept: "application/json" } });
  }

  setInterval(function () {
    if (Date.now() - heardAt > QUIET_MS) show("lost", true);
  }, Math.min(2000, QUIET_MS / 3));

  if (channel) channel.onmessage = function (message) { take(message.data); };
  window.addEventListener("storage", function (change) {
    if (change.key !== "hotline-news" || !change.newValue || channel) return;
    var news = JSON.parse(change.newValue);
    if (news.from !== me) take(news.word);
  });

  // One stream per browser. Over plain HTTP in a LAN there are no locks: then the tab that last wrote its name leads.
  if (navigator.locks) {
    navigator.locks.request("hotline-stream", function () {
      lead();
      return new Promise(function () {}); // held until this tab closes; then the next one leads
    });
  } else {
    var claim = function () {
      var last = JSON.parse(localStorage.getItem(LEADER_KEY) || "{}");
      var isFree = !last.at || Date.now() - last.at > LEADER_MS || last.who === me;
      if (!isFree) {
        if (source) { source.close(); source = null; }
        return;
      }
      localStorage.setItem(LEADER_KEY, JSON.stringify({ who: me, at: Date.now() }));
      lead();
    };
    window.addEventListener("pagehide", function () {
      var last = JSON.parse(localStorage.getItem(LEADER_KEY) || "{}");
      if (last.who === me) localStorage.removeItem(LEADER_KEY);
    });
    setTimeout(claim, Math.random() * 300);
    setInterval(claim, LEADER_MS / 3);
  }
  window.addEventListener("pagehide", function () {
    if (source) source.close(); // the box has a thread less to hold
  });

  // After signing in again in another tab: fresh form tokens here, and every word typed stays where it is.
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    ask().then(function (answer) {
      show("signed-out", answer.status === 401);
      if (!answer.ok) return;
      answer.json().then(function (session) {
        document.querySelectorAll("input[name=csrf_token]").forEach(function (input) { input.value = session.csrf_token; });
      });
    }, function () {});
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status === 401) show("signed-out", true);
  });
})();
