// A table that is wider than the page can be reached and scrolled with the keyboard.
function reach() {
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap")) {
    const wide = wrap.scrollWidth > wrap.clientWidth;
    wide ? wrap.setAttribute("tabindex", "0") : wrap.removeAttribute("tabindex");
    wide ? wrap.setAttribute("role", "group") : wrap.removeAttribute("role");
    wide ? wrap.setAttribute("aria-label", "Table, can be scrolled") : wrap.removeAttribute("aria-label");
  }
}
window.addEventListener("load", reach);
window.addEventListener("resize", reach);
