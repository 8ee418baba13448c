// Marks of a recording: the player beside them jumps there. Without this, the link opens the sound at that second.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-jumps]") : null;
    var player = link && document.getElementById(link.dataset.jumps);
    if (!player || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    function jump() {
      player.currentTime = Number(link.dataset.at);
      player.play();
    }
    if (player.readyState > 0) return jump();
    player.addEventListener("loadedmetadata", jump, { once: true });
    player.load();
    player.preload = "metadata";
  });
})();
