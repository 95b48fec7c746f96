// Says sentences one after another: by the browser's voice, else by speech that the server makes.

const VOICES_MS = 1500;
const WAITING_MAX = 4;
/** A sentence that waited longer tells of what everybody has seen. */
const STALE_MS = 12_000;
/** Some browsers never say that an utterance ended. */
const UTTERANCE_MS = 15_000;
/** A short sound before a call-out makes people listen; [frequency in Hz, delay in s]. */
const BEEPS = { bests: [[880, 0], [1175, 0.12], [1568, 0.24]], laps: [[880, 0]] };
const BEEP_S = 0.09;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The browser's own voice for a language, one on this machine before others; null for none. */
async function browserVoice(language) {
  const speech = window.speechSynthesis ?? null;
  if (speech === null) return null;
  if (speech.getVoices().length === 0)
    await Promise.race([
      new Promise((resolve) => speech.addEventListener("voiceschanged", resolve, { once: true })),
      pause(VOICES_MS),
    ]);
  const fitting = speech.getVoices().filter((each) => each.lang.slice(0, 2) === language);
  return fitting.find((each) => each.localService) ?? fitting[0] ?? null;
}

/** `state`: `off`, `on`, `blocked` until a tap, `missing` where nothing here can speak. */
export class Announcer {
  #language;
  #onChange;
  #audio = null;
  #voice = undefined;
  #waiting = [];
  #isSpeaking = false;
  #isMissing = false;
  #isOn = false;

  constructor(language, onChange) {
    this.#language = language;
    this.#onChange = onChange;
  }

  get state() {
    if (!this.#isOn) return "off";
    if (this.#isMissing) return "missing";
    return this.#audio?.state === "running" ? "on" : "blocked";
  }

  /**
   * To be called while a person taps or presses a key, or by a kiosk that needs nobody's leave;
   * resolves once the browser lets the sound through.
   */
  async switchOn() {
    this.#isOn = true;
    this.#isMissing = false;
    if (this.#audio === null) {
      this.#audio = new AudioContext();
      this.#audio.addEventListener("statechange", () => this.#onChange());
    }
    this.#onChange();
    // Switched off meanwhile, it closes, and resumes no more.
    await this.#audio.resume().catch(() => {});
    this.#onChange();
  }

  switchOff() {
    this.#isOn = false;
    this.#waiting = [];
    window.speechSynthesis?.cancel();
    this.#audio?.close();
    this.#audio = null;
    this.#onChange();
  }

  unblock() {
    if (this.#isOn && this.#audio?.state === "suspended") this.#audio.resume();
  }

  /** Says it once what waits is said; of many the newest. */
  say(text, kind = "heats") {
    if (this.state !== "on") return;
    this.#waiting = [...this.#waiting, { text, kind, sinceMs: performance.now() }].slice(-WAITING_MAX);
    if (!this.#isSpeaking) this.#speakAll();
  }

  async #speakAll() {
    this.#isSpeaking = true;
    try {
      while (this.#waiting.length > 0 && this.state === "on") {
        const { text, kind, sinceMs } = this.#waiting.shift();
        if (performance.now() - sinceMs > STALE_MS) continue;
        await this.#beep(BEEPS[kind] ?? []);
        await this.#speak(text);
      }
    } finally {
      this.#isSpeaking = false;
    }
  }

  async #speak(text) {
    if (this.#voice === undefined) this.#voice = await browserVoice(this.#language);
    if (this.#voice !== null) await this.#byBrowser(text);
    else await this.#byServer(text);
  }

  async #byBrowser(text) {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = this.#voice;
    utterance.lang = this.#voice.lang;
    const ended = new Promise((resolve) => {
      utterance.addEventListener("end", resolve);
      utterance.addEventListener("error", resolve);
    });
    window.speechSynthesis.speak(utterance);
    await Promise.race([ended, pause(UTTERANCE_MS)]);
  }

  async #byServer(text) {
    const query = new URLSearchParams({ text, lang: this.#language });
    try {
      const answer = await fetch(`/api/v1/speech?${query}`);
      if (answer.ok) return await this.#play(await answer.arrayBuffer());
      if (answer.status === 409) this.#isMissing = true;
    } catch {
      // no contact: the next sentence may find the server again
    }
    this.#onChange();
  }

  async #play(bytes) {
    const audio = this.#audio;
    if (audio === null) return;
    const source = new AudioBufferSourceNode(audio, { buffer: await audio.decodeAudioData(bytes) });
    source.connect(audio.destination);
    source.start();
    // By the clock, since a sound that is cut off never says that it ended.
    await pause(source.buffer.duration * 1000 + 150);
  }

  async #beep(tones) {
    const audio = this.#audio;
    if (audio === null || tones.length === 0) return;
    for (const [frequency, delayS] of tones) {
      const fromS = audio.currentTime + delayS;
      const source = new OscillatorNode(audio, { frequency });
      const level = new GainNode(audio, { gain: 0.15 });
      source.connect(level).connect(audio.destination);
      source.start(fromS);
      source.stop(fromS + BEEP_S);
    }
    await pause((tones.at(-1)[1] + BEEP_S) * 1000 + 60);
  }
}
