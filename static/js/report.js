/* Saves what is typed, a moment after each change; what could not be saved is kept and tried again. */
(function () {
  "use strict";
  var form = document.querySelector("[data-report-save]");
  if (!form) { return; }
  var url = form.getAttribute("data-report-save");
  var state = form.querySelector("[data-save-state]");
  var store = "report:" + url;
  var pending = {}, timer = null, wait = 2000, busy = false;
  function token() { return form.querySelector("[name=csrfmiddlewaretoken]").value; }
  function box(code) { return form.querySelector('[data-code="' + code + '"]'); }
  function say(text) { if (state) { state.textContent = text; } }
  function keep() { try { sessionStorage.setItem(store, JSON.stringify(pending)); } catch (e) { say("请点“保存并继续”"); } }
  function value(part) {
    var code = part.getAttribute("data-code");
    var unknown = part.querySelector('[name="u-' + code + '"]');
    if (unknown && unknown.checked) { return "不清楚"; }
    var fields = part.querySelectorAll('[name="a-' + code + '"]');
    var chosen = [];
    if (fields.length && fields[0].type === "checkbox") {
      Array.prototype.forEach.call(fields, function (f) { if (f.checked) { chosen.push(f.value); } });
      return chosen;
    }
    if (fields.length && fields[0].type === "radio") {
      Array.prototype.forEach.call(fields, function (f) { if (f.checked) { chosen.push(f.value); } });
      return chosen[0] || "";
    }
    return fields.length ? fields[0].value : "";
  }
  function told(part, text) {
    var error = part.querySelector("[data-error]");
    error.textContent = text;
    error.hidden = !text;
    part.classList.toggle("field-bad", !!text);
  }
  function taken(answer, sent) {
    Object.keys(sent.typed).forEach(function (code) {
      var part = box(code), conflict = answer.conflicts[code], seen = part && part.querySelector("[data-seen]");
      if (!part) { return; }
      told(part, answer.errors[code] || (conflict && conflict.sentence) || "");
      if (conflict) { seen.value = JSON.stringify(conflict.theirs); }
      else if (code in answer.accepted) { seen.value = JSON.stringify(answer.accepted[code]); }
    });
    Array.prototype.forEach.call(form.querySelectorAll("[data-code]"), function (part) {
      part.hidden = answer.asked.indexOf(part.getAttribute("data-code")) < 0;
    });
    say("已保存 " + answer.at + ",还有 " + answer.lacking + " 项必填没有填");
  }
  function send() {
    if (busy || !Object.keys(pending).length) { return; }
    var sent = { typed: {}, seen: {}, remarks: {} }, batch = pending;
    Object.keys(batch).forEach(function (name) {
      if (name.slice(0, 2) === "r-") { sent.remarks[name.slice(2)] = batch[name]; return; }
      sent.typed[name] = batch[name];
      sent.seen[name] = JSON.parse(box(name).querySelector("[data-seen]").value);
    });
    pending = {}; busy = true; say("正在保存");
    fetch(url, { method: "POST", redirect: "manual", credentials: "same-origin", body: JSON.stringify(sent),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() } }).then(function (reply) {
      if (reply.status === 200 || reply.status === 409) { return reply.json(); }
      throw reply;
    }).then(function (answer) {
      busy = false; wait = 2000; keep();
      if (answer.refused) { say(answer.refused); } else { taken(answer, sent); send(); }
    }).catch(function (reply) {
      busy = false;
      pending = Object.assign({}, batch, pending); keep();
      if (reply && (reply.type === "opaqueredirect" || reply.status === 403)) { say("登录已过期。填的内容还在,请另开窗口登录后再改一处。"); return; }
      say("没有保存成功,正在重试");
      wait = Math.min(wait * 2, 60000); clearTimeout(timer); timer = setTimeout(send, wait);
    });
  }
  function changed(event) {
    var field = event.target, part = field.closest("[data-code]");
    if (!part) { return; }
    if (field.name.slice(0, 2) === "r-") { pending[field.name] = field.value; }
    else {
      var unknown = part.querySelector('[name^="u-"]');
      if (unknown && field !== unknown && field.value) { unknown.checked = false; }
      pending[part.getAttribute("data-code")] = value(part);
    }
    keep(); say("还没有保存"); clearTimeout(timer); timer = setTimeout(send, 800);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", send);
  form.addEventListener("submit", function () { clearTimeout(timer); sessionStorage.removeItem(store); });
  try {
    var left = JSON.parse(sessionStorage.getItem(store) || "{}");
    Object.keys(left).forEach(function (name) { if (name.slice(0, 2) === "r-" || box(name)) { pending[name] = left[name]; } });
    send();
  } catch (e) { sessionStorage.removeItem(store); }
}());
