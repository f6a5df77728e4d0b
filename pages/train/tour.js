// A card in the browser's top layer, beside what it speaks of, which gets a frame. Whoever presses the button of
// any tour on the page begins it; the one that has the steps shows them.
const BEGIN = "digits-tour", GAP = 16, YEAR = 365 * 24 * 3600;

// Safari before 17.4 cannot tell what is hidden.
const isShown = (element) => (element.checkVisibility?.() ?? true) && element.getBoundingClientRect().width > 0;
const spoken = (step) => [...document.querySelectorAll(step.target)].filter(isShown).slice(0, step.most);

// At the foot of the screen, or at its head where it would cover what is spoken of.
const place = (tour) => {
  const boxes = tour.targets.filter((target) => target.isConnected)
    .map((target) => target.getBoundingClientRect());
  const above = Math.min(innerHeight, ...boxes.map(({ top }) => top));
  const below = innerHeight - Math.max(0, ...boxes.map(({ bottom }) => bottom));
  const isAbove = below < tour.card.offsetHeight + 2 * GAP && above > below;
  const [top, bottom] = isAbove ? [`${GAP}px`, "auto"] : ["auto", `${GAP}px`];
  Object.assign(tour.card.style, { top, bottom });
};
const unframe = (tour) => {
  tour.frames.forEach((frame) => frame.cancel());
  tour.frames = [];
};
const frame = (tour) => {
  const color = getComputedStyle(tour.card).getPropertyValue("--st-primary-color").trim() || "#2f81d6";
  const look = { outline: `3px solid ${color}`, outlineOffset: "4px", borderRadius: "6px" };
  const forever = { duration: 1, fill: "forwards" };
  tour.frames = tour.targets.map((target) => target.animate([look, look], forever));
};

const show = (tour, at) => {
  const step = tour.steps[at], part = (name) => tour.card.querySelector(`.digits-tour-${name}`);
  tour.at = at;
  unframe(tour);
  tour.targets = spoken(step);
  tour.targets[0]?.scrollIntoView({ block: "center", behavior: "instant" });
  frame(tour);
  part("count").textContent = `${at + 1} of ${tour.steps.length}`;
  part("title").textContent = step.title;
  part("text").textContent = step.text;
  if (at === 0 && document.activeElement === part("back")) part("next").focus({ preventScroll: true }); // it goes off
  part("back").disabled = at === 0;
  part("next").textContent = at === tour.steps.length - 1 ? "Done" : "Next →";
  tour.card.setAttribute("aria-label", `Tour: ${step.title}`);
  place(tour);
};
const go = (tour, by) => {
  const at = tour.at + by;
  if (at === tour.steps.length) leave(tour);
  else if (at >= 0) show(tour, at);
};
const leave = (tour) => {
  if (tour.at === null) return;
  tour.at = null;
  tour.listening.abort();
  unframe(tour);
  tour.card.hidePopover();
  if (tour.from?.isConnected) tour.from.focus({ preventScroll: true });
};
const keys = (tour) => (event) => {
  if (event.key === "Escape") return leave(tour);
  const isFree = tour.card.contains(event.target) || event.target === document.body;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (isFree && by) {
    event.preventDefault();
    go(tour, by);
  }
};
const begin = (tour) => {
  if (tour.at !== null) leave(tour);
  tour.from = document.activeElement;
  tour.listening = new AbortController();
  const { signal } = tour.listening;
  addEventListener("keydown", keys(tour), { signal });
  addEventListener("resize", () => place(tour), { signal });
  addEventListener("scroll", () => place(tour), { signal, capture: true });
  tour.card.showPopover();
  show(tour, 0);
  tour.card.querySelector(".digits-tour-next").focus({ preventScroll: true });
};

// Safari keeps no place: when what an offer stands in goes, all below would jump up by its height.
const keepPlace = (box, below) => {
  if (!box || box.__keeps || CSS.supports("overflow-anchor", "auto")) return;
  box.__keeps = true;
  const main = box.closest("[data-testid=stMain]");
  const place = () => document.querySelector(below)?.getBoundingClientRect().top + main.scrollTop;
  let before = place();
  new ResizeObserver((_, observer) => {
    const now = place(); // no number where another page is shown
    if (box.isConnected) { before = now; return; }
    observer.disconnect();
    if (now < before) main.scrollTop -= before - now;
  }).observe(box);
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".digits-tour"), part = (name) => root.querySelector(name);
  const open = part(".digits-tour-open"), close = part(".digits-tour-close");
  open.textContent = data.label;
  open.hidden = !part(".digits-tour-card").showPopover; // a browser without a top layer has no tour
  open.onclick = () => dispatchEvent(new Event(BEGIN));
  close.hidden = !data.closes;
  close.onclick = () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${data.closes}=1; path=/; max-age=${YEAR}; samesite=lax${secure}`;
    setTriggerValue("closed", true);
  };
  if (data.closes) keepPlace(root.closest(".st-key-welcome"), ".st-key-start");
  if (!data.steps.length) return;
  const tour = root.__tour ??= { at: null, targets: [], frames: [], card: part(".digits-tour-card") };
  tour.steps = data.steps;
  part(".digits-tour-back").onclick = () => go(tour, -1);
  part(".digits-tour-next").onclick = () => go(tour, 1);
  part(".digits-tour-leave").onclick = () => leave(tour);
  tour.waiting?.abort();
  tour.waiting = new AbortController();
  addEventListener(BEGIN, () => begin(tour), { signal: tour.waiting.signal });
  return () => {
    tour.waiting.abort();
    leave(tour);
  };
}
