// node bank.js [host:port]: a transfer, a conflict, a scan and a session, against any node of a cluster.
import assert from "node:assert/strict";
import { Danta, DantaError, key, parts, text } from "./danta.js";

const endpoint = process.argv[2] ?? "127.0.0.1:7400";
const node = new Danta(endpoint, { cluster: process.argv[3] });
const accounts = { space: "node-js", name: "accounts" };

const is = (name, value) => ({ collection: accounts, key: key(name), value: text.encode(value) });
const put = is;

async function balance(name, transaction = "") {
  const reply = await node.call("Get", { collection: accounts, keys: [key(name)], transaction });
  const [found] = reply.found;
  return found._value ? Number(text.decode(found.value)) : undefined;
}

/** One call: nothing changes unless both balances are still what they were when they were read. */
async function transfer(from, to, amount) {
  for (;;) {
    const [a, b] = [await balance(from), await balance(to)];
    if (a < amount) return false;
    const reply = await node.call("Transact", {
      conditions: [is(from, a), is(to, b)],
      writes: [put(from, a - amount), put(to, b + amount)],
    });
    if (reply.applied) return true;
  }
}

/** Several calls: reads, writes, and a commit that fails if somebody else was faster. */
async function begun() {
  const { transaction } = await node.call("Begin", { leaseMillis: 5000 });
  return transaction;
}

const about = await node.call("Describe", {});
console.log(`cluster ${about.cluster}, node ${about.node} of ${about.endpoints.length}, revision ${about.revision}`);

await node.call("Transact", { writes: [put("ann", 100), put("bob", 0), put("cid", 7)] });
assert.equal(await transfer("ann", "bob", 30), true);
assert.equal(await transfer("ann", "bob", 1000), false);
console.log(`transfer: ann has ${await balance("ann")}, bob has ${await balance("bob")}`);

const stale = await node.call("Transact", { conditions: [is("ann", 100)], writes: [put("ann", 0)] });
assert.equal(stale.applied, false);
assert.equal(text.decode(stale.failed[0].value), "70");
const [one, other] = [await begun(), await begun()];
for (const transaction of [one, other]) {
  const read = await balance("ann", transaction);
  await node.call("Write", { transaction, writes: [put("ann", read - 1)] });
}
await node.call("Commit", { transaction: one });
const lost = await node.call("Commit", { transaction: other }).catch((error) => error);
assert.ok(lost instanceof DantaError, "one of the two must lose");
assert.equal(lost.kind, "CONFLICT");
assert.equal(lost.effect, "EFFECT_NOT_APPLIED");
console.log(`conflict: ${lost.message}`);

const names = [];
for (let after, more = true; more; ) {
  const page = await node.call("Scan", { collection: accounts, limit: 2, after });
  names.push(...page.entries.map((entry) => `${parts(entry.key)[0]}=${text.decode(entry.value)}`));
  after = page.entries.at(-1)?.key;
  more = page.entries.length === 2;
}
assert.deepEqual(names, ["ann=69", "bob=30", "cid=7"]);
console.log(`scan: ${names.join(" ")}`);

// Relaxed, and no step back: the token that a reply has goes along with the next request, to whichever node.
const drafts = { collection: { space: "node-js", name: "drafts" } };
const { session } = await node.call("Put", { ...drafts, key: key("ann"), value: text.encode("dear"), session: "" });
const draft = await node.call("Get", { ...drafts, keys: [key("ann")], session });
assert.equal(text.decode(draft.found[0].value), "dear");
console.log(`session: ${text.decode(draft.found[0].value)}`);
node.close();
