package dev.danta.bench.application;

import dev.danta.client.Change;
import dev.danta.client.ChangeBatch;
import dev.danta.client.ChangeFeed;
import dev.danta.client.DantaException;
import dev.danta.client.FeedGapException;
import dev.danta.client.From;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Found;
import dev.danta.scenario.Port.News;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes up a feed where somebody has left it, and leaves it again when there is nothing new. */
final class Following {
    private static final Duration WAIT = Duration.ofMillis(50);
    private static final int BATCHES_MAX = 20;

    private Following() {}

    private record At(String cursor) implements Port.Cursor {}

    /** @param from null to begin */
    static Found<News> of(ApplicationClient client, Collection collection, Port.@Nullable Cursor from) {
        From begin = from instanceof At at ? From.cursor(at.cursor()) : From.now();
        try {
            if (collection.kind() instanceof Collection.Kind.Streams) {
                return news(
                        client.streams(collection).changes(begin),
                        change -> new Port.Change(
                                collection.at(text(change)),
                                null,
                                change.value()
                                        .map(ApplicationUser.StreamText::event)
                                        .orElse(null),
                                change.isOvertaken()));
            }
            boolean isStrict = collection.kind() instanceof Collection.Kind.Records;
            return news(
                    (isStrict ? client.records(collection) : client.registers(collection)).changes(begin),
                    change -> new Port.Change(
                            collection.at(text(change)), change.value().orElse(null), null, change.isOvertaken()));
        } catch (FeedGapException gap) {
            return new Found.Value<>(new News(List.of(), null));
        } catch (DantaException failed) {
            return new Found.Nothing<>();
        }
    }

    private static String text(Change<?> change) {
        return change.key().getString(0);
    }

    private static <V> Found<News> news(ChangeFeed<V> opened, Function<Change<V>, Port.Change> known) {
        List<Port.Change> changes = new ArrayList<>();
        try (ChangeFeed<V> feed = opened) {
            for (int i = 1; ; i++) {
                ChangeBatch<V> batch = feed.next(WAIT);
                batch.changes().forEach(change -> changes.add(known.apply(change)));
                if (batch.changes().isEmpty() || i == BATCHES_MAX) {
                    return new Found.Value<>(new News(changes, new At(batch.cursor())));
                }
            }
        }
    }
}
