package dev.danta.sim.invariant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Strict reads that leave no trace (protocol.md 5.1 and 11): each equals the replay of the committed transactions at the
 * moment its validation began; a key read equals it at some moment since it was asked.
 */
final class StrictReadOracle {
    private final SerialOracle oracle;
    private final TxnLedger ledger;
    private final Map<ClientId, Reader> readers = new TreeMap<>();

    /** One client's strict reads that are not answered yet, and the validations that it has begun since the first. */
    private static final class Reader {
        private final Map<Long, Asked> open = new TreeMap<>();
        private final Map<OpId, Validation> validations = new LinkedHashMap<>();
    }

    /** @param before for a key read: what the key was when it was asked */
    private record Asked(
            List<Read> reads,
            List<RangeRead> ranges,
            List<Key> keys,
            int validationsBefore,
            @Nullable Version before) {}

    private static final class Validation {
        private final SortedMap<Key, Read> reads = new TreeMap<>();
        /** What was looked at: each replica of a shard is sent the same object. */
        private final Set<AccessSet> sent = Collections.newSetFromMap(new IdentityHashMap<>());

        private boolean equalsReplay = true;
        /** The open calls that have read ranges which were just so when this began. */
        private final Set<Long> rangesWereSo = new TreeSet<>();
    }

    StrictReadOracle(SerialOracle oracle, TxnLedger ledger) {
        this.oracle = oracle;
        this.ledger = ledger;
    }

    void onCalled(ClientId client, long number, ClientCall call) {
        if (call instanceof ClientCall.ReadStrict read) {
            Version before = read.keys().size() == 1 ? oracle.now(read.keys().get(0)) : null;
            open(client, number, new Asked(List.of(), List.of(), read.keys(), validations(client), before));
        } else if (call instanceof ClientCall.Validate validate) {
            List<Key> keys = List.of();
            open(client, number, new Asked(validate.reads(), validate.ranges(), keys, validations(client), null));
        }
    }

    private int validations(ClientId client) {
        Reader reader = readers.get(client);
        return reader == null ? 0 : reader.validations.size();
    }

    private void open(ClientId client, long number, Asked asked) {
        readers.computeIfAbsent(client, c -> new Reader()).open.put(number, asked);
    }

    /** A client sends a question; the first time that it names its id and shard, its validation there begins. */
    void onSent(ClientId client, IrMessage.Ask ask) {
        Reader reader = readers.get(client);
        if (reader == null || !(ask.query() instanceof ReadQuery.Validate validate)) {
            return;
        }
        Validation validation = reader.validations.computeIfAbsent(ask.id(), id -> begun(reader));
        if (!validation.sent.add(validate.reads())) {
            return;
        }
        for (Read read : validate.reads().reads()) {
            if (validation.reads.putIfAbsent(read.key(), read) == null) {
                validation.equalsReplay &= oracle.shows(read);
            }
        }
    }

    private Validation begun(Reader reader) {
        Validation validation = new Validation();
        reader.open.forEach((number, asked) -> {
            if (asked.ranges().stream().allMatch(oracle::shows)) {
                validation.rangesWereSo.add(number);
            }
        });
        return validation;
    }

    void onFinished(ClientId client, long number, CallOutcome outcome) {
        Reader reader = readers.get(client);
        Asked asked = reader == null ? null : reader.open.remove(number);
        if (reader == null || asked == null) {
            return;
        }
        if (outcome instanceof CallOutcome.StrictlyRead read) {
            check(client, number, reader, asked, read);
        } else if (outcome instanceof CallOutcome.Validated validated) {
            check(client, number, reader, asked, asked.reads(), validated.prepared());
        }
        if (reader.open.isEmpty()) {
            readers.remove(client);
        }
    }

    private void check(ClientId client, long number, Reader reader, Asked asked, CallOutcome.StrictlyRead read) {
        if (asked.before() != null) {
            Key key = asked.keys().get(0);
            Version version = read.versions().get(0);
            Violation.unless(
                    oracle.hasShownSince(key, asked.before(), version),
                    "a strict read of one key gives what it was at some moment since it was asked",
                    client,
                    key,
                    version,
                    "was, when asked,",
                    asked.before());
        } else {
            List<Read> reads = new ArrayList<>();
            for (int i = 0; i < asked.keys().size(); i++) {
                reads.add(Read.of(asked.keys().get(i), read.versions().get(i)));
            }
            check(client, number, reader, asked, reads, read.prepared());
        }
    }

    private void check(
            ClientId client,
            long number,
            Reader reader,
            Asked asked,
            List<Read> reads,
            CallOutcome.@Nullable Committed prepared) {
        if (prepared != null) {
            Violation.unless(
                    ledger.hasRead(prepared.txn(), reads, asked.ranges()),
                    "a strict read that was prepared gives what its transaction read",
                    client,
                    prepared,
                    reads,
                    asked.ranges());
            return;
        }
        SortedMap<Key, Read> byKey = SerialOracle.byKey(reads);
        boolean found = reader.validations.values().stream()
                .skip(asked.validationsBefore())
                .anyMatch(validation -> validation.equalsReplay
                        && validation.rangesWereSo.contains(number)
                        && validation.reads.equals(byKey));
        Violation.unless(
                found,
                "a strict read-only transaction equals the replay at the moment its validation began",
                client,
                reads,
                asked.ranges());
    }
}
