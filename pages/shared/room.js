// A popover takes its place as it opens, when most of what it shows has yet to be drawn: of one at the lower edge of
// the window little more than its head would be seen. So its button first comes up to where there is room below it.
const LOW = 0.6, UP = "20vh"; // of the window's height: what lies lower comes up, and to where

addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-testid=stPopoverButton]");
  if (!button || button.ariaExpanded === "true" || button.getBoundingClientRect().bottom < LOW * innerHeight) return;
  button.style.scrollMarginTop = UP;
  button.scrollIntoView({ block: "start", behavior: "instant" });
}, { capture: true });
