// The button that prints. Without it Ctrl P does the same.
(function () {
  "use strict";
  var buttons = document.querySelectorAll("[data-prints]");
  for (var i = 0; i < buttons.length; i++) {
    buttons[i].hidden = false;
    buttons[i].addEventListener("click", function () { window.print(); });
  }
})();
