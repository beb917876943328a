package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.RelaxedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The pages of one set: a single one, or those that its elements are spread over (ADR 31). */
final class Spread {
    /** How many pages one call reads or changes at once: the rest of the client's calls have to get by beside it. */
    private static final int AT_ONCE = 512;

    private final Collection collection;
    private final Manner manner;

    Spread(Collection collection, Manner manner) {
        this.collection = collection;
        this.manner = manner;
    }

    /**
     * The elements by their pages.
     *
     * @throws TooLargeException if those of one page do not fit into one message
     */
    Map<Integer, List<Bytes>> byPage(List<Bytes> elements) {
        Map<Integer, List<Bytes>> byPage = new TreeMap<>();
        for (Bytes element : elements) {
            byPage.computeIfAbsent(collection.pageOf(element), page -> new ArrayList<>())
                    .add(element);
        }
        byPage.values()
                .forEach(page -> collection.requireFitting(page.stream()
                        .mapToLong(element -> element.size() + Limits.ENTRY_BYTES)
                        .sum()));
        return byPage;
    }

    /** What is on the page of one element. */
    CompletableFuture<Optional<RelaxedState>> readPageOf(Key key, Bytes element, @Nullable Read read) {
        return read(key, collection.pageOf(element), read, manner.deadlineNanos());
    }

    /** What is on each page, in no order. */
    CompletableFuture<List<Optional<RelaxedState>>> readAll(Key key, @Nullable Read read) {
        List<Optional<RelaxedState>> all = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        for (int page = 0; page < collection.pages(); page++) {
            pages.add(page);
        }
        long deadlineAt = System.nanoTime() + manner.deadlineNanos();
        return inTurn(
                        pages,
                        page -> read(key, page, read, left(deadlineAt)).thenAccept(found -> {
                            synchronized (all) {
                                all.add(found);
                            }
                        }))
                .thenApply(done -> all);
    }

    private CompletableFuture<Optional<RelaxedState>> read(Key key, int page, @Nullable Read read, long leftNanos) {
        return manner.read(collection.encodePage(key, page), read, "a read of " + collection, leftNanos);
    }

    /** Changes these pages of a set; one that fails leaves others changed. */
    CompletableFuture<Void> change(Key key, List<Integer> pages, PageChange change, String what) {
        long deadlineAt = System.nanoTime() + manner.deadlineNanos();
        return inTurn(pages, page -> {
            dev.danta.occ.Key place = collection.encodePage(key, page);
            return manner.change(place, change.of(place, page), what, left(deadlineAt));
        });
    }

    /** Makes the change of one page. */
    @FunctionalInterface
    interface PageChange {
        Manner.Change of(dev.danta.occ.Key place, int page);
    }

    /** All of those that have begun have ended when it has failed. */
    private static CompletableFuture<Void> inTurn(List<Integer> pages, IntFunction<CompletableFuture<Void>> call) {
        int now = Math.min(AT_ONCE, pages.size());
        CompletableFuture<Void> begun = CompletableFuture.allOf(
                pages.subList(0, now).stream().map(call::apply).toArray(CompletableFuture<?>[]::new));
        return now == pages.size() ? begun : begun.thenCompose(done -> inTurn(pages.subList(now, pages.size()), call));
    }

    /** All pages have the time of one call. */
    private static long left(long deadlineAt) {
        return Math.max(1, deadlineAt - System.nanoTime());
    }
}
