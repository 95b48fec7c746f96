// Draws laps as lines of time against number on a canvas, by uPlot, in the colours of the theme.

import { lapTime } from "/static/formatting.js";
import { axis, bare, colour, font } from "/static/parts/plots/ink.js";
import uPlot from "uplot";
import { countedUs } from "/static/people/laps/points.js";

/** The newest heat is the strongest line; each has its colour, its dashes and its points. */
const LINES = [
  { token: "--ink", width: 3, dash: [], point: "dot" },
  { token: "--chart-1", width: 2, dash: [8, 4], point: "square" },
  { token: "--chart-2", width: 2, dash: [2, 4], point: "ring" },
  { token: "--chart-3", width: 2, dash: [10, 4, 2, 4], point: "diamond" },
  { token: "--chart-4", width: 2, dash: [4, 4], point: "dot" },
];
const FONT_PX = 14;
const POINT_PX = 4.5;
const MARK_PX = 18;
/** A finger is no mouse: so far beside a point it still means that point. */
const REACH_PX = 32;
const LAP_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const DECIMALS = 3;
const US_PER_S = 1_000_000;
/** An axis says no more decimals than its steps have. */
function axisTime(us, stepUs) {
  const wanted = [1, 0.1, 0.01].findIndex((seconds) => stepUs % (seconds * US_PER_S) === 0);
  const text = lapTime(Math.round(us));
  if (wanted === -1) return text;
  return text.slice(0, wanted === 0 ? -DECIMALS - 1 : wanted - DECIMALS);
}

function pathOf(point, x, y, size) {
  const path = new Path2D();
  if (point === "square") path.rect(x - size, y - size, 2 * size, 2 * size);
  else if (point === "diamond") {
    const far = size * 1.4;
    path.moveTo(x, y - far);
    path.lineTo(x + far, y);
    path.lineTo(x, y + far);
    path.lineTo(x - far, y);
    path.closePath();
  } else path.arc(x, y, size, 0, 2 * Math.PI);
  return path;
}

/** A chart in `host`. What it shows is asked for through `asked`: `runs`, `isOff`, `best`, `picked`. */
export class LapPlot {
  #host;
  #asked;

  constructor(host, asked) {
    this.#host = host;
    this.#asked = asked;
    this.plot = this.#drawn();
  }

