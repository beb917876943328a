package dev.danta.check.judge;

import java.util.Locale;
import java.util.Optional;

/** What a history can be of, by the names that files and commands use. */
public enum Subject {
    REGISTER("one value: read, write, cas", "--init V --nil-read --failed-cas --key"),
    CAS_REGISTER("the same", "--init V --nil-read --failed-cas --key"),
    KV(
            "a value for each key: get, put, delete, append, cas, cas-version, put-if-absent; answers may have versions",
            "--init V --nil-read --failed-cas --key value0"),
    MULTI_REGISTER("several values, read and written at once: txn", "--init NAME=V,NAME=V --nil-read --key"),
    SET("a set that is read as a whole: add, remove, contains, read", "--init V,V --key"),
    QUEUE("a queue in order: enqueue, dequeue", "--init V,V --nil-read --key"),
    UNORDERED_QUEUE("a queue without order: enqueue, dequeue", "--init V,V --nil-read --key"),
    MUTEX("a lock: acquire, release", "--key"),
    LEASE("leases that expire, with fencing tokens: acquire, release, use", "--key value0"),
    FENCED_MUTEX("the same, but they do not expire", "--key value0"),
    COUNTER("a number for each key: add, read", "--init N --key value0"),
    BOUNDED_COUNTER(
            "numbers within bounds: spend (or reserve), gain (or release), read; refusals are judged too",
            "--init N --floor N --ceiling N --failed-cas --key value0"),
    SUBMIT("requests that are done once: submit, lookup; key is the request", "--key value0"),
    BANK("accounts whose total stays: transfer, read; every read by itself", "--init TOTAL"),
    SESSIONS(
            "a table with versions as each client sees it: read your writes, monotonic reads and writes, writes follow"
                    + " reads",
            "--key value0"),
    LIST_APPEND("transactions over lists: txn of append and r; judged by cycles", "--consistency LEVEL"),
    TXN_REGISTER(
            "transactions over registers: txn of w and r, with versions or without; judged by cycles",
            "--consistency LEVEL --init V --nil-read"),
    LONG_FORK(
            "registers that are written once and read together: write, read; are changes seen in different orders?",
            "--init V"),
    CONVERGENCE(
            "replicated registers, sets and sums: write; add, remove; increment; read. Do the final reads agree?",
            "--init V --key value0"),
    FEED("a table with a feed of its changes: put, poll. Does the feed show each, in the order of its key?", "");

    private final String description;
    private final String options;

    Subject(String description, String options) {
        this.description = description;
        this.options = options;
    }

    /** The name. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is and what is asked of it, in a line. */
    public String description() {
        return description;
    }

    /** The options that concern it, as on a command line. */
    public String options() {
        return options;
    }

    /** The subject of this name; {@code kv-append} is the key-value table too, {@code rw-register} {@link #TXN_REGISTER}. */
    public static Optional<Subject> named(String name) {
        String known = switch (name) {
            case "kv-append" -> "kv";
            case "rw-register" -> "txn-register";
            default -> name;
        };
        for (Subject subject : values()) {
            if (subject.label().equals(known)) {
                return Optional.of(subject);
            }
        }
        return Optional.empty();
    }
}
