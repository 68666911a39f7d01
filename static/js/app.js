/* Small behaviours of the frame. Plain script for Chromium 90: no build, no modules.
   Every rule lives on the server; without this file the pages still read and submit. */
(function () {
  "use strict";

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  function toggleNav(button) {
    var open = document.body.classList.toggle("nav-open");
    button.setAttribute("aria-expanded", open ? "true" : "false");
  }

  function openDialog(id) {
    var dialog = document.getElementById(id);
    if (dialog && dialog.showModal) { dialog.showModal(); }
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[data-act]") : null;
    each(document.querySelectorAll("details.account[open], details.saved-menu[open]"), function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute("open"); }
    });
    if (!target) { return; }
    var act = target.getAttribute("data-act");
    if (act === "nav") { toggleNav(target); }
    if (act === "print") { window.print(); }
    if (act === "dialog") { event.preventDefault(); openDialog(target.getAttribute("data-dialog")); }
    if (act === "close-dialog") { target.closest("dialog").close(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    each(document.querySelectorAll("details.account[open], details.saved-menu[open]"), function (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  /* ticking a page: the rows shown, nothing beyond */
  document.addEventListener("change", function (event) {
    if (event.target.getAttribute("data-act") !== "tick-page") { return; }
    each(event.target.form.querySelectorAll("input[name=ids]"), function (box) { box.checked = event.target.checked; });
  });

  /* "one line per missing fact" forms: choosing a value applies at once where the form says so */
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-submit-on-change")) {
      if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
    }
  });

  function settle() {
    var errors = document.querySelector("[data-focus-first]");
    if (errors) { errors.focus(); }
  }

  function announce(text) {
    var live = document.getElementById("live");
    if (live && text) { live.textContent = text; }
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    var page = document.getElementById("page");
    if (page) { announce(page.getAttribute("data-announce")); }
    if (event.target && event.target.id === "page") { settle(); }
    document.dispatchEvent(new CustomEvent("page:ready"));
  });
  document.addEventListener("htmx:responseError", function (event) {
    var box = document.getElementById("trouble");
    var status = event.detail.xhr.status;
    var text = status === 403 ? "登录已过期或没有权限,请刷新页面后重新登录。"
      : "没有取到新的内容(" + status + ")。页面上仍是原来的数字,请刷新页面再看。";
    if (box) { box.hidden = false; box.textContent = text; }
  });
  document.addEventListener("htmx:sendError", function () {
    var box = document.getElementById("trouble");
    if (box) { box.hidden = false; box.textContent = "连不上服务器。页面上仍是原来的数字,请检查网络后刷新页面。"; }
  });
  document.addEventListener("htmx:beforeRequest", function () {
    var box = document.getElementById("trouble");
    if (box) { box.hidden = true; }
  });

  document.addEventListener("DOMContentLoaded", function () {
    settle();
    document.dispatchEvent(new CustomEvent("page:ready"));
  });
}());
