/* The slider beside a list of dates: it moves the list, and asks for the page when it is let go. */
(function () {
  "use strict";

  function join(form) {
    var range = form.querySelector("input[type=range]"), list = form.querySelector("select");
    if (!range || !list || form.getAttribute("data-joined")) { return; }
    form.setAttribute("data-joined", "1");
    range.min = "0";
    range.max = String(list.options.length - 1);
    range.step = "1";
    range.value = String(list.selectedIndex);
    range.hidden = false;
    function say() { range.setAttribute("aria-valuetext", "截至 " + list.value); }
    function ask() {
      if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
    }
    say();
    range.addEventListener("input", function () { list.selectedIndex = Number(range.value); say(); });
    range.addEventListener("change", ask);
    list.addEventListener("change", function () { range.value = String(list.selectedIndex); say(); });
  }

  function start() {
    var forms = document.querySelectorAll("[data-slider]");
    for (var i = 0; i < forms.length; i += 1) { join(forms[i]); }
  }

  document.addEventListener("page:ready", start);
  if (document.readyState !== "loading") { start(); }
}());
