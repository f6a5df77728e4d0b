import "./connection.js"; // both watch over every page
import "./menu.js";

// Where React meets an error of its own it takes all out of the window, which then stays white while it still asks
// the server for news: such a page is loaded anew. Its address tells what was shown.
const YOUNG = 10_000, SPREAD = 2_000; // milliseconds: no page is loaded again and again, nor a class all at once
const root = document.getElementById("root");

const anew = () => { if (!root.childElementCount) location.reload(); };
const look = () => {
  if (root.childElementCount) return;
  setTimeout(anew, Math.max(0, YOUNG - performance.now()) + SPREAD * Math.random());
};
new MutationObserver(look).observe(root, { childList: true });
look(); // it may have happened before this came
export default () => {}; // drawn by itself where no other script brings it (`guard`)
