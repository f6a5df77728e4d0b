// Each thing comes into view once, so that whoever has scrolled on since stays there.
const shown = window.__digitsIntoView ??= new Set();
const HEAD = 0.6; // what begins above this share of the window is in sight
const AGAIN = 100, MOST = 50; // milliseconds between two looks, and how many

const show = (container) => {
  const box = document.querySelector(`.st-key-${container}`);
  const top = box?.getBoundingClientRect().top;
  if (!box || (top >= 0 && top < HEAD * innerHeight)) return;
  box.style.scrollMarginTop = "4.5rem"; // below the menu
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
};

// What stood above until now goes only when the page's script has ended.
const whenWhole = (then, looks = 0) => {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  if (state === "notRunning" || looks === MOST) requestAnimationFrame(then);
  else setTimeout(() => whenWhole(then, looks + 1), AGAIN);
};

export default function ({ data: { container, once } }) {
  if (shown.has(once)) return;
  shown.add(once);
  whenWhole(() => show(container));
}
