// Says so where the server does not answer: a line that is gone without a word (Wi-Fi, a lift, a server that sleeps)
// looks to Streamlit, for half a minute, like one on which nothing happens, and it takes every click.
const HEALTH = new URL("_stcore/health", document.baseURI); // pages lie one level deep
const EVERY = 10_000, FRESH = 2_000, AGAIN = 2_000, PATIENCE = 4_000, ANSWERS = 1_000, READ = 8_000; // milliseconds
const TRIES = 10;
const STYLE = {
  position: "fixed", zIndex: 1_000_100, left: "50%", bottom: "12px", transform: "translateX(-50%)",
  width: "max-content", maxWidth: "calc(100vw - 24px)", boxSizing: "border-box", padding: "10px 16px",
  borderRadius: "8px", border: "1px solid #ffffff", boxShadow: "0 4px 16px rgb(0 0 0 / 0.3)",
  background: "#7a3e00", color: "#ffffff", font: "1rem/1.4 sans-serif", pointerEvents: "none",
};
const STAYS = "What you see stays, and goes on by itself: wait with your next click.";
const GONE = `The server does not answer. ${STAYS}`, OFFLINE = `This device is offline. ${STAYS}`;
const BACK = "The server answers again. If what you pressed meanwhile has not happened, press it once more.";

const sign = Object.assign(document.createElement("div"), { role: "status", className: "digits-connection" });
Object.assign(sign.style, STYLE, { display: "none" });
document.body.append(sign);
const say = (text) => {
  if (sign.textContent !== text) sign.textContent = text;
  sign.style.display = text ? "" : "none";
};

const isAnswered = async () => {
  const patience = new AbortController(), end = setTimeout(() => patience.abort(), PATIENCE);
  try {
    return (await fetch(HEALTH, { cache: "no-store", signal: patience.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(end);
  }
};
// What was sent over a line while it was gone comes once the computer sends it again, which takes as long as the line
// was gone. So where the server answers, but not what was sent, the page is told what it is told when a connection is
// closed: it makes another, and the server goes on with the same session. Then the script runs with all that was
// chosen; a button is not pressed again by itself, since its press may have come.
let line, waits = false; // Streamlit's, known by what is sent over it; whether something sent has no answer yet
let run = null; // has the page's script run
export const onNewLine = (draw) => { run = draw; };
const { send } = WebSocket.prototype;
const answered = ({ target }) => { if (target === line) waits = false; };
WebSocket.prototype.send = function (...all) {
  if (line !== this) {
    line = this;
    line.addEventListener("message", answered);
  }
  waits = true;
  return send.apply(this, all);
};
const renew = (before) => {
  if (line !== before || !waits || line.readyState !== WebSocket.OPEN) return;
  line.dispatchEvent(new CloseEvent("close"));
  again(before, TRIES);
};
const again = (before, tries) => {
  if (line !== before || !tries) return; // something was sent over the new one
  run?.();
  setTimeout(again, AGAIN, before, tries - 1);
};

let asks = false, next = 0, heard = performance.now(), pressed = 0;
let since = 0; // when was first asked in vain; 0: the last question was answered
const back = () => {
  if (!sign.textContent || pressed < heard) { say(""); return; }
  say(BACK);
  setTimeout(() => { if (!since) say(""); }, READ);
};
const ask = async () => {
  if (asks || document.hidden) return;
  asks = true;
  const begun = performance.now(), isThere = await isAnswered();
  asks = false;
  if (isThere) {
    if (since) {
      back();
      setTimeout(renew, ANSWERS, line);
    }
    [heard, since] = [performance.now(), 0];
    return;
  }
  since ||= begun;
  if (!navigator.onLine) say(OFFLINE);
  else if (performance.now() - since >= PATIENCE) say(GONE);
  clearTimeout(next);
  next = setTimeout(ask, AGAIN);
};
const doubt = ({ type }) => {
  if (type === "pointerdown") pressed = performance.now();
  if (performance.now() - heard > FRESH) ask();
};

setInterval(() => { if (!since) ask(); }, EVERY);
["pointerdown", "keydown"].forEach((name) => addEventListener(name, doubt, { capture: true, passive: true }));
["online", "offline"].forEach((name) => addEventListener(name, ask));
document.addEventListener("visibilitychange", ask);
