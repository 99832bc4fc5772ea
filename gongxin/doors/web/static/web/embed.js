/* Puts the check of one ticket where this script stands (嵌入核查). Needs nothing; see /help/embed/. */
(function () {
  "use strict";
  var here = document.currentScript;
  var ticket = here && here.getAttribute("data-ticket");
  if (!ticket) { return; }
  var frame = document.createElement("iframe");
  frame.src = here.src.replace(/\/static\/.*$/, "") + "/embed/check?ticket=" + encodeURIComponent(ticket);
  frame.title = here.getAttribute("data-title") || "信用核查";
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", here.getAttribute("data-height") || "720");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.style.border = "0";
  here.parentNode.insertBefore(frame, here.nextSibling);
}());
