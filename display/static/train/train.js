// The page on which models are trained: what is needed, a reward to write, trainings to watch.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { loginFromAddress, perform } from "/static/parts/act.js";
import { opened, signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { workshopHead } from "/static/parts/workshop_head.js";
import { draftLike } from "/static/train/order/draft.js";
import { draftOfModel, draftOfReward } from "/static/train/order/beginnings.js";
import { lacking } from "/static/train/lacking.js";
import { trainingList } from "/static/train/list.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/forms/login_form.js";
import "/static/train/order/form.js";
import "/static/train/watch/watch.js";

const LOOK_MS = 3000;

class PaddockTrain extends PageElement {
  static properties = {
    who: { state: true },
    desk: { state: true },
    trainings: { state: true },
    watched: { state: true },
    like: { state: true },
    fault: { state: true },
  };

  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    this.who = undefined;
    this.desk = null;
    this.trainings = null;
    this.watched = null;
    this.like = null;
    this.fault = null;
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.requestUpdate());
    this.feed.start();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", () => this.#begin());
    this.addEventListener("training-started", (event) => this.#go(`?id=${event.detail}`));
    this.addEventListener("training-gone", () => this.#go(""));
    window.addEventListener("popstate", () => this.#followAddress());
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    this.who = await signedIn();
    if (this.who === null) return;
    this.desk = await opened(this, () => read("/workshop/desk"));
    await this.#followAddress();
  }

  /**
   * `/train` begins a training, `?from=`, `?model=`, `?reward=` and `?track=` with what is there, a
   * reward also on a track; `?id=` shows one.
   */
  async #followAddress() {
    const asked = new URLSearchParams(location.search);
    if (asked.has("from")) await this.#begunFrom(asked.get("from"));
    else if (asked.has("model")) await this.#begunLike(() => draftOfModel(asked.get("model")));
    else if (asked.has("reward")) await this.#begunLike(() => draftOfReward(asked.get("reward"), asked.get("track")));
    else if (asked.has("track")) await this.#begunLike(async () => ({ track: asked.get("track") }));
    this.watched = asked.get("id");
    await this.#load();
  }

  async #begunFrom(id) {
    const training = await perform(this, () => read(`/workshop/trainings/${encodeURIComponent(id)}`));
    if (training === null) return;
    const { ending, sentence, line } = training;
    this.like = draftLike(training);
    this.fault = ending === "fault" ? { sentence, line } : null;
    history.replaceState(null, "", "/train");
  }

  /** A draft that was there is kept where what is asked for isn't. */
  async #begunLike(attempt) {
    const like = await perform(this, attempt);
    if (like !== null) this.like = like;
    history.replaceState(null, "", "/train");
  }

  async #load() {
    clearTimeout(this.#timer);
    if (this.watched !== null) return;
    try {
      this.trainings = await read("/workshop/trainings");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trainings ??= [];
    }
    this.#timer = setTimeout(() => this.#load(), LOOK_MS);
  }

  #go(search) {
    this.like = this.fault = null;
    history.pushState(null, "", `/train${search}`);
    window.scrollTo(0, 0);
    return this.#followAddress();
  }

  #stranger() {
    return html`<h1 class="headline">${t("train.title")}</h1>
      <p class="lead">${t("train.lead")}</p>
      <section class="card">
        <p>${t("train.stranger")}</p>
        <a class="button button--main command" href="/join">${t("me.join")}</a>
        <details class="details" open>
          <summary>${t("me.have_code")}</summary>
          <login-form></login-form>
        </details>
      </section>`;
  }

  #workbench() {
    const { desk, trainings, like, fault } = this;
    return html`<h1 class="headline">${t("train.title")}</h1>
      <p class="lead">${t("train.lead")}</p>
      ${lacking(desk.lacks)} ${trainingList(trainings, (id) => this.#go(`?id=${id}`))}
      <training-form .canTrain=${desk.lacks.length === 0} .hasCluster=${desk.has_cluster} .like=${like} .fault=${fault}></training-form>`;
  }

  #body() {
    if (this.who === undefined) return nothing;
    if (this.who === null) return this.#stranger();
    if (this.desk === null) return nothing;
    // Not before the list is there: what comes later would push a button from under a finger.
    if (this.watched === null) return this.trainings === null ? nothing : this.#workbench();
    return html`<p><a class="button button--small" href="/train">${t("train.all")}</a></p>
      <training-watch .trainingId=${this.watched} .who=${this.who}></training-watch>`;
  }

  render() {
    const { feed, who } = this;
    return html`${workshopHead("/train", this.who)}
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      <main class="control__main ${this.who ? "train" : ""}">${this.#body()}</main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-train", PaddockTrain);
