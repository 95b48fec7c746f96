// Draws a training over its steps by uPlot: the reward of a step as a line, clean laps as bars.

import { language } from "/static/i18n.js";
import { axis, bare, colour } from "/static/parts/plots/ink.js";
import uPlot from "uplot";

const FONT_PX = 14;
const LEAST_STEPS = 12_288;
const LEAST_LAPS = 10;
const NARROW_PX = 420;
/** The first and the last bar are whole. */
const EDGE_FRAC = 0.05;

const number = (value) => new Intl.NumberFormat(language(), { maximumFractionDigits: 3 }).format(value);
/** Round labels of a count of steps: 2048 → "2k". */
const thousands = (steps) => (steps === 0 ? "0" : `${Math.round(steps / 1000)}k`);

/** Rounds column by column, as the chart takes them. */
export const trainingData = (rounds) => [
  rounds.map((each) => each.steps),
  rounds.map((each) => each.clean_laps),
  rounds.map((each) => each.reward_per_step),
];

function rewardRange(low, high) {
  if (low === null || high === null) return [0, 1];
  const margin = Math.max((high - low) * 0.15, Math.abs(high) * 0.05, 0.01);
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

function axes(host) {
  const shared = { gap: 6 };
  const space = host.clientWidth < NARROW_PX ? 60 : 50;
  const inOwnColour = (token) => ({ ...shared, stroke: colour(host, token) });
  const noGrid = { grid: { show: false } };
  return [
    axis(host, FONT_PX, { ...shared, ...noGrid, size: 28, space, values: (_, splits) => splits.map(thousands) }),
    axis(host, FONT_PX, { ...inOwnColour("--green"), ...noGrid, scale: "laps", side: 1, size: 34, incrs: [1, 2, 5] }),
    axis(host, FONT_PX, { ...inOwnColour("--chart-2"), scale: "reward", side: 3, size: 48, values: (_, splits) => splits.map(number) }),
  ];
}

function laps(host) {
  const stroke = colour(host, "--green");
  return {
    ...{ scale: "laps", stroke, fill: `${stroke}55`, width: 1 },
    paths: uPlot.paths.bars({ size: [0.5, 26, 4] }),
    points: { show: false },
  };
}

function reward(host) {
  const stroke = colour(host, "--chart-2");
  return {
    ...{ scale: "reward", stroke, width: 3, spanGaps: true },
    points: { show: true, size: 7, stroke, fill: stroke },
  };
}

/** A chart in `host`; `rounds` returns those so far. */
export function trainingPlot(host, rounds) {
  const most = () => Math.max(LEAST_STEPS, ...rounds().map((each) => each.steps));
  const options = {
    ...bare(host),
    padding: [FONT_PX, 0, 0, 0],
    scales: {
      x: { time: false, range: () => [-most() * EDGE_FRAC, most() * (1 + EDGE_FRAC)] },
      reward: { range: (_, low, high) => rewardRange(low, high) },
      laps: { range: () => [0, Math.max(LEAST_LAPS, ...rounds().map((each) => each.laps))] },
    },
    axes: axes(host),
    series: [{}, laps(host), reward(host)],
  };
  return new uPlot(options, trainingData(rounds()), host);
}
