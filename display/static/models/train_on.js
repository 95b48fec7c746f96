// From a model that was trained here to the next one: its reward, track and action space to begin with.

import { keepDraft, readDraft } from "/static/train/order/draft.js";

function spaceOf({ actions, ranges }) {
  if (ranges !== null) return { kind: "ranges", ...ranges };
  return actions.length === 0 ? null : { kind: "list", actions };
}

/** Leaves on the training page what a model was made of; what is trained by it is its child. */
export function trainOn({ model, reward }) {
  const { origin, about } = model;
  keepDraft({
    ...readDraft(),
    rewardId: null,
    rewardName: origin.reward_name,
    source: reward,
    isChanged: true,
    name: "",
    track: origin.track || "demo",
    seed: origin.seed ?? 1,
    network: origin.network || "small",
    algorithm: origin.algorithm || "ppo",
    space: spaceOf(about),
    parent: model.sha256,
  });
}
