// The card with the code: which track and which reward function, its text, and keeping that.

import { html, nothing } from "lit";
import { command } from "/static/api.js";
import { t } from "/static/i18n.js";
import { boxesChoice, rewardChoice, trackChoice } from "/static/lab/controls.js";
import { perform } from "/static/parts/act.js";
import { formValues } from "/static/parts/forms/form.js";

/** Returns the reward as it is kept now, or null where it was refused; an example becomes a copy. */
export async function keepReward(host, event, reward) {
  const { name } = formValues(event);
  const { id, isExample, source } = reward;
  const done = t("lab.saved", { name });
  const written = { name, source };
  if (!isExample) {
    const path = `/rewards/${encodeURIComponent(id)}`;
    const answer = await perform(host, () => command(path, written, { method: "PUT" }), done);
    return answer === null ? null : { ...reward, name, kept: source };
  }
  const made = await perform(host, () => command("/rewards", written), done);
  return made === null ? null : { id: made.reward_id, name, source, kept: source, isExample: false };
}

/** A training follows what is kept: what was changed since is to be kept first. */
const toTraining = ({ id, source, kept }, track) =>
  source === kept ? html`<a class="button" href=${`/train?${new URLSearchParams({ reward: id, track })}`}>${t("lab.to_train")}</a>` : nothing;

/** `acts` are takeTrack, takeReward, putBoxes, write and keep. */
export const codeCard = ({ reward, rewards, tracks, plan, objects }, acts) => html`<section class="card lab__code">
  <div class="form--line">
    ${trackChoice(tracks, plan.track_id, acts.takeTrack)}
    ${boxesChoice(objects, acts.putBoxes)}
    ${rewardChoice(t("lab.reward_function"), "reward", rewards, reward.id, acts.takeReward)}
  </div>
  <code-editor label=${t("lab.code")} .value=${reward.source} @change=${({ target }) => acts.write(target.value)}></code-editor>
  <form class="form--line" @submit=${acts.keep}>
    <label class="field"><span>${t("lab.name")}</span>
      <input name="name" required maxlength="40" autocomplete="off" .value=${reward.name} /></label>
    <button class="button" ?disabled=${reward.source === ""}>${reward.isExample ? t("lab.keep_copy") : t("lab.save")}</button>
    ${toTraining(reward, plan.track_id)}
  </form>
</section>`;
