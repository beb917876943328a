package dev.danta.gateway;

import dev.danta.client.Committed;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Space;
import dev.danta.client.Tx;
import dev.danta.client.TxOptions;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Condition;
import dev.danta.wire.gateway.GatewayRequest.Place;
import dev.danta.wire.gateway.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Strict transactions of one call. Blocks. */
final class OneShot {
    private OneShot() {}

    /** All writes if all conditions hold. */
    static GatewayReply transact(DantaClient client, GatewayRequest.Transact request, Duration within) {
        if (request.conditions().isEmpty() && request.writes().isEmpty()) {
            throw new RefusedException(Refused.Kind.INVALID_REQUEST, "a transaction has conditions or writes");
        }
        Place place = request.conditions().isEmpty()
                ? request.writes().get(0).place()
                : request.conditions().get(0).place();
        Space space = client.space(place.space());
        return request.idempotencyKey().isEmpty()
                ? transact(client, space, request, Tx.options().deadline(within))
                : once(client, space, request, within);
    }

    private static GatewayReply transact(
            DantaClient client, Space space, GatewayRequest.Transact request, TxOptions options) {
        List<Committed> commits = new ArrayList<>();
        List<GatewayReply.Failed> failed = space.run(options, tx -> {
            List<GatewayReply.Failed> untrue = untrue(client, tx, request.conditions());
            if (untrue.isEmpty()) {
                Tables.write(client, tx, request.writes());
            }
            tx.afterCommit(commits::add);
            return untrue;
        });
        return failed.isEmpty()
                ? new GatewayReply.Applied(commit(commits.get(0)))
                : new GatewayReply.NotApplied(failed);
    }

    /**
     * Says that these conditions do not hold. Out of a run with an idempotency key no exception comes before all that was read
     * is confirmed, the absence of the key's record included: so it is true, and the request had not taken effect.
     */
    private static final class UntrueException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<GatewayReply.Failed> failed;

        UntrueException(List<GatewayReply.Failed> failed) {
            super("the conditions do not hold", null, false, false);
            this.failed = failed;
        }
    }

    /** Under an idempotency key, which keeps only what took effect. */
    private static GatewayReply once(
            DantaClient client, Space space, GatewayRequest.Transact request, Duration within) {
        List<Committed> commits = new ArrayList<>();
        TxOptions options = Tx.options()
                .deadline(within)
                .idempotencyKey(request.idempotencyKey())
                .request(request.content().toArray());
        try {
            Boolean applied = space.run(options, tx -> {
                List<GatewayReply.Failed> untrue = untrue(client, tx, request.conditions());
                if (!untrue.isEmpty()) {
                    throw new UntrueException(untrue);
                }
                Tables.write(client, tx, request.writes());
                tx.afterCommit(commits::add);
                return true;
            });
            return new GatewayReply.Applied(applied && !commits.isEmpty() ? commit(commits.get(0)) : null);
        } catch (UntrueException untrue) {
            return new GatewayReply.NotApplied(untrue.failed);
        }
    }

    private static List<GatewayReply.Failed> untrue(DantaClient client, Tx tx, List<Condition> conditions) {
        Map<Place, List<Key>> keys = new LinkedHashMap<>();
        for (Condition condition : conditions) {
            keys.computeIfAbsent(condition.place(), place -> new ArrayList<>()).add(Keys.key(condition.key()));
        }
        Loaded loaded = new Loaded();
        Map<Place, Map<Key, Bytes>> values = new HashMap<>();
        keys.forEach((place, some) -> values.put(place, loaded.load(tx, Tables.strict(client, place), some)));
        List<GatewayReply.Failed> untrue = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            Bytes found = values.getOrDefault(condition.place(), Map.of()).get(Keys.key(condition.key()));
            if (!holds(condition, found)) {
                untrue.add(new GatewayReply.Failed(i, found));
                loaded.count(found);
            }
        }
        return untrue;
    }

    private static boolean holds(Condition condition, @Nullable Bytes found) {
        Bytes wanted = condition.value();
        return wanted == null ? condition.present() == (found != null) : found != null && wanted.equals(found);
    }

    /** Values of strict keys, all as of one moment. */
    static GatewayReply get(DantaClient client, Place place, List<Tuple> keys, Duration within) {
        return client.space(place.space())
                .read(Tx.options().deadline(within), tx -> found(client, tx, place, keys, new Loaded()));
    }

    /** Values of strict keys, as a transaction sees them. */
    static GatewayReply.Got found(DantaClient client, Tx tx, Place place, List<Tuple> tuples, Loaded loaded) {
        List<Key> keys = Keys.keys(tuples);
        Map<Key, Bytes> values = loaded.load(tx, Tables.strict(client, place), keys);
        return new GatewayReply.Got(
                keys.stream()
                        .map(key -> new GatewayReply.Found(values.get(key)))
                        .toList(),
                "");
    }

    static GatewayReply.Commit commit(Committed committed) {
        GatewayReply.Commit.Path path = switch (committed.path()) {
            case FAST -> GatewayReply.Commit.Path.FAST;
            case SLOW -> GatewayReply.Commit.Path.SLOW;
            case SETTLED -> GatewayReply.Commit.Path.SETTLED;
        };
        return new GatewayReply.Commit(committed.timestamp(), committed.attempts(), path);
    }
}
