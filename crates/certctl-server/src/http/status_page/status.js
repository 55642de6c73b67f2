// The status page: signs in with an API key, then shows counts, certificates, jobs and the live stream.
// Values from the API go into the page as text only, never as markup.
"use strict";

const $ = (id) => document.getElementById(id);
const api = "/api/v1";

function say(text) {
  $("message").textContent = text;
}

async function call(method, path, body) {
  const options = { method, headers: {}, credentials: "same-origin" };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(api + path, options);
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    const error = new Error(value && value.detail ? `${value.detail} (${value.request_id})` : `status ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return value;
}

function row(table, cells, first) {
  const tr = document.createElement("tr");
  for (const cell of cells) {
    const td = document.createElement("td");
    td.textContent = cell === null || cell === undefined ? "" : String(cell);
    tr.append(td);
  }
  const body = $(table).tBodies[0];
  if (first) body.prepend(tr);
  else body.append(tr);
  while (body.rows.length > 50) body.deleteRow(-1);
}

function fill(table, items, cells) {
  $(table).tBodies[0].replaceChildren();
  for (const item of items) row(table, cells(item));
}

function count(name, value) {
  const box = document.createElement("div");
  const term = document.createElement("dt");
  const data = document.createElement("dd");
  term.textContent = name;
  data.textContent = value;
  box.append(term, data);
  return box;
}

async function list(path) {
  try {
    return await call("GET", path);
  } catch (error) {
    if (error.status === 401) throw error;
    // What the role may not read is left out, and said so.
    return { items: [], total: error.status === 403 ? "not yours to see" : "not available" };
  }
}

async function refresh() {
  const [certificates, agents, jobs] = await Promise.all([
    list("/certificates?limit=50&total=true"),
    list("/agents?limit=1&total=true"),
    list("/jobs?limit=20&total=true"),
  ]);
  $("counts").replaceChildren(
    count("Certificates", certificates.total),
    count("Agents", agents.total),
    count("Jobs", jobs.total),
  );
  fill("certificates", certificates.items, (c) => [c.id, c.name, c.status, c.not_after, c.why]);
  fill("jobs", jobs.items, (j) => [j.id, j.kind, j.state, j.certificate_id, j.error]);
}

let stream = null;
let pending = null;

function soon() {
  if (pending === null) {
    pending = setTimeout(() => {
      pending = null;
      refresh().catch(failed);
    }, 500);
  }
}

async function listen() {
  // EventSource hands on named events only to listeners of that name, and any kind may come: so the stream is read here.
  const controller = new AbortController();
  stream = controller;
  let last = null;
  while (!controller.signal.aborted) {
    try {
      const headers = last === null ? {} : { "last-event-id": last };
      const answer = await fetch(api + "/events", { headers, signal: controller.signal, credentials: "same-origin" });
      if (answer.status === 401) return show();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      $("live").textContent = "(live)";
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        let end;
        while ((end = text.indexOf("\n\n")) >= 0) {
          const data = text.slice(0, end).split("\n").filter((l) => l.startsWith("data:"));
          text = text.slice(end + 2);
          if (data.length === 0) continue;
          const event = JSON.parse(data.map((l) => l.slice(5).trimStart()).join("\n"));
          if (event.seq === undefined) continue;
          last = String(event.seq);
          row("events", [event.at, event.kind, event.object_id], true);
          soon();
        }
      }
    } catch (error) {
      if (controller.signal.aborted) return;
    }
    $("live").textContent = "(connecting again)";
    await new Promise((done) => setTimeout(done, 2000));
  }
}

function failed(error) {
  if (error.status === 401) show();
  else say(error.message);
}

async function show() {
  if (stream) stream.abort();
  stream = null;
  $("content").hidden = true;
  $("setup").hidden = true;
  $("sign-in").hidden = true;
  const info = await call("GET", "/auth/info");
  if (info.setup_open) {
    $("setup").hidden = false;
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    if (token) {
      $("setup-token").value = token;
      history.replaceState(null, "", location.pathname);
    } else {
      say("No key exists yet. The link that the server printed at its start opens this page with the token.");
    }
    return;
  }
  try {
    const me = await call("GET", "/auth/check");
    $("who").textContent = `${me.name} (${me.role})`;
    $("content").hidden = false;
    say("");
    await refresh();
    listen();
  } catch (error) {
    if (error.status !== 401) throw error;
    $("sign-in").hidden = false;
    $("api-key").focus();
  }
}

$("setup-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const made = await call("POST", "/auth/setup", { token: $("setup-token").value.trim(), name: $("setup-name").value });
    await call("POST", "/auth/login", { api_key: made.secret });
    await show();
    $("setup").hidden = false;
    $("setup-form").hidden = true;
    $("setup-secret").textContent = made.secret;
    $("setup-key").hidden = false;
  } catch (error) {
    say(error.message);
  }
});

$("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await call("POST", "/auth/login", { api_key: $("api-key").value.trim() });
    $("api-key").value = "";
    await show();
  } catch (error) {
    say(error.message);
  }
});

$("sign-out").addEventListener("click", async () => {
  try {
    await call("POST", "/auth/logout");
    await show();
  } catch (error) {
    failed(error);
  }
});

show().catch((error) => say(error.message));
