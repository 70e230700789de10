// What unfolds: the chips open and fold the sections below; markup that needs files arrives later.
export class Sections {
  constructor(root, signal) {
    this.root = root;
    this.filled = {};
    for (const chip of root.querySelectorAll(".chip")) chip.addEventListener("click", () => this.toggle(chip), { signal });
    const ask = root.querySelector(".ask");
    ask?.addEventListener("click", () => {
      const told = ask.closest(".action").classList.toggle("told");
      ask.setAttribute("aria-expanded", String(told));
    }, { signal });
    const tiles = root.querySelectorAll("details.tile");
    for (const tile of tiles) {  // one open tile at a time keeps the page short
      tile.addEventListener("toggle", () => {
        for (const other of tile.open ? tiles : []) if (other !== tile) other.open = false;
      }, { signal });
    }
  }

  toggle(chip) {
    const part = this.root.querySelector(`#part-${chip.dataset.opens}`);
    part.hidden = !part.hidden;
    chip.setAttribute("aria-expanded", String(!part.hidden));
    if (!part.hidden) part.scrollIntoView({ block: "nearest" });
  }

  fill(slots) {
    for (const [name, html] of Object.entries(slots)) {
      const slot = this.root.querySelector(`[data-slot="${name}"]`);
      if (!slot || this.filled[name] === html) continue;
      this.filled[name] = html;
      slot.innerHTML = html || "<p>There is none for this clip.</p>";
    }
  }
}
