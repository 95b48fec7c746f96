// Stamps a touch by the race clock, and says when that clock isn't known well enough to do so.

import { localNowUs } from "/static/race_clock.js";

/** Two crystals drift apart by some tenths of a second an hour: far less than a hand within this. */
const TRUSTED_FOR_US = 600_000_000;
/** A phone that sleeps stops its monotonic clock, and shows it by the calendar's running ahead. */
const ASLEEP_US = 100_000;

const calendarAheadUs = () => Date.now() * 1000 - localNowUs();

export class LineClock {
  #feed;
  #aheadUs = calendarAheadUs();
  #doubtedUs = -1;

  constructor(feed) {
    this.#feed = feed;
  }

  /** Looks whether this phone slept; what it then knows of the race clock is old. */
  watch() {
    const aheadUs = calendarAheadUs();
    if (Math.abs(aheadUs - this.#aheadUs) > ASLEEP_US) this.#doubtedUs = localNowUs();
    this.#aheadUs = aheadUs;
  }

  /** The race clock at that instant in whole microseconds; null where it isn't known well enough. */
  at(localUs) {
    this.watch();
    const { heardUs } = this.#feed;
    if (heardUs <= this.#doubtedUs || localUs - heardUs > TRUSTED_FOR_US) return null;
    const raceUs = this.#feed.raceAtUs(localUs);
    return raceUs === null ? null : Math.floor(raceUs);
  }
}
