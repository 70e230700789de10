// Shows the newest picture of the work; the one before stays until the new one is there.
export default function ({ parentElement, data }) {
  const find = (name) => parentElement.querySelector(name);
  find(".label").textContent = data.label;
  find(".steps").textContent = data.steps;
  if (!data.src) return;
  const next = new Image();
  next.onload = () => {
    const shown = find("img");
    shown.src = next.src;
    shown.hidden = false;
    find(".opening").hidden = true;
  };
  next.src = data.src;
}