  #drawn() {
    const { runs, range } = this.#asked;
    const most = Math.max(...runs.flatMap((run) => run.laps.map((lap) => lap.number)));
    const numbers = Array.from({ length: most }, (_, at) => at + 1);
    const columns = runs.map((run) => {
      const counted = run.laps.filter((lap) => lap.invalid === null);
      const times = new Map(counted.map((lap) => [lap.number, this.#clamped(countedUs(lap))]));
      return numbers.map((number) => times.get(number) ?? null);
    });
    const options = {
      ...bare(this.#host),
      padding: [FONT_PX, FONT_PX, 0, 0],
      scales: { x: { time: false, range: [0.5, most + 0.5] }, y: { range: [...range] } },
      axes: this.#axes(),
      series: [{}, ...runs.map((run, at) => this.#series(run, at))],
      hooks: { draw: [(plot) => this.#mark(plot)] },
    };
    return new uPlot(options, [numbers, ...columns], this.#host);
  }

  /** Draws the same laps with another one picked. */
  redraw() {
    this.plot.redraw(false, false);
  }

  /** The lap nearest to a place on the page, `{run, lap}`; null where none is near. */
  nearest({ clientX, clientY }) {
    const box = this.plot.over.getBoundingClientRect();
    let found = null;
    let least = REACH_PX;
    for (const { run, lap } of this.#shown()) {
      const x = box.left + this.plot.valToPos(lap.number, "x");
      const y = box.top + this.plot.valToPos(this.#clamped(countedUs(lap)), "y");
      const distance = Math.hypot(clientX - x, clientY - y);
      if (distance < least) [found, least] = [{ run, lap }, distance];
    }
    return found;
  }

  #shown() {
    return this.#asked.runs
      .filter((run) => !this.#asked.isOff(run))
      .flatMap((run) => run.laps.map((lap) => ({ run, lap })));
  }

  #clamped(us) {
    const [low, high] = this.#asked.range;
    return Math.min(high, Math.max(low, us));
  }

  #colour(token) {
    return colour(this.#host, token);
  }

  #axes() {
    const widest = (texts) => Math.max(...(texts ?? [""]).map((text) => text.length));
    return [
      axis(this.#host, FONT_PX, { size: 28, gap: 4, incrs: LAP_STEPS, space: 28, grid: { show: false } }),
      axis(this.#host, FONT_PX, {
        gap: 6,
        size: (_, texts) => 12 + widest(texts) * FONT_PX * 0.55,
        values: (_, splits, __, ___, step) => splits.map((us) => axisTime(us, step)),
      }),
    ];
  }

  #series(run, at) {
    const { token, width, dash } = LINES[at];
    return {
      ...{ stroke: this.#colour(token), width, dash, spanGaps: true },
      ...{ show: !this.#asked.isOff(run), points: { show: false } },
    };
  }

  /** The points over the lines, older heats below newer ones, and what is special about a lap. */
  #mark(plot) {
    const { ctx } = plot;
    const { runs, best, picked } = this.#asked;
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.setLineDash([]);
    for (const { run, lap } of this.#shown().reverse()) {
      const place = this.#placeOf(plot, lap);
      if (lap.invalid === null) this.#point(ctx, place, LINES[runs.indexOf(run)]);
      else this.#cross(ctx, place);
      if (lap.penalty_us > 0) this.#write(ctx, place, `+${lapTime(lap.penalty_us)}`, "--yellow", -1);
      if (place.isBeyond) this.#write(ctx, place, lapTime(countedUs(lap)), "--muted", 1);
      if (lap === best?.lap) this.#write(ctx, place, `▲ ${lapTime(countedUs(lap))}`, "--green", 1);
      if (lap === picked?.lap) this.#ring(ctx, place);
    }
    ctx.restore();
  }

  #placeOf(plot, lap) {
    const us = countedUs(lap);
    const shown = this.#clamped(us);
    const [x, y] = [plot.valToPos(lap.number, "x", true), plot.valToPos(shown, "y", true)];
    const { left, width } = plot.bbox;
    return { x, y, left, right: left + width, isBeyond: us > shown, scale: devicePixelRatio };
  }

  #point(ctx, { x, y, scale }, { token, point }) {
    const path = pathOf(point, x, y, POINT_PX * scale);
    ctx.fillStyle = point === "ring" ? this.#colour("--panel") : this.#colour(token);
    ctx.fill(path);
    ctx.lineWidth = 2 * scale;
    ctx.strokeStyle = this.#colour(token);
    ctx.stroke(path);
  }

  #cross(ctx, { x, y, scale }) {
    const arm = POINT_PX * scale;
    ctx.lineWidth = 2.5 * scale;
    ctx.strokeStyle = this.#colour("--signal");
    ctx.stroke(new Path2D(`M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`));
  }

  #ring(ctx, { x, y, scale }) {
    ctx.lineWidth = 2 * scale;
    ctx.strokeStyle = this.#colour("--yellow");
    ctx.stroke(pathOf("dot", x, y, 2.2 * POINT_PX * scale));
  }

  /** A text above (`side` −1) or below a point, moved so far that the chart's edges leave it whole. */
  #write(ctx, { x, y, left, right, scale }, text, token, side) {
    ctx.font = font(this.#host, FONT_PX * scale, 700);
    const half = ctx.measureText(text).width / 2;
    const at = Math.min(right - half, Math.max(left + half, x));
    ctx.lineWidth = 4 * scale;
    ctx.strokeStyle = this.#colour("--panel");
    ctx.strokeText(text, at, y + side * MARK_PX * scale);
    ctx.fillStyle = this.#colour(token);
    ctx.fillText(text, at, y + side * MARK_PX * scale);
  }
}
