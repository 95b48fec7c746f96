// How far along the lap a place is, from the track's map. Pure.

const middle = ([x1, y1], [x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2];

/** The line between the borders where they have as many points, else the outer border. */
function centreOf({ inner, outer }) {
  return inner.length === outer.length ? outer.map((each, at) => middle(each, inner[at])) : outer;
}

/**
 * Measures along a closed line: `fracOf(x, y)` is the share of a lap that a place is behind the
 * finish, from 0 to 1 in the order of the map's points.
 */
export class TrackLine {
  #points;
  #lengths = [0];
  #startM;

  constructor(track) {
    this.#points = centreOf(track);
    for (let at = 0; at < this.#points.length; at += 1) {
      const [[x1, y1], [x2, y2]] = this.#segment(at);
      this.#lengths.push(this.#lengths[at] + Math.hypot(x2 - x1, y2 - y1));
    }
    this.#startM = this.#alongM(...middle(...track.finish));
  }

  fracOf(x, y) {
    const totalM = this.#lengths.at(-1);
    return ((this.#alongM(x, y) - this.#startM + totalM) % totalM) / totalM;
  }

  #segment(at) {
    return [this.#points[at], this.#points[(at + 1) % this.#points.length]];
  }

  #alongM(x, y) {
    let nearest = Infinity;
    let alongM = 0;
    for (let at = 0; at < this.#points.length; at += 1) {
      const [[x1, y1], [x2, y2]] = this.#segment(at);
      const lengthM = this.#lengths[at + 1] - this.#lengths[at];
      if (lengthM === 0) continue;
      const dot = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / lengthM ** 2;
      const share = Math.min(1, Math.max(0, dot));
      const awayM = Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
      if (awayM >= nearest) continue;
      nearest = awayM;
      alongM = this.#lengths[at] + share * lengthM;
    }
    return alongM;
  }
}

/** The shorter way from one share of a closed lap to another, −0.5 to 0.5. */
const step = (from, to) => ((((to - from + 0.5) % 1) + 1) % 1) - 0.5;

/**
 * The way of one lap: of `samples` (`[raceUs, frac]`), those from its opening to `untilUs`, as
 * `[us since the opening, frac]` with frac growing past 1 where the line is crossed. A car that
 * was put back reaches no part twice: what it had reached before counts.
 */
export function wayOf(samples, openedUs, untilUs = Infinity) {
  const way = [];
  let frac = null;
  let last = null;
  for (const [us, raw] of samples) {
    if (us < openedUs || us > untilUs) continue;
    if (frac === null) frac = raw > 0.5 ? raw - 1 : raw;
    else frac += step(last, raw);
    last = raw;
    if (way.length === 0 || frac > way.at(-1)[1]) way.push([us - openedUs, frac]);
  }
  return way;
}
