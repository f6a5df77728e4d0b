// Called when what stands on the page is drawn; a task of its own, so that it is also shown.
export default ({ data: { scripts }, setTriggerValue }) => {
  setTimeout(() => {
    setTriggerValue("drawn", true);
    scripts.forEach((script) => import(new URL(script, document.baseURI)).catch(() => {}));
  });
};
