// What was chosen: how often which steering came with which throttle, as a table in shades.

import { html, nothing } from "lit";
import { decimal, percent } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { STEPS } from "/static/analysis/charts/scales.js";

/** Rare choices must be seen beside frequent ones: shades follow the root of the share. */
const shadeOf = (count, most) =>
  count === 0 ? null : Math.min(STEPS - 1, Math.floor(Math.sqrt(count / most) * STEPS));

const cells = (axis, digits) => {
  // What rounds to nothing has no sign.
  const told = (value) => decimal(Number(value.toFixed(digits)) || 0, digits, language());
  if (!axis.is_binned) return axis.values.map(told);
  return axis.values.slice(0, -1).map((low, at) => `${told(low)}…${told(axis.values[at + 1])}`);
};

/** '4%', or '<1%' of what was chosen all the same. */
function shareText(count, total) {
  if (count === 0) return "";
  const least = 0.01;
  return count / total < least ? `<${percent(least, language())}` : percent(count / total, language());
}

/** A share as steering is read: per cent of full lock, to the left; degrees as they are. */
function steeringAxis(run) {
  const { steering } = run.action_table;
  if (run.steering_unit === "deg") return { axis: steering, digits: 0, unit: "°" };
  return { axis: { ...steering, values: steering.values.map((value) => value * 100) }, digits: 0, unit: " %" };
}

function throttleAxis(run) {
  const { throttle } = run.action_table;
  if (run.throttle_unit === "mps") return { axis: throttle, digits: 2, unit: " m/s" };
  return { axis: { ...throttle, values: throttle.values.map((value) => value * 100) }, digits: 0, unit: " %" };
}

export function actionsCard(run) {
  const table = run.action_table;
  if (table === null) return nothing;
  const most = Math.max(...table.counts.flat());
  const [across, up] = [steeringAxis(run), throttleAxis(run)];
  // As the driver sees it: left is on the left, more throttle is above.
  const columns = cells(across.axis, across.digits).map((text, at) => ({ text, at })).reverse();
  const rows = cells(up.axis, up.digits).map((text, at) => ({ text, at })).reverse();
  return html`<section class="panel" data-testid="actions">
    <h2 class="panel__head">${t("analysis.actions")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("analysis.actions")}>
      <table class="heat digits">
        <caption class="visually-hidden">${t("analysis.actions_told")}</caption>
        <thead>
          <tr>
            <td></td>
            ${columns.map(({ text }) => html`<th scope="col">${text}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${row.text}</th>
                ${columns.map(({ at }) => {
                  const count = table.counts[row.at][at];
                  const shade = shadeOf(count, most);
                  return html`<td class=${shade === null ? "" : `heat__cell heat__cell--${shade}`} title=${String(count)}>
                    ${shareText(count, table.total)}
                  </td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="muted">${t("analysis.actions_axes", { steering: across.unit.trim(), throttle: up.unit.trim() })}</p>
    <p class="digits">
      ${t("analysis.used_bits", { bits: decimal(table.used_bits, 2, language()), count: table.total })}
      ${table.entropy_bits === null ? nothing : t("analysis.model_bits", { bits: decimal(table.entropy_bits, 2, language()) })}
    </p>
  </section>`;
}
