// What is told beside a lap and never alters it: its sectors, and speeds between two gates.

import { html, nothing } from "lit";
import { bound, dateOnly, decimal, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { GLYPHS } from "/static/view_model.js";

const NS_PER_US = 1000;
const MM_PER_CM = 10;
const CM_PER_M = 100;

/** 'finish/beam ±9 µs, n=200 (1 May 2026)': how exact lines measured themselves to be. */
export const timingText = (lines) =>
  lines
    .map(({ gate, sensor, error_max_ns: ns, pulses, measured_utc: utc }) =>
      t("timing.line", {
        line: `${gate}/${sensor}`,
        us: Math.ceil(ns / NS_PER_US),
        n: pulses,
        day: dateOnly(utc, language()),
      }),
    )
    .join(" · ");

/** 'S2', or 'S2–3' where the gate between them missed the car. */
const sectorName = ({ first, last }) =>
  first === last ? t("sector.name", { first }) : t("sector.joined", { first, last });

const metres = (cm) => decimal(cm / CM_PER_M, 2, language());

/** '3.42 m/s ±0.03'; the bound covers what rounding takes away, and is never understated. */
export function speedText({ speed_mmps: mmps, bound_mmps: boundMmps }) {
  const cm = Math.round(mmps / MM_PER_CM);
  const boundCm = Math.ceil((boundMmps + Math.abs(mmps - cm * MM_PER_CM)) / MM_PER_CM);
  return t("speed.value", { speed: metres(cm), bound: metres(boundCm) });
}

/** 'S1 3.000 · S2–3 6.000' as plain text. */
export const sectorsText = (sectors) =>
  sectors
    .map((each) => {
      const about = each.bound_us > 0 ? ` ${bound(each.bound_us, language())}` : "";
      return `${sectorName(each)} ${lapTime(each.duration_us)}${about}`;
    })
    .join(" · ");

export function sectorMark({ is_overall_best: isOverall, is_personal_best: isPersonal }) {
  if (isOverall) return "overall";
  return isPersonal ? "personal" : "slower";
}

/** Sectors as chips: purple for the best of all, green for one's own best, yellow for slower. */
export function sectorStrip(sectors) {
  if (sectors.length === 0) return nothing;
  return html`<ol class="sectors" aria-label=${t("sector.title")} data-testid="sectors">
    ${sectors.map((each) => {
      const mark = sectorMark(each);
      return html`<li class="sector sector--${mark} digits">
        <span class="sector__name">${sectorName(each)}</span>
        <span class="sector__time">${lapTime(each.duration_us)}</span>
        <span class="mark" role="img" aria-label=${t(`mark.${mark}`)}>${GLYPHS[mark]}</span>
        ${each.bound_us > 0 ? html`<span class="about">${bound(each.bound_us, language())}</span>` : nothing}
      </li>`;
    })}
  </ol>`;
}
