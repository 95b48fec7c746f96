// What a training may begin with that lies elsewhere: a reward that is kept, a model of the library.

import { read } from "/static/api.js";
import { openedBy, ownerQuery } from "/static/models/address.js";
import { draftLike } from "/static/train/order/draft.js";
import { rewardTitle } from "/static/parts/titles.js";

/** A draft with the reward of that id, on a track where one is named; throws ApiError. */
export async function draftOfReward(id, track) {
  const reward = await read(`/rewards/${encodeURIComponent(id)}`);
  return { ...bareReward(reward), parent: null, ...(track === null ? {} : { track }) };
}

export const bareReward = (reward) => ({
  rewardId: reward.reward_id,
  rewardName: rewardTitle(reward),
  source: reward.source,
  isChanged: false,
});

const USUAL_MINUTES = 10;
const USUAL_DEG = [-30, -20, -10, -5, 0, 5, 10, 20, 30];
const USUAL_MPS = [1, 1.6];
const USUAL = USUAL_DEG.flatMap((deg) => USUAL_MPS.map((mps) => `${deg} ${mps}`)).join();

/** What a model does as an action space, null for the usual one. */
function spaceOf({ actions, ranges }) {
  if (ranges !== null) return { kind: "ranges", ...ranges };
  const isUsual = actions.map((each) => `${each.steering_deg} ${each.speed_mps}`).join() === USUAL;
  return isUsual || actions.length === 0 ? null : { kind: "list", actions };
}

/** A draft like a model of the library was trained by, with its reward to be changed; null for none. */
export async function draftOfModel(key) {
  const { model } = openedBy(`#model=${key}`);
  if (model === undefined) return null;
  const { reward, model: found } = await read(`/models/${model.sha256}/history${ownerQuery(model)}`);
  const { origin } = found;
  if (origin === null || reward === null) return null;
  return draftLike({
    reward_name: origin.reward_name,
    source: reward,
    name: found.name,
    track: origin.track,
    seed: origin.seed ?? 1,
    max_minutes: USUAL_MINUTES,
    network: origin.network || "small",
    algorithm: origin.algorithm || "ppo",
    action_space: spaceOf(found.about),
    model_sha256: model.sha256,
  });
}
