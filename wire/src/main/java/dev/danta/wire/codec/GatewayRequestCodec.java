package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Level;
import dev.danta.wire.gateway.GatewayRequest.Reader;
import dev.danta.wire.gateway.GatewayRequest.SessionToken;
import dev.danta.wire.gateway.Tuple;
import dev.danta.wire.proto.DantaV1;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What callers ask of a node, from protobuf; each throws {@link MalformedMessageException} for what makes no sense whatever
 * the cluster looks like. How long keys and values may be is the client's affair, which says it better.
 */
public final class GatewayRequestCodec {
    private static final int TEXT_CHARS_MAX = 10_000;

    private GatewayRequestCodec() {}

    public static GatewayRequest transact(DantaV1.TransactRequest wire) {
        Place at = new Place();
        List<GatewayRequest.Condition> conditions = new ArrayList<>(wire.getConditionsCount());
        wire.getConditionsList().forEach(condition -> conditions.add(condition(condition, at)));
        List<GatewayRequest.Write> writes = writes(wire.getWritesList(), at);
        at.message("TransactRequest");
        String key = text("idempotency_key", wire.getIdempotencyKey(), at);
        // Without a key nobody asks whether two requests are the same.
        Bytes content = key.isEmpty()
                ? Bytes.EMPTY
                : bytes(wire.toBuilder().clearIdempotencyKey().build().toByteString());
        return new GatewayRequest.Transact(conditions, writes, key, content);
    }

    private static GatewayRequest.Condition condition(DantaV1.Condition wire, Place at) {
        at.message("Condition");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        Tuple key = key(wire.hasKey(), wire.getKey(), at);
        return switch (wire.getExpectedCase()) {
            case VALUE -> new GatewayRequest.Condition(place, key, bytes(wire.getValue()), true);
            case PRESENT -> new GatewayRequest.Condition(place, key, null, wire.getPresent());
            case EXPECTED_NOT_SET -> {
                at.field("expected");
                throw at.malformed("is missing");
            }
        };
    }

    private static List<GatewayRequest.Write> writes(List<DantaV1.Write> wire, Place at) {
        at.message("Write");
        List<GatewayRequest.Write> writes = new ArrayList<>(wire.size());
        for (DantaV1.Write write : wire) {
            GatewayRequest.Place place = place(write.hasCollection(), write.getCollection(), at);
            Tuple key = key(write.hasKey(), write.getKey(), at);
            writes.add(new GatewayRequest.Write(place, key, write.hasValue() ? bytes(write.getValue()) : null));
        }
        return writes;
    }

    public static GatewayRequest get(DantaV1.GetRequest wire) {
        Place at = new Place();
        at.message("GetRequest");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        List<Tuple> keys = new ArrayList<>(wire.getKeysCount());
        wire.getKeysList().forEach(key -> keys.add(TupleCodec.decode("keys", true, key, at)));
        at.field("keys");
        at.requirePresent(!keys.isEmpty());
        Reader reader = reader(wire, at);
        if (keys.size() > 1 && reader instanceof Reader.Alone alone && alone.level() != Level.STRICT) {
            at.field("keys");
            throw at.malformed("has " + keys.size() + " entries, but only strict reads take more than one");
        }
        return new GatewayRequest.Get(place, keys, reader);
    }

    private static Reader reader(DantaV1.GetRequest wire, Place at) {
        SessionToken session = session(wire.hasSession(), wire.getSession(), at);
        if (wire.getTransaction().isEmpty()) {
            return new Reader.Alone(level(wire.getLevel(), Level.STRICT, session, at), session);
        }
        if (session != null) {
            at.field("session");
            throw at.malformed("is given, but a transaction reads as transactions do");
        }
        if (wire.getLevel() != DantaV1.Level.LEVEL_UNSPECIFIED) {
            at.field("level");
            throw at.malformed("is given, but a transaction reads as transactions do");
        }
        return new Reader.Within(text("transaction", wire.getTransaction(), at));
    }

    public static GatewayRequest scan(DantaV1.ScanRequest wire) {
        Place at = new Place();
        at.message("ScanRequest");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        if (wire.getLimit() < 0) {
            at.field("limit");
            throw at.malformed("is " + Integer.toUnsignedString(wire.getLimit()));
        }
        return new GatewayRequest.Scan(
                place,
                optional("prefix", wire.hasPrefix(), wire.getPrefix(), at),
                optional("from", wire.hasFrom(), wire.getFrom(), at),
                optional("before", wire.hasBefore(), wire.getBefore(), at),
                wire.getReverse(),
                optional("after", wire.hasAfter(), wire.getAfter(), at),
                wire.getLimit(),
                text("transaction", wire.getTransaction(), at));
    }

    public static GatewayRequest begin(DantaV1.BeginRequest wire) {
        if (wire.getLeaseMillis() < 0) {
            Place at = new Place();
            at.message("BeginRequest");
            at.field("lease_millis");
            throw at.malformed("is " + Integer.toUnsignedString(wire.getLeaseMillis()));
        }
        return new GatewayRequest.Begin(wire.getLeaseMillis());
    }

