// Marks the glossary's terms in the text of a page, and shows the sentence of the one that is meant.
// React's elements are left as they are: marks are highlights, and nothing here takes focus, press or click.
import { onNewLine } from "./connection.js";
import "./room.js";
import "./whole.js"; // every page but the projector's and the glossary's draws this one

const MARK = "digits-term", REST = 400, PAUSE = 300, TAP = 10;
const TEXT = "[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]";
// Where a press means something, and where words are no prose.
const HELD = "button, a, summary, input, textarea, select, canvas, svg, img, video, td, label:has(input), "
  + "code, pre, .katex, [contenteditable], [data-testid=stIconMaterial], [data-testid=stTooltipContent], "
  + ["button", "tab", "option", "checkbox", "radio", "switch", "slider", "combobox", "textbox", "menuitem", "img", "grid"]
    .map((role) => `[role=${role}]`).join(", ");

let book = null, root = null;
const isOn = () => book && root?.isConnected; // a projector's page, and the glossary's own, have no hints

// The glossary, by the first word of what may be written.
const read = ({ terms, forms }) => {
  const starts = new Map();
  for (const form of Object.keys(forms).sort((one, other) => other.length - one.length)) {
    const first = form.match(/[\p{L}\p{N}]+/u)[0];
    starts.set(first, [...(starts.get(first) ?? []), form]);
  }
  return { terms, forms, starts };
};
const here = () => location.pathname.split("/").at(-1);
const isIn = (word) => word !== undefined && /[\p{L}\p{N}]/u.test(word);
const found = (text) => {
  const plain = text.replace(/[\s\-‑]/g, " ").replace(/’/g, "'").toLowerCase();
  if (plain.length !== text.length) return [];
  const word = /[\p{L}\p{N}]+/gu, places = [];
  for (let next = word.exec(plain); next; next = word.exec(plain)) {
    const from = next.index;
    const form = book.starts.get(next[0])
      ?.find((one) => plain.startsWith(one, from) && !isIn(plain[from + one.length]));
    if (!form) continue;
    word.lastIndex = from + form.length;
    const term = book.terms[book.forms[form]];
    if (!term.notOn.includes(here())) places.push({ from, to: word.lastIndex, term });
  }
  return places;
};

// Marks: the first of each term in each block of text.
const marked = new Map();
const texts = (box, enters) => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return enters(node) ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_REJECT;
  });
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
};
const ranges = (box) => {
  const seen = new Set(), made = [];
  for (const node of texts(box, (element) => !element.matches(HELD))) {
    for (const { from, to, term } of found(node.data)) {
      if (!term.marked || seen.has(term)) continue;
      seen.add(term);
      made.push(new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to }));
    }
  }
  return made;
};
const unmark = (box, marks) => {
  marked.get(box)?.ranges.forEach((range) => marks.delete(range));
  marked.delete(box);
};
const isSame = (box) => {
  const { text, ranges } = marked.get(box) ?? {};
  return text === box.textContent && ranges.every((range) => range.startContainer.isConnected);
};
const scan = () => {
  const marks = CSS.highlights.get(MARK) ?? new Highlight();
  CSS.highlights.set(MARK, marks);
  for (const box of [...marked.keys()].filter((box) => !box.isConnected || !isOn())) unmark(box, marks);
  if (!isOn()) return;
  for (const box of document.querySelectorAll(TEXT)) {
    if (isSame(box)) continue;
    unmark(box, marks);
    const made = box.closest(HELD) ? [] : ranges(box);
    made.forEach((range) => marks.add(range));
    marked.set(box, { text: box.textContent, ranges: made });
  }
};

