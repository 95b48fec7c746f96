// A track from a photo: which photo, which rectangle on it, and what the server finds.

import { html, nothing } from "lit";
import { upload } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { numberField } from "/static/parts/forms/form.js";
import "/static/tracks/photo/corners.js";
import { readPhoto } from "/static/tracks/photo/picture.js";
import { FIRST_CORNERS } from "/static/tracks/photo/rectangle.js";

const FIRST_SIDES = { width_m: 6, height_m: 4, reach_m: 0.3 };

/** What the server proposes, as the editor begins with it. */
export const drawingOf = (found, name) => ({
  name,
  points: found.points,
  widthM: found.width_m,
  notes: found.notes.map((note) => tCode("track_note", note)),
  groundFrom: found.ground_id,
  picture: found.ground && { ...found.ground, href: `/api/v1/tracks/${found.ground_id}/ground.jpg` },
  isUnsaved: true,
});

/** Tells `track-found` with a drawing, `photo-left` where there is to be none. */
class TrackPhoto extends PageElement {
  static properties = {
    photo: { state: true },
    corners: { state: true },
    isBusy: { state: true },
    refusal: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.photo = null;
    this.corners = FIRST_CORNERS;
    this.isBusy = false;
    this.refusal = "";
    this.sides = FIRST_SIDES;
  }

  async #choose(event) {
    const [file] = event.target.files;
    if (!file) return;
    this.refusal = "";
    this.corners = FIRST_CORNERS;
    this.photo = await readPhoto(file);
    if (this.photo === null) this.refusal = t("tracks.photo_unreadable");
  }

  async #send(event) {
    event.preventDefault();
    if (this.isBusy || this.photo === null) return;
    const sides = Object.fromEntries(new FormData(event.target));
    const query = new URLSearchParams(sides);
    for (const [x, y] of this.corners) {
      query.append("x", x.toFixed(5));
      query.append("y", y.toFixed(5));
    }
    this.isBusy = true;
    this.refusal = "";
    const found = await perform(this, () => this.#ask(`/tracks/photos?${query}`));
    this.isBusy = false;
    if (found === null) return;
    const detail = drawingOf(found, t("tracks.photo_name"));
    this.dispatchEvent(new CustomEvent("track-found", { detail, bubbles: true }));
  }

  /** What is wrong stays written beside the form: a notice is gone before it is understood. */
  async #ask(path) {
    try {
      return await upload(path, this.photo.blob, { method: "POST" });
    } catch (error) {
      this.refusal = error.message ?? "";
      throw error;
    }
  }

  #leave() {
    this.dispatchEvent(new CustomEvent("photo-left", { bubbles: true }));
  }

  #rectangle() {
    const side = (name, label, least, most) =>
      numberField(label, name, { value: FIRST_SIDES[name], least, most, step: 0.01 });
    return html`<p>${t("tracks.photo_corners")}</p>
      <photo-corners .photo=${this.photo} .corners=${this.corners}
        @corners-moved=${(event) => (this.corners = event.detail)}></photo-corners>
      <p class="muted editor__keys" id="corner-keys">${t("tracks.corner_keys")}</p>
      <div class="form--line">
        ${side("width_m", t("tracks.rect_width"), 0.05, 60)} ${side("height_m", t("tracks.rect_height"), 0.05, 60)}
        ${side("reach_m", t("tracks.rect_reach"), 0, 20)}
      </div>`;
  }

  render() {
    const { photo, refusal, isBusy } = this;
    return html`<section class="card photo">
      <h1 class="card__title">${t("tracks.photo_title")}</h1>
      <p>${t("tracks.photo_explain")}</p>
      <label class="field"><span>${t("tracks.photo_choose")}</span>
        <input type="file" accept="image/jpeg,image/png" @change=${(event) => this.#choose(event)} /></label>
      <form class="form" @submit=${(event) => this.#send(event)}>
        ${photo === null ? nothing : this.#rectangle()}
        ${refusal === "" ? nothing : html`<p class="is-wrong" role="alert">${refusal}</p>`}
        ${isBusy ? html`<p class="muted" role="status">${t("tracks.photo_looking")}</p>` : nothing}
        <div class="form__buttons">
          ${photo === null ? nothing : html`<button class="button button--main" ?disabled=${isBusy}>${t("tracks.photo_find")}</button>`}
          <button type="button" class="button" @click=${() => this.#leave()}>${t("tracks.to_list")}</button>
        </div>
      </form>
    </section>`;
  }
}

customElements.define("track-photo", TrackPhoto);
