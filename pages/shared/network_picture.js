// A picture that is smaller than the page grows with it, one that is larger is scrolled at a size to be read;
// a brief one shrinks.
const LEAST = 0.85, MOST = 1.9;
const sized = (svg, brief) => {
  const natural = svg.viewBox.baseVal.width, least = brief ? 0 : natural * LEAST;
  Object.assign(svg.style, { minWidth: `${least}px`, maxWidth: `${natural * MOST}px` });
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
  row.scrollIntoView({ behavior: still() ? "auto" : "smooth", block: "center" });
  const color = getComputedStyle(row).getPropertyValue("--st-primary-color").trim() || "#2f81d6";
  row.animate([{ outline: `2px solid ${color}` }, { outline: "2px solid transparent" }], 2500);
  if (matchMedia("(pointer: coarse)").matches) return; // no keyboard over a phone's screen
  (row.querySelector("input") ?? row.querySelector("button"))?.focus({ preventScroll: true });
};

// The film: frames are fetched when they are shown, each once; a frame is the image, then tile after tile.
const SIDE = 28;
// Milliseconds between frames, those of a film that passes by itself from image to image, how many of these its
// last frame stays, between two looks for more, and until a frame that did not come is asked for again.
const BETWEEN = 700, PASSING = 900, STAYS = 3, AGAIN = 1000, MISSED = 3000;
const frames = new Map();
const fetched = (film, at, image) => {
  const url = `${film.address}/${at}/${image}`, key = `${url} ${film.epochs[at]}`;
  if (!frames.has(key)) {
    const asked = fetch(url)
      .then((answer) => answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.status)));
    frames.set(key, asked.then((content) => new Uint8Array(content)));
    asked.catch(() => frames.delete(key));
  }
  return frames.get(key);
};
const greys = (bytes, rows, columns) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const context = canvas.getContext("2d"), pixels = context.createImageData(columns, rows);
  bytes.forEach((value, at) => pixels.data.set([value, value, value, 255], 4 * at));
  context.putImageData(pixels, 0, 0);
  return canvas;
};
// A vector is shown as a square of cells.
const shaped = (rows, columns) => {
  if (columns > 1 || rows === 1) return [rows, columns];
  const side = Math.ceil(Math.sqrt(rows));
  return [Math.ceil(rows / side), side];
};
const filled = (scroll, film, bytes) => {
  const show = (place, channel, canvas) => {
    const url = canvas.toDataURL();
    scroll.querySelectorAll(`.digits-map[data-place="${place}"][data-channel="${channel}"]`)
      .forEach((image) => image.setAttribute("href", url));
  };
  show(0, 0, greys(bytes.subarray(0, SIDE * SIDE), SIDE, SIDE));
  let from = SIDE * SIDE;
  film.tiles.forEach(([place, rows, columns, channels], at) => {
    if (at === film.tiles.length - 1) return bars(scroll, bytes.subarray(from));
    for (let channel = 0; channel < channels; channel += 1) {
      show(place, channel, greys(bytes.subarray(from, from + rows * columns), ...shaped(rows, columns)));
      from += rows * columns;
    }
  });
};
// Which pixel of a map was clicked.
const pixelOf = (root, image, { clientX, clientY }) => {
  const { left, top, width, height } = image.getBoundingClientRect();
  const place = +image.dataset.place;
  const [, rows, columns] = root.__film.tiles.find(([at]) => at === place);
  const within = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return {
    image: root.__image ?? 0, place, channel: +image.dataset.channel,
    row: within((clientY - top) / height, rows), column: within((clientX - left) / width, columns),
  };
};
const read = (bytes) => bytes.indexOf(Math.max(...bytes));
const bars = (scroll, bytes) => scroll.querySelectorAll(".digits-bar").forEach((bar, digit) => {
  bar.setAttribute("width", Math.max(0.5, bar.dataset.most * bytes[digit] / 255));
  bar.toggleAttribute("data-read", digit === read(bytes));
});

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches; // then a film goes on by one frame
const play = (root, on) => {
  clearInterval(root.__playing);
  const passing = root.__film?.passing;
  root.__playing = on ? setInterval(() => next(root), passing ? PASSING : BETWEEN) : null;
  root.__stayed = 0;
  root.querySelector(".digits-film-play").textContent = on ? "❚❚ Pause" : still() ? "▶ Step" : "▶ Play";
  root.querySelector(".digits-film-told").setAttribute("aria-live", on && passing ? "off" : "polite");
};
// The next epoch; of a film that passes by itself, after the last one the next image, untrained again.
const next = (root) => {
  if (!root.isConnected) return play(root, false);
  const { epochs, labels, live, passing } = root.__film, last = epochs.length - 1;
  if (passing && root.__at >= last) {
    root.__stayed += 1;
    if (root.__stayed < STAYS && !still()) return;
    root.__stayed = root.__at = 0;
    return pick(root, (root.__image + 1) % labels.length);
  }
  if (root.__at >= last && !live) return play(root, false);
  showFrame(root, Math.min(root.__at + 1, last));
};
const showFrame = async (root, at) => {
  const film = root.__film, image = root.__image, told = root.querySelector(".digits-film-told");
  root.__at = at;
  const slider = root.querySelector(".digits-film-at");
  Object.assign(slider, { max: film.epochs.length - 1, value: at });
  slider.setAttribute("aria-valuetext", film.epochs[at]);
  try {
    const bytes = await fetched(film, at, image);
    if (root.__at !== at || root.__image !== image) return; // something else is wanted by now
    filled(root.querySelector(".digits-network-scroll"), film, bytes);
    const said = bytes.subarray(-10), digit = read(said);
    told.removeAttribute("data-missed");
    told.textContent =
      `${film.epochs[at]}: the ${film.labels[image]} is read as ${digit}, ${Math.round(said[digit] / 2.55)}%`;
  } catch (error) {
    if (root.__at !== at || root.__image !== image) return;
    told.setAttribute("data-missed", ""); // not shown while the page says that nobody answers
    told.textContent = "This frame could not be fetched.";
    clearTimeout(root.__missed);
    const again = () => { if (root.isConnected && told.hasAttribute("data-missed")) showFrame(root, root.__at); };
    if (error instanceof TypeError) root.__missed = setTimeout(again, MISSED); // nobody answered at all
  }
};
const pick = (root, image) => {
  root.__image = image;
  [...root.querySelector(".digits-film-images").children].forEach((button, at) =>
    button.setAttribute("aria-pressed", at === image));
  showFrame(root, root.__at);
};
const choices = (root) => {
  const film = root.__film, group = root.querySelector(".digits-film-images");
  group.replaceChildren(...film.labels.map((label, image) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.setAttribute("aria-label", `Image of a ${label}`);
    button.setAttribute("aria-pressed", image === root.__image);
    fetched(film, 0, image).then((bytes) => button.append(greys(bytes.subarray(0, SIDE * SIDE), SIDE, SIDE)))
      .catch(() => button.append(label));
    button.onclick = () => {
      if (film.passing) play(root, false);
      pick(root, image);
    };
    return button;
  }));
};
const filmed = (root, film) => {
  const part = root.querySelector(".digits-film"), before = root.__film;
  part.hidden = !film?.epochs.length;
  root.__film = film;
  if (part.hidden) return play(root, false);
  const last = film.epochs.length - 1, isOther = before?.address !== film.address || !before.epochs.length;
  const follows = isOther || root.__at >= before.epochs.length - 1; // who has gone back stays there
  if (isOther) {
    root.__image = Math.max(0, film.labels.indexOf(4));
    play(root, false);
    choices(root);
    part.querySelector(".digits-film-told").textContent = "The network is being asked …";
  }
  const isStill = last === 0 && !film.live; // a single frame has no course to go through
  root.querySelector(".digits-film-at").hidden = isStill;
  root.querySelector(".digits-film-play").hidden = isStill;
  root.querySelector(".digits-film-at").oninput = ({ target }) => {
    play(root, false);
    showFrame(root, +target.value);
  };
  root.querySelector(".digits-film-play").onclick = () => {
    if (root.__playing) return play(root, false);
    if (still()) return film.passing ? next(root) : showFrame(root, (root.__at + 1) % (last + 1));
    if (root.__at >= last && !film.passing) showFrame(root, 0);
    play(root, true);
  };
  const fromStart = isOther && film.passing && !still();
  showFrame(root, fromStart ? 0 : follows && !root.__playing ? last : root.__at);
  if (fromStart) play(root, true);
};
// A film that grows is asked for; once it has ended the page itself tells it whole.
const follow = (root) => {
  clearTimeout(root.__asking);
  if (!root.__film?.live || !root.isConnected) return;
  root.__asking = setTimeout(async () => {
    const before = root.__film;
    try {
      const answer = await fetch(before.address);
      const now = answer.ok ? await answer.json() : before;
      if (root.__film === before && JSON.stringify(now) !== JSON.stringify(before)) filmed(root, now);
    } catch { /* it is asked for again */ }
    follow(root);
  }, AGAIN);
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".digits-network");
  const scroll = root.querySelector(".digits-network-scroll");
  const told = root.querySelector(".digits-network-told");
  root.toggleAttribute("data-brief", data.brief);
  if (root.__svg !== data.svg) {
    const focused = scroll.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    scroll.innerHTML = root.__svg = data.svg;
    sized(scroll.firstElementChild, data.brief);
    root.__told = null;
    scroll.querySelectorAll(".digits-map:not(.digits-face)").forEach((image) => {
      image.onclick = (event) => { if (+image.dataset.place) root.__onPixel?.(pixelOf(root, image, event)); };
    });
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
  const given = JSON.stringify([data.film, data.svg]); // what was asked for since may be newer
  if (root.__given !== given) filmed(root, data.film);
  root.__given = given;
  follow(root);
  root.__onPixel = data.clickable ? (pixel) => setTriggerValue("pixel", pixel) : null;
  root.querySelectorAll("[data-format]").forEach((button) => {
    button.onclick = async () => {
      const made = file(scroll.firstElementChild, getComputedStyle(root));
      const { format } = button.dataset;
      saved(format === "svg" ? made.blob : await painted(made, 3), `${data.name}.${format}`);
    };
  });
}
