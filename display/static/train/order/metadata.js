// Reads the action space of a DeepRacer model_metadata.json, as people bring it from elsewhere.

/** Why a file is none; its `code` is worded as `train.metadata.CODE`. */
export class MetadataError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export const MOST_ACTIONS = 30;
const FARTHEST_DEG = 30;
const [SLOWEST_MPS, FASTEST_MPS] = [0.1, 4];

const isWithin = (value, low, high) => typeof value === "number" && value >= low && value <= high;

function checked(steeringDeg, speedMps) {
  const [steering, speed] = [Number(steeringDeg), Number(speedMps)];
  const isDrivable =
    isWithin(steering, -FARTHEST_DEG, FARTHEST_DEG) && isWithin(speed, SLOWEST_MPS, FASTEST_MPS);
  if (!isDrivable) throw new MetadataError("limits");
  return { steering_deg: steering, speed_mps: speed };
}

function listOf(actions) {
  if (actions.length < 2 || actions.length > MOST_ACTIONS) throw new MetadataError("count");
  const read = actions.map((each) => checked(each?.steering_angle, each?.speed));
  return { kind: "list", actions: read };
}

function rangesOf({ steering_angle: steering, speed }) {
  const low = checked(steering?.low, speed?.low);
  const high = checked(steering?.high, speed?.high);
  return {
    kind: "ranges",
    steering_low_deg: low.steering_deg,
    steering_high_deg: high.steering_deg,
    speed_low_mps: low.speed_mps,
    speed_high_mps: high.speed_mps,
  };
}

/** The action space of the file's text; throws MetadataError. */
export function spaceOf(text) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new MetadataError("json");
  }
  const space = content?.action_space;
  if (Array.isArray(space)) return listOf(space);
  if (space !== null && typeof space === "object") return rangesOf(space);
  throw new MetadataError("space");
}
