// The six pictures of a stride: each leads to its frame, and the current one is marked.
import { nearestTo } from "./clock.js";

export function showMoments(root, addresses, record, clock) {
  const buttons = [...root.querySelectorAll(".moment")];
  const frames = record.moments.map((moment) => nearestTo(record.times, moment.time));
  const mark = (frame) => buttons.forEach((button, k) => {
    if (frames[k] === frame) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
  buttons.forEach((button, k) => { if (addresses[k]) button.querySelector("img").src = addresses[k]; });
  clock.watch(mark);
  mark(clock.frame);
}
