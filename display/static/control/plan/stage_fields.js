// The fields of a stage: every option with its limits, grouped as people look for them.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { checkField, choiceField, numberField, textField } from "/static/parts/forms/form.js";

/** What an option is where nobody says otherwise, in the units of its name. */
export const STAGE_DEFAULTS = {
  window_s: 180,
  grace_s: 60,
  idle_limit_s: 120,
  dead_time_s: 2,
  resolution_ms: 1,
  start_mode: "first_crossing",
  warmup_laps: 0,
  max_laps: 0,
  timeouts_max: 0,
  timeout_s: 60,
  cars_max: 1,
  contact_limit_s: 5,
  contact_lost: "stop",
  needs_agent: false,
  runs_max: 0,
  runs_counted: "best",
  lap_min_s: 0,
  lap_max_s: 0,
  off_track_penalty_s: 0,
  reset_penalty_s: 0,
  incidents_max: null,
  protest_limit_s: 600,
  points: [],
  match_format: "time_trial",
  has_bronze_final: true,
};

const LIMITS = {
  window_s: [1, 86_400],
  grace_s: [0, 3600],
  idle_limit_s: [1, 86_400],
  dead_time_s: [0, 600],
  resolution_ms: [0.001, 1000],
  warmup_laps: [0, 100],
  max_laps: [0, 1000],
  timeouts_max: [0, 10],
  timeout_s: [1, 3600],
  cars_max: [1, 16],
  contact_limit_s: [1, 60],
  runs_max: [0, 100],
  lap_min_s: [0, 3600],
  lap_max_s: [0, 3600],
  off_track_penalty_s: [0, 3600],
  reset_penalty_s: [0, 3600],
  incidents_max: [0, 1000],
  protest_limit_s: [0, 604_800],
};

const CHOICES = {
  start_mode: ["first_crossing", "hand", "lights"],
  contact_lost: ["stop", "coast", "finish_lap"],
  runs_counted: ["best", "first", "last"],
  match_format: ["time_trial", "best_mean", "mean_of_all", "total_time", "most_laps"],
};

const WORDS = {
  start_mode: (code) => tCode("stage_start_mode", code),
  contact_lost: (code) => tCode("stage_contact_lost", code),
  runs_counted: (code) => tCode("stage_runs_counted", code),
  match_format: (code) => tCode("format_title", code),
};

const MATCH_FORMATS = ["single_elimination", "double_elimination", "round_robin", "points"];
const FIRST = ["window_s", "cars_max", "runs_max"];
const GROUPS = {
  clock: [
    ...["start_mode", "grace_s", "idle_limit_s", "dead_time_s"],
    ...["warmup_laps", "max_laps", "timeouts_max", "timeout_s"],
  ],
  cars: ["contact_limit_s", "contact_lost"],
  counting: ["runs_counted", "resolution_ms", "lap_min_s", "lap_max_s"],
  penalties: ["off_track_penalty_s", "reset_penalty_s", "incidents_max", "protest_limit_s"],
};

function optionField(name, value) {
  const label = t(`stage.${name}`);
  if (name in CHOICES) {
    const options = CHOICES[name].map((each) => [each, WORDS[name](each)]);
    return choiceField(label, name, options, value);
  }
  const [least, most] = LIMITS[name];
  const step = name.endsWith("_s") || name.endsWith("_ms") ? "any" : 1;
  const isRequired = name !== "incidents_max";
  return numberField(label, name, { value: value ?? "", least, most, step, isRequired });
}

export const windowField = () => optionField("window_s", STAGE_DEFAULTS.window_s);

/** What only some formats ask for. */
function ownFields(form, options) {
  const laps = form.options.find((option) => option.name === "laps_n");
  const isMatched = MATCH_FORMATS.includes(form.name);
  return html`${
    laps === undefined
      ? nothing
      : numberField(tCode("format_laps", form.name, {}, laps.description), "laps_n", {
          value: options.laps_n ?? laps.default,
          least: laps.least,
          most: laps.most,
        })
  }
  ${isMatched ? optionField("match_format", options.match_format) : nothing}
  ${
    form.name === "points"
      ? textField(t("stage.points"), "points", {
          value: options.points.join(", "),
          isRequired: false,
          most: 600,
        })
      : nothing
  }
  ${
    form.name === "single_elimination"
      ? checkField(t("stage.has_bronze_final"), "has_bronze_final", options.has_bronze_final)
      : nothing
  }`;
}

/** Every option's field, with these values; `form` is the chosen format as `GET /formats` has it. */
export function optionFields(form, values) {
  const options = { ...STAGE_DEFAULTS, ...values };
  const fields = (names) => names.map((name) => optionField(name, options[name]));
  return html`${ownFields(form, options)} ${fields(FIRST)}
    <details class="details">
      <summary>${t("stage.more")}</summary>
      ${Object.entries(GROUPS).map(
        ([group, names]) =>
          html`<fieldset class="fieldset">
            <legend>${t(`stage.group_${group}`)}</legend>
            ${fields(names)}
            ${group === "cars" ? checkField(t("stage.needs_agent"), "needs_agent", options.needs_agent) : nothing}
          </fieldset>`,
      )}
    </details>`;
}

const NUMBERS = [...Object.keys(LIMITS), "laps_n"];
const TEXTS = ["title", "kind", "format_name", ...Object.keys(CHOICES)];

const pointsOf = (typed) => typed.split(/[^0-9]+/).filter(Boolean).map(Number);

/** What a form holds as the body of a new stage: only what it asked for. */
export function stageBody(values) {
  const body = {};
  for (const name of TEXTS) if (values[name]) body[name] = values[name];
  for (const name of NUMBERS) {
    if (values[name] === undefined) continue;
    body[name] = values[name] === "" ? null : Number(values[name]);
  }
  if (values.points !== undefined) body.points = pointsOf(values.points);
  if (values.preset) body.preset = values.preset;
  if (values.track_id) body.track_id = values.track_id;
  return body;
}
