import "./whole.js"; // a projector draws no hints, which bring it elsewhere

const part = (tag, className, textContent) =>
  Object.assign(document.createElement(tag), { className, textContent });

const LONG = 12; // signs, of which two are not seen: they keep the direction of a name to itself

const row = ({ place, tied, name, accuracy, interval, reached }) => {
  const one = part("div", "row", "");
  const who = part("span", [...name].length > LONG ? "name long" : "name", name);
  who.title = name;
  const mark = part("span", "mark", reached ? "✓" : "");
  if (reached) mark.title = "has reached what is asked";
  one.append(part("span", "place", `${tied ? "≈ " : ""}${place}`), who, mark,
    part("span", "accuracy", accuracy), part("span", "interval", interval));
  return one;
};

const join = (link, code, typed) => {
  const box = part("div", "join", "");
  box.append(Object.assign(document.createElement("img"), { src: code, alt: `QR code of ${link}` }));
  box.append(part("p", "link", link), part("p", "", typed));
  return box;
};

export default function ({ parentElement, data }) {
  const { title, task, rows, note, headline, link, code, typed, names } = data;
  const whole = [part("h1", "", title), part("p", "task", task)];
  if (headline) whole.push(part("p", "headline", headline));
  if (link || rows.length) {
    const columns = Math.ceil(rows.length / 10);
    const list = part("div", `rows ${["", "one", "two"][columns] ?? "many"}`, "");
    list.append(...rows.map(row));
    list.style.gridTemplateRows = `repeat(${Math.ceil(rows.length / columns)}, auto)`;
    const beside = part("div", "beside", "");
    beside.append(list);
    if (link) beside.append(join(link, code, typed));
    whole.push(beside);
  }
  whole.push(part("p", "note", note));
  if (names?.length) {
    const list = part("p", names.length > 20 ? "names many" : "names", "");
    list.append(...names.map((name) => part("span", "", name)));
    whole.push(list);
  }
  parentElement.querySelector(".large").replaceChildren(...whole);
}
