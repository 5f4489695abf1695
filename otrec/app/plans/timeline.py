"""A session as a list that can be put in another order: by dragging, by buttons, and by the arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app.cards import PHASES
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.planning import Plan

HTML: Final = '<ol></ol><p role="status" aria-live="polite"></p>'
CSS: Final = """
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
li { display: grid; grid-template-columns: 4.6rem 1fr auto; gap: 0.15rem 0.8rem; align-items: center;
  padding: 0.6rem 0.8rem; border: 1px solid var(--st-border-color); border-radius: 0.6rem;
  background: var(--st-background-color); color: var(--st-text-color); font: inherit; cursor: grab; }
li.over { outline: 2px dashed var(--st-primary-color); outline-offset: 2px; }
li.lifted { opacity: 0.55; }
.when { font-variant-numeric: tabular-nums; line-height: 1.3; }
.when b { display: block; font-size: 1.15rem; }
.what b { display: block; font-weight: 620; line-height: 1.35; }
.what > span { font-size: 0.86rem; opacity: 0.88; line-height: 1.45; display: block; }
.level { display: inline-flex; gap: 2px; vertical-align: -1px; }
.level i { width: 0.55rem; height: 0.55rem; border: 1.5px solid currentColor; border-radius: 2px; }
.level i.on { background: currentColor; }
.do { display: flex; gap: 0.3rem; flex-wrap: wrap; justify-content: flex-end; }
button { min-width: 2.1rem; min-height: 2.1rem; border: 1px solid var(--st-border-color); border-radius: 999px;
  background: transparent; color: var(--st-text-color); font: inherit; font-size: 0.9rem; cursor: pointer;
  padding: 0 0.6rem; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
button:disabled { opacity: 0.4; cursor: default; }
p { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 560px) {
  li { grid-template-columns: 3.4rem 1fr; }
  .do { grid-column: 1 / -1; justify-content: flex-start; }
}
"""
JS: Final = """
export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector("ol");
  const told = parentElement.querySelector("p");
  const move = (from, to, focus) => {
    if (to < 0 || to >= data.slots.length || to === from) return;
    list.dataset.focus = focus ? JSON.stringify([data.slots[from].id, focus]) : "";
    setTriggerValue("moved", { from, to });
  };
  const button = (name, text, label, act, off) => {
    const made = document.createElement("button");
    made.type = "button"; made.dataset.name = name; made.textContent = text;
    made.setAttribute("aria-label", label); made.title = label; made.disabled = Boolean(off);
    made.addEventListener("click", act);
    return made;
  };
  list.setAttribute("aria-label", data.words.list);
  list.replaceChildren(...data.slots.map((slot, place) => {
    const item = document.createElement("li");
    item.draggable = true; item.dataset.id = slot.id;
    const when = document.createElement("div"); when.className = "when";
    const start = document.createElement("b"); start.textContent = slot.start;
    when.append(start, slot.minutes);
    const what = document.createElement("div"); what.className = "what";
    const name = document.createElement("b"); name.textContent = slot.name;
    const facts = document.createElement("span"); facts.textContent = slot.phase + " · " + slot.demand + " ";
    const level = document.createElement("span"); level.className = "level"; level.setAttribute("aria-hidden", "true");
    for (let step = 1; step <= 5; step += 1) {
      const box = document.createElement("i"); if (step <= slot.level) box.className = "on"; level.append(box);
    }
    facts.append(level);
    what.append(name, facts);
    if (slot.backup) {
      const other = document.createElement("span");
      other.textContent = slot.backup;
      what.append(other);
    }
    const act = document.createElement("div"); act.className = "do";
    act.append(
      button("up", "\\u2191", slot.earlier, () => move(place, place - 1, "up"), place === 0),
      button("down", "\\u2193", slot.later, () => move(place, place + 1, "down"), place === data.slots.length - 1),
    );
    if (slot.swap) act.append(button("swap", data.words.swap, slot.swap, () => {
      list.dataset.focus = ""; setTriggerValue("swapped", place);
    }));
    item.append(when, what, act);
    item.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !event.altKey) return;
      event.preventDefault(); event.stopPropagation();
      move(place, place + step, event.target.dataset?.name || "up");
    });
    item.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", String(place)); event.dataTransfer.effectAllowed = "move";
      item.classList.add("lifted");
    });
    item.addEventListener("dragend", () => item.classList.remove("lifted"));
    item.addEventListener("dragover", (event) => { event.preventDefault(); item.classList.add("over"); });
    item.addEventListener("dragleave", () => item.classList.remove("over"));
    item.addEventListener("drop", (event) => {
      event.preventDefault(); item.classList.remove("over");
      move(Number(event.dataTransfer.getData("text/plain")), place, "");
    });
    return item;
  }));
  if (told.textContent !== data.said) told.textContent = data.said;
  if (list.dataset.focus) {
    const [id, name] = JSON.parse(list.dataset.focus);
    list.dataset.focus = "";
    const item = list.querySelector(`li[data-id="${id}"]`);
    const same = item?.querySelector(`button[data-name="${name}"]:not(:disabled)`);
    (same || item?.querySelector("button:not(:disabled)"))?.focus();
  }
}
"""
_TIMELINE = st.components.v2.component("otrec_timeline", html=HTML, css=CSS, js=JS)


def draw(plan: Plan, on_move: Callable[[int, int], None], on_swap: Callable[[int], None]) -> None:
    """The session in order; moving or swapping calls back with places counted from 0."""
    key = "s_timeline"

    def moved() -> None:
        given = st.session_state[key].get("moved")
        if given:
            on_move(int(given["from"]), int(given["to"]))

    def swapped() -> None:
        given = st.session_state[key].get("swapped")
        if given is not None:
            on_swap(int(given))

    data = {
        "slots": _slots(plan),
        "said": st.session_state.get("s_plan_said", ""),
        "words": {"list": say("The session"), "swap": say("Back-up")},
    }
    _TIMELINE(data=data, key=key, on_moved_change=moved, on_swapped_change=swapped)


def _slots(plan: Plan) -> list[dict[str, Any]]:
    shown = []
    for slot in plan.slots:
        name, other = slot.activity.name, slot.backup
        shown.append(
            {
                "id": slot.activity.id,
                "name": name,
                "phase": say(PHASES[slot.phase]),
                "start": say("{minute}′", minute=slot.start_minute),
                "minutes": say("{minutes} min", minutes=slot.minutes),
                "level": slot.level,
                "demand": say("demand {level} of 5", level=slot.level),
                "backup": say("If it fails: {name}", name=other.name) if other else "",
                "earlier": say("Earlier: {name}", name=name),
                "later": say("Later: {name}", name=name),
                "swap": say("Take the back-up: {name}", name=other.name) if other else "",
            }
        )
    return shown
