// Keeps a reward function that was written in the lab, under the name that stands beside it.

import { command } from "/static/api.js";
import { t } from "/static/i18n.js";
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
