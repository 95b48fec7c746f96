// What tracks and rewards are called on pages: examples in the reader's words, designs with a capital letter.

import { tCode } from "/static/i18n.js";

export const rewardTitle = ({ name, is_example: isExample }) =>
  isExample ? tCode("train_example", name) : name;

/** A design's name begins small, as commands call it. */
export const trackTitle = ({ name, is_own: isOwn }) =>
  isOwn ? name : name.replace(/^./, (first) => first.toUpperCase());
