// The fields of a person: who, how to be shown, and what else may be said.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { choiceField, colourField, textField } from "/static/parts/forms/form.js";

const SHOWN_AS = ["full", "nickname", "initials"];

export const shownAsField = (value) =>
  choiceField(
    t("people.shown_as"),
    "shown_as",
    SHOWN_AS.map((each) => [each, t(`people.as_${each}`)]),
    value,
  );

export const countryField = (value) =>
  html`<label class="field field--short">
    <span>${t("people.country")}</span>
    <input
      name="country"
      .value=${value}
      maxlength="2"
      pattern="[A-Za-z]{2}"
      title=${t("people.country_hint")}
      placeholder="ES"
      autocomplete="off"
    />
  </label>`;

export const contactField = (value) =>
  html`<label class="field">
    <span>${t("people.contact")}</span>
    <input name="contact" .value=${value} maxlength="100" autocomplete="off" />
  </label>`;

/** How a voice is to read the shown name. */
export const spokenField = (value) =>
  html`<label class="field">
    <span>${t("people.spoken_as")}</span>
    <input name="spoken_as" .value=${value} maxlength="100" autocomplete="off" />
    <small class="muted">${t("people.spoken_as_hint")}</small>
  </label>`;

/** Every field of a person; `person` may be empty. */
export const profileFields = (person, colour) =>
  html`${textField(t("people.name"), "name", { value: person.name ?? "" })}
    ${textField(t("people.nickname"), "nickname", { value: person.nickname ?? "", isRequired: false })}
    ${shownAsField(person.shown_as ?? "full")}
    <div class="form--line">
      ${colourField(t("plan.colour"), "colour", person.colour ?? colour)}
      ${countryField(person.country ?? "")}
      ${textField(t("people.sponsor"), "sponsor", { value: person.sponsor ?? "", isRequired: false })}
    </div>
    ${contactField(person.contact ?? "")}
    <p class="muted">${t("people.contact_note")}</p>`;

/** What was typed, as the server takes it. */
export const profileBody = (values) => ({
  ...values,
  country: (values.country ?? "").toUpperCase(),
});

/** A line of what else is known of somebody; nothing where there is nothing. */
export const groupsOf = (parts) => {
  const known = parts.filter((part) => part);
  return known.length === 0 ? nothing : html`<span class="muted"><bdi>${known.join(" · ")}</bdi></span>`;
};
