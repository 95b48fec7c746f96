// The tracks of the venue: what there is to drive on, and the editor in which people make their own.

import { html, nothing } from "lit";
import { read, upload } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { loginFromAddress, perform, submit } from "/static/parts/act.js";
import { opened, signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { workshopHead } from "/static/parts/workshop_head.js";
import { FIRST_POINTS, FIRST_WIDTH_M } from "/static/tracks/editor/points.js";
import { trackCard } from "/static/tracks/list.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/banners/page_notice.js";
import "/static/tracks/editor/editor.js";
import { drawingOf } from "/static/tracks/photo/photo.js";

class PaddockTracks extends PageElement {
  static properties = {
    who: { state: true },
    desk: { state: true },
    rows: { state: true },
    plans: { state: true },
    drawing: { state: true },
    isPhoto: { state: true },
    deleted: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.who = null;
    this.desk = null;
    this.rows = null;
    this.plans = new Map();
    this.drawing = null;
    this.isPhoto = false;
    this.deleted = null;
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", async () => (this.who = await signedIn()));
    window.addEventListener("popstate", () => this.#followAddress());
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    this.who = await signedIn();
    const desk = await opened(this, () => read("/tracks/desk"));
    if (desk?.is_open) await this.#followAddress();
    this.desk = desk; // nothing is shown before it is known what
    if (desk?.is_open) await this.#load();
  }

  async #load() {
    const rows = await opened(this, () => read("/tracks"));
    if (rows === null) return;
    this.rows = rows;
    for (const { track_id: id } of rows) {
      const plan = await opened(this, () => read(`/tracks/${id}`));
      if (plan !== null) this.plans = new Map(this.plans).set(id, plan);
    }
  }

  /** `/tracks` lists; `?edit=ID`, `?copy=ID`, `?new` and `?photo` open more, which 'back' leaves. */
  async #followAddress() {
    const asked = new URLSearchParams(location.search);
    if (this.drawing !== null) await this.#closed();
    this.isPhoto = asked.has("photo");
    if (asked.has("new")) this.drawing = this.#blank();
    else if (asked.has("edit")) await this.#open(asked.get("edit"), false);
    else if (asked.has("copy")) await this.#open(asked.get("copy"), true);
  }

  #blank() {
    return { name: t("tracks.new_name"), points: FIRST_POINTS, widthM: FIRST_WIDTH_M };
  }

  async #open(id, isCopy) {
    const plan = await opened(this, () => read(`/tracks/${encodeURIComponent(id)}`));
    if (plan === null) return;
    const { name, points, width_m: widthM, version, ground } = plan;
    const kept = isCopy || !plan.is_own ? { name: t("tracks.copy_of", { name }).slice(0, 40) } : { name, version, trackId: id };
    const picture = ground && { ...ground, href: `/api/v1/tracks/${id}/ground.jpg` };
    const groundFrom = ground && kept.trackId === undefined ? id : undefined;
    this.drawing = { points, widthM, picture, groundFrom, ...kept };
  }

  #go(search) {
    history.pushState(null, "", `/tracks${search}`);
    return this.#followAddress();
  }

  async #closed() {
    this.drawing = null;
    await this.#load();
  }

  async #remove({ track_id: id, name }) {
    const gone = await submit(this, `/tracks/${id}`, {}, t("tracks.deleted", { name }), "DELETE");
    if (gone === null) return;
    this.deleted = { id, name };
    await this.#load();
  }

  async #restore() {
    const { id, name } = this.deleted;
    const back = await submit(this, `/tracks/${id}/restore`, {}, t("tracks.restored", { name }));
    if (back === null) return;
    this.deleted = null;
    await this.#load();
  }

  async #import(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const kind = file.name.toLowerCase().endsWith(".track") ? "track" : "npy";
    const found = await perform(this, () => upload(`/tracks/imports?kind=${kind}`, file, { method: "POST" }));
    if (found !== null) this.drawing = drawingOf(found, file.name.replace(/\.\w+$/, "").slice(0, 40));
  }

  #list() {
    const { rows, plans, who, deleted } = this;
    const acts = {
      edit: (id) => this.#go(`?edit=${id}`),
      copy: (id) => this.#go(`?copy=${id}`),
      remove: (row) => this.#remove(row),
    };
    return html`<h1 class="headline">${t("tracks.title")}</h1>
      <p class="lead">${t("tracks.lead")}</p>
      ${this.#making()}
      ${
        deleted === null
          ? nothing
          : html`<p class="deleted" role="status">
              <span>${t("tracks.deleted", { name: deleted.name })}</span>
              <button class="button" @click=${() => this.#restore()}>${t("action.undo")}</button>
            </p>`
      }
      <ul class="tracks" data-testid="tracks">
        ${(rows ?? []).map((row) => trackCard(row, plans.get(row.track_id), who, acts))}
      </ul>`;
  }

  #making() {
    if (this.who === null)
      return html`<p class="muted">${t("tracks.sign_in")}</p>
        <div class="form__buttons tracks__making"><button class="button" @click=${() => this.querySelector("login-dialog").ask()}>${t("tracks.have_code")}</button></div>`;
    const { reads_files: readsFiles, reading_reason: reason } = this.desk;
    return html`<div class="form__buttons tracks__making">
        <button class="button button--main" @click=${() => this.#go("?new")}>${t("tracks.new")}</button>
        ${
          readsFiles
            ? html`<button class="button" @click=${() => this.#go("?photo")}>${t("tracks.photo_title")}</button>
              <label class="button tracks__file">${t("tracks.import")}
                <input class="visually-hidden" type="file" accept=".npy,.track" @change=${(event) => this.#import(event)} /></label>`
            : nothing
        }
      </div>
      ${readsFiles ? nothing : html`<p class="muted">${tCode("problem", "tracks_unread", {}, reason ?? "")}</p>`}`;
  }

  #body() {
    const { desk, drawing } = this;
    if (desk === null) return nothing;
    if (!desk.is_open)
      return html`<section class="card"><h1 class="card__title">${t("tracks.title")}</h1>
        <p>${tCode("problem", "tracks_closed", {}, desk.reason ?? "")}</p></section>`;
    if (drawing === null && this.isPhoto)
      return html`<track-photo @track-found=${(event) => (this.drawing = event.detail)} @photo-left=${() => this.#go("")}></track-photo>`;
    if (drawing === null) return this.#list();
    return html`<track-editor .drawing=${drawing} @editor-left=${() => this.#go("")}></track-editor>`;
  }

  render() {
    return html`${workshopHead("/tracks", this.who)}
      <main class="control__main ${this.drawing === null ? "" : "control__main--editor"}">${this.#body()}</main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-tracks", PaddockTracks);
