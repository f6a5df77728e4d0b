// Charts are fitted to the width of paper and to its colours before the browser lays out what it prints.
const root = document.documentElement;
const refit = () => window.dispatchEvent(new Event("digits:refit"));

const isDark = () => {
  const [red, green, blue] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/[0-9]+/g);
  return Number(red) + Number(green) + Number(blue) < 382;
};

// Curves stay side by side; what stands beside anything else needs the whole width.
const stack = () => document.querySelectorAll(".stHorizontalBlock").forEach((row) => {
  const columns = [...row.children].filter((part) => part.matches(".stColumn"));
  const each = (kind) => columns.map((column) => column.querySelector(kind) !== null);
  const curves = each(".scatterlayer .trace").every(Boolean);
  row.classList.toggle("digits-paper-stacked", each(".digits-plot").some(Boolean) && !curves);
});

const prepare = () => {
  if (!document.querySelector(".digits-print")) return;
  root.classList.add("digits-paper");
  root.classList.toggle("digits-paper-dark", isDark());
  stack();
  refit();
};

const restore = () => {
  if (!root.classList.contains("digits-paper")) return;
  root.classList.remove("digits-paper", "digits-paper-dark");
  document.querySelectorAll(".digits-paper-stacked").forEach((row) => row.classList.remove("digits-paper-stacked"));
  refit();
};

window.addEventListener("beforeprint", prepare);
window.addEventListener("afterprint", restore);

export default function ({ parentElement, data }) {
  parentElement.querySelector(".digits-print").onclick = () => window.print();
  parentElement.querySelector(".digits-paper-note").textContent = data.note;
}
