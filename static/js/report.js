/* Saves what is typed, a moment after each change; what could not be saved is kept, shown again and tried again. */
(function () {
  "use strict";
  var form = document.querySelector("[data-report-save]");
  if (!form) { return; }
  var url = form.getAttribute("data-report-save");
  var state = form.querySelector("[data-save-state]");
  /* What one account typed is never sent as another's that signs in on the same screen. */
  var store = "report:" + form.getAttribute("data-account") + ":" + url;
  var UNKNOWN = "不清楚";
  /* name → {v: typed, s: the stored answer it was typed over}: to be sent; and what was sent and not taken. */
  var pending = {}, held = {}, timer = null, wait = 2000, busy = false;
  function token() { return form.querySelector("[name=csrfmiddlewaretoken]").value; }
  function box(code) { return form.querySelector('[data-code="' + code + '"]'); }
  function each(nodes, act) { Array.prototype.forEach.call(nodes, act); }
  function remark(name) { return name.slice(0, 2) === "r-"; }
  function say(text) { if (state) { state.textContent = text; } }
  function seenAt(code) { return JSON.parse(box(code).querySelector("[data-seen]").value); }
  function over(name, one) { return remark(name) || "s" in one || !box(name) ? one : { v: one.v, s: seenAt(name) }; }
  function keep() {
    var all = {};
    [held, pending].forEach(function (some) {
      Object.keys(some).forEach(function (name) { all[name] = over(name, some[name]); });
    });
    try {
      if (Object.keys(all).length) { sessionStorage.setItem(store, JSON.stringify(all)); } else { sessionStorage.removeItem(store); }
    } catch (e) { say("请点“保存并继续”"); }
  }
  function value(part) {
    var code = part.getAttribute("data-code");
    var unknown = part.querySelector('[name="u-' + code + '"]');
    if (unknown && unknown.checked) { return UNKNOWN; }
    var fields = part.querySelectorAll('[name="a-' + code + '"]');
    var chosen = [];
    if (fields.length && fields[0].type === "checkbox") {
      each(fields, function (f) { if (f.checked) { chosen.push(f.value); } });
      return chosen;
    }
    if (fields.length && fields[0].type === "radio") {
      each(fields, function (f) { if (f.checked) { chosen.push(f.value); } });
      return chosen[0] || "";
    }
    return fields.length ? fields[0].value : "";
  }
  function show(part, typed) {
    var code = part.getAttribute("data-code");
    var unknown = part.querySelector('[name="u-' + code + '"]');
    if (unknown) { unknown.checked = typed === UNKNOWN; }
    each(part.querySelectorAll('[name="a-' + code + '"]'), function (f) {
      if (f.type === "checkbox" || f.type === "radio") { f.checked = [].concat(typed).indexOf(f.value) >= 0; }
      else { f.value = typed === UNKNOWN && unknown ? "" : typed; }
    });
  }
  /* A typed value as people read it. */
  function words(part, typed) {
    var code = part.getAttribute("data-code"), unit = part.querySelector("[data-unit]"), named = [];
    if (typed === "" || !typed.length) { return "空"; }
    each(part.querySelectorAll('[name="a-' + code + '"]'), function (f) {
      if (f.type === "checkbox" || f.type === "radio") { if ([].concat(typed).indexOf(f.value) >= 0) { named.push(f.parentNode.textContent.trim()); } }
      else if (f.tagName === "SELECT") { each(f.options, function (o) { if (o.value === typed) { named.push(o.text); } }); }
    });
    return named.length ? named.join("、") : typed + (unit && typed !== UNKNOWN ? " " + unit.textContent : "");
  }
  function mark(name, unsaved) {
    var part = remark(name) ? null : box(name);
    if (!part) { return; }
    part.classList.toggle("field-unsaved", unsaved);
    part.querySelector("[data-unsaved]").hidden = !unsaved;
  }
  function told(part, text) {
    var error = part.querySelector("[data-error]");
    error.textContent = text;
    error.hidden = !text;
    part.classList.toggle("field-bad", !!text);
  }
  function dispute(part, conflict, typed) {
    var shown = part.querySelector("[data-conflict]");
    shown.hidden = !conflict;
    if (!conflict) { return; }
    shown.setAttribute("data-theirs", JSON.stringify(conflict.theirs));
    shown.setAttribute("data-typed", JSON.stringify(conflict.typed));
    shown.querySelector("[data-stored]").textContent = conflict.words;
    shown.querySelector("[data-mine]").textContent = words(part, typed);
    part.classList.add("field-bad");
  }
  function taken(answer, sent) {
    Object.keys(sent.typed).forEach(function (code) {
      var part = box(code), conflict = answer.conflicts[code], bad = answer.errors[code];
      if (conflict || bad) { held[code] = { v: sent.typed[code], s: sent.seen[code] }; } else { delete held[code]; }
      if (!part) { return; }
      told(part, bad || "");
      dispute(part, conflict, sent.typed[code]);
      if (code in answer.accepted) { part.querySelector("[data-seen]").value = JSON.stringify(answer.accepted[code]); }
      if (!(code in pending)) { mark(code, code in held); }
    });
    each(form.querySelectorAll("[data-code]"), function (part) {
      part.hidden = answer.asked.indexOf(part.getAttribute("data-code")) < 0;
    });
    say("已保存 " + answer.at + ",还有 " + answer.lacking + " 项必填没有填" + (Object.keys(held).length ? ";标“还没有保存”的没有存上" : ""));
  }
  function send() {
    if (busy || !Object.keys(pending).length) { return; }
    var sent = { typed: {}, seen: {}, remarks: {} }, batch = {};
    Object.keys(pending).forEach(function (name) {
      var one = over(name, pending[name]);
      batch[name] = one;
      if (remark(name)) { sent.remarks[name.slice(2)] = one.v; } else { sent.typed[name] = one.v; sent.seen[name] = one.s; }
    });
    pending = {}; busy = true; say("正在保存");
    fetch(url, { method: "POST", redirect: "manual", credentials: "same-origin", body: JSON.stringify(sent),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() } }).then(function (reply) {
      if (reply.status === 200 || reply.status === 409) { return reply.json(); }
      throw reply;
    }).then(function (answer) {
      busy = false; wait = 2000;
      if (answer.refused) {
        held = Object.assign(held, batch); Object.keys(batch).forEach(function (name) { mark(name, true); });
        keep(); say(answer.refused);
        return;
      }
      taken(answer, sent); keep(); send();
    }).catch(function (reply) {
      busy = false;
      pending = Object.assign({}, batch, pending); keep();
      Object.keys(batch).forEach(function (name) { mark(name, true); });
      if (reply && (reply.type === "opaqueredirect" || reply.status === 403)) { say("登录已过期。填的内容还在,请另开窗口登录后再改一处。"); return; }
      say("没有保存成功,正在重试");
      wait = Math.min(wait * 2, 60000); clearTimeout(timer); timer = setTimeout(send, wait);
    });
  }
  function changed(event) {
    var field = event.target, part = field.closest("[data-code]");
    if (!part) { return; }
    if (remark(field.name)) { pending[field.name] = { v: field.value }; }
    else {
      var unknown = part.querySelector('[name^="u-"]'), code = part.getAttribute("data-code"), before = pending[code] || held[code];
      if (unknown && field !== unknown && field.value) { unknown.checked = false; }
      pending[code] = before && "s" in before ? { v: value(part), s: before.s } : { v: value(part) };
    }
    keep(); say("还没有保存"); clearTimeout(timer); timer = setTimeout(send, 800);
  }
  function choose(event) {
    var button = event.target.closest("[data-choose]");
    if (!button) { return; }
    var shown = button.closest("[data-conflict]"), part = button.closest("[data-code]"), code = part.getAttribute("data-code");
    part.querySelector("[data-seen]").value = shown.getAttribute("data-theirs");
    delete held[code]; delete pending[code];
    dispute(part, null); told(part, "");
    if (button.getAttribute("data-choose") === "mine") { pending[code] = { v: value(part) }; keep(); send(); }
    else { show(part, JSON.parse(shown.getAttribute("data-typed"))); mark(code, false); keep(); say("这一项用已保存的"); }
    var field = part.querySelector("[name^='a-']");
    if (field) { field.focus(); }
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("click", choose);
  window.addEventListener("online", send);
  form.addEventListener("submit", function () {
    clearTimeout(timer);
    [pending, held].forEach(function (some) {
      Object.keys(some).forEach(function (name) { if (remark(name) || box(name)) { delete some[name]; } });
    });
    keep();
  });
  each(form.querySelectorAll("[data-choose]"), function (button) { button.hidden = false; });
  /* What the page itself tells of a conflict is chosen by the buttons too. */
  each(form.querySelectorAll("[data-conflict]:not([hidden])"), function (shown) {
    var part = shown.closest("[data-code]"), code = part.getAttribute("data-code");
    held[code] = { v: value(part), s: null };
    told(part, ""); part.classList.add("field-bad"); mark(code, true);
  });
  try {
    var left = JSON.parse(sessionStorage.getItem(store) || "{}");
    Object.keys(left).forEach(function (name) {
      if (name in held || !left[name] || !("v" in left[name])) { return; }
      pending[name] = left[name];
      var field = remark(name) ? form.querySelector('[name="' + name + '"]') : box(name);
      if (field && remark(name)) { field.value = left[name].v; }
      else if (field) { show(field, left[name].v); mark(name, true); }
    });
    if (Object.keys(pending).length) { say("上次没有存上的内容已放回,正在保存"); }
    send();
  } catch (e) { sessionStorage.removeItem(store); }
}());
