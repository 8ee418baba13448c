// A call: sound, title, what a screen reader says, and the forms beside the page. Nothing here takes the focus from
// a field somebody types in.
(function () {
  "use strict";
  var words = document.body.dataset;
  var TITLE = document.title;
  var SAY_EVERY_MS = 4000; // a screen reader is not flooded by one call's many updates
  var RING_EVERY_MS = 3200;
  var MOST_FORMS = 6;
  var button = document.getElementById("sound");
  var context = null;
  var bell = null;
  var isBell = !navigator.locks; // with locks, one tab of the browser rings; without, each that may
  var saidAt = 0;
  var said = {};

  // --- sound ---------------------------------------------------------------------------------------------------------
  function tone(at, frequency, lasts) {
    var oscillator = context.createOscillator();
    var volume = context.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
    volume.gain.setValueAtTime(0.3, at + lasts - 0.04);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + lasts + 0.02);
  }

  function testTone() {
    var now = context.currentTime;
    tone(now + 0.02, 660, 0.14);
    tone(now + 0.2, 880, 0.18);
  }

  function ringOnce() {
    if (context && context.state === "running" && isBell) ringTones();
  }

  function ringTones() {
    var now = context.currentTime;
    for (var i = 0; i < 6; i++) tone(now + i * 0.13, i % 2 ? 960 : 760, 0.12);
    for (var j = 0; j < 6; j++) tone(now + 1.1 + j * 0.13, j % 2 ? 960 : 760, 0.12);
  }

  function showSound() {
    if (!button) return;
    var isStarted = localStorage.getItem("hotline-shift") === "on";
    var isOn = !!context && context.state === "running";
    button.hidden = false;
    button.title = button.dataset.title;
    button.classList.toggle("sound-on", isOn);
    button.classList.toggle("sound-silent", isStarted && !isOn);
    button.querySelector(".label").textContent = isOn ? button.dataset.on : isStarted ? button.dataset.off : button.dataset.start;
  }

  function wake(isTest, then) {
    if (!context) {
      context = new AudioContext();
      context.onstatechange = showSound;
      // The tab that may sound keeps the bell; another takes it over when this one closes.
      if (navigator.locks) navigator.locks.request("hotline-bell", function () { isBell = true; return new Promise(function () {}); });
    }
    context.resume().then(function () {
      if (isTest) testTone();
      if (then) then();
      showSound();
    });
  }

  if (button) {
    button.addEventListener("click", function () {
      localStorage.setItem("hotline-shift", "on");
      wake(true);
    });
  }
  var tryout = document.getElementById("try-sound");
  if (tryout) tryout.addEventListener("click", function () { wake(false, ringTones); });
  var notify = document.getElementById("ask-notify");
  if (notify && window.isSecureContext && window.Notification && Notification.permission === "default") {
    notify.hidden = false;
    notify.addEventListener("click", function () {
      Notification.requestPermission().then(function () { notify.hidden = true; });
    });
  }
  // Once the shift is started, any key or click on a new page is gesture enough for the browser.
  ["pointerdown", "keydown"].forEach(function (gesture) {
    document.addEventListener(gesture, function () {
      if (localStorage.getItem("hotline-shift") === "on" && (!context || context.state !== "running")) wake(false);
    }, { capture: true, passive: true });
  });
  if (localStorage.getItem("hotline-shift") === "on") wake(false);
  showSound();
  setTimeout(showSound, 1000);

  // --- what rings ----------------------------------------------------------------------------------------------------
  function look() {
    var panel = document.getElementById("ringing");
    var calls = panel ? Array.prototype.slice.call(panel.querySelectorAll("[data-rings]")) : [];
    document.title = calls.length ? "(" + calls.length + ") \u260E " + words.wordsRing + " \u00B7 " + TITLE : TITLE;
    var icon = document.querySelector('link[rel="icon"]');
    document.body.classList.toggle("has-ring", calls.length > 0);
    var wanted = calls.length ? icon.dataset.ringing : icon.dataset.quiet;
    if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
    if (calls.length && !bell) { ringOnce(); bell = setInterval(ringOnce, RING_EVERY_MS); }
    if (!calls.length && bell) { clearInterval(bell); bell = null; }
    calls.forEach(announce);
  }

  function announce(call) {
    var text = call.dataset.say.trim();
    if (said[call.dataset.call] === text || Date.now() - saidAt < SAY_EVERY_MS && said[call.dataset.call]) return;
    said[call.dataset.call] = text;
    saidAt = Date.now();
    document.getElementById("ring-say").textContent = text;
    var isWanted = window.Notification && Notification.permission === "granted" && document.hidden;
    if (isWanted) new Notification(text, { tag: "hotline-" + call.dataset.call });
  }

  // --- the forms beside the page -------------------------------------------------------------------------------------
  var drawer = document.getElementById("drawer");

  function arrange() {
    document.body.classList.toggle("has-drawer", drawer.querySelector(".call-form") !== null);
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    var opener = event.detail.elt.closest("[data-opens-call]");
    if (!opener) return;
    var open = document.getElementById("call-" + opener.dataset.opensCall);
    if (!open && drawer.children.length < MOST_FORMS) return;
    event.preventDefault(); // it is open already, with what was typed
    if (open) { open.open = true; focusFirst(open); }
    if (opener.tagName === "DIV") opener.remove();
  });

  // Only an operator's own key or click opens a form, so the focus may follow; what was typed elsewhere stays there. A
  // form that comes late finds a hand that writes somewhere else by now: it takes nothing from it.
  var askedAt = 0;
  var wroteAt = 0;
  function asked() { askedAt = performance.now(); }
  function wrote(event) { if (isField(event.target)) wroteAt = performance.now(); }
  function isField(element) { return element && /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName); }
  document.addEventListener("submit", asked, true);
  document.addEventListener("click", function (event) { if (event.target.closest("[data-opens-call]")) asked(); }, true);
  document.addEventListener("input", wrote, true);
  document.addEventListener("pointerdown", wrote, true);

  function focusFirst(form) {
    if (form.querySelector(".field-wrong")) return; // keys.js leads there
    if (wroteAt > askedAt && isField(document.activeElement)) return;
    var first = form.querySelector('[name="' + form.dataset.focus + '"]') || form.querySelector("select, textarea, a, button");
    if (first) first.focus();
  }

  // The forms scroll by themselves below the header, however many calls stand in it.
  new ResizeObserver(function (changes) {
    document.documentElement.style.setProperty("--head-height", Math.ceil(changes[0].target.offsetHeight) + "px");
  }).observe(document.querySelector(".head"));

  document.addEventListener("htmx:afterSettle", function () { look(); arrange(); });
  document.addEventListener("htmx:load", function (event) {
    var form = event.detail.elt;
    if (!form.classList || !form.classList.contains("call-form")) return;
    // The newest form is open; the others keep their text folded.
    drawer.querySelectorAll(".call-form").forEach(function (other) { if (other !== form) other.open = false; });
    arrange();
    focusFirst(form);
  });
  document.addEventListener("click", function (event) {
    var closer = event.target.closest("[data-closes]");
    if (!closer) return;
    closer.closest(closer.dataset.closes).remove();
    arrange();
  });
  look();
})();
