// Cards that move to their new places: those that stay glide, new ones fade in.
const card = (id) => {
  const figure = document.createElement("figure");
  figure.dataset.id = id;
  figure.append(document.createElement("div"), document.createElement("figcaption"));
  return figure;
};
const filled = (figure, { note, wrong }, at, { url, columns, size }, side) => {
  const [picture, words] = figure.children, times = side / size;
  const [x, y] = [at % columns, Math.floor(at / columns)].map((place) => -place * side);
  picture.style.background = `url(${url}) ${x}px ${y}px / ${columns * size * times}px auto`;
  words.textContent = note;
  figure.toggleAttribute("data-wrong", wrong);
};

export default function ({ parentElement, data }) {
  const list = parentElement.querySelector(".digits-hardest");
  list.setAttribute("aria-label", data.label);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const known = new Map([...list.children].map((figure) => [figure.dataset.id, figure]));
  const before = new Map([...known].map(([id, figure]) => [id, figure.getBoundingClientRect()]));
  const wanted = data.cards.map(({ id }) => known.get(String(id)) ?? card(id));
  const same = wanted.length === list.children.length && wanted.every((figure, at) => list.children[at] === figure);
  if (!same) list.replaceChildren(...wanted);
  wanted.forEach((figure, at) => filled(figure, data.cards[at], at, data.sheet, 56));
  if (still || same || !before.size) return;
  wanted.forEach((figure) => {
    const old = before.get(figure.dataset.id), now = figure.getBoundingClientRect();
    const from = old ? { transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` } : { opacity: 0 };
    figure.animate([from, old ? { transform: "none" } : { opacity: 1 }], { duration: 700, easing: "ease-in-out" });
  });
}
