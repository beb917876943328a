package dev.danta.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.cli.cluster.ShutdownHooks;
import dev.danta.cli.status.GrpcNodes;
import dev.danta.cli.status.NoAnswerException;
import dev.danta.cli.watch.LineFile;
import dev.danta.cli.watch.ValueForm;
import dev.danta.cli.watch.WatchedCollection;
import dev.danta.client.DantaClient;
import dev.danta.client.FeedGapException;
import dev.danta.client.From;
import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The feed of a collection, for people and for files. */
@Command(
        name = "watch",
        description = {
            "Prints what changes in a collection, a line for each change, until Ctrl-C.",
            "At least once, and of each key in order, as nodes learn of it. Where that is not possible any more, it says so"
                    + " and ends with 1."
        })
final class WatchCommand implements Callable<Integer> {
    /** How long a node may take to say which collections there are. */
    private static final Duration ASKING = Duration.ofSeconds(5);

    /** So often it is looked whether it is to end. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** How long the process waits for the last lines when it is asked to end. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final Duration CLOSING = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "COLLECTION", description = "A table, stream, set, map or counter.")
    private String collection = "";

    @Option(
            names = "--space",
            paramLabel = "S",
            description = "Where the collection is, if there are several of that name.")
    private @Nullable String space;

    @Mixin
    private ClusterCommand.At at = new ClusterCommand.At();

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            defaultValue = "end",
            description = "end: what comes; snapshot: what is there (of strict tables), and then what comes; else a"
                    + " cursor, and what comes behind it (default: ${DEFAULT-VALUE}).")
    private String from = "end";

    @Option(
            names = "--keys",
            paramLabel = "PREFIX",
            description = "Only of keys that begin so, such as berlin/7: element by element.")
    private @Nullable String keys;

    @Option(
            names = "--values",
            paramLabel = "FORM",
            defaultValue = "auto",
            converter = FormConverter.class,
            description = "What values are: text, json, long or hex; auto looks at each (default: ${DEFAULT-VALUE}).")
    private ValueForm form = ValueForm.AUTO;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "End after so many changes; with --out, when their batch is written.")
    private @Nullable Long limit;

    @Option(
            names = "--for",
            paramLabel = "D",
            converter = Quantities.DurationConverter.class,
            description = "End after so long.")
    private @Nullable Duration span;

    @Option(
            names = "--snapshot-on-gap",
            description = "Of strict tables: if what comes next cannot be told any more, go on from a snapshot.")
    private boolean snapshotOnGap;

    @Option(
            names = "--json",
            description = "A line of JSON for each change, and after each batch one with the cursor behind it.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Append to a file, as by --json, instead of printing.")
    private @Nullable Path out;

    @Option(
            names = "--cursor-file",
            paramLabel = "FILE",
            description =
                    "With --out: keep the cursor there once the lines are on the disk, and go on from it at the next"
                            + " start.")
    private @Nullable Path cursorFile;

    private volatile boolean isEnding;

    /** The words for forms. */
    static final class FormConverter extends WordConverter<ValueForm> {
        FormConverter() {
            super(oneOf(ValueForm.values()));
        }
    }

