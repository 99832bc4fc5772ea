/* What the pages do beyond plain HTML. Every page works without this file; it only saves a click or a wait. */
"use strict";

(() => {
  const said = document.getElementById("said");
  const say = (text) => {
    if (!said || !text) return;
    said.textContent = "";
    window.setTimeout(() => { said.textContent = text; }, 60);
  };

  /* A part of the page was replaced: say it in one sentence, and put the focus where the answer asks for it. */
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target && event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!part || !part.querySelector) return;
    part.removeAttribute("aria-busy");
    const spoken = part.matches("[data-say]") ? part : part.querySelector("[data-say]");
    if (spoken) say(spoken.dataset.say);
    const wanted = part.matches("[data-focus]") ? part : part.querySelector("[data-focus]");
    if (wanted) wanted.focus();
  });
  document.addEventListener("htmx:responseError", () => {
    const lost = document.body.dataset.lost;
    if (lost) say(lost);
  });

  /* A form that is on its way cannot be sent twice, and says so. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.busy || event.target.hasAttribute("hx-post")) return;
    window.setTimeout(() => {
      button.disabled = true;
      button.textContent = button.dataset.busy;
    }, 0);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  /* Things that only a script can do appear only when there is one. */
  for (const hidden of document.querySelectorAll("[data-scripted]")) hidden.hidden = false;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-alive]")) {
      fetch(document.body.dataset.alive, { credentials: "same-origin" }).then(() => {
        document.getElementById("session-end").hidden = true;
        watchSession();
      });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.menu[open], details.clause[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  /* An error summary takes the focus, so that it is read first. */
  const summary = document.querySelector("[data-focus-first]");
  if (summary) summary.focus();

  /* Two minutes before the session ends the page says so; what was typed stays in the page. */
  let timer;
  const watchSession = () => {
    const seconds = Number(document.body.dataset.session || 0);
    const notice = document.getElementById("session-end");
    if (!seconds || !notice) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { notice.hidden = false; notice.querySelector("button").focus(); }, (seconds - 120) * 1000);
  };
  watchSession();
})();
