// Called when what stands on the page is drawn; a task of its own, so that it is also shown.
export default ({ setTriggerValue }) => setTimeout(() => setTriggerValue("drawn", true));
