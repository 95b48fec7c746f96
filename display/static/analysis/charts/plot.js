// A small chart by uPlot in the theme's colours: lines over a shared x, redrawn with size and theme.

import { axis, bare, colour } from "/static/parts/plots/ink.js";
import uPlot from "uplot";

const FONT_PX = 13;
const AXIS_PX = 58;

/** Lines of charts: mine, the other one's, one alone. */
export const LINES = {
  mine: { token: "--ink", width: 2.5, dash: [] },
  other: { token: "--chart-1", width: 2, dash: [6, 4] },
  alone: { token: "--chart-2", width: 2.5, dash: [] },
};

const seriesOf = (host, { line, hasPoints = false }) => ({
  stroke: colour(host, LINES[line].token),
  width: LINES[line].width,
  dash: LINES[line].dash,
  spanGaps: false,
  points: { show: hasPoints, size: 7, fill: colour(host, LINES[line].token) },
});

/**
 * Draws in `host`: `x` and `columns` (each `{values, line, hasPoints}`), `formatX` and `formatY` word
 * the axes, `lines` are places of x with a mark, `hasZero` keeps 0 in sight. The y axis shows `least`
 * at least: what differs by less than that looks alike.
 */
export function drawPlot(host, { x, columns, formatX, formatY, lines = [], hasZero, xRange, least = 0 }) {
  const mark = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour(host, "--edge");
    ctx.setLineDash([4, 4]);
    for (const place of lines) {
      const at = plot.valToPos(place, "x", true);
      ctx.stroke(new Path2D(`M${at} ${bbox.top}v${bbox.height}`));
    }
    ctx.restore();
  };
  const spread = (_, low, high) => {
    const [from, to] = hasZero ? [Math.min(0, low ?? 0), Math.max(0, high ?? 0)] : [low ?? 0, high ?? 1];
    const room = Math.max((to - from || Math.abs(to) || 1) * 0.1, (least - (to - from)) / 2);
    return [from - room, to + room];
  };
  const options = {
    ...bare(host),
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    padding: [6, 16, 0, 0],
    scales: { x: { time: false, range: xRange }, y: { range: spread } },
    axes: [
      axis(host, FONT_PX, { size: 24, gap: 3, values: (_, splits) => splits.map(formatX) }),
      axis(host, FONT_PX, { size: AXIS_PX, gap: 5, values: (_, splits) => splits.map(formatY), space: 20 }),
    ],
    series: [{}, ...columns.map((column) => seriesOf(host, column))],
    hooks: { drawClear: [mark] },
  };
  return new uPlot(options, [x, ...columns.map(({ values }) => values)], host);
}
