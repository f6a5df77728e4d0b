// A popover takes its place as it opens, when most of what it shows has yet to be drawn: of one at the lower edge of
// the window little more than its head would be seen. So its button first comes up to where there is room below it.
const LOW = 0.6, UP = "20vh"; // of the window's height: what lies lower comes up, and to where

const BUTTON = "[data-testid=stPopoverButton]", OPEN = `${BUTTON}[aria-expanded=true]`;

const comeUp = (button) => {
  if (button.getBoundingClientRect().bottom < LOW * innerHeight) return;
  button.style.scrollMarginTop = UP;
  button.scrollIntoView({ block: "start", behavior: "instant" });
};
addEventListener("click", ({ target }) => {
  const button = target.closest?.(BUTTON);
  if (button && !button.matches(OPEN)) comeUp(button);
}, { capture: true });
document.querySelectorAll(OPEN).forEach(comeUp); // one that was opened before this script had come
