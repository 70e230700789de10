// Joins the parts of the result page: one clock for video, drawing, strip and curves.
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { Ghost } from "./ghost.js";
import { Metronome } from "./metronome.js";
import { Overlay } from "./overlay.js";
import { Sections } from "./sections.js";
import { StrideCharts } from "./stride.js";
import { showMoments } from "./strip.js";
import { TimeCharts } from "./timecharts.js";

export class ResultPage {
  constructor(root) {
    this.root = root;
    this.stop = new AbortController();
    this.clock = new Clock(root.querySelector(".stage video"), this.stop.signal);
    this.clock.watch((frame) => { root.dataset.frame = frame; });
    this.ghost = new Ghost(root);
    this.overlay = new Overlay(root, this.clock, this.ghost);
    this.stride = new StrideCharts(root, this.clock, this.stop.signal);
    this.charts = new TimeCharts(root, this.clock, this.stop.signal);
    this.sections = new Sections(root, this.stop.signal);
    this.metronome = new Metronome(root, this.stop.signal);
    new Controls(root, this.clock, this.overlay, this.stop.signal);
    this.media = null;
    root.addEventListener("click", (event) => this.clicked(event), { signal: this.stop.signal });
  }

  update(data, trigger) {
    this.trigger = trigger;
    this.sections.fill(data.slots || {});
    if (data.media && data.media.video !== this.media?.video) this.load(data.media);
    if (data.media?.then !== this.then) this.remember(data.media?.then);
  }

  async load(media) {
    this.media = media;
    const record = await this.fetched(media.record);
    if (!record) return;
    this.clock.load(record, media.video);
    this.overlay.load(record);
    this.stride.load(record);
    this.charts.load(record);
    showMoments(this.root, media.moments, record, this.clock);
    this.root.querySelector(".stage .wait").hidden = true;
    this.root.dataset.ready = "true";
  }

  async remember(address) {  // the stride of another clip, to compare with
    this.then = address;
    const record = address && await this.fetched(address);
    if (!record) return;
    this.ghost.load(record);
    this.stride.remember(record);
    this.overlay.draw();
  }

  async fetched(address) {
    const answer = await fetch(address);
    return answer.ok && !this.stop.signal.aborted ? answer.json() : null;
  }

  clicked(event) {
    const target = event.target.closest("[data-seek], a[data-drill], [data-do]");
    if (!target) return;
    if (target.dataset.seek !== undefined) {
      this.clock.pause();
      this.clock.seek(Number(target.dataset.seek));
      if (!target.closest(".strip")) this.root.querySelector(".hero").scrollIntoView({ block: "nearest" });
    } else if (target.dataset.do) {
      this.trigger(target.dataset.do, true);
    } else if (!(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      this.trigger("drill", target.dataset.drill);
    }
  }

  close() {
    this.stop.abort();
    this.metronome.silence();
    this.clock.pause();
  }
}
