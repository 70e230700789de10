// The mean stride of another clip, to be drawn over this one at the same share of the stride.
const swapped = (name) => (name.startsWith("left_") ? name.replace("left_", "right_") : name.replace("right_", "left_"));

export class Ghost {
  constructor(root) { this.root = root; }

  get ready() { return Boolean(this.figure); }

  load(record) {
    if (!record.figures[0] || !record.picture) return;
    [this.figure] = record.figures;
    this.names = record.picture.names;
    this.root.querySelector('.toggle[data-draws="ghost"]').hidden = false;
  }

  // The figure at a share of the stride of the foot `near`: {name: {x, y}} in leg lengths from the hips.
  // If the other clip shows the other side, its left is drawn as our right: near leg on near leg.
  pose(phase, near) {
    const rows = this.figure.xy, at = phase * (rows.length - 1);
    const k = Math.min(rows.length - 2, Math.floor(at)), share = at - k;
    const found = {};
    this.names.forEach((name, place) => {
      const [x, y] = [2 * place, 2 * place + 1].map((column) => {
        const [a, b] = [rows[k][column], rows[k + 1][column]];
        return a === null || b === null ? null : a + share * (b - a);
      });
      if (x !== null && y !== null) found[this.figure.side === near ? name : swapped(name)] = { x, y };
    });
    return found;
  }
}
