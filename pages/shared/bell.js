// How a run fares, told by the tab's title, a notification and two notes; wishes stay in this browser.
const KEY = "digits.bell";
// Elements may be mounted anew while a run trains, so what is known of it lies beside them.
const known = window.__digitsBell ??= { living: new Set(), prefix: "", audio: null };

const wishes = () => {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
};
const wish = (name, value) => {
  try { localStorage.setItem(KEY, JSON.stringify({ ...wishes(), [name]: value })); } catch { /* a frame without storage */ }
};

const title = (mark) => {
  const bare = document.title.startsWith(known.prefix) ? document.title.slice(known.prefix.length) : document.title;
  known.prefix = mark ? `${mark} · ` : "";
  document.title = known.prefix + bare;
};

// Until the tab is looked at, also when Streamlit writes its own title meanwhile.
const keep = (mark) => {
  title(mark);
  const written = new MutationObserver(() => { if (!document.title.startsWith(known.prefix)) title(mark); });
  written.observe(document.head, { subtree: true, childList: true, characterData: true });
  document.addEventListener("visibilitychange", () => { written.disconnect(); title(""); }, { once: true });
};

const whyNot = () => {
  if (!window.isSecureContext) return "Browsers notify only on https pages: the tab's title tells you.";
  if (!("Notification" in window)) {
    return "This browser gives web pages no notifications (an iPhone only those on its home screen): the tab's title tells you.";
  }
  if (Notification.permission === "denied") {
    return "Your browser blocks notifications of this page: allow them in its settings for this site.";
  }
  return "";
};

const ON_ANDROID = "This browser notifies only of pages that are installed: the tab's title tells you.";
// Android's Chrome refuses to make one, which can be tried unseen as long as nobody has allowed any.
const canNotify = () => {
  if (Notification.permission !== "granted") {
    try { new Notification(""); } catch (error) { wish("cannot", error instanceof TypeError); }
  }
  return !wishes().cannot;
};

const mayNotify = () => !whyNot() && Notification.permission === "granted";

const notify = ({ run, mark, name, text }) => {
  try {
    const note = new Notification(`${mark} · ${name}`, { body: text, tag: `digits ${run}` });
    note.onclick = () => { window.focus(); note.close(); };
  } catch { wish("cannot", true); }
};

const play = async () => {
  known.audio ??= new AudioContext();
  await known.audio.resume();
  [660, 880].forEach((frequency, place) => {
    const start = known.audio.currentTime + 0.18 * place;
    const tone = new OscillatorNode(known.audio, { frequency }), loudness = new GainNode(known.audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.15, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    tone.connect(loudness).connect(known.audio.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
};

const ring = (data) => {
  if (wishes().sound) play().catch(() => {}); // a browser that plays nothing before a click
  if (!document.hidden) { title(""); return; }
  keep(data.mark);
  if (wishes().notify && mayNotify()) notify(data);
};

const draw = (bell, said) => {
  const [tell, sound] = bell.querySelectorAll("button"), { notify: wanted, sound: loud } = wishes();
  const on = Boolean(wanted) && mayNotify();
  const set = (button, text, pressed) => {
    if (button.textContent !== text) button.textContent = text;
    button.setAttribute("aria-pressed", String(pressed));
  };
  set(tell, on ? "✓ Tell me when it is done" : "Tell me when it is done", on);
  set(sound, loud ? "✓ With a sound" : "With a sound", Boolean(loud));
  if (said !== undefined) bell.querySelector("span").textContent = said;
};

const listen = (bell) => {
  const [tell, sound] = bell.querySelectorAll("button");
  tell.onclick = async () => {
    const on = wishes().notify && mayNotify();
    if (!on && !whyNot() && !canNotify()) { draw(bell, ON_ANDROID); return; }
    if (!on && !whyNot() && Notification.permission === "default") await Notification.requestPermission();
    wish("notify", !on);
    const told = "A notification comes when it ends, if this tab is open behind others. The page You tells without one.";
    draw(bell, on ? "" : whyNot() || (mayNotify() ? told : "You were asked, and did not allow it: ask again by a click."));
  };
  sound.onclick = () => {
    const on = !wishes().sound;
    wish("sound", on);
    if (on) play().catch(() => {});
    draw(bell);
  };
};

export default function ({ parentElement, data }) {
  const bell = parentElement.querySelector(".digits-bell");
  if (!bell.dataset.listens) { bell.dataset.listens = "yes"; listen(bell); }
  draw(bell);
  bell.style.visibility = data.live ? "" : "hidden"; // its place stays, so that nothing moves at the end
  if (data.live) {
    known.living.add(data.run);
    title(data.mark);
  } else if (known.living.delete(data.run)) {
    ring(data);
  }
  return () => { if (!document.hidden) title(""); };
}
