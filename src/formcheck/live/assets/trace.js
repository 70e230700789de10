// The strip below the live picture: a dot for each step of the last half minute, and the zone it should lie in.
const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 600, HEIGHT = 100;

const shape = (name, attributes) => {
  const part = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  return part;
};

export function drawTrace(box, trace) {
  box.hidden = !trace;
  if (!trace) return;
  const svg = box.querySelector("svg"), words = box.querySelector(".place");
  const y = (share) => HEIGHT * (1 - share), dots = [];
  if (trace.zone) {
    const [low, high] = trace.zone;
    dots.push(shape("rect", { class: "zone", x: 0, width: WIDTH, y: y(high), height: Math.max(1, y(low) - y(high)) }));
  }
  const seen = trace.steps.filter(([x]) => x >= 0);
  const place = ([, value]) => !trace.zone ? "unknown" : value < trace.zone[0] ? "below" : value > trace.zone[1] ? "above" : "within";
  for (const step of seen) {
    dots.push(shape("path", { class: place(step), d: `M ${WIDTH * step[0]} ${y(step[1])} h 0` })); // stays round when stretched
  }
  svg.setAttribute("aria-label", `${trace.name}, the last ${seen.length} steps: ${trace.words || "no range"}`);
  svg.replaceChildren(...dots);
  box.querySelector(".what").textContent = `${trace.name}, step by step`;
  words.textContent = trace.words;
  words.className = `place ${trace.place}`;
  box.querySelector(".high").textContent = trace.ends[1];
  box.querySelector(".low").textContent = trace.ends[0];
}