    public static GatewayRequest buffer(DantaV1.WriteRequest wire) {
        Place at = new Place();
        String transaction = transaction("WriteRequest", wire.getTransaction(), at);
        return new GatewayRequest.Buffer(transaction, writes(wire.getWritesList(), at));
    }

    public static GatewayRequest keepAlive(DantaV1.KeepAliveRequest wire) {
        return new GatewayRequest.KeepAlive(transaction("KeepAliveRequest", wire.getTransaction(), new Place()));
    }

    public static GatewayRequest commit(DantaV1.CommitRequest wire) {
        return new GatewayRequest.Commit(transaction("CommitRequest", wire.getTransaction(), new Place()));
    }

    public static GatewayRequest rollback(DantaV1.RollbackRequest wire) {
        return new GatewayRequest.Rollback(transaction("RollbackRequest", wire.getTransaction(), new Place()));
    }

    public static GatewayRequest put(DantaV1.PutRequest wire) {
        Place at = new Place();
        at.message("PutRequest");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        Tuple key = key(wire.hasKey(), wire.getKey(), at);
        Bytes value = wire.hasValue() ? bytes(wire.getValue()) : null;
        return new GatewayRequest.Put(place, key, value, session(wire.hasSession(), wire.getSession(), at));
    }

    public static GatewayRequest add(DantaV1.AddRequest wire) {
        Place at = new Place();
        at.message("AddRequest");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        Tuple key = key(wire.hasKey(), wire.getKey(), at);
        return new GatewayRequest.Add(place, key, wire.getAmount(), session(wire.hasSession(), wire.getSession(), at));
    }

    public static GatewayRequest sum(DantaV1.SumRequest wire) {
        Place at = new Place();
        at.message("SumRequest");
        GatewayRequest.Place place = place(wire.hasCollection(), wire.getCollection(), at);
        Tuple key = key(wire.hasKey(), wire.getKey(), at);
        SessionToken session = session(wire.hasSession(), wire.getSession(), at);
        Level level = level(wire.getLevel(), Level.QUORUM, session, at);
        if (level == Level.STRICT) {
            throw at.malformed("is strict, which counters are not");
        }
        return new GatewayRequest.Sum(place, key, level, session);
    }

    public static GatewayRequest outcome(DantaV1.OutcomeRequest wire) {
        Place at = new Place();
        at.message("OutcomeRequest");
        at.field("handle");
        at.requirePresent(!wire.getHandle().isEmpty());
        return new GatewayRequest.Outcome(text("handle", wire.getHandle(), at));
    }

    private static GatewayRequest.Place place(boolean present, DantaV1.Collection wire, Place at) {
        at.field("collection");
        at.requirePresent(present);
        if (wire.getSpace().isEmpty() || wire.getName().isEmpty()) {
            throw at.malformed("has no " + (wire.getSpace().isEmpty() ? "space" : "name"));
        }
        return new GatewayRequest.Place(
                text("collection", wire.getSpace(), at), text("collection", wire.getName(), at));
    }

    private static Tuple key(boolean present, DantaV1.Key wire, Place at) {
        return TupleCodec.decode("key", present, wire, at);
    }

    private static @Nullable Tuple optional(String field, boolean present, DantaV1.Key wire, Place at) {
        return present ? TupleCodec.decode(field, true, wire, at) : null;
    }

    private static Level level(DantaV1.Level wire, Level unspecified, @Nullable SessionToken session, Place at) {
        at.field("level");
        Level level = switch (wire) {
            case LEVEL_UNSPECIFIED -> session == null ? unspecified : Level.SESSION;
            case LEVEL_STRICT -> Level.STRICT;
            case LEVEL_QUORUM -> Level.QUORUM;
            case LEVEL_LOCAL -> Level.LOCAL;
            case LEVEL_SESSION -> Level.SESSION;
            case UNRECOGNIZED -> throw at.malformed("is of no known kind");
        };
        if (level == Level.SESSION && session == null) {
            throw at.malformed("is that of a session, but there is no session: an empty one begins one");
        }
        if (session != null && level != Level.SESSION && level != Level.QUORUM) {
            throw at.malformed("is neither a session's nor a quorum's, but there is a session");
        }
        return level;
    }

    private static @Nullable SessionToken session(boolean present, String token, Place at) {
        at.field("session");
        if (token.length() > SessionToken.CHARS_MAX) {
            throw at.malformed("has " + token.length() + " characters, over the limit of " + SessionToken.CHARS_MAX);
        }
        return present ? new SessionToken(token) : null;
    }

    private static String transaction(String message, String transaction, Place at) {
        at.message(message);
        at.field("transaction");
        at.requirePresent(!transaction.isEmpty());
        return text("transaction", transaction, at);
    }

    private static String text(String field, String text, Place at) {
        at.field(field);
        if (text.length() > TEXT_CHARS_MAX) {
            throw at.malformed("has " + text.length() + " characters, over the limit of " + TEXT_CHARS_MAX);
        }
        return text;
    }

    private static Bytes bytes(ByteString wire) {
        return Bytes.wrap(wire.toByteArray());
    }
}
