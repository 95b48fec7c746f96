// Holds the one live stream of a page: the document, the race clock, and whether there is contact.

import { completeView } from "/static/live_document.js";
import { mergePatch } from "/static/merge_patch.js";
import { RaceClock, localNowUs } from "/static/race_clock.js";

const POLL_MS = 2000;
const SILENCE_US = 5_000_000;
const GIVE_UP_US = 10_000_000;
const WATCH_MS = 250;
const ACTIVE_URL = "/api/v1/events/active";
const NOTICE_URL = "/api/v1/venue/notice";

const QUIET = { going_down: null, wifi: null, scene: "auto", sponsors: [] };

/**
 * Follows the active event. Fires `change` (document, contact), `report` (telemetry, positions,
 * track). Reconnecting with Last-Event-ID is the browser's own; a stream that it gave up is opened
 * anew, which begins with a snapshot.
 */
export class LiveFeed extends EventTarget {
  view = null;
  seq = 0;
  eventId = null;
  isReady = false;
  hasContact = true;
  track = null;
  timing = null;
  ghost = null;
  reports = new Map();
  /**
   * What every screen of the venue shows: `going_down` (a verb) and `wifi`, null for nothing, the
   * boards' `scene` and the `sponsors`' pictures.
   */
  notice = { ...QUIET };

  #wire = null;
  #source = null;
  #clock = new RaceClock();
  #heardUs = localNowUs();
  #frozenUs = null;
  #poll = null;

  start() {
    setInterval(() => this.#watch(), WATCH_MS);
    this.#findEvent();
  }

  /** The race clock now, standing still while there is no contact; null before the first message. */
  raceNowUs() {
    return this.#frozenUs ?? this.#clock.at(localNowUs());
  }

  /** The race clock at an instant of this screen's own, also without contact; null if not known. */
  raceAtUs(localUs) {
    return this.#clock.isSettled ? this.#clock.at(localUs) : null;
  }

  /** When the last sign of life came, by this screen's own clock. */
  get heardUs() {
    return this.#heardUs;
  }

  /** Whole seconds since the last sign of life. */
  silentS() {
    return Math.floor((localNowUs() - this.#heardUs) / 1_000_000);
  }

  async #findEvent() {
    clearTimeout(this.#poll);
    this.#source?.close();
    this.#source = null;
    try {
      const answer = await fetch(ACTIVE_URL, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(GIVE_UP_US / 1000),
      });
      if (!answer.ok) throw new TypeError(`${ACTIVE_URL}: ${answer.status}`);
      const { event_id: eventId } = await answer.json();
      this.#heard();
      this.#follow(eventId ?? null);
      if (this.#source === null) this.#notice(await (await fetch(NOTICE_URL)).json());
    } catch {
      this.#lost(); // the poll below tries again
    }
    if (this.#source === null) this.#poll = setTimeout(() => this.#findEvent(), POLL_MS);
  }

  #follow(eventId) {
    this.isReady = true;
    if (eventId !== this.eventId) {
      this.eventId = eventId;
      this.view = null;
      this.reports.clear();
    }
    if (eventId !== null) this.#open(eventId);
    this.#changed();
  }

  #open(eventId) {
    const source = new EventSource(`/api/v1/events/${encodeURIComponent(eventId)}/live`);
    this.#source = source;
    const handlers = {
      snapshot: (message) => this.#setView(message, message.view),
      patch: (message) => this.#patch(message),
      telemetry: (message) => {
        this.reports.set(message.car_id, message);
        this.#report("telemetry", message);
      },
      positions: (message) => this.#report("positions", message),
      track: (message) => this.#report("track", (this.track = message)),
      ghost: (message) => this.#report("ghost", (this.ghost = message.lap ?? null)),
      timing: (message) => this.#report("timing", (this.timing = message)),
      venue: (message) => this.#notice(message),
      ping: (message) => this.#observe(message),
      switched: (message) => this.#switch(message.event_id ?? null),
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        if (source !== this.#source) return;
        this.#heard();
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener("open", () => this.#clock.reset());
    source.addEventListener("error", () => this.#failed(source));
  }

  #failed(source) {
    if (source !== this.#source) return;
    this.#lost();
    if (source.readyState !== EventSource.CLOSED) return; // the browser reconnects by itself
    this.#source = null;
    this.#poll = setTimeout(() => this.#findEvent(), POLL_MS);
  }

  #switch(eventId) {
    if (eventId === this.eventId) return;
    this.#source.close();
    this.#source = null;
    this.#follow(eventId);
    if (eventId === null) this.#poll = setTimeout(() => this.#findEvent(), POLL_MS);
  }

  #setView(message, wire) {
    this.#observe(message);
    this.seq = message.seq;
    this.#wire = wire;
    this.view = completeView(wire);
    this.#changed();
  }

  #patch(message) {
    if (this.view === null)
      this.#findEvent(); // a patch of a document that this page never had
    else if (message.seq > this.seq) this.#setView(message, mergePatch(this.#wire, message.patch));
    else this.#observe(message);
  }

  #notice(message) {
    this.notice = { ...QUIET, ...message };
    this.#changed();
  }

  #report(kind, message) {
    this.dispatchEvent(new CustomEvent("report", { detail: { kind, message } }));
  }

  #observe(message) {
    this.#clock.observe(message.now_us, localNowUs());
  }

  #heard() {
    this.#heardUs = localNowUs();
    if (this.hasContact) return;
    this.hasContact = true;
    this.#frozenUs = null;
    this.#changed();
  }

  #lost() {
    if (!this.hasContact) return;
    this.#frozenUs = this.raceNowUs();
    this.hasContact = false;
    this.#changed();
  }

  #watch() {
    if (this.#source === null) return;
    const silentUs = localNowUs() - this.#heardUs;
    if (silentUs > SILENCE_US) this.#lost();
    // A connection that died without a word never reports an error: open another.
    if (silentUs > GIVE_UP_US) this.#findEvent();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
