// Records a prompt with this computer's microphone: the sound becomes a WAV file in the form's own file field, and goes
// the same way as a file that was chosen. Without this, or without a microphone, the field is still there.
(function () {
  "use strict";
  var box = document.getElementById("recorder");
  var file = document.getElementById("sound-file");
  if (!file) return;
  file.addEventListener("change", function () {
    var isLarge = file.files.length && file.files[0].size > Number(file.dataset.most);
    file.setCustomValidity(isLarge ? file.dataset.large : "");
    file.reportValidity();
    file.form.elements.source.value = "file";
  });
  if (!box || !window.isSecureContext || !navigator.mediaDevices || !window.AudioWorkletNode || !window.DataTransfer) return;

  var words = box.dataset;
  var start = document.getElementById("record-start");
  var stop = document.getElementById("record-stop");
  var meter = document.getElementById("record-level");
  var verdict = document.getElementById("record-verdict");
  var context = null;
  var stream = null;
  var pieces = [];
  var samples = 0;
  var shown = 0;
  box.hidden = false;
  say(words.ready);

  function say(text) {
    document.getElementById("record-say").textContent = text;
  }

  start.addEventListener("click", function () {
    start.disabled = true;
    pieces = [];
    samples = 0;
    // The telephone wants the voice as it is: what helps in a conference makes a prompt pump and swallow its beginning.
    navigator.mediaDevices
      .getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
      .then(function (found) {
        stream = found;
        context = new AudioContext();
        return context.audioWorklet.addModule(words.worklet);
      })
      .then(function () {
        var node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
        node.port.onmessage = function (event) { take(event.data); };
        context.createMediaStreamSource(stream).connect(node);
        stop.disabled = false;
        stop.focus();
      })
      .catch(function () {
        release();
        start.disabled = false;
        say(words.denied);
      });
  });

  stop.addEventListener("click", finish);

  function take(piece) {
    if (!context) return;
    pieces.push(piece);
    samples += piece.length;
    show(piece);
    if (samples > Number(words.mostS) * context.sampleRate) finish();
  }

  function show(piece) {
    var power = 0;
    for (var i = 0; i < piece.length; i++) power += piece[i] * piece[i];
    var level = 10 * Math.log10((2 * power) / piece.length + 1e-6);
    meter.value = Math.max(level, meter.value - 0.3);
    if (samples - shown < context.sampleRate / 4) return;
    shown = samples;
    verdict.textContent = meter.value < meter.low ? words.quiet : meter.value > meter.high ? words.loud : words.good;
    say(words.recording + " " + Math.floor(samples / context.sampleRate) + " s");
  }

  function release() {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    if (context) context.close();
    stream = context = null;
  }

  function finish() {
    if (!context) return;
    var wav = new File([header(samples, context.sampleRate), body()], "recorded.wav", { type: "audio/wav" });
    release();
    var held = new DataTransfer();
    held.items.add(wav);
    file.files = held.files;
    file.setCustomValidity("");
    file.form.elements.source.value = "browser";
    shown = 0;
    meter.value = meter.min;
    verdict.textContent = "";
    start.disabled = false;
    stop.disabled = true;
    say(words.done);
  }

  function header(count, rate) {
    var view = new DataView(new ArrayBuffer(44));
    function text(at, letters) {
      for (var i = 0; i < letters.length; i++) view.setUint8(at + i, letters.charCodeAt(i));
    }
    text(0, "RIFF");
    view.setUint32(4, 36 + 2 * count, true);
    text(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true); // PCM
    view.setUint16(22, 1, true);
    view.setUint32(24, rate, true);
    view.setUint32(28, 2 * rate, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    text(36, "data");
    view.setUint32(40, 2 * count, true);
    return view.buffer;
  }

  function body() {
    var view = new DataView(new ArrayBuffer(2 * samples));
    var at = 0;
    pieces.forEach(function (piece) {
      for (var i = 0; i < piece.length; i++, at += 2) {
        view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(piece[i] * 32768))), true);
      }
    });
    pieces = [];
    return view.buffer;
  }
})();