// The term at a point of the window, and where it stands.
const caret = (x, y) => {
  const at = document.caretPositionFromPoint?.(x, y);
  if (at) return [at.offsetNode, at.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? [range.startContainer, range.startOffset] : [];
};
const holds = ({ left, right, top, bottom }, x, y) => x >= left && x <= right && y >= top && y <= bottom;
const at = (x, y) => {
  const target = document.elementFromPoint(x, y);
  if (!isOn() || !target?.closest(TEXT) || target.closest(HELD)) return null;
  const [node, offset] = caret(x, y);
  if (node?.nodeType !== Node.TEXT_NODE || !target.contains(node)) return null;
  const place = found(node.data).find(({ from, to, term }) => term.marked && from <= offset && offset <= to);
  if (!place) return null;
  const range = document.createRange();
  range.setStart(node, place.from);
  range.setEnd(node, place.to);
  const rect = [...range.getClientRects()].find((one) => holds(one, x, y));
  return rect ? { term: place.term, rect } : null;
};

// The card. It lies in the top layer, takes no focus, and lets every press through unless it was asked for.
let shown = null;
const link = ({ term }) => Object.assign(document.createElement("a"), {
  href: `glossary?find=${encodeURIComponent(term)}`, target: "_blank", textContent: "In the glossary",
});
const named = ({ term }) => term[0].toUpperCase() + term.slice(1);
const hide = () => {
  if (shown?.card.matches(":popover-open")) shown.card.hidePopover();
  shown = null;
};
const show = ({ term, rect }, pinned) => {
  hide();
  const card = root.querySelector(".digits-term-card");
  if (!card.showPopover) return;
  card.toggleAttribute("data-pinned", pinned);
  const [name, sentence] = ["b", "span"].map((tag) => document.createElement(tag));
  name.textContent = named(term);
  sentence.textContent = `${term.means} `;
  card.replaceChildren(name, sentence, link(term));
  card.showPopover();
  const { width, height } = card.getBoundingClientRect(), { clientWidth, clientHeight } = document.documentElement;
  const left = Math.max(8, Math.min(rect.left, clientWidth - width - 8));
  const below = rect.bottom + 6, above = rect.top - height - 6;
  Object.assign(card.style, { left: `${left}px`, top: `${below + height <= clientHeight ? below : Math.max(8, above)}px` });
  shown = { card, rect, pinned };
};

// A mouse that rests on a term, or a tap on one.
let resting = 0, press = null;
const moved = ({ pointerType, buttons, clientX: x, clientY: y }) => {
  clearTimeout(resting);
  if (shown && !shown.pinned && !holds(shown.rect, x, y)) hide();
  if (pointerType !== "mouse" || buttons || shown) return;
  resting = setTimeout(() => {
    const place = at(x, y);
    if (place) show(place, false);
  }, REST);
};
const pressed = (event) => {
  clearTimeout(resting);
  press = event;
  if (!shown?.card.contains(event.target)) hide();
};
const released = ({ pointerType, clientX: x, clientY: y, isPrimary }) => {
  const from = press;
  press = null;
  if (pointerType === "mouse" || !isPrimary || !from) return;
  if (Math.hypot(x - from.clientX, y - from.clientY) > TAP) return;
  const place = at(x, y);
  if (place) show(place, true);
};
const left = () => { clearTimeout(resting); hide(); };

// The list at the foot: all terms of the page, in buttons, tables and axes too.
const UNSAID = ".digits-terms, .digits-term-card, script, style, [data-testid=stIconMaterial]";
const isSeen = (node) => node.checkVisibility?.() ?? true; // Safari before 17.4 cannot tell
const isSaid = (node) => !node.matches(UNSAID) && (isSeen(node) || node.closest("canvas"));
const written = () => {
  const main = document.querySelector("[data-testid=stMain]") ?? document.body;
  return texts(main, isSaid).map((node) => node.data).join("\n");
};
const list = () => {
  const details = isOn() && root.querySelector(".digits-terms");
  if (!details?.open) return;
  const all = details.querySelector("dl");
  const terms = [...new Set(found(written()).map(({ term }) => term))]
    .sort((one, other) => one.term.localeCompare(other.term, "en"));
  const names = terms.map(({ term }) => term).join();
  if (all.dataset.terms === names) return;
  all.dataset.terms = names;
  all.replaceChildren(...terms.flatMap((term) => {
    const [name, sentence] = ["dt", "dd"].map((tag) => document.createElement(tag));
    name.textContent = named(term);
    sentence.textContent = term.means;
    return [name, sentence];
  }));
};

// A page that draws itself anew each second is looked through once, when it and the browser rest.
let waiting = false;
const later = () => {
  if (waiting || !book) return;
  waiting = true;
  const look = () => {
    waiting = false;
    if (globalThis.CSS?.highlights) scan();
    list();
  };
  setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(look, { timeout: 2000 }), PAUSE);
};

const heard = { passive: true, capture: true };
let begun = null;
const begin = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  book = read(await answer.json());
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true, characterData: true });
  Object.entries({
    pointermove: moved, pointerdown: pressed, pointerup: released, pointercancel: () => { press = null; },
    scroll: left, wheel: left, keydown: left, blur: ({ target }) => { if (target === window) left(); },
  }).forEach(([name, listener]) => addEventListener(name, listener, heard));
};
export default function ({ parentElement, data, setTriggerValue }) {
  root = parentElement;
  onNewLine(() => setTriggerValue("again", true));
  root.querySelector(".digits-terms").ontoggle = list;
  begun ??= begin(new URL(data.terms, document.baseURI)).catch(() => { begun = null; });
  begun.then(later);
}
