// Everybody who is signed up: profile, a code for the own phone, and being forgotten.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { qrCode } from "/static/control/people/join_card.js";
import { formValues, nextColour } from "/static/parts/forms/form.js";
import { face, pictureField, picturePath } from "/static/parts/forms/picture.js";
import {
  groupsOf,
  profileBody,
  profileFields,
  spokenField,
} from "/static/people/profile_fields.js";
import "/static/parts/forms/copy_box.js";

async function add(event, act) {
  const form = event.target;
  const body = profileBody(formValues(event));
  if ((await act("/drivers", body, t("plan.added"))) !== null) form.reset();
}

const pathOf = (driver) => `/drivers/${driver.driver_id}`;

function forget(driver, act) {
  // The one thing here that nothing brings back.
  if (!confirm(t("people.forget_sure", { name: driver.name }))) return;
  act(`${pathOf(driver)}/forget`, {}, t("people.forgotten"));
}

const codeOf = (code) =>
  html`<div class="join-card__body" data-testid="driver-code">
    ${qrCode(`/me#code=${code.code}`, t("people.code_qr"))}
    <div class="join-card__text">
      <p>${t("people.code_how")}</p>
      <copy-box .text=${code.code} .label=${t("people.code_how")}></copy-box>
    </div>
  </div>`;

const row = (driver, { code, onCode, act, reload }) =>
  html`<li>
    <details class="details" data-driver=${driver.driver_id}>
      <summary>
        <i class="swatch" .style=${`background:${driver.colour}`}></i>
        ${face(picturePath(driver), "face--row")}
        <span
          ><bdi>${driver.name}</bdi>
          ${driver.shown_name === driver.name ? nothing : html`<span class="muted"> · <bdi>${driver.shown_name}</bdi></span>`}
          ${groupsOf([driver.sponsor, driver.country])}</span
        >
      </summary>
      <form
        class="form"
        @submit=${(event) => act(pathOf(driver), profileBody(formValues(event)), t("plan.saved"), "PATCH")}
      >
        ${profileFields(driver, driver.colour)} ${spokenField(driver.spoken_as)}
        <button class="button button--main">${t("plan.save")}</button>
      </form>
      ${pictureField(driver, `${pathOf(driver)}/picture`, reload)}
      ${code?.driver_id === driver.driver_id ? codeOf(code) : nothing}
      <div class="form__buttons">
        <button class="button" @click=${() => onCode(driver)}>${t("people.phone_code")}</button>
        <button class="button" @click=${() => forget(driver, act)}>${t("people.forget")}</button>
      </div>
    </details>
  </li>`;

export const peopleCard = ({ drivers, code, onCode, act, reload }) =>
  html`<section class="card" data-testid="people">
    <h2 class="card__title">${t("people.everybody", { count: drivers.length })}</h2>
    <ul class="rows">
      ${drivers.map((driver) => row(driver, { code, onCode, act, reload }))}
    </ul>
    <details class="details">
      <summary>${t("people.add")}</summary>
      <form class="form" @submit=${(event) => add(event, act)}>
        ${profileFields({}, nextColour(drivers.length))}
        <button class="button button--main">${t("plan.add")}</button>
      </form>
    </details>
  </section>`;
