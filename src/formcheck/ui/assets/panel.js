// Shows markup the server made. Elements with data-seek send the player there; links with data-drill
// open the drill in this visit, unless the visitor asks for a new tab.
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".fc");
  if (root.dataset.shown !== data.html) {
    root.dataset.shown = data.html;
    root.innerHTML = data.html;
  }
  root.onclick = (event) => {
    const drill = event.target.closest("a[data-drill]");
    if (drill && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      setTriggerValue("drill", drill.dataset.drill);
      return;
    }
    const target = event.target.closest("[data-seek]");
    if (!target) return;
    window.dispatchEvent(new CustomEvent("formcheck-seek", { detail: Number(target.dataset.seek) }));
  };
}
