// The colours of a heat map: from a reward to a colour, onto a canvas, and told in a legend.

import { html, nothing, svg } from "lit";
import { t } from "/static/i18n.js";
import { figure } from "/static/lab/readings.js";

/** Tokens of the page's theme; both run alike in grey, and for eyes that tell few colours. */
const SCALES = {
  heat: ["--heat-1", "--heat-2", "--heat-3", "--heat-4", "--heat-5", "--heat-6"],
  differ: ["--differ-1", "--differ-2", "--differ-3", "--differ-4", "--differ-5"],
};
const SHADES = 256;
/** Pixels of a cell: enough for the strokes that mark a fault. */
const CELL_PX = 8;

function channels(token, style) {
  const colour = style.getPropertyValue(token).trim();
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** The scale's shades from low to high, each as red, green and blue. */
function shadesOf(kind) {
  const style = getComputedStyle(document.documentElement);
  const stops = SCALES[kind].map((token) => channels(token, style));
  return Array.from({ length: SHADES }, (_, at) => {
    const place = (at / (SHADES - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(place));
    return stops[low].map((value, channel) => value + (stops[low + 1][channel] - value) * (place - low));
  });
}

/** Lowest and highest of a map's values; the same everywhere is in the middle of its range. */
export function rangeOf(values) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function coloured(grid, values, [low, high], kind) {
  const shades = shadesOf(kind);
  const image = new ImageData(grid.columns, grid.rows);
  for (const [at, cell] of grid.cells.entries()) {
    if (values[at] === null) continue;
    const share = Math.min(1, Math.max(0, (values[at] - low) / (high - low)));
    // A picture's rows run downwards, the grid's upwards.
    const row = grid.rows - 1 - Math.floor(cell / grid.columns);
    const place = 4 * (row * grid.columns + (cell % grid.columns));
    image.data.set([...shades[Math.round(share * (SHADES - 1))], 255], place);
  }
  return image;
}

/** Crosses out the cells in which there was a fault instead of a reward. */
function crossed(context, grid, values) {
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue("--well");
  context.strokeStyle = style.getPropertyValue("--signal");
  context.lineWidth = CELL_PX / 5;
  context.beginPath();
  for (const [at, cell] of grid.cells.entries()) {
    if (values[at] !== null) continue;
    const x = (cell % grid.columns) * CELL_PX;
    const y = (grid.rows - 1 - Math.floor(cell / grid.columns)) * CELL_PX;
    context.fillRect(x, y, CELL_PX, CELL_PX);
    context.moveTo(x, y + CELL_PX);
    context.lineTo(x + CELL_PX, y);
  }
  context.stroke();
}

/** Paints values of the grid's cells; `kind` is heat or differ. */
export function paint(canvas, grid, values, range, kind) {
  const small = document.createElement("canvas");
  [small.width, small.height] = [grid.columns, grid.rows];
  small.getContext("2d").putImageData(coloured(grid, values, range, kind), 0, 0);
  [canvas.width, canvas.height] = [grid.columns * CELL_PX, grid.rows * CELL_PX];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  crossed(context, grid, values);
}

/** What the colours mean; `marker` is a value to point at, or null. */
export function legend([low, high], kind, { marker = null, hasFaults = false, ends = [] } = {}) {
  const share = marker === null ? null : Math.min(1, Math.max(0, (marker - low) / (high - low)));
  return html`<div class="legend">
    <div class="legend__scale legend__scale--${kind}">
      <svg class="legend__mark" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        ${share === null ? nothing : svg`<rect class="legend__here" x=${share * 99} width="1" height="10"></rect>`}
      </svg>
    </div>
    <div class="legend__ends digits">
      <span>${ends[0] ?? figure(low)}</span>
      <span>${kind === "differ" ? t("lab.alike") : figure((low + high) / 2)}</span>
      <span>${ends[1] ?? figure(high)}</span>
    </div>
    ${hasFaults ? html`<p class="legend__fault"><span class="legend__cross" aria-hidden="true"></span>${t("lab.fault_here")}</p>` : nothing}
  </div>`;
}
