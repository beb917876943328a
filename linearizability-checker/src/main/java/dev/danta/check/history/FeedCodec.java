package dev.danta.check.history;

import dev.danta.check.txn.FeedInput;
import dev.danta.check.txn.FeedOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code put} with {@code key} and the value, in the {@code ok} perhaps with its {@code version}; {@code poll} with the
 * {@code cursor} after which it asks (missing or null for everything), in the {@code ok} with a list of {@code [key, value]}
 * or {@code [key, value, version]} and the {@code cursor} from which to go on. {@code reset}, true, says that what was asked
 * for is there no longer, and that these are the present values in place of it. A poll that was asked when all changes were
 * over and everybody had time to hear of them, and whose answer goes to their end, has {@code final} (or {@code final?}),
 * true.
 */
public final class FeedCodec implements OperationCodec<FeedInput, FeedOutput> {
    private static final String FINAL = "final";
    private static final String CURSOR = "cursor";
    private static final String VERSION = "version";

    @Override
    public String model() {
        return "feed";
    }

    @Override
    public String f(FeedInput input) {
        return input instanceof FeedInput.Put ? "put" : "poll";
    }

    @Override
    public Map<String, @Nullable Object> encode(FeedInput input) {
        if (input instanceof FeedInput.Put put) {
            return Fields.key(put.key()).and("value", put.value()).map();
        }
        Fields fields = Fields.value(null);
        if (input instanceof FeedInput.Poll poll) {
            fields = poll.cursor() == null ? fields : fields.and(CURSOR, poll.cursor());
            fields = poll.last() ? fields.and(FINAL, true) : fields;
        }
        return fields.map();
    }

    @Override
    public Map<String, @Nullable Object> encode(FeedInput input, FeedOutput output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof FeedOutput.Done done && done.version() != null) {
            fields.put(VERSION, done.version());
        } else if (output instanceof FeedOutput.Polled polled) {
            List<List<Object>> changes = new ArrayList<>();
            for (FeedOutput.Change change : polled.changes()) {
                Long version = change.version();
                changes.add(
                        version == null
                                ? List.of(change.key(), change.value())
                                : List.of(change.key(), change.value(), version));
            }
            fields.put("value", changes);
            fields.put(CURSOR, polled.cursor());
            if (polled.reset()) {
                fields.put("reset", true);
            }
        }
        return fields;
    }

    @Override
    public FeedInput input(HistoryEvent invoke) {
        if (invoke.f().equals("put")) {
            return new FeedInput.Put(invoke.text("key"), invoke.text("value"));
        }
        if (invoke.f().equals("poll")) {
            return new FeedInput.Poll(cursor(invoke), invoke.truth(FINAL, invoke.truth("final?", false)));
        }
        throw invoke.malformed("a table with a feed knows put and poll, not " + invoke.f());
    }

    /** A cursor may be of several parts. */
    private static @Nullable String cursor(HistoryEvent event) {
        return event.fields().get(CURSOR) instanceof List<?> parts ? parts.toString() : event.textOrNull(CURSOR);
    }

    @Override
    public FeedOutput output(FeedInput input, HistoryEvent ok) {
        if (input instanceof FeedInput.Put) {
            return new FeedOutput.Done(ok.fields().get(VERSION) == null ? null : Long.valueOf(ok.integer(VERSION)));
        }
        if (!(ok.fields().get("value") instanceof List<?> all)) {
            throw ok.malformed("\"value\" must be a list of changes");
        }
        List<FeedOutput.Change> changes = new ArrayList<>(all.size());
        for (Object one : all) {
            changes.add(change(ok, one));
        }
        return new FeedOutput.Polled(changes, cursor(ok), ok.truth("reset", false));
    }

    private static FeedOutput.Change change(HistoryEvent ok, @Nullable Object one) {
        if (!(one instanceof List<?> parts) || parts.size() < 2 || parts.size() > 3) {
            throw ok.malformed("a change is [key, value] or [key, value, version], not " + one);
        }
        Object version = parts.size() == 3 ? parts.get(2) : null;
        if (version != null && !(version instanceof Long)) {
            throw ok.malformed("a version is an integer, not " + version);
        }
        return new FeedOutput.Change(
                ok.asText("value", parts.get(0)),
                ok.asText("value", parts.get(1)),
                version instanceof Long number ? number : null);
    }
}
