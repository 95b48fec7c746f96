// Speaks to the server's HTTP interface: commands that never double, and refusals in words.

import { t, tCode } from "/static/i18n.js";

const ATTEMPTS = 4;
const RETRY_AFTER_MS = 700;
const ATTEMPT_PATIENCE_MS = 8000;
/** A whole file goes through the hall's Wi-Fi, and is checked before the answer. */
const UPLOAD_PATIENCE_MS = 300_000;

/** A refusal or a failure; its message is a sentence in the reader's language. */
export class ApiError extends Error {
  constructor(message, status, code, params = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.params = params;
  }

  get needsLogin() {
    return this.status === 401 || this.code === "forbidden";
  }

  /** Whether nobody answered, or somebody who can't at the moment: the same may do soon. */
  get mayPass() {
    return this.status === 0 || this.status >= 500;
  }
}

/** 128 random bits in hex. `crypto.randomUUID` is missing where a page came over plain HTTP. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a refused field should look like, where an example says it best; "" elsewhere. */
const exampleOf = (code, { where = "" }) =>
  code === "invalid_request" ? tCode("example", where.split(".").at(-1), {}, "") : "";

async function problemOf(answer) {
  let body = {};
  try {
    body = await answer.json();
  } catch {
    // a proxy or a crash answered without a problem body: the status alone words it
  }
  const fallback = body.detail ?? t("error.status", { status: answer.status });
  const params = body.params ?? {};
  const sentences = [tCode("problem", body.code, params, fallback), exampleOf(body.code, params)];
  return new ApiError(sentences.filter((each) => each !== "").join(" "), answer.status, body.code ?? null, params);
}

async function attempt(path, { patienceMs = ATTEMPT_PATIENCE_MS, ...options }) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patienceMs);
  try {
    return await fetch(`/api/v1${path}`, { ...options, signal: limit.signal });
  } catch {
    return null; // no answer: whether the server did it is unknown, which is what the key is for
  } finally {
    clearTimeout(timer);
  }
}

async function send(path, options) {
  for (let tried = 1; ; tried += 1) {
    const answer = await attempt(path, options);
    if (answer?.ok) return answer.status === 204 ? {} : answer.json();
    const mayPass = answer === null || answer.status >= 502;
    if (!mayPass || tried === ATTEMPTS) {
      throw answer === null ? new ApiError(t("error.no_answer"), 0, null) : await problemOf(answer);
    }
    await pause(RETRY_AFTER_MS * tried);
  }
}

/** Reads; throws ApiError. */
export const read = (path) => send(path, { headers: { Accept: "application/json" } });

/** A command. Every repeat of it carries the same key, so that it is done once; throws ApiError. */
export function command(path, body = {}, { method = "POST", key = newKey() } = {}) {
  return send(path, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "Idempotency-Key": key,
    },
    body: JSON.stringify(body),
  });
}

/** Asks what a body says and changes nothing, once, for as long as that takes; throws ApiError. */
export async function question(path, body, patienceMs) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const answer = await attempt(path, { method: "POST", headers, body: JSON.stringify(body), patienceMs });
  if (answer === null) throw new ApiError(t("error.no_answer"), 0, null);
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

/** Sends a file as the body itself, under one key as a command does; throws ApiError. */
export function upload(path, file, { method = "PUT", key = newKey() } = {}) {
  return send(path, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/octet-stream",
      "Idempotency-Key": key,
    },
    body: file,
    patienceMs: UPLOAD_PATIENCE_MS,
  });
}

/** Sends a form with files in it. The same files once more change nothing; throws ApiError. */
export const uploadForm = (path, form) =>
  send(path, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: form,
    patienceMs: UPLOAD_PATIENCE_MS,
  });

/** Logs this browser in with a code; returns {role, principal}. Not repeated: tries are counted. */
export async function login(code) {
  const answer = await attempt("/session", {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify({ code: code.trim() }),
  });
  if (answer === null) throw new ApiError(t("error.no_answer"), 0, null);
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

/** Who this browser is logged in as, or null for a spectator; throws ApiError. */
export async function session() {
  const found = await read("/session");
  return found.role && found.role !== "public" ? found : null;
}

export const logout = () => send("/session", { method: "DELETE" });

/** A code from the address' fragment (#code=…), which this call takes out of the address bar. */
export function takeFragmentCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) history.replaceState(null, "", location.pathname + location.search);
  return code;
}
