// What somebody is about to train: kept in this browser, so that a closed tab loses no line of it.

const MEMORY_KEY = "paddock.train.draft";
/** Whoever lets the browser forget nothing of it begins with this. */
const FIRST = {
  rewardId: null,
  rewardName: "",
  source: "",
  isChanged: false,
  name: "",
  track: "demo",
  seed: 1,
  minutes: 10,
  network: "small",
  algorithm: "ppo",
  cars: 4,
  space: null,
  parent: null,
  /** By what the parent was made, null without one; whether to begin with its weights. */
  parentMade: null,
  isFromParent: false,
  /** A car that was measured here, "" for the usual virtual one. */
  asMeasured: "",
};

export const MINUTES = [2, 5, 10, 20, 30, 60, 120];

export function readDraft() {
  try {
    const kept = JSON.parse(localStorage.getItem(MEMORY_KEY)) ?? {};
    return { ...FIRST, ...kept };
  } catch {
    return { ...FIRST }; // no storage, or not what this release wrote
  }
}

export function keepDraft(draft) {
  try {
    localStorage.setItem(MEMORY_KEY, JSON.stringify(draft));
  } catch {
    // as above: the draft lives as long as the page does
  }
}

/** Weights fit the network, the algorithm and the actions alone by which they were learnt. */
export const canBeginFromParent = ({ parent, parentMade, network, algorithm, space }) =>
  parent !== null &&
  parentMade !== null &&
  JSON.stringify(parentMade) === JSON.stringify({ network, algorithm, space });

/** A draft like an earlier training, whose reward is to be changed. */
export const draftLike = (training) => ({
  ...FIRST,
  rewardName: training.reward_name,
  source: training.source,
  isChanged: true,
  name: training.name,
  track: training.track,
  seed: training.seed,
  minutes: MINUTES.find((each) => each >= training.max_minutes) ?? MINUTES.at(-1),
  network: training.network,
  algorithm: training.algorithm,
  cars: training.cars ?? FIRST.cars,
  space: training.action_space,
  parent: training.model_sha256,
  parentMade:
    training.model_sha256 === null
      ? null
      : { network: training.network, algorithm: training.algorithm, space: training.action_space },
  isFromParent: training.model_sha256 !== null,
  asMeasured: training.as_measured ?? FIRST.asMeasured,
});

/** What the server is asked for. */
export const orderOf = (draft) => ({
  name: draft.name.trim(),
  reward_name: draft.rewardName.trim(),
  source: draft.source,
  track: draft.track,
  seed: draft.seed,
  max_minutes: draft.minutes,
  network: draft.network,
  algorithm: draft.algorithm,
  cars: draft.cars,
  action_space: draft.space,
  parent_sha256: draft.parent,
  is_from_parent: draft.isFromParent && canBeginFromParent(draft),
  as_measured: draft.asMeasured === "" ? null : draft.asMeasured,
});
