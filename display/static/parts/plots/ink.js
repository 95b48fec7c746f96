// What charts by uPlot are drawn with: the theme's colours and face, and what all of them leave out.

/** What a token's colour is where `host` stands. */
export const colour = (host, token) => getComputedStyle(host).getPropertyValue(token).trim();

/** The page's face for a canvas. */
export const font = (host, px, weight = 400) => `${weight} condensed ${px}px ${getComputedStyle(host).fontFamily}`;

export const sizeOf = ({ clientWidth: width, clientHeight: height }) => ({ width, height });

/** Options that every chart has: no legend, no frame to pull, nothing under the pointer. */
export const bare = (host) => ({
  ...sizeOf(host),
  legend: { show: false },
  cursor: { show: false },
  select: { show: false },
});

/** Quiet axes with a fine grid; `more` says the rest. */
export const axis = (host, px, more) => ({
  stroke: colour(host, "--muted"),
  font: font(host, px),
  ticks: { show: false },
  grid: { stroke: colour(host, "--hairline"), width: 1 },
  ...more,
});
