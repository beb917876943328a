// danta.v1 for Node.js: keys and values as JavaScript has them, promises, and errors that say what took effect.
import { fileURLToPath } from "node:url";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PROTOS = process.env.DANTA_PROTO ?? path.join(HERE, "../../wire/src/main/proto");

const definition = protoLoader.loadSync("danta/v1/danta.proto", {
  includeDirs: [PROTOS],
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});
const { danta } = grpc.loadPackageDefinition(definition);
const statusProto = protoLoader.loadSync(path.join(HERE, "status.proto"));
const ErrorDetail = definition["danta.v1.ErrorDetail"];
const Status = statusProto["google.rpc.Status"];

/** What a node says when something was not done, or when nobody knows. */
export class DantaError extends Error {
  constructor(grpcError) {
    const detail = detailOf(grpcError);
    super(detail?.message || grpcError.details || grpcError.message);
    this.code = grpcError.code;
    // Without a detail it was not a node that answered: nothing is known of the call.
    this.kind = detail?.kind ?? "NO_ANSWER";
    this.effect = detail?.effect ?? "EFFECT_UNKNOWN";
    this.retryable = detail?.retryable ?? false;
    this.outcomeHandle = detail?.outcomeHandle ?? "";
  }
}

function detailOf(grpcError) {
  const [bytes] = grpcError.metadata?.get("grpc-status-details-bin") ?? [];
  if (!bytes) return undefined;
  const [any] = Status.deserialize(bytes).details;
  return ErrorDetail.deserialize(any.value);
}

/** A key from strings, numbers, booleans and buffers. */
export function key(...elements) {
  return { elements: elements.map(element) };
}

function element(value) {
  if (typeof value === "string") return { text: value };
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return { integer: String(value) };
  if (typeof value === "boolean") return { boolean: value };
  if (Buffer.isBuffer(value)) return { bytes: value };
  throw new TypeError(`no element of a key: ${value}`);
}

export function parts(key) {
  return key.elements.map((e) => (e.kind === "integer" ? Number(e.integer) : e[e.kind]));
}

/** Text as a value. */
export const text = {
  encode: (value) => Buffer.from(String(value), "utf8"),
  decode: (bytes) => bytes.toString("utf8"),
};

/** One node; all calls have a deadline. */
export class Danta {
  constructor(endpoint, { cluster, deadlineMillis = 5000 } = {}) {
    this.stub = new danta.v1.Danta(endpoint, grpc.credentials.createInsecure());
    this.cluster = cluster;
    this.deadlineMillis = deadlineMillis;
  }

  call(method, request, deadlineMillis = this.deadlineMillis) {
    const metadata = new grpc.Metadata();
    if (this.cluster) metadata.set("danta-cluster", this.cluster);
    return new Promise((resolve, reject) => {
      this.stub[method](request, metadata, { deadline: Date.now() + deadlineMillis }, (error, reply) =>
        error ? reject(new DantaError(error)) : resolve(reply),
      );
    });
  }

  close() {
    this.stub.close();
  }
}
