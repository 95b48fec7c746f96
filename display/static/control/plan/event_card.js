// Which event is being set up: choose, create, open and close one.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { choiceField, formValues, textField } from "/static/parts/forms/form.js";

/** The zone of this browser: mostly where the event is, too. */
export const localTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

/** The fields that make an event; `zones` feeds the suggestions of the time zone. */
export const eventFields = (name = "") => html`
  ${textField(t("plan.event_name"), "name", { value: name })}
  ${textField(t("plan.time_zone"), "time_zone", { value: localTimeZone(), list: "time-zones" })}
  <datalist id="time-zones">
    ${Intl.supportedValuesOf("timeZone").map((zone) => html`<option value=${zone}></option>`)}
  </datalist>
`;

function openOrClose(eventId, plan, act) {
  const path = `/events/${eventId}`;
  return plan.is_open
    ? html`<button class="button" @click=${() => act(`${path}/close`, {}, t("plan.event_closed"))}>
        ${t("plan.close_event")}
      </button>`
    : html`<button
        class="button button--main"
        @click=${() => act(`${path}/open`, {}, t("plan.event_opened"))}
      >
        ${t("plan.open_event")}
      </button>`;
}

/** An earlier event gives its stages, gates and roster; heats and results stay its own. */
const likeField = (events) => {
  const earlier = events.toReversed().map((each) => [each.event_id, each.name]);
  return choiceField(t("plan.like"), "like", [["", t("plan.like_none")], ...earlier]);
};

function newEvent(event) {
  const { like, ...body } = formValues(event);
  return like ? { ...body, like } : body;
}

/** `actions`: onChoose(event_id), onCreate(body), act(path, body, done). */
export function eventCard(events, eventId, plan, { onChoose, onCreate, act }) {
  return html`<section class="card">
    <h2 class="card__title">${t("plan.event")}</h2>
    ${
      events.length === 0
        ? nothing
        : html`<label class="field"
            ><span>${t("plan.event_chosen")}</span>
            <select @change=${(event) => onChoose(event.target.value)}>
              ${events.map((each) => html`<option value=${each.event_id} ?selected=${each.event_id === eventId}>${each.name}</option>`)}
            </select></label
          >`
    }
    ${
      plan === null
        ? nothing
        : html`<p class="row">
            <span class="row__main"
              >${plan.is_open ? t("plan.is_open") : t("plan.is_not_open")}</span
            >
            ${openOrClose(eventId, plan, act)}
          </p>`
    }
    <details class="details" ?open=${events.length === 0}>
      <summary>${t("plan.create_event")}</summary>
      <form class="form" @submit=${(event) => onCreate(newEvent(event))}>
        ${eventFields()} ${events.length === 0 ? nothing : likeField(events)}
        <button class="button button--main">${t("plan.create")}</button>
      </form>
    </details>
  </section>`;
}
