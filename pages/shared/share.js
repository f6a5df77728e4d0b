// Where the clipboard is closed to pages without TLS or in frames, the old way still works.
const copied = async (text) => {
  try { await navigator.clipboard.writeText(text); return; } catch { /* closed, or not there */ }
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("closed");
};

// The app's own address, also in a frame of another page: without what only the frame asked for.
const address = ({ isLocal, outside }) => {
  const url = new URL(window.location.href);
  ["embed", "embed_options"].filter((name) => url.searchParams.has(name))
    .forEach((name) => url.searchParams.delete(name));
  return isLocal && outside ? outside + url.search : url.href;
};

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector(".digits-copy");
  const field = parentElement.querySelector(".digits-address");
  const isForHere = data.isLocal && !data.outside;
  button.textContent = data.label;
  button.onclick = async () => {
    const text = address(data);
    try {
      await copied(text);
      button.textContent = isForHere ? "Copied, for this computer only" : "Link copied";
    } catch {
      button.textContent = "Copy this:";
      Object.assign(field, { value: text, hidden: false }).select();
      return;
    }
    setTimeout(() => { button.textContent = data.label; }, isForHere ? 4000 : 2000);
  };
}
