// Draws what mouse, finger and pen do on the canvas, and sends its ink after each stroke.
//
// Streamlit calls the exported function anew with each answer, also in the middle of a stroke: what has been
// drawn so far therefore lives on the canvas element. One pointer draws at a time. A pen goes before a touch,
// since whoever writes with a pen rests a palm on the glass.

const TOUCHES = 1 | 32; // of event.buttons: mouse button, finger or tip; the pen's other end
const MAIN = 0, ERASER = 5; // of event.button

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
  };
  const send = () => { // the same ink from every screen
    const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
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

  state.resizing?.abort();
  state.resizing = new AbortController();
  addEventListener("resize", show, { signal: state.resizing.signal }); // also when the page is zoomed
  show();
  return () => state.resizing.abort();
}
