// Plays the start's sounds at their instants, by the browser's own audio clock.

/** How far ahead a sound is handed over: the audio clock then keeps its instant, whatever else. */
const AHEAD_S = 0.4;
/** A sound that is later than this helps nobody. */
const LATE_S = 0.25;
const RAMP_S = 0.008;

/** Tones as [frequency in Hz, delay in s, duration in s]. */
const TONES = {
  lamp: [[440, 0, 0.16]],
  go: [[880, 0, 0.9]],
  red: [
    [330, 0, 0.35],
    [247, 0.42, 0.35],
    [330, 0.84, 0.35],
    [247, 1.26, 0.6],
  ],
  over: [
    [660, 0, 0.18],
    [660, 0.28, 0.18],
    [880, 0.56, 0.5],
  ],
};

/** `onChange` is called as `state` changes: `on`, `off`, `blocked` (until a tap), `missing`. */
export class Beeper {
  #audio = null;
  #isOff;
  #onChange;
  #played = new Map();

  constructor({ isOff = false, onChange = () => {} } = {}) {
    this.#isOff = isOff;
    this.#onChange = onChange;
  }

  /** Browsers say only once it exists whether a page may sound. */
  start() {
    const Context = window.AudioContext ?? null;
    if (Context === null) return;
    this.#audio = new Context({ latencyHint: "interactive" });
    this.#audio.addEventListener("statechange", () => this.#onChange());
  }

  stop() {
    this.clear();
    this.#audio?.close();
    this.#audio = null;
  }

  get state() {
    if (this.#audio === null) return "missing";
    if (this.#isOff) return "off";
    return this.#audio.state === "running" ? "on" : "blocked";
  }

  /** To be called while the person taps or presses a key: browsers ask for that. */
  unblock() {
    if (this.#audio?.state === "suspended") this.#audio.resume();
  }

  toggle() {
    this.#isOff = !this.#isOff;
    if (this.#isOff) this.clear();
    this.#onChange();
  }

  /** Takes back what was handed over and hasn't sounded. */
  clear() {
    for (const tones of this.#played.values()) silence(tones);
    this.#played.clear();
  }

  /** Hands over what is due soon; call it often. What is no longer in `cues` won't sound. */
  keep(cues, nowUs) {
    const wanted = new Set(cues.map((cue) => cue.id));
    for (const [id, tones] of this.#played) {
      if (wanted.has(id)) continue;
      silence(tones);
      this.#played.delete(id);
    }
    if (this.state !== "on" || nowUs === null) return;
    for (const { id, kind, atUs } of cues) {
      const inS = (atUs - nowUs) / 1_000_000;
      if (inS > AHEAD_S || inS < -LATE_S || this.#played.has(id)) continue;
      this.#played.set(id, this.#sound(kind, inS));
    }
  }

  #sound(kind, inS) {
    const audio = this.#audio;
    // Earlier by what the loudspeaker's way takes: heard when it is seen.
    const startS = audio.currentTime + Math.max(0, inS - (audio.outputLatency || 0));
    return TONES[kind].map(([hz, delayS, lengthS]) => tone(audio, hz, startS + delayS, lengthS));
  }
}

function tone(audio, hz, fromS, lengthS) {
  const source = new OscillatorNode(audio, { type: "square", frequency: hz });
  const level = new GainNode(audio, { gain: 0 });
  level.gain.setValueAtTime(0, fromS);
  level.gain.linearRampToValueAtTime(0.25, fromS + RAMP_S);
  level.gain.setValueAtTime(0.25, fromS + lengthS - RAMP_S);
  level.gain.linearRampToValueAtTime(0, fromS + lengthS);
  source.connect(level).connect(audio.destination);
  source.start(fromS);
  source.stop(fromS + lengthS);
  return source;
}

function silence(tones) {
  for (const source of tones) {
    source.stop();
    source.disconnect();
  }
}
