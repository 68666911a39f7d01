/* The wall asks for its figures every five minutes; the space bar or the button stops it and starts it again. */
(function () {
  "use strict";

  var EVERY = 300000;

  function start() {
    var wall = document.querySelector("[data-wall]");
    if (!wall || wall.getAttribute("data-started")) { return; }
    wall.setAttribute("data-started", "1");
    var stop = wall.querySelector("[data-wall-stop]"), full = wall.querySelector("[data-wall-full]"), going = true;

    function turn() {
      going = !going;
      stop.setAttribute("aria-pressed", going ? "false" : "true");
      stop.textContent = going ? "停止刷新(空格)" : "继续刷新(空格)";
    }
    stop.addEventListener("click", turn);
    document.addEventListener("keydown", function (event) {
      var on = event.target.closest && event.target.closest("a, button, input, select");
      if (event.key === " " && !on) { event.preventDefault(); turn(); }
    });
    full.addEventListener("click", function () {
      if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen(); }
    });
    setInterval(function () {
      if (going && window.htmx) { window.htmx.trigger(wall, "wall:refresh"); }
    }, EVERY);
  }

  document.addEventListener("page:ready", start);
  if (document.readyState !== "loading") { start(); }
}());
