// News from the box for every open tab of this browser, over one stream: the leader tab holds it, the others listen.
// News is thin (kind and id); each becomes an event on <body>, and htmx fetches the fragment that waits for it.
(function () {
  "use strict";
  var QUIET_MS = Number(document.body.dataset.quietMs); // the box beats every few seconds: silent for longer means lost
  var LEADER_KEY = "hotline-leader";
  var LEADER_MS = 6000;
  var KINDS = ["ring", "call", "message", "ticket", "line", "reminder", "beat"];
  var me = String(Math.random()).slice(2);
  var channel = window.BroadcastChannel ? new BroadcastChannel("hotline") : null;
  var heardAt = Date.now();
  var wasLost = false;
  var told = Number(document.body.dataset.told || 0); // pieces of news before this page was drawn, and since
  var source = null;
  var isStale = false; // news came for a fragment that somebody was typing in

  function tell(word) {
    take(word);
    if (channel) channel.postMessage(word);
    else localStorage.setItem("hotline-news", JSON.stringify({ word: word, at: Date.now(), from: me }));
  }

  function take(word) {
    if (word.kind === "signed-out") return showSignedOut(true);
    if (word.kind === "lost") return showLost(true);
    heardAt = Date.now();
    if (wasLost) {
      wasLost = false;
      showLost(false);
    }
    if (word.kind === "beat") {
      if (word.told === told) return;
      told = word.told;
      fire("news-all", { kind: "all", id: 0 }); // a missed word costs nothing: look at everything again
      return;
    }
    told += 1;
    fire("news-" + word.kind, word);
    if (word.kind === "ticket") fire(word.id ? "news-ticket-" + word.id : "news-ticket-0", word);
  }

  // News that comes while a fragment is being fetched waits for it: the fetched piece takes the asking one's place,
  // and htmx forgets what the old one had in its queue.
  var underWay = 0;
  var waiting = new Map();

  function fire(name, detail) {
    if (underWay > 0) waiting.set(name, detail);
    else document.body.dispatchEvent(new CustomEvent(name, { detail: detail }));
  }

  function isOfNews(event) {
    var cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    return Boolean(cause) && /^news-/.test(cause.type);
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (isOfNews(event)) underWay += 1;
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!isOfNews(event)) return;
    underWay -= 1;
    if (underWay > 0) return;
    var held = Array.from(waiting);
    waiting.clear();
    held.forEach(function (news) { fire(news[0], news[1]); });
  });

  function showLost(isLost) {
    if (isLost) wasLost = true;
    var bar = document.getElementById("lost");
    if (bar) bar.hidden = !isLost;
  }

  function showSignedOut(isOut) {
    var bar = document.getElementById("signed-out");
    if (bar) bar.hidden = !isOut;
  }

  function lead() {
    if (source) return;
    source = new EventSource("/events");
    KINDS.forEach(function (kind) {
      source.addEventListener(kind, function (news) {
        tell(JSON.parse(news.data));
      });
    });
    source.onerror = function () {
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source.close();
      source = null;
      fetch("/session", { headers: { Accept: "application/json" } }).then(
        function (answer) {
          if (answer.status === 401) tell({ kind: "signed-out" });
          setTimeout(lead, answer.status === 401 ? 15000 : 3000);
        },
        function () { setTimeout(lead, 3000); }
      );
    };
  }

  setInterval(function () {
    if (Date.now() - heardAt > QUIET_MS) showLost(true);
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
    fetch("/session", { headers: { Accept: "application/json" } }).then(function (answer) {
      showSignedOut(answer.status === 401);
      if (!answer.ok) return;
      answer.json().then(function (session) {
        document.querySelectorAll("input[name=csrf_token]").forEach(function (input) { input.value = session.csrf_token; });
      });
    }, function () {});
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status === 401) showSignedOut(true);
  });

  // A fragment in which somebody is typing or choosing is not replaced under their hands.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var target = event.detail.target;
    var active = document.activeElement;
    var isNews = event.detail.requestConfig && event.detail.requestConfig.verb === "get";
    if (isNews && target && active && target !== active && target.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName)) {
      event.detail.shouldSwap = false;
      isStale = true;
    }
  });
  document.addEventListener("focusout", function () {
    if (!isStale) return;
    isStale = false;
    setTimeout(function () { fire("news-all", { kind: "all", id: 0 }); }, 300); // a click on a button of it comes first
  });

  // Focus survives the exchange of a fragment: the row that was marked is marked again.
  var focused = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var active = document.activeElement;
    focused = event.detail.target && active && event.detail.target.contains(active) ? active.getAttribute("href") : null;
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (!focused) return;
    var again = document.querySelector('a[href="' + CSS.escape(focused).replace(/\\\//g, "/") + '"]');
    if (again && document.activeElement === document.body) again.focus({ preventScroll: true });
    focused = null;
  });

  // Stop-watches: one clock for all of them. The page was drawn with the box's time; only the difference counts here.
  setInterval(function () {
    document.querySelectorAll(".timer[data-since]").forEach(function (timer) {
      if (timer.dataset.shownAt === undefined) {
        var parts = timer.textContent.trim().split(":").map(Number).reverse();
        timer.dataset.shownAt = String(Date.now() - 1000 * (parts[0] + 60 * (parts[1] || 0) + 3600 * (parts[2] || 0)));
      }
      var seconds = Math.max(0, Math.round((Date.now() - Number(timer.dataset.shownAt)) / 1000));
      var minutes = Math.floor(seconds / 60);
      var text = String(seconds % 60).padStart(2, "0");
      timer.textContent = minutes >= 60 ? Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0") + ":" + text : minutes + ":" + text;
    });
  }, 1000);
})();
