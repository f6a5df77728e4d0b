let shown; // the line above the slide, and where the presenter wants to be
const slide = { next: 1, previous: -1 };
const MOVES = {
  ArrowRight: slide.next, PageDown: slide.next, " ": slide.next,
  ArrowLeft: slide.previous, PageUp: slide.previous,
};
const TYPES = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, [contenteditable=true]";
const ARROWS = "[role=slider], [type=range], [type=radio], [role=radio], [role=tab], [role=listbox], canvas";
const PRESSED = `${ARROWS}, button, a, summary, label, select, [type=checkbox], [role=button]`;

// Two quick presses go two slides on: each asks for a slide by number, counted from the one asked for before.
const go = (to) => {
  const { wanted, count } = shown;
  if (to === wanted || to < 1 || to > count) return;
  shown.wanted = to;
  shown.asked = true;
  say();
  shown.tell("slide", to);
};

const say = () => {
  const { bar, wanted, count } = shown;
  bar.querySelector(".digits-present-place").textContent = `${wanted} / ${count}`;
  bar.querySelector("[data-to=previous]").disabled = wanted <= 1;
  bar.querySelector("[data-to=next]").disabled = wanted >= count;
};

// What has the focus keeps the keys that it needs; Escape takes the focus away before it leaves.
const isTaken = (key, target) =>
  target.closest?.(TYPES) || (key.startsWith("Arrow") && target.closest?.(ARROWS))
  || (key === " " && target.closest?.(PRESSED));

const onKey = (event) => {
  if (!shown?.bar.isConnected || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const { key, target } = event;
  if (key === "Escape" && target.closest?.(`${TYPES}, ${ARROWS}`)) return target.blur();
  if (key === "Escape") return shown.tell("slide", 0);
  if (!MOVES[key] || isTaken(key, target)) return;
  event.preventDefault(); // PageDown would also scroll, and move a slider
  event.stopPropagation();
  go(shown.wanted + MOVES[key]);
};
document.addEventListener("keydown", onKey, true);

const refit = () => window.dispatchEvent(new Event("digits:refit"));

// A slide is no higher than the screen: its charts give way, as far as they can still be read.
const LEAST = 0.5, NEAR = 0.01, SHARE = "--digits-share";
const root = document.documentElement;
const share = () => parseFloat(root.style.getPropertyValue(SHARE)) || 1;
const rows = () => { // charts that stand side by side are as high as the highest of them
  const highest = new Map();
  document.querySelectorAll(".digits-plot[role]").forEach((plot) => {
    const { top, height } = plot.getBoundingClientRect(), place = Math.round(top);
    highest.set(place, Math.max(height, highest.get(place) ?? 0));
  });
  return [...highest.values()].reduce((sum, height) => sum + height, 0);
};
const fit = () => {
  const block = document.querySelector("[data-testid=stMainBlockContainer]"), charts = rows();
  if (!shown?.bar.isConnected || !block || !charts) return;
  const { clientHeight, scrollHeight } = block.closest("[data-testid=stMain]");
  const free = clientHeight - Math.max(block.offsetHeight, scrollHeight > clientHeight ? scrollHeight : 0);
  const wanted = Math.min(1, Math.max(LEAST, share() * (1 + free / charts)));
  if (free < 0 ? wanted === share() : wanted - share() < NEAR) return;
  root.style.setProperty(SHARE, wanted);
  refit();
};
const watch = new ResizeObserver(() => requestAnimationFrame(fit));
const left = () => {
  watch.disconnect();
  root.style.removeProperty(SHARE);
  refit();
};
window.addEventListener("resize", () => { if (shown?.bar.isConnected) { refit(); fit(); } });

export default function ({ parentElement, data, setTriggerValue }) {
  const bar = parentElement.querySelector(".digits-present");
  const waits = shown?.bar === bar && shown.asked && shown.wanted !== data.at;
  const anew = shown?.bar !== bar;
  shown = { bar, tell: setTriggerValue, count: data.count, wanted: waits ? shown.wanted : data.at, asked: waits };
  bar.querySelector(".digits-present-told").textContent = data.told;
  bar.querySelectorAll("button").forEach((button) => {
    const { to } = button.dataset;
    button.onpointerdown = (event) => event.preventDefault(); // the keys stay with the slides
    button.onclick = () => to === "leave" ? setTriggerValue("slide", 0) : go(shown.wanted + slide[to]);
  });
  say();
  if (anew) {
    refit();
    watch.observe(bar.closest("[data-testid=stMainBlockContainer]"));
  }
  return left;
}
