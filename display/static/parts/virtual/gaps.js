// How near a model's real laps come to its virtual ones, as a list.

import { html, nothing } from "lit";
import { gap as signedGap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";

/** A figure under its label. */
export const figure = (label, shown) =>
  html`<span class="gap__figure"><span class="muted">${label}</span> <strong class="digits">${shown}</strong></span>`;

/** Model by model; `isNamed` shows whose each is. */
export function gapsList(gaps, isNamed) {
  if (gaps.length === 0) return nothing;
  return html`<h3 class="subhead">${t("virtual.sim_to_real")}</h3>
    <ol class="rows" data-testid="gaps">
      ${gaps.map(
        (gap) =>
          html`<li class="row row--model">
            <span class="row__main"
              >${isNamed ? html`<strong><bdi>${gap.name}</bdi></strong>` : nothing}
              <span><bdi>${gap.model ?? gap.model_sha256.slice(0, 12)}</bdi></span>
              <span class="muted"><bdi>${gap.track}</bdi></span></span
            >
            <span class="gap__figures"
              >${figure(t("virtual.best_virtual"), lapTime(gap.virtual_best_us))}
              ${figure(t("virtual.best_real"), lapTime(gap.real_best_us))}
              ${figure(t("virtual.gap"), signedGap(gap.gap_us))}</span
            >
          </li>`,
      )}
    </ol>
    <p class="muted">${t("virtual.gap_note")}</p>`;
}
