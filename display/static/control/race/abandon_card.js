// Taking a whole heat back: nothing of it counts, and it may be run again at once.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { isUnderWay } from "/static/view_model.js";
import { formValues, textField } from "/static/parts/forms/form.js";

/** Closed until it is wanted, so that no thumb lands on it by mistake. */
export function abandonCard(view, { isBusy, act }) {
  const { heat } = view;
  if (heat === null || !(isUnderWay(heat) || heat.phase === "finished")) return nothing;
  const submit = async (event) => {
    const isRerun = event.submitter?.value === "rerun";
    const { reason } = formValues(event);
    const done = isRerun ? t("race.rerun_done") : t("race.abandon_done");
    await act(`/heats/${heat.heat_id}/abandon`, { reason, is_rerun: isRerun }, done);
  };
  return html`<section class="card">
    <details class="details">
      <summary class="card__title">${t("race.abandon_title")}</summary>
      <form class="form" @submit=${submit}>
        <p class="muted">${t("race.abandon_lead")}</p>
        ${textField(t("race.reason"), "reason")}
        <div class="form__buttons">
          <button class="button button--main" value="rerun" ?disabled=${isBusy}>
            ${t("race.rerun")}
          </button>
          <button class="button" value="abandon" ?disabled=${isBusy}>${t("race.abandon")}</button>
        </div>
      </form>
    </details>
  </section>`;
}
