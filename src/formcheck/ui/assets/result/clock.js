// The page's only playhead: which frame of the clip is on the screen.
const NUDGE = 0.001;  // s; a browser asked for the very start of a frame may show the one before

export const indexAt = (times, time) => {  // last frame that begins at or before `time`
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time + 0.002) low = middle; else high = middle - 1;
  }
  return low;
};

export const nearestTo = (times, time) => {
  const before = indexAt(times, time);
  const after = Math.min(before + 1, times.length - 1);
  return Math.abs(times[after] - time) < Math.abs(times[before] - time) ? after : before;
};

export class Clock {
  constructor(video, signal) {
    this.video = video;
    this.signal = signal;
    this.times = [0];
    this.steps = [];
    this.strides = {};
    this.frame = -1;
    this.loop = null;
    this.watchers = [];
    for (const name of ["play", "pause"]) video.addEventListener(name, () => this.tell(), { signal });
  }

  load(record, source) {
    this.times = record.times;
    this.steps = record.steps;
    this.near = record.near || "left";
    this.strides = { left: [], right: [] };
    for (const step of record.steps) this.strides[step.side].push(step.start);
    const first = record.moments[0];
    this.go(first ? nearestTo(this.times, first.time) : 0, true);
    if (!source) return;
    const loaded = () => this.go(Math.max(0, this.frame), true);
    this.video.addEventListener("loadeddata", loaded, { signal: this.signal, once: true });
    this.video.src = source;
    this.follow();
  }

  get time() { return this.times[Math.max(0, this.frame)]; }

  watch(told) { this.watchers.push(told); }

  tell() { for (const told of this.watchers) told(this.frame, this.time); }

  play() { this.video.play(); }

  pause() { this.video.pause(); }

  toggle() { if (this.video.paused) this.play(); else this.pause(); }

  go(index, again = false) {
    const at = Math.max(0, Math.min(this.times.length - 1, index));
    this.video.currentTime = this.times[at] + NUDGE;
    this.show(at, again);
  }

  step(by) { this.pause(); this.go(this.frame + by); }

  seek(time) { this.go(nearestTo(this.times, time)); }

  next(event) {  // "start" = the next landing of either foot, "end" = the next toe-off; after the last, the first
    this.pause();
    const moments = this.steps.map((step) => step[event]).filter((time) => time !== null).sort((a, b) => a - b);
    const found = moments.find((time) => nearestTo(this.times, time) > this.frame) ?? moments[0];
    if (found !== undefined) this.seek(found);
  }

  phase(time = this.time, side = this.near) {  // share of the stride that has passed, null outside strides
    const starts = this.strides[side] || [];
    const k = starts.findLastIndex((start) => start <= time + 1e-6);
    if (k < 0 || k > starts.length - 2) return null;
    return (time - starts[k]) / (starts[k + 1] - starts[k]);
  }

  stride(time = this.time, side = this.near) {  // [start, end] of the stride at `time`, else of the nearest one
    const starts = this.strides[side] || [];
    if (starts.length < 2) return null;
    const k = Math.max(0, Math.min(starts.length - 2, starts.findLastIndex((start) => start <= time + 1e-6)));
    return [starts[k], starts[k + 1]];
  }

  toggleLoop() {
    this.loop = this.loop ? null : this.stride();
    if (this.loop) { this.seek(this.loop[0]); this.play(); }
    this.tell();
    return Boolean(this.loop);
  }

  follow() {  // the browser tells every frame it shows
    if (this.following) return;
    this.following = true;
    const told = (_now, meta) => {
      if (this.signal.aborted) return;
      if (!this.video.seeking) this.show(indexAt(this.times, meta.mediaTime));
      if (this.loop && meta.mediaTime >= this.loop[1] - 0.004) this.seek(this.loop[0]);
      this.video.requestVideoFrameCallback(told);
    };
    const late = () => this.show(indexAt(this.times, this.video.currentTime));
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(told);
    else this.video.addEventListener("timeupdate", late, { signal: this.signal });
  }

  show(index, again = false) {
    if (index === this.frame && !again) return;
    this.frame = index;
    this.tell();
  }
}
