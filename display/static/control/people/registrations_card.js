// Who has asked to take part: yes with a number, or no with a reason.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { formValues, textField } from "/static/parts/forms/form.js";
import { groupsOf } from "/static/people/profile_fields.js";

const pathOf = (registration) => `/registrations/${registration.registration_id}`;

function approve(event, registration, act) {
  const { number, team, region, class_name: className } = formValues(event);
  const body = { number: number === "" ? null : Number(number), team, region };
  return act(
    `${pathOf(registration)}/approve`,
    { ...body, class_name: className },
    t("people.approved", { name: registration.shown_name }),
  );
}

const decline = (event, registration, act) =>
  act(`${pathOf(registration)}/decline`, formValues(event), t("people.declined"));

const who = (each) =>
  html`<span class="row__main">
    <strong><bdi>${each.name}</bdi></strong>
    ${each.shown_name === each.name ? nothing : html`<span class="muted">${t("people.shown_to_all")} <bdi>${each.shown_name}</bdi></span>`}
    ${groupsOf([each.team, each.region, each.class_name, each.sponsor, each.country])}
    ${groupsOf([each.contact])}
  </span>`;

/** Yes at once, as wished; details and a no are one tap further. */
const waitingRow = (each, act) =>
  html`<li class="waiting" data-registration=${each.registration_id}>
    <div class="row">
      <i class="swatch" .style=${`background:${each.colour}`}></i>${who(each)}
      <button
        class="button button--main"
        @click=${() => act(`${pathOf(each)}/approve`, {}, t("people.approved", { name: each.shown_name }))}
      >
        ${t("people.approve")}
      </button>
    </div>
    <details class="details">
      <summary>${t("people.more")}</summary>
      <form class="form form--line" @submit=${(event) => approve(event, each, act)}>
        <label class="field field--short"
          ><span>${t("people.number")}</span>
          <input name="number" type="number" inputmode="numeric" min="1" max="99999" />
        </label>
        ${textField(t("people.team"), "team", { value: each.team, isRequired: false })}
        ${textField(t("people.region"), "region", { value: each.region, isRequired: false })}
        ${textField(t("people.class"), "class_name", { value: each.class_name, isRequired: false })}
        <button class="button button--main">${t("people.approve_so")}</button>
      </form>
      <form class="form form--line" @submit=${(event) => decline(event, each, act)}>
        <label class="field"
          ><span>${t("people.reason")}</span>
          <input name="reason" maxlength="200" autocomplete="off" />
        </label>
        <button class="button">${t("people.decline")}</button>
      </form>
    </details>
  </li>`;

const decidedRow = (each, act) =>
  html`<li class="row">
    ${who(each)}
    <span class="muted">${tCode("registration", each.status)}</span>
    ${
      each.status === "declined"
        ? html`<button
            class="button"
            @click=${() => act(`${pathOf(each)}/approve`, {}, t("people.approved", { name: each.shown_name }))}
          >
            ${t("people.approve")}
          </button>`
        : nothing
    }
  </li>`;

export function registrationsCard(registrations, act) {
  const waiting = registrations.filter((each) => each.status === "pending");
  const decided = registrations.filter((each) => each.status !== "pending");
  return html`<section class="card" data-testid="registrations">
    <h2 class="card__title">${t("people.waiting", { count: waiting.length })}</h2>
    ${waiting.length === 0 ? html`<p class="muted">${t("people.nobody_waits")}</p>` : nothing}
    <ul class="rows">
      ${waiting.map((each) => waitingRow(each, act))}
    </ul>
    ${
      decided.length === 0
        ? nothing
        : html`<details class="details">
            <summary>${t("people.decided", { count: decided.length })}</summary>
            <ul class="rows">
              ${decided.map((each) => decidedRow(each, act))}
            </ul>
          </details>`
    }
  </section>`;
}
