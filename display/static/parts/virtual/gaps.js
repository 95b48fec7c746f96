// How near a model's real laps come to its virtual ones on the same track, and which have none there.

import { html, nothing } from "lit";
import { gap as signedGap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";

/** A figure under its label. */
export const figure = (label, shown) =>
  html`<span class="gap__figure"><span class="muted">${label}</span> <strong class="digits">${shown}</strong></span>`;

const whose = (gap, isNamed) =>
  html`<span class="row__main"
    >${isNamed ? html`<strong><bdi>${gap.name}</bdi></strong>` : nothing}
    <span><bdi>${gap.model ?? gap.model_sha256.slice(0, 12)}</bdi></span>
    <span class="muted"><bdi>${gap.track === "" ? t("virtual.sealed") : gap.track}</bdi></span></span
  >`;

const compared = (gap, isNamed) =>
  html`<li class="row row--model">
    ${whose(gap, isNamed)}
    <span class="gap__figures"
      >${figure(t("virtual.best_virtual"), lapTime(gap.virtual_best_us))}
      ${figure(t("virtual.best_real"), lapTime(gap.real_best_us))}
      ${figure(t("virtual.gap"), signedGap(gap.gap_us))}</span
    >
  </li>`;

/** A real lap of which nobody told the track is shown, and compared with nothing. */
const alone = (gap, isNamed) =>
  html`<li class="row row--model">
    ${whose(gap, isNamed)}
    <span class="gap__figures"
      >${figure(t("virtual.best_virtual"), lapTime(gap.virtual_best_us))}
      ${gap.real_untold_us === null ? nothing : figure(t("virtual.best_real_untold"), lapTime(gap.real_untold_us))}</span
    >
  </li>`;

/** Model by model; `isNamed` shows whose each is. */
export function gapsList(gaps, isNamed) {
  const [near, others] = [gaps.filter((each) => each.gap_us !== null), gaps.filter((each) => each.gap_us === null)];
  return html`${
    near.length === 0
      ? nothing
      : html`<h3 class="subhead">${t("virtual.sim_to_real")}</h3>
          <ol class="rows" data-testid="gaps">
            ${near.map((each) => compared(each, isNamed))}
          </ol>
          <p class="muted">${t("virtual.gap_note")}</p>`
  }
  ${
    others.length === 0
      ? nothing
      : html`<h3 class="subhead">${t("virtual.no_real")}</h3>
          <ul class="rows" data-testid="no-real">
            ${others.map((each) => alone(each, isNamed))}
          </ul>
          ${others.some((each) => each.real_untold_us !== null) ? html`<p class="muted">${t("virtual.untold_note")}</p>` : nothing}`
  }`;
}
