package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.LogCursor;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What has changed in a collection of an application: one shard is asked after the other. */
final class ApplicationFeed {
    private static final long MILLI = 1_000_000L;

    private final Caller caller;
    private final SimRandom random;
    private final int shards;
    private final Collection collection;
    private final List<LogCursor> from;
    private final Consumer<Port.Found<Port.News>> then;
    private final List<LogCursor> upTo = new ArrayList<>();
    private final List<Port.Change> changes = new ArrayList<>();

    /** Where it is in the log of one replica of each shard. */
    private record At(List<LogCursor> shards) implements Port.Cursor {}

    /** @param from null to begin */
    ApplicationFeed(
            Caller caller,
            SimRandom random,
            int shards,
            Collection collection,
            Port.@Nullable Cursor from,
            Consumer<Port.Found<Port.News>> then) {
        this.caller = caller;
        this.random = random;
        this.shards = shards;
        this.collection = collection;
        this.from = from instanceof At at ? at.shards() : List.of();
        this.then = then;
    }

    void ask() {
        int shard = upTo.size();
        if (shard == shards) {
            then.accept(new Port.Found.Value<>(new Port.News(changes, new At(List.copyOf(upTo)))));
            return;
        }
        ClientCall.Follow follow = new ClientCall.Follow(
                new ShardId(shard),
                from.isEmpty() ? null : from.get(shard),
                KeyLayout.prefix("sim", collection.name(), List.of()),
                random.pick(List.of(30, 300)));
        caller.call(follow, random.between(20, 100) * MILLI, this::answered);
    }

    private void answered(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Followed followed) {
            followed.changes().forEach(this::take);
            upTo.add(followed.upTo());
            ask();
        } else if (outcome instanceof CallOutcome.FeedGap) {
            then.accept(new Port.Found.Value<>(new Port.News(List.of(), null)));
        } else {
            then.accept(new Port.Found.Nothing<>());
        }
    }

    private void take(KeyChange change) {
        Place place = collection.at(String.valueOf(KeyLayout.tuple(change.key()).get(0)));
        if (change instanceof KeyChange.Written written) {
            Bytes value = written.version().value();
            changes.add(new Port.Change(place, value == null ? null : value.toUtf8(), null, written.overtaken()));
        } else if (change instanceof KeyChange.Joined joined && joined.change() instanceof LwwMap map) {
            List<Port.Event> events = new ArrayList<>();
            map.fields().forEach((id, what) -> ApplicationPort.addEvent(events, id, what));
            events.forEach(event -> changes.add(new Port.Change(place, null, event, false)));
        } else if (change instanceof KeyChange.Joined joined && joined.change() instanceof LwwRegister register) {
            Bytes value = register.value();
            changes.add(new Port.Change(place, value == null ? null : value.toUtf8(), null, false));
        }
    }
}
