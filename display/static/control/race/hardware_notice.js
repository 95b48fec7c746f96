// What is wrong with nodes and sensors, where race control sees it before it costs a lap.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { isInUse, troublesOf } from "/static/control/devices/node_troubles.js";
import { polledNodes } from "/static/control/devices/polled.js";
import { PageElement } from "/static/parts/element.js";
import { whileShown } from "/static/parts/while_shown.js";

class HardwareNotice extends PageElement {
  static properties = { nodes: { state: true } };

  constructor() {
    super();
    this.nodes = [];
    whileShown(this, () => polledNodes.follow((nodes) => (this.nodes = nodes)));
  }

  render() {
    const unwell = this.nodes
      .filter(isInUse)
      .map((node) => [node.node_id, troublesOf(node)])
      .filter(([, troubles]) => troubles.length > 0);
    if (unwell.length === 0) return nothing;
    return html`<section class="card card--alarm" role="status" data-testid="hardware">
      <h2 class="card__title">${t("nodes.unwell")}</h2>
      <ul class="rows">
        ${unwell.flatMap(([nodeId, troubles]) =>
          troubles.map(
            (trouble) => html`<li class="row"><span class="row__main"><bdi>${nodeId}</bdi> · ${trouble}</span></li>`,
          ),
        )}
      </ul>
      <p class="muted"><a href="#devices">${t("nodes.more")}</a></p>
    </section>`;
  }
}

customElements.define("hardware-notice", HardwareNotice);
