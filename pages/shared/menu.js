// Where the window is narrow the menu lies over the page: it folds as soon as a page was chosen in it.
const part = (name) => document.querySelector(`[data-testid=${name}]`);
const isOver = () => part("stSidebar").getBoundingClientRect().right > part("stMain").getBoundingClientRect().left + 1;

addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-testid=stSidebarNavLink]") || !isOver()) return;
  part("stSidebarCollapseButton")?.querySelector("button")?.click();
});
