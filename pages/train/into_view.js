// Whoever has scrolled on since then stays there: each run comes into view once.
const shown = window.__digitsIntoView ??= new Set();
const HEAD = 0.6; // what begins above this share of the window is in sight

export default function ({ data: { container, run } }) {
  if (shown.has(run)) return;
  shown.add(run);
  const box = document.querySelector(`.st-key-${container}`);
  if (!box || box.getBoundingClientRect().top < HEAD * innerHeight) return;
  box.style.scrollMarginTop = "4.5rem"; // below the menu
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}
