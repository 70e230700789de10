// Shows markup the server made. Links with data-drill open the drill in this visit, unless the visitor
// asks for a new tab.
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".fc");
  if (root.dataset.shown !== data.html) {
    root.dataset.shown = data.html;
    root.innerHTML = data.html;
  }
  root.onclick = (event) => {
    const drill = event.target.closest("a[data-drill]");
    if (!drill || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("drill", drill.dataset.drill);
  };
}
