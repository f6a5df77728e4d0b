// A picture that is smaller than the page grows with it, one that is larger is scrolled at a size to be read.
const LEAST = 0.85, MOST = 1.9;
const sized = (svg) => {
  const natural = svg.viewBox.baseVal.width;
  Object.assign(svg.style, { minWidth: `${natural * LEAST}px`, maxWidth: `${natural * MOST}px` });
};

// As the page shows it, on its background.
const file = (svg, style) => {
  const copy = svg.cloneNode(true);
  const { width, height } = svg.viewBox.baseVal;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const fill = style.getPropertyValue("--st-background-color").trim();
  Object.entries({ width: "100%", height: "100%", fill }).forEach((pair) => ground.setAttribute(...pair));
  copy.prepend(ground);
  copy.setAttribute("color", style.getPropertyValue("--st-text-color").trim());
  copy.removeAttribute("style");
  const blob = new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  return { blob, width, height };
};
const saved = (blob, name) => {
  const href = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
};
const painted = async ({ blob, width, height }, scale) => {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const size = { width: width * scale, height: height * scale };
  const canvas = Object.assign(document.createElement("canvas"), size);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
};

// The row of controls of a layer, if this page has one: Streamlit names its container by its key.
const toRow = (key) => {
  const row = key && document.querySelector(`.st-key-${key}`);
  if (!row) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  row.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "center" });
  const color = getComputedStyle(row).getPropertyValue("--st-primary-color").trim() || "#2f81d6";
  row.animate([{ outline: `2px solid ${color}` }, { outline: "2px solid transparent" }], 2500);
  if (matchMedia("(pointer: coarse)").matches) return; // no keyboard over a phone's screen
  (row.querySelector("input") ?? row.querySelector("button"))?.focus({ preventScroll: true });
};

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".digits-network");
  const scroll = root.querySelector(".digits-network-scroll");
  const told = root.querySelector(".digits-network-told");
  if (root.__svg !== data.svg) {
    const focused = scroll.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    scroll.innerHTML = root.__svg = data.svg;
    sized(scroll.firstElementChild);
    root.__told = null;
    if (focused) scroll.querySelector(`[data-place="${focused}"]`)?.focus();
  }
  const chosen = () => { told.textContent = root.__told ?? data.told; };
  const choose = (box) => {
    scroll.querySelectorAll("[data-chosen]").forEach((other) => other.removeAttribute("data-chosen"));
    box.setAttribute("data-chosen", "");
    root.__told = box.getAttribute("aria-label");
    chosen();
    toRow(data.rows[box.dataset.place]);
  };
  chosen();
  scroll.querySelectorAll(".digits-box").forEach((box) => {
    box.onclick = () => choose(box);
    box.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(box);
    };
    box.onmouseenter = box.onfocus = () => { told.textContent = box.getAttribute("aria-label"); };
    box.onmouseleave = box.onblur = chosen;
  });
  root.querySelectorAll("[data-format]").forEach((button) => {
    button.onclick = async () => {
      const made = file(scroll.firstElementChild, getComputedStyle(root));
      const { format } = button.dataset;
      saved(format === "svg" ? made.blob : await painted(made, 3), `${data.name}.${format}`);
    };
  });
}
