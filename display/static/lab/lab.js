// The reward lab: a ghost car on a map, what a reward function makes of it, and of everywhere else.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { askLab, driveOf, Latest, tried } from "/static/lab/asking.js";
import { codeCard, keepReward } from "/static/lab/code.js";
import { comparisonCard } from "/static/lab/comparison.js";
import { slidersOf } from "/static/lab/controls.js";
import { faultsCard } from "/static/lab/faults.js";
import { firstGhost, ghostOf, headingOf } from "/static/lab/ghost.js";
import { legend, rangeOf } from "/static/lab/heat.js";
import { parametersCard, rewardBox } from "/static/lab/readings.js";
import { loginFromAddress, notify, perform } from "/static/parts/act.js";
import { opened, signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { rewardTitle } from "/static/parts/titles.js";
import { workshopHead } from "/static/parts/workshop_head.js";
import "/static/lab/map.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/code/editor.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/forms/login_form.js";

/** While somebody types, and while a slider is moved, the map waits. */
const TYPING_MS = 700;
const SLIDING_MS = 200;
/** How often a closed lab is looked at again. */
const CLOSED_MS = 5000;
const CLOSINGS = new Set(["lab_heat_on_track", "lab_lacks_sandbox", "lab_lacks_packages"]);

class PaddockLab extends PageElement {
  static properties = {
    ...{ who: { state: true }, desk: { state: true }, tracks: { state: true }, rewards: { state: true } },
    ...{ plan: { state: true }, objects: { state: true }, reward: { state: true }, otherId: { state: true }, ghost: { state: true } },
    ...{ at: { state: true }, map: { state: true }, refused: { state: true } },
    ...{ found: { state: true }, compared: { state: true }, busy: { state: true } },
  };

  #askAt = new Latest((body) => this.#tellAt(body));
  #askMap = new Latest((body) => this.#tellMap(body));
  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    for (const name of ["desk", "tracks", "rewards", "plan", "reward", "ghost", "at", "map", "refused", "found", "compared"])
      this[name] = null;
    [this.who, this.otherId, this.busy, this.objects] = [undefined, null, null, 0];
    this.addEventListener("notice", (event) => this.querySelector("page-notice").show(event.detail));
    this.addEventListener("logged-in", () => this.#open());
    this.addEventListener("ghost-moved", ({ detail }) => this.#changeGhost(detail));
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    await this.#open();
  }

  async #open() {
    this.who = await signedIn();
    if (this.who === null) return;
    this.desk = await opened(this, () => read("/lab/desk"));
    this.tracks = await opened(this, () => read("/tracks"));
    this.rewards = await opened(this, () => read("/rewards"));
    if (!this.desk || !this.tracks?.length || !this.rewards?.length) return;
    const asked = new URLSearchParams(location.search);
    const known = (rows, key, id) => (rows.find((row) => row[key] === id) ?? rows[0])[key];
    await this.#takeTrack(known(this.tracks, "track_id", asked.get("track")));
    await this.#takeReward(known(this.rewards, "reward_id", asked.get("reward")));
    if (!this.desk.is_open) this.#waitForOpening();
  }

  async #waitForOpening() {
    await new Promise((resolve) => setTimeout(resolve, CLOSED_MS));
    const [desk] = await tried(() => read("/lab/desk"));
    if (desk !== null) this.desk = desk;
    if (!this.isConnected) return;
    if (this.desk.is_open) this.#refresh();
    else this.#waitForOpening();
  }

  async #takeTrack(id) {
    const plan = await opened(this, () => read(`/tracks/${encodeURIComponent(id)}`));
    if (plan === null) return;
    [this.plan, this.map, this.at] = [plan, null, null];
    this.ghost = firstGhost(plan.shape, this.ghost ?? undefined);
    this.#remember();
    this.#refresh();
  }

  async #takeReward(id) {
    const isLost = this.reward !== null && this.reward.source !== this.reward.kept;
    if (isLost && !confirm(t("lab.leave"))) {
      // The choice shows what is there.
      this.requestUpdate();
      this.querySelector("select[name=reward]").value = this.reward.id;
      return;
    }
    const { name, source, is_example: isExample } = (await opened(this, () => read(`/rewards/${encodeURIComponent(id)}`))) ?? {};
    if (source === undefined) return;
    this.reward = { id, name, source, kept: source, isExample };
    this.#remember();
    this.#refresh();
  }

  #putBoxes(count) {
    this.objects = count;
    this.#refresh();
  }

  #remember() {
    const asked = new URLSearchParams(location.search);
    if (this.plan) asked.set("track", this.plan.track_id);
    if (this.reward) asked.set("reward", this.reward.id);
    history.replaceState(null, "", `?${asked}`);
  }

  #write(source) {
    this.reward = { ...this.reward, source };
    this.#refresh(TYPING_MS);
  }

  #changeGhost(changed) {
    this.ghost = { ...this.ghost, ...changed };
    const isElsewhere = Object.keys(changed).every((key) => key === "x" || key === "y");
    this.#ask();
    if (!isElsewhere) this.#refresh(SLIDING_MS);
  }

  #body() {
    const { name, source } = this.reward;
    const called = name.endsWith(".py") ? name : `${name}.py`;
    return { track: this.plan.track_id, objects: this.objects, reward: { name: called, source } };
  }

  #ask() {
    if (!this.plan || !this.reward || !this.desk?.is_open || this.reward.source === "") return;
    const { ghost, plan } = this;
    const pose = { ...driveOf(ghost), x_m: ghost.x, y_m: ghost.y, heading_deg: headingOf(plan.shape, ghost) };
    this.#askAt.ask({ ...this.#body(), pose });
  }

  /** Asks anew for the ghost and for the map, some time after the last change. */
  #refresh(waitMs = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.plan || !this.reward || !this.desk?.is_open || this.reward.source === "") return;
      this.#ask();
      this.#askMap.ask({ ...this.#body(), drive: driveOf(this.ghost), turn_deg: this.ghost.turn });
    }, waitMs);
  }

  /** True where it was a refusal, which is shown then. */
  #isRefused(error) {
    if (error === null) return false;
    if (CLOSINGS.has(error.code)) {
      this.desk = { is_open: false, code: error.code, reason: error.message, heat_number: error.params.number };
      [this.at, this.map] = [null, null];
      this.#waitForOpening();
    } else if (error.code === "reward_refused") {
      this.refused = error.params.said ?? error.message;
      this.#mark(error.params.line ?? null);
    } else notify(this, error.message, true);
    return true;
  }

  #mark(line) {
    const editor = this.querySelector("code-editor");
    if (editor && editor.faultLine !== line) editor.faultLine = line;
  }

  async #tellAt(body) {
    const [at, error] = await tried(() => askLab("at", body));
    if (this.#isRefused(error)) return;
    [this.at, this.refused] = [at, null];
    this.#mark(at.fault?.line ?? null);
  }

  async #tellMap(body) {
    const [told, error] = await tried(() => askLab("map", body));
    if (this.#isRefused(error)) this.map = null;
    else if (body.track === this.plan.track_id) this.map = told;
  }

  async #work(name, attempt) {
    this.busy = name;
    const [answer, error] = await tried(attempt);
    this.busy = null;
    return this.#isRefused(error) ? null : answer;
  }

  async #fuzz() {
    const body = this.#body();
    const answer = await this.#work("fuzz", () => askLab("fuzz", { ...body, seed: 1 }));
    if (answer !== null) this.found = { answer, of: JSON.stringify(body) };
  }

  async #compare() {
    const other = await perform(this, () => read(`/rewards/${encodeURIComponent(this.#otherId)}`));
    if (other === null) return;
    const body = { ...this.#body(), drive: driveOf(this.ghost), turn_deg: this.ghost.turn };
    const second = { name: `${other.name}.py`, source: other.source };
    const answer = await this.#work("compare", () => askLab("compare", { ...body, other: second }));
    if (answer !== null) this.compared = { answer, names: [rewardTitle({ ...this.reward, is_example: this.reward.isExample }), rewardTitle(other)], of: JSON.stringify(this.#body()) };
  }

  /** What there is to compare with; what was changed, also with how it is kept. */
  get #others() {
    const { id, source, kept } = this.reward;
    return this.rewards.filter((each) => each.reward_id !== id || source !== kept);
  }

  get #otherId() {
    const ids = this.#others.map((each) => each.reward_id);
    return ids.includes(this.otherId) ? this.otherId : (ids[0] ?? null);
  }

  /** Puts the ghost to a pose, and shows it. */
  #show(pose, line) {
    this.#changeGhost(ghostOf(this.plan.shape, pose));
    this.#mark(line);
    this.querySelector("lab-map").scrollIntoView({ block: "center" });
  }

  async #keep(event) {
    const kept = await keepReward(this, event, this.reward);
    if (kept === null) return;
    this.reward = kept;
    this.rewards = (await perform(this, () => read("/rewards"))) ?? this.rewards;
    this.#remember();
  }

  #codeCard() {
    return codeCard(this, {
      takeTrack: (id) => this.#takeTrack(id),
      takeReward: (id) => this.#takeReward(id),
      putBoxes: (count) => this.#putBoxes(count),
      write: (source) => this.#write(source),
      keep: (event) => this.#keep(event),
    });
  }

  #mapCard() {
    const { plan, map, ghost, at } = this;
    const values = map?.map.rewards ?? null;
    const heat = map === null ? null : (map.heat ??= { grid: map.grid, values, range: rangeOf(values), kind: "heat" });
    return html`<section class="card lab__map">
      <h2 class="visually-hidden">${t("lab.map")}</h2>
      <div class="lab__stage"><lab-map .shape=${plan.shape} .heat=${heat} .ghost=${ghost} .at=${at} label=${t("lab.ghost")}></lab-map></div>
      ${heat === null ? nothing : legend(heat.range, "heat", { marker: at?.reward ?? null, hasFaults: map.map.faults_n > 0 })}
      <p class="muted" id="ghost-keys">${t("lab.ghost_keys")}</p>
    </section>`;
  }

  #bench() {
    const { ghost, at, refused, busy, plan, found, compared } = this;
    const now = JSON.stringify(this.#body());
    const onShow = (pose, line) => this.#show(pose, line);
    return html`<div class="lab__bench">
      ${this.#codeCard()} ${this.#mapCard()}
      <section class="card lab__ghost">
        ${rewardBox(at, refused)} ${slidersOf(ghost, (changed) => this.#changeGhost(changed))}
      </section>
      ${parametersCard(at)}
      ${faultsCard({ found: found?.answer ?? null, isBusy: busy === "fuzz", isStale: found?.of !== now, onFuzz: () => this.#fuzz(), onShow })}
      ${comparisonCard({ compared, isBusy: busy === "compare", isStale: compared?.of !== now, rewards: this.#others, otherId: this.#otherId, shape: plan.shape, onOther: (id) => (this.otherId = id), onCompare: () => this.#compare(), onShow })}
    </div>`;
  }

  #stranger() {
    return html`<section class="card lab__stranger"><h2 class="card__title">${t("lab.sign_in_title")}</h2>
      <p>${t("lab.sign_in")}</p><login-form></login-form></section>`;
  }

  render() {
    const { who, desk, plan, reward } = this;
    const closed = desk !== null && !desk.is_open;
    return html`${workshopHead("/lab", this.who)}
      <main class="control__main lab">
        <h1 class="headline">${t("lab.title")}</h1>
        <p class="lead">${t("lab.lead")}</p>
        ${closed ? html`<p class="lab__closed" role="status">${tCode("problem", desk.code, { number: desk.heat_number }, desk.reason)}</p>` : nothing}
        ${who === null ? this.#stranger() : plan === null || reward === null ? nothing : this.#bench()}
      </main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-lab", PaddockLab);
