// PouchDB beside us: `node pouch.cjs server` serves express-pouchdb, `node pouch.cjs client` obeys one JSON line a time.
// Both keep their documents in memory. PEERS names the folder with node_modules.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const readline = require("node:readline");
const { setTimeout: pause } = require("node:timers/promises");

const load = createRequire(path.join(process.env.PEERS, "here.js"));
const PouchDB = load("pouchdb");
PouchDB.plugin(load("pouchdb-adapter-memory"));
const Memory = PouchDB.defaults({ adapter: "memory" });
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

function serve() {
  const app = load("express")();
  const options = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: path.join(process.cwd(), "pouch.log") };
  app.use("/", load("express-pouchdb")(Memory, options));
  const server = app.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
}

let local;

// Kept, so that asking whether the database is there costs once; a plain address would name another one in memory.
const known = new Map();
function far(port) {
  if (!known.has(port)) known.set(port, new PouchDB(`http://127.0.0.1:${port}/desk`, { adapter: "http" }));
  return known.get(port);
}

const orders = {
  async begin({ port }) {
    local = new Memory("desk");
    await local.replicate.to(far(port));
    return {};
  },
  async put({ documents }) {
    for (const one of documents) {
      const old = await local.get(one._id).catch(() => ({}));
      await local.put({ ...old, ...one });
    }
    return {};
  },
  async sync({ port, attempts, batch }) {
    const options = batch ? { batch_size: batch } : {};
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        const done = await local.replicate.to(far(port), options);
        if (done.ok) return { attempts: attempt };
      } catch (error) {
        if (attempt === attempts) return { error: String(error.message || error.name || error) };
        await pause(5);
      }
    }
    return { error: "never ok" };
  },
};

async function obey() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    try {
      say(await orders[order.do](order));
    } catch (error) {
      say({ error: String(error.message || error) });
    }
  }
}

// A connection that was cut while a body went is no reason to end.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", (error) => process.stderr.write(`${error.stack}\n`));
if (process.argv[2] === "server") serve();
else obey();
