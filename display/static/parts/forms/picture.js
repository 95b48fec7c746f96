// A driver's picture: drawn where there is one, and the field by which it is given or taken away.

import { html, nothing } from "lit";
import { upload } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";

/** The server cuts it smaller; a phone's whole photograph needn't go through the hall's Wi-Fi. */
const SENT_PX = 768;

/** Where the picture of a person is, null without one. */
export const picturePath = (person) =>
  person.picture_version == null
    ? null
    : `/drivers/${encodeURIComponent(person.driver_id)}/picture?v=${person.picture_version}`;

/** `path` is below the interface, as an entry of the live document has it; null draws nothing. */
export const face = (path, className = "") =>
  path == null
    ? nothing
    : html`<img class="face ${className}" src=${`/api/v1${path}`} alt="" data-testid="face" />`;

/** The picture made smaller where this browser can read it; else as it is: the server decides. */
async function shrunk(file) {
  try {
    const image = await createImageBitmap(file);
    const scale = SENT_PX / Math.min(image.width, image.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    return small ?? file;
  } catch {
    return file;
  }
}

/** `path` takes the picture; `reload` reads the person anew once it has. */
export function pictureField(person, path, reload) {
  const choose = async ({ target: input }) => {
    const [file] = input.files;
    if (file === undefined) return;
    const small = await shrunk(file);
    const made = await perform(input, () => upload(path, small), t("picture.kept"));
    input.value = "";
    if (made !== null) await reload();
  };
  const takeAway = async ({ target }) => {
    const done = await submit(target, path, {}, t("picture.taken_away"), "DELETE");
    if (done !== null) await reload();
  };
  const shown = picturePath(person);
  return html`<div class="picture" data-testid="picture">
    ${face(shown, "picture__face")}
    <label class="field picture__field"
      ><span>${shown === null ? t("picture.choose") : t("picture.change")}</span>
      <input type="file" accept="image/jpeg,image/png" @change=${choose} />
    </label>
    ${
      shown === null
        ? nothing
        : html`<button class="button" type="button" @click=${takeAway}>
            ${t("picture.take_away")}
          </button>`
    }
    <p class="muted">${t("picture.note")}</p>
  </div>`;
}
