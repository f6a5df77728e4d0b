// Draws what mouse, finger and pen do on the canvas, and sends its ink after each stroke.
//
// Streamlit calls the exported function anew with each answer, also in the middle of a stroke: what has been
// drawn so far therefore lives on the canvas element. One pointer draws at a time. A pen goes before a touch,
// since whoever writes with a pen rests a palm on the glass. Keys are one more pointer, whose place is shown.

const TOUCHES = 1 | 32; // of event.buttons: mouse button, finger or tip; the pen's other end
const MAIN = 0, ERASER = 5; // of event.button
const KEYS = "keys"; // as a pointer
const STEP = 5, FINE = 1; // pixels that an arrow goes, and with Shift
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Whether a canvas gives back what was painted on it: some browsers give noise or white, lest pages track people.
// Others change a pixel by one or two, which does no harm.
const isRead = (canvas) => {
  const context = canvas.getContext("2d"), shades = [0, 255, 0, 0, 255, 255, 0, 255];
  shades.forEach((shade, at) => {
    context.fillStyle = `rgb(${shade}, ${shade}, ${shade})`;
    context.fillRect(at, 0, 1, 1);
  });
  const found = context.getImageData(0, 0, shades.length, 1).data;
  return shades.every((shade, at) => Math.abs(found[4 * at] - shade) < 32);
};

export default function ({ parentElement, data, setStateValue }) {
  const SIDE = data.side;
  const canvas = parentElement.querySelector(".digits-canvas");
  const width = parentElement.querySelector(".pen");
  const state = canvas.__state ??= { strokes: [], drawing: null, version: data.version };
  if (state.version !== data.version) { // emptied, but for the stroke that is being drawn
    state.strokes = state.strokes.filter((stroke) => stroke === state.drawing);
    state.version = data.version;
  }

  const paint = (context, pixels) => {
    context.setTransform(pixels / SIDE, 0, 0, pixels / SIDE, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIDE, SIDE);
    context.lineCap = context.lineJoin = "round";
    for (const { color, width, points } of state.strokes) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(points[0][0] - 0.01, points[0][1]); // so that a dot has a length
      points.forEach(([x, y]) => context.lineTo(x, y));
      context.stroke();
    }
  };
  const show = () => { // in the screen's own pixels, however dense and zoomed
    const pixels = Math.round(canvas.getBoundingClientRect().width * devicePixelRatio);
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    paint(canvas.getContext("2d"), pixels);
    if (state.pen) point(canvas.getContext("2d"));
  };
  const point = (context) => { // where the keys' pen is: a ring, full while it draws
    context.beginPath();
    context.arc(...state.pen, Math.max(4, width.value / 2), 0, 2 * Math.PI);
    Object.assign(context, { strokeStyle: "#4b97e3", fillStyle: "#4b97e3", lineWidth: 2 });
    context.stroke();
    if (state.drawing?.pointer === KEYS) context.fill();
  };
  const send = () => { // the same ink from every screen
    const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const hidden = parentElement.querySelector(".digits-hidden");
    hidden.hidden = isRead(small);
    if (!hidden.hidden) return;
    paint(small.getContext("2d"), SIDE);
    const url = state.strokes.length ? small.toDataURL("image/png") : "";
    // The version tells this drawing from one that was there before the canvas was emptied.
    setStateValue("ink", { version: state.version, url });
  };

  const place = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width * SIDE, (clientY - box.top) / box.width * SIDE];
  };
  const draws = ({ pointerId }) => state.drawing?.pointer === pointerId;
  const follow = (event) => {
    // Firefox for Android gives none, older Safari knows none: the event itself always counts.
    const between = event.getCoalescedEvents?.() ?? [];
    state.drawing.points.push(...[...between, event].map(place));
    show();
  };
  const end = (event) => {
    if (!draws(event)) return;
    state.drawing.cancelled = event.type === "pointercancel";
    state.drawing = null;
    send();
  };
  const dropPalm = () => { // a touch under way, or one that the system ended since it took it for a palm
    const isPalm = (stroke) =>
      stroke.pointerType === "touch" && (stroke === state.drawing || stroke.cancelled);
    state.strokes = state.strokes.filter((stroke) => !isPalm(stroke));
    if (!state.strokes.includes(state.drawing)) state.drawing = null;
  };
  const begin = (event) => {
    const { button, pointerId: pointer, pointerType } = event;
    event.preventDefault();
    if (button !== MAIN && button !== ERASER) return;
    leave();
    end(event); // of the same pointer: its pointerup never came
    if (pointerType === "pen") dropPalm();
    const penned = state.strokes.some((stroke) => stroke.pointerType === "pen");
    if (state.drawing || (penned && pointerType === "touch")) return;
    const color = button === ERASER ? "#000" : "#fff";
    state.drawing = { pointer, pointerType, color, width: Number(width.value), points: [place(event)] };
    state.strokes.push(state.drawing);
    show();
    canvas.setPointerCapture(pointer); // beyond the edge and back it is still one stroke
  };
  const lift = () => {
    if (state.drawing?.pointer !== KEYS) return;
    state.drawing = null;
    send();
  };
  const leave = () => { // the keyboard is elsewhere, or a hand draws
    if (!state.pen) return;
    lift();
    state.pen = null;
    show();
  };
  const press = () => { // puts the keys' pen down or lifts it
    if (state.drawing) return lift();
    const [x, y] = state.pen;
    state.drawing = { pointer: KEYS, color: "#fff", width: Number(width.value), points: [[x, y]] };
    state.strokes.push(state.drawing);
  };
  const go = ([x, y], by) => {
    state.pen = state.pen.map((at, axis) => Math.min(SIDE, Math.max(0, at + by * [x, y][axis])));
    if (state.drawing?.pointer === KEYS) state.drawing.points.push(state.pen);
  };
  const type = (event) => {
    const way = WAYS[event.key], presses = event.key === " " || event.key === "Enter";
    if (event.key === "Escape") lift();
    if ((!way && !presses) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // the page does not scroll
    state.pen ??= [SIDE / 2, SIDE / 2];
    if (way) go(way, event.shiftKey ? FINE : STEP);
    else if (!event.repeat) press();
    show();
  };
  const move = (event) => {
    if (!draws(event)) return; // another finger, or a pen that hovers
    if (event.buttons & TOUCHES) follow(event);
    else end(event); // its pointerup never came
  };

  canvas.onpointerdown = begin;
  canvas.onpointermove = move;
  canvas.onpointerup = (event) => { if (draws(event)) follow(event); end(event); };
  canvas.onpointercancel = canvas.onlostpointercapture = end; // what was drawn so far stays
  canvas.onwheel = (event) => { if (state.drawing) event.preventDefault(); };
  canvas.onkeydown = type;
  canvas.onblur = leave;
  // No menu, magnifying glass or zoom for a finger that rests or taps twice.
  canvas.oncontextmenu = canvas.ontouchstart = (event) => event.preventDefault();

  const change = (strokes) => {
    if (state.drawing) return; // the hand that draws lies on a button
    state.strokes = strokes;
    show();
    send();
  };
  parentElement.querySelector(".undo").onclick = () => change(state.strokes.slice(0, -1));
  parentElement.querySelector(".clear").onclick = () => change([]);

  state.leave?.();
  const zoomed = new AbortController(), resized = new ResizeObserver(show); // a page may move after its window
  addEventListener("resize", show, { signal: zoomed.signal });
  resized.observe(canvas);
  state.leave = () => { zoomed.abort(); resized.disconnect(); };
  show();
  return state.leave;
}
