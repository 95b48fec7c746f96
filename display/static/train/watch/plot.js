// Draws a training over its steps by uPlot: the reward of a step as a line, clean laps as bars.

import { language } from "/static/i18n.js";
import uPlot from "uplot";

const FONT_PX = 14;
const LEAST_STEPS = 12_288;
const NARROW_PX = 420;
/** The first and the last bar are whole. */
const EDGE_FRAC = 0.05;

const number = (value) => new Intl.NumberFormat(language(), { maximumFractionDigits: 3 }).format(value);
/** Round labels of a count of steps: 2048 → "2k". */
const thousands = (steps) => (steps === 0 ? "0" : `${Math.round(steps / 1000)}k`);

/** A chart in `host` of `rounds`; `laps` is how many an exam has. */
export class TrainingPlot {
  #host;
  #plot = null;
  #rounds = [];
  #sizes;

  constructor(host) {
    this.#host = host;
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(host);
  }

  end() {
    this.#sizes.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  show(rounds) {
    this.#rounds = rounds;
    if (this.#plot === null) this.build();
    else this.#plot.setData(this.#data());
  }

  /** Draws everything anew: another theme has other colours. */
  build() {
    this.#plot?.destroy();
    const most = () => Math.max(LEAST_STEPS, ...this.#rounds.map((each) => each.steps));
    const options = {
      ...this.#size(),
      legend: { show: false },
      cursor: { show: false },
      select: { show: false },
      padding: [FONT_PX, 0, 0, 0],
      scales: {
        x: { time: false, range: () => [-most() * EDGE_FRAC, most() * (1 + EDGE_FRAC)] },
        reward: { range: (_, low, high) => this.#rewardRange(low, high) },
        laps: { range: () => [0, Math.max(10, ...this.#rounds.map((each) => each.laps))] },
      },
      axes: this.#axes(),
      series: [{}, this.#laps(), this.#reward()],
    };
    this.#plot = new uPlot(options, this.#data(), this.#host);
  }

  #data() {
    const rounds = this.#rounds;
    return [
      rounds.map((each) => each.steps),
      rounds.map((each) => each.clean_laps),
      rounds.map((each) => each.reward_per_step),
    ];
  }

  #rewardRange(low, high) {
    if (low === null || high === null) return [0, 1];
    const margin = Math.max((high - low) * 0.15, Math.abs(high) * 0.05, 0.01);
    return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
  }

  #size() {
    const { clientWidth: width, clientHeight: height } = this.#host;
    return { width, height };
  }

  #fit() {
    const size = this.#size();
    const isSame = this.#plot?.width === size.width && this.#plot?.height === size.height;
    if (this.#plot !== null && !isSame && size.width > 0) this.#plot.setSize(size);
  }

  #colour(token) {
    return getComputedStyle(this.#host).getPropertyValue(token).trim();
  }

  #axes() {
    const stroke = this.#colour("--muted");
    const font = `400 condensed ${FONT_PX}px ${getComputedStyle(this.#host).fontFamily}`;
    const shared = { stroke, font, ticks: { show: false }, gap: 6 };
    const grid = { stroke: this.#colour("--hairline"), width: 1 };
    const space = this.#host.clientWidth < NARROW_PX ? 60 : 50;
    return [
      { ...shared, size: 28, space, grid: { show: false }, values: (_, splits) => splits.map(thousands) },
      { ...shared, scale: "laps", side: 1, size: 34, grid: { show: false }, incrs: [1, 2, 5], stroke: this.#colour("--green") },
      { ...shared, scale: "reward", side: 3, size: 48, grid, stroke: this.#colour("--chart-2"), values: (_, splits) => splits.map(number) },
    ];
  }

  #laps() {
    const colour = this.#colour("--green");
    return {
      ...{ scale: "laps", stroke: colour, fill: `${colour}55`, width: 1 },
      paths: uPlot.paths.bars({ size: [0.5, 26, 4] }),
      points: { show: false },
    };
  }

  #reward() {
    const stroke = this.#colour("--chart-2");
    return {
      ...{ scale: "reward", stroke, width: 3, spanGaps: true },
      points: { show: true, size: 7, stroke, fill: stroke },
    };
  }
}
