const script = (url) => window.__digitsPlotly ??= new Promise((resolve, reject) => {
  const tag = Object.assign(document.createElement("script"), { src: url });
  tag.onload = () => resolve(window.Plotly);
  tag.onerror = () => { window.__digitsPlotly = undefined; reject(new Error("plotly.js did not load")); };
  document.head.append(tag);
});
// The template of figures made in Python is the same for nearly all, so these do not bring it along.
const look = (url) => window.__digitsLook ??= fetch(new URL(url, document.baseURI))
  .then((answer) => answer.ok ? answer.text() : Promise.reject(new Error("Plotly's look did not load")))
  .catch((error) => { window.__digitsLook = undefined; throw error; });
const plots = window.__digitsPlots ??= new Set();
const shown = () => [...plots].filter((plot) => plot.isConnected || !plots.delete(plot));

// Who wants no motion has a film go on by one frame, when asked.
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const STEP = { buttons: [{ label: "▶ Step", method: "skip" }] };
const step = (plot) => {
  const at = plot.__frame = ((plot.__frame ?? -1) + 1) % plot.__frames.length;
  const now = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  return window.Plotly.animate(plot, [plot.__frames[at]], now);
};

// Figures are made for type of 16 pixels; on slides the page's is larger, and so is all that goes with it.
const size = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const letters = (times) => times === 1 ? 1 : 1.2 * times; // the smallest of all that is on a slide
const LENGTH = /^(size|width|height|minwidth|above|[lrtb]|standoff|[xy]shift)$/;
const PARTS = "title|pad|margin|[xy]axis[0-9]*|annotations|shapes?|legend|updatemenus|sliders|marker|line|meta";
const WITHIN = new RegExp(`^(${PARTS})$`);
const larger = (part, times) => {
  if (Array.isArray(part)) return part.map((one) => larger(one, times));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => {
    if (/font$/.test(name)) return [name, larger(value, letters(times))];
    if (WITHIN.test(name)) return [name, larger(value, times)];
    return [name, typeof value === "number" && LENGTH.test(name) ? value * times : value];
  }));
};
const traced = (traces, times) => traces?.map(({ width, ...trace }) => // a bar's width is data
  ({ ...larger(trace, times), ...(width !== undefined && { width }) }));
const sized = (figure, times) => times === 1 ? figure : {
  data: traced(figure.data, times), layout: larger(figure.layout, times),
  frames: figure.frames?.map((frame) => ({ ...frame, data: traced(frame.data, times) })),
};

// On a slide, what share of its height a chart is given so that all fits the screen (`present.js`).
const share = () => parseFloat(document.documentElement.style.getPropertyValue("--digits-share")) || 1;

const themed = (layout, style) => {
  const text = style.getPropertyValue("--st-text-color").trim();
  const grid = style.getPropertyValue("--st-border-color-light").trim() || "rgba(128, 128, 128, 0.25)";
  const bar = { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,128,128,0.8)", activecolor: text };
  const family = style.getPropertyValue("--st-font").trim();
  const font = { family, color: text, size: 12 * letters(size()) };
  const box = style.getPropertyValue("--st-secondary-background-color").trim();
  const hover = { bgcolor: box, bordercolor: grid, font: { color: text } };
  const dragmode = matchMedia("(pointer: coarse)").matches ? false : "zoom"; // a finger scrolls the page
  const names = Object.keys(layout).filter((name) => /^[xy]axis[0-9]*$/.test(name));
  const axes = Object.fromEntries(
    names.map((name) => [name, { ...layout[name], gridcolor: grid, linecolor: grid }]));
  const ground = style.getPropertyValue("--st-background-color").trim(); // labels stay readable on lines
  const annotations = layout.annotations?.map((label) => ({ bgcolor: ground, ...label }));
  const look = { bgcolor: box, bordercolor: grid, font: { color: text } };
  const updatemenus = layout.updatemenus?.map((menu) => ({ ...menu, ...look, ...(still() && STEP) }));
  const sliders = layout.sliders?.map((slider) => ({ ...slider, ...look, tickcolor: text }));
  const played = { ...(updatemenus && { updatemenus }), ...(sliders && { sliders }) };
  return { ...layout, ...axes, ...played, annotations, font, dragmode, modebar: bar, hoverlabel: hover };
};

