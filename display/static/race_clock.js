// Tells what the server's race clock reads, from the messages that say what it read when sent.

const SAMPLES = 30;
const SETTLED_N = 3;

/**
 * Keeps local minus remote time. A message can only be late, never early, so the smallest
 * difference among the newest samples is the nearest to the truth; the window lets it follow two
 * clocks that drift apart. All in microseconds; `localUs` is the browser's monotonic clock.
 */
export class RaceClock {
  #samples = [];

  /** Forgets what was learned: the other side may have another clock now. */
  reset() {
    this.#samples = [];
  }

  observe(remoteUs, localUs) {
    this.#samples.push(localUs - remoteUs);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Whether enough messages came that one of them was hardly late. */
  get isSettled() {
    return this.#samples.length >= SETTLED_N;
  }

  /** When the local clock reads what the remote one read at `remoteUs`; null before any message. */
  localAt(remoteUs) {
    return this.#samples.length === 0 ? null : remoteUs + Math.min(...this.#samples);
  }

  /** The remote clock at `localUs`, or null before the first message. */
  at(localUs) {
    if (this.#samples.length === 0) return null;
    return Math.floor(localUs - Math.min(...this.#samples));
  }
}

/** The browser's monotonic clock in microseconds. */
export const localNowUs = () => performance.now() * 1000;
