// Small helpers for drawing SVG.
const SPACE = "http://www.w3.org/2000/svg";

export const make = (name, attributes = {}, parent = null) => {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (parent) parent.appendChild(node);
  return node;
};

export const text = (words, attributes, parent) => { make("text", attributes, parent).textContent = words; };

export const written = (value, digits) => value.toFixed(digits).replace("-", "−");

export const unitOf = (unit) => (unit === "°" || !unit ? unit : ` ${unit.trim()}`);

export const ticks = (low, high, most = 4) => {  // round numbers within a scale
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick < high; tick += step) found.push(tick);
  return { found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
};

export const dragged = (svg, goes) => {  // a tap or a drag: `goes` is told the share of the width
  const told = (event) => {
    const box = svg.getBoundingClientRect();
    goes(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
  };
  svg.addEventListener("pointerdown", told);
  svg.addEventListener("pointermove", (event) => { if (event.buttons === 1) told(event); });
};