// A title that would lie under the buttons beside it goes on in another line, for which the figure is taller.
const BUTTONS = 140, LEADING = 1.3;
const pen = document.createElement("canvas").getContext("2d");
const inLines = (text, room) => text.split(" ").reduce((lines, word) => {
  const longer = `${lines.at(-1)} ${word}`;
  return pen.measureText(longer.replace(/<[^>]*>/g, "")).width > room
    ? [...lines, word] : [...lines.slice(0, -1), longer];
}, [""]).map((line) => line.trim()).filter(Boolean);
const titled = (figure, width, family) => {
  const { title, margin, height, meta } = figure.layout;
  if (!title?.text || !margin) return figure;
  const size = title.font?.size ?? 16;
  pen.font = `${size}px ${family}`;
  const lines = inLines(title.text, width - BUTTONS);
  if (lines.length === 1) return figure;
  const extra = (lines.length - 1) * LEADING * size;
  const shape = meta?.shape && { ...meta.shape, above: meta.shape.above + extra };
  return { ...figure, layout: { ...figure.layout, title: { ...title, text: lines.join("<br>") },
    margin: { ...margin, t: margin.t + extra }, height: height + extra, meta: shape ? { ...meta, shape } : meta } };
};

// A legend of many rows, on a phone or with many runs, makes the figure taller instead of covering it.
const MOST_ROWS = 2, ROW = 19;
const withRoom = (figure, width) => {
  const { margin, height, meta } = figure.layout;
  if (meta?.shape) { // images that shrink with the width leave nothing empty below them
    const { above, ratio } = meta.shape;
    return { ...figure.layout, height: Math.min(height, Math.ceil(above + width * ratio)) };
  }
  const names = figure.data.filter((trace) => trace.name && trace.showlegend !== false);
  if (!names.length || figure.layout.showlegend === false) return { ...figure.layout };
  const widest = letters(size()) * Math.max(...names.map((trace) => 48 + 6.6 * trace.name.length));
  const columns = Math.max(1, Math.floor((width - margin.l - margin.r) / widest));
  const extra = letters(size()) * ROW * Math.max(0, Math.ceil(names.length / columns) - MOST_ROWS);
  return { ...figure.layout, height: height + extra, margin: { ...margin, b: margin.b + extra } };
};

// As the page shows it, on its background, so that a picture from the dark theme can be read elsewhere.
const download = (format) => (plot) => {
  const style = getComputedStyle(plot);
  const ground = style.getPropertyValue("--st-background-color").trim();
  const layout = { ...plot.layout, paper_bgcolor: ground, plot_bgcolor: ground };
  const filename = plot.getAttribute("aria-label").replace(/[^\p{L}\p{M}\p{N}.]+/gu, "-").slice(0, 80);
  const size = { width: plot.clientWidth, height: plot.clientHeight };
  const options = { format, filename, scale: format === "png" ? 2 : 1, ...size };
  return window.Plotly.downloadImage({ data: plot.data, layout }, options);
};
let bar; // always the same: with other buttons Plotly.react would plot anew and lose the zoom
const buttons = () => bar ??= [[
  { name: "png", title: "Download as PNG", icon: Plotly.Icons.camera, click: download("png") },
  { name: "svg", title: "Download as SVG", icon: Plotly.Icons.disk, click: download("svg") },
], ["zoom2d", "pan2d", "resetScale2d"]];

// The run under the mouse stands out in all charts: traces name theirs in `meta`.
const spotlight = (key) => shown().forEach((plot) => {
  const runs = plot.data.map((trace) => trace.meta);
  if (!runs.some((run) => typeof run === "string")) return;
  const dim = (run) => key && runs.includes(key) && typeof run === "string" && run !== key;
  const opacity = runs.map((run, i) => plot.__opacity[i] * (dim(run) ? 0.15 : 1));
  window.Plotly.restyle(plot, { opacity });
});

// Charts of one group show the values at the same place of the horizontal axis.
const together = (plot, x) => shown().forEach((other) => {
  const group = plot.layout.meta?.hovergroup;
  if (!group || other === plot || other.layout.meta?.hovergroup !== group) return;
  const yval = other._fullLayout.yaxis.range[0];
  if (x === null) window.Plotly.Fx.unhover(other, {}, "xy");
  else window.Plotly.Fx.hover(other, { xval: x, yval }, "xy", true);
});

// The image of the point under the mouse, cut out of one sheet; the point's customdata is its place there.
const picture = (plot, point, event) => {
  const sheet = plot.layout.meta?.sprites;
  if (!sheet) return;
  const { url, columns, size } = sheet, place = point?.customdata, times = 3;
  const glass = plot.__glass ??= document.body.appendChild(
    Object.assign(document.createElement("div"), { ariaHidden: "true" }));
  glass.hidden = place === undefined;
  if (glass.hidden) return;
  const [x, y] = [place % columns, Math.floor(place / columns)].map((at) => -at * size * times);
  Object.assign(glass.style, {
    position: "fixed", zIndex: 10, pointerEvents: "none", imageRendering: "pixelated",
    left: `${event.clientX + 16}px`, top: `${event.clientY + 16}px`,
    width: `${size * times}px`, height: `${size * times}px`, border: "1px solid #8a8f98",
    background: `url(${url}) ${x}px ${y}px / ${columns * size * times}px auto`,
  });
};

