// Shows markup the server made. Links with data-drill open the drill in this visit, unless the visitor
// asks for a new tab. The figure of an open drill moves, unless the visitor's system asks for less motion.
const still = matchMedia("(prefers-reduced-motion: reduce)");

const move = (card, moving) => {
  const figure = card.querySelector("svg.figure"), button = card.querySelector(".pause");
  if (moving) figure.unpauseAnimations();
  else figure.pauseAnimations();
  button.textContent = moving ? "Pause the figure" : "Move the figure";
};

const rest = (card) => {
  const figure = card.querySelector("svg.figure");
  move(card, card.open && !still.matches);
  if (!card.open || still.matches) figure.setCurrentTime(Number(figure.dataset.still));
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".fc");
  const cards = () => [...root.querySelectorAll("details:has(svg.figure)")];
  if (root.dataset.shown !== data.html) {
    root.dataset.shown = data.html;
    root.innerHTML = data.html;
    for (const card of cards()) {
      rest(card);
      card.addEventListener("toggle", () => rest(card));
    }
  }
  root.onclick = (event) => {
    const pause = event.target.closest(".pause");
    if (pause) {
      const card = pause.closest("details");
      move(card, card.querySelector("svg.figure").animationsPaused());
      return;
    }
    const drill = event.target.closest("a[data-drill]");
    if (!drill || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("drill", drill.dataset.drill);
  };
}