    @Override
    public Integer call() {
        check();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> end(ended), "danta-watch-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            watch();
            return ExitCode.OK;
        } finally {
            ended.countDown();
            ShutdownHooks.remove(hook);
        }
    }

    /** The process was asked to end. */
    private void end(CountDownLatch ended) {
        isEnding = true;
        try {
            boolean unused = ended.await(FAREWELL.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
        // The JVM's own exit code would say that it was killed.
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private void check() {
        if (cursorFile != null && out == null) {
            throw new CommandException(
                    ExitCode.USAGE, "--cursor-file is kept after lines that are on a disk: say --out");
        }
        if (limit != null && limit < 1) {
            throw new CommandException(ExitCode.USAGE, "--limit is at least 1, not " + limit);
        }
        if (span != null && span.isZero()) {
            throw new CommandException(ExitCode.USAGE, "--for must be longer than nothing");
        }
    }

    private void watch() {
        Map.Entry<CollectionName, CollectionEntry> found = found();
        CollectionName name = found.getKey();
        try (DantaClient client = DantaClient.builder()
                .endpoints(at.seeds().stream().map(String::valueOf).toList())
                .build()) {
            WatchedCollection watched = watched(client, name, found.getValue());
            if (snapshotOnGap && !watched.hasSnapshots()) {
                throw new CommandException(
                        ExitCode.USAGE, "--snapshot-on-gap: there is no snapshot of " + name + ", which is not strict");
            }
            From first = first(watched, name);
            if (out == null) {
                new Watch(watched, null).run(first);
            } else {
                try (LineFile file = LineFile.open(out, cursorFile)) {
                    new Watch(watched, file).run(first);
                }
            }
            client.close(CLOSING);
        }
    }

    private WatchedCollection watched(DantaClient client, CollectionName name, CollectionEntry entry) {
        try {
            return WatchedCollection.of(client.space(name.space()), name.collection(), entry.type(), form);
        } catch (IllegalArgumentException untold) {
            throw new CommandException(ExitCode.USAGE, name + ": " + untold.getMessage(), untold);
        }
    }

    private From first(WatchedCollection watched, CollectionName name) {
        String where = cursorFile == null ? from : LineFile.cursorIn(cursorFile).orElse(from);
        if (where.equals("end")) {
            return From.now();
        }
        From first;
        try {
            first = From.cursor(where);
        } catch (IllegalArgumentException wrong) {
            String whose = where.equals(from) ? "--from" : String.valueOf(cursorFile);
            throw new CommandException(
                    ExitCode.USAGE, whose + ": neither end nor snapshot nor a cursor: '" + where + "'", wrong);
        }
        if (where.equals("snapshot") && !watched.hasSnapshots()) {
            throw new CommandException(
                    ExitCode.USAGE, "there is no snapshot of " + name + ", which is not strict: begin with --from end");
        }
        return first;
    }

    /** Asked before, so that a word that is mistyped does not become a collection. */
    private Map.Entry<CollectionName, CollectionEntry> found() {
        SortedMap<CollectionName, CollectionEntry> there = collections();
        List<Map.Entry<CollectionName, CollectionEntry>> named = there.entrySet().stream()
                .filter(entry -> entry.getKey().collection().equals(collection)
                        && (space == null || entry.getKey().space().equals(space)))
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        throw new CommandException(
                ExitCode.USAGE,
                named.isEmpty()
                        ? "the cluster has no collection " + (space == null ? "" : space + "/") + collection
                        : "there is a " + collection + " in each of "
                                + String.join(
                                        ", ",
                                        named.stream()
                                                .map(entry -> entry.getKey().space())
                                                .toList()) + ": say --space");
    }

    /** As the nodes know them that were named: one of them may not have heard of the newest. */
    private SortedMap<CollectionName, CollectionEntry> collections() {
        SortedMap<CollectionName, CollectionEntry> all = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        for (HostAndPort seed : at.seeds()) {
            try {
                AdminReply reply = new GrpcNodes().ask(seed, "", new AdminRequest.Configuration(), ASKING);
                if (reply instanceof AdminReply.Known known && known.state().size() > 0) {
                    all.putAll(ConfigCodec.decodeState(known.state().toArray()).collections());
                } else {
                    silent.add(seed + ": belongs to no cluster");
                }
            } catch (NoAnswerException nobody) {
                silent.add(seed + ": " + nobody.getMessage());
            }
        }
        if (silent.size() == at.seeds().size()) {
            throw new CommandException(ExitCode.FAILED, String.join("; ", silent));
        }
        return all;
    }

    /** One run over a collection's feed. */
    private final class Watch {
        private final WatchedCollection watched;
        private final @Nullable LineFile file;
        private final PrintWriter terminal = spec.commandLine().getOut();
        private final PrintWriter err = spec.commandLine().getErr();
        private final List<String> prefix = keys == null ? List.of() : List.of(keys.split("/", -1));
        private final long began = System.nanoTime();
        private long left = limit == null ? Long.MAX_VALUE : limit;

        Watch(WatchedCollection watched, @Nullable LineFile file) {
            this.watched = watched;
            this.file = file;
        }

        void run(From first) {
            From next = first;
            while (true) {
                try (WatchedCollection.Feed feed = opened(next)) {
                    follow(feed);
                    return;
                } catch (FeedGapException gap) {
                    told(gap);
                    if (!snapshotOnGap) {
                        String where = watched.hasSnapshots() ? "--from snapshot, or --snapshot-on-gap" : "--from end";
                        String without = cursorFile == null ? "" : ", without " + cursorFile;
                        throw new CommandException(
                                ExitCode.FAILED, gap.getMessage() + "; begin anew with " + where + without, gap);
                    }
                    err.println(gap.getMessage() + "; it goes on from a snapshot");
                    err.flush();
                    next = From.snapshot();
                }
            }
        }

        private WatchedCollection.Feed opened(From where) {
            try {
                return watched.changes(where);
            } catch (IllegalArgumentException otherCluster) {
                throw new CommandException(ExitCode.USAGE, String.valueOf(otherCluster.getMessage()), otherCluster);
            }
        }

        private void follow(WatchedCollection.Feed feed) {
            Duration wait = wait(TURN);
            while (!isEnding && left > 0 && !wait.isZero() && !terminal.checkError()) {
                take(feed.next(wait));
                wait = wait(TURN);
            }
        }

        /** How long to wait for the next batch; zero if the time is over. */
        private Duration wait(Duration most) {
            Duration rest = span == null ? most : span.minusNanos(System.nanoTime() - began);
            return rest.isNegative() ? Duration.ZERO : rest.compareTo(most) < 0 ? rest : most;
        }

        private void take(WatchedCollection.Lines batch) {
            List<WatchedCollection.Line> all = batch.lines().stream()
                    .filter(line -> WatchedCollection.beginsWith(line.key(), prefix))
                    .toList();
            boolean isWhole = file != null || all.size() <= left;
            List<WatchedCollection.Line> lines = isWhole ? all : all.subList(0, (int) left);
            left = Math.max(0, left - lines.size());
            List<String> texts = new ArrayList<>();
            for (WatchedCollection.Line line : lines) {
                texts.add(json || file != null ? line.json().toString() : line.words());
            }
            // Of a part of a batch there is no cursor: what is left of it comes again.
            if ((json || file != null) && isWhole && !lines.isEmpty()) {
                texts.add(object("cursor", batch.cursor()));
            }
            write(texts, isWhole ? batch.cursor() : "");
        }

        private void told(FeedGapException gap) {
            if (json || file != null) {
                write(List.of(object("gap", String.valueOf(gap.getMessage()))), "");
            }
        }

        private void write(List<String> texts, String cursor) {
            if (file != null) {
                file.append(texts, cursor);
            } else {
                texts.forEach(terminal::println);
                terminal.flush();
            }
        }

        private static String object(String field, String value) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            return object.put(field, value).toString();
        }
    }
}