// Plotly's own buttons know the mouse only, and are drawn anew while frames play.
const reachable = (plot) => plot.querySelectorAll(".updatemenu-button").forEach((button) => {
  if (button.hasAttribute("tabindex")) return;
  const name = button.textContent.replace(/[^\w ]/g, "").trim(); // without the sign before it
  Object.entries({ tabindex: 0, role: "button", "aria-label": name }).forEach(
    ([key, value]) => button.setAttribute(key, value));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    button.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
});

const listen = (plot) => {
  plots.add(plot);
  plot.on("plotly_hover", ({ points: [point], event }) => {
    if (plot.layout.meta?.highlight) spotlight(point.data.meta);
    together(plot, point.x);
    picture(plot, point, event);
  });
  plot.on("plotly_afterplot", () => reachable(plot));
  plot.on("plotly_buttonclicked", ({ button }) => { if (button.method === "skip") step(plot); });
  plot.on("plotly_unhover", () => {
    if (plot.layout.meta?.highlight) spotlight(null);
    together(plot, null);
    picture(plot);
  });
  plot.on("plotly_click", ({ points: [point] }) => plot.__clicked?.({ x: point.x, y: point.y }));
};

// A chart that is drawn for the first time below the window waits until the browser rests: first what is looked at.
const LATEST = 2000; // milliseconds
const rest = () => new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go, { timeout: LATEST }));
const itsTurn = (plot) =>
  plots.has(plot) || plot.getBoundingClientRect().top < 1.2 * innerHeight ? undefined : rest();

// What draws itself in another size, or on paper, asks for this.
window.addEventListener("digits:refit", () => shown().forEach((plot) => plot.__refit()));

const ahead = (scripts) => Promise.all(scripts.map((script) => import(new URL(script, document.baseURI))));

export default function ({ parentElement, data, setTriggerValue }) {
  const needed = () => Promise.all([script(data.script), look(data.look)]);
  if (!data.figure) { ahead(data.ahead).then(needed).catch(() => {}); return; }
  const plot = parentElement.querySelector(".digits-plot");
  plot.setAttribute("aria-label", data.label);
  plot.setAttribute("role", "figure"); // what stands in an image, its buttons too, could not be reached
  const room = () => {
    const figure = sized(data.figure, size());
    const { minwidth } = figure.layout.meta ?? {};
    if (minwidth) { // what cannot be squeezed into a phone is scrolled sideways
      plot.style.minWidth = `${minwidth}px`;
      plot.parentElement.style.overflowX = "auto";
    }
    const width = plot.clientWidth, family = getComputedStyle(plot).getPropertyValue("--st-font").trim();
    const layout = withRoom(titled(figure, width, family), width);
    layout.height *= share();
    plot.style.minHeight = `${layout.height}px`;
    return { ...figure, layout };
  };
  room();
  const draw = async (width = {}) => {
    const [Plotly, template] = await needed();
    const { data: traces, layout: plain, frames = [] } = room();
    const themes = themed(plain, getComputedStyle(plot));
    const layout = { template: JSON.parse(template), ...themes, ...width }; // its own, if it has one
    const config = { responsive: true, displaylogo: false, showTips: false, modeBarButtons: buttons() };
    plot.__clicked = data.clickable ? (point) => setTriggerValue("click", point) : undefined;
    plot.__opacity = traces.map((trace) => trace.opacity ?? 1);
    plot.__frames = frames;
    const drawn = Plotly.react(plot, { data: traces, layout, config, frames });
    if (!plots.has(plot)) listen(plot); // before all is drawn: what can be seen can be clicked
    await drawn;
    reachable(plot);
  };
  // One after the other, since Plotly fails where it is asked again meanwhile; of those that wait, the last.
  plot.__wanted = draw;
  const inTurn = () => plot.__wanted === draw ? draw() : undefined;
  const failed = (error) => { plot.textContent = String(error); };
  plot.__drawn = Promise.resolve(plot.__drawn).then(needed).then(() => itsTurn(plot)).then(inTurn).catch(failed);
  const fitted = () => draw({ width: plot.clientWidth });
  plot.__refit = () => { plot.__drawn = plot.__drawn.then(fitted).catch(failed); };
}
