package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import dev.danta.testkit.EmbeddedCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What becomes of verdicts: an application whose laws say what the test wants. */
@Timeout(120)
final class ApplicationBenchTest {
    private static EmbeddedCluster cluster;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(1).build();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Does something of each kind, over and over. */
    private static final class Everything implements Application {
        private final Collection records = Collection.records("records");
        private final Collection registers = Collection.registers("registers");
        private final Collection sets = Collection.sets("sets");
        private final Collection streams = Collection.streams("streams");
        private final Collection stock = Collection.atLeast("stock", 0, 1_000_000, 0);
        private final Collection quota = Collection.atLeast("quota", 0, 0, 1_000_000);
        private final String name;
        private final List<Broken> broken;
        private final List<Broken> undecided;
        private final boolean canBeAudited;

        Everything(String name, List<Broken> broken, List<Broken> undecided, boolean canBeAudited) {
            this.name = name;
            this.broken = broken;
            this.undecided = undecided;
            this.canBeAudited = canBeAudited;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<Collection> collections() {
            return List.of(records, registers, sets, streams, stock, quota);
        }

        @Override
        public void prepare(Port port, Consumer<Boolean> then) {
            then.accept(true);
        }

        @Override
        public Step newUser(Port port) {
            return then -> add(port, then);
        }

        private void add(Port port, Consumer<Done> then) {
            port.add(
                    sets.at("s"),
                    "e" + port.draw(3),
                    Port.Ack.QUORUM,
                    added -> port.put(
                            registers.at("r"),
                            "v",
                            Port.Ack.ONE,
                            put -> port.append(
                                    streams.at("e"),
                                    new Port.Event("id", port.wallMicros() - 1, "what\nhappened"),
                                    Port.Ack.QUORUM,
                                    appended -> strict(port, then))));
        }

        private void strict(Port port, Consumer<Done> then) {
            Work work = new Work(List.of(records.at("a")), List.of(Work.Counted.spend(stock.at("a"), 2)), seen -> {
                boolean isEnough = seen.enough(stock.at("a"));
                return new Work.Effect(
                        "was " + seen.value(records.at("a")) + " with " + seen.counter(stock.at("a")),
                        Map.of(records.at("a"), "x"),
                        isEnough ? List.of(stock.at("a")) : List.of(),
                        Map.of(stock.at("a"), 1L),
                        Map.of());
            });
            port.transact(work, ending -> spend(port, isSpent -> look(port, ending, isSpent, then)));
        }

        private void spend(Port port, Consumer<Boolean> then) {
            port.spend(
                    stock.at("a"),
                    1,
                    Port.Way.RESERVED,
                    spent -> port.stockUp(
                            quota.at("a"),
                            100,
                            held -> port.spend(
                                    quota.at("a"),
                                    1,
                                    Port.Way.RELAXED,
                                    relaxed -> then.accept(isDone(spent, held, relaxed)))));
        }

        private static boolean isDone(Port.Spent reserved, Port.Reply held, Port.Spent relaxed) {
            return reserved.status() == Port.Spent.Status.ACCEPTED
                    && held == Port.Reply.DONE
                    && relaxed.equals(new Port.Spent(Port.Spent.Status.ACCEPTED, Port.Way.RELAXED));
        }

        private void look(Port port, Work.Ending ending, boolean isSpent, Consumer<Done> then) {
            port.members(
                    sets.at("s"),
                    Port.Look.QUORUM,
                    members -> port.events(
                            streams.at("e"),
                            0,
                            Long.MAX_VALUE / 2,
                            Port.Look.QUORUM,
                            events -> port.read(registers.at("r"), Port.Look.SESSION, read -> {
                                boolean isAll = ending instanceof Work.Ending.Done done
                                        && done.effect().answer().contains(" with ")
                                        && isSpent
                                        && hasOneOrMore(members)
                                        && hasOneOrMore(events)
                                        && read instanceof Port.Found.Value<@Nullable String> value
                                        && "v".equals(value.value());
                                follow(
                                        port,
                                        List.of(registers.at("r"), records.at("a"), streams.at("e")),
                                        isTold -> then.accept(new Done(
                                                "everything", isAll && isTold ? Ending.DONE : Ending.NOT_DONE)));
                            })));
        }

        /** What is changed behind a cursor is told. */
        private void follow(Port port, List<Place> places, Consumer<Boolean> then) {
            if (places.isEmpty()) {
                then.accept(true);
                return;
            }
            Place place = places.get(0);
            port.follow(place.collection(), null, begun -> {
                Port.Cursor cursor = begun instanceof Port.Found.Value<Port.News> value
                        ? value.value().next()
                        : null;
                Runnable look = () -> port.follow(place.collection(), cursor, found -> {
                    boolean isTold = found instanceof Port.Found.Value<Port.News> value
                            && value.value().next() != null
                            && value.value().changes().stream()
                                    .anyMatch(change -> change.place().equals(place));
                    if (isTold) {
                        follow(port, places.subList(1, places.size()), then);
                    } else {
                        then.accept(false);
                    }
                });
                if (place.collection().equals(registers)) {
                    port.put(place, "v", Port.Ack.QUORUM, put -> look.run());
                } else if (place.collection().equals(records)) {
                    Work work = new Work(
                            List.of(),
                            List.of(),
                            seen -> new Work.Effect("", Map.of(place, "x"), List.of(), Map.of(), Map.of()));
                    port.transact(work, ending -> look.run());
                } else {
                    Port.Event event = new Port.Event("followed", port.wallMicros() - 1, "what\nhappened");
                    port.append(place, event, Port.Ack.QUORUM, appended -> look.run());
                }
            });
        }

        private static <E> boolean hasOneOrMore(Port.Found<List<E>> found) {
            return found instanceof Port.Found.Value<List<E>> value
                    && !value.value().isEmpty();
        }

        @Override
        public void audit(Port port, Consumer<Boolean> then) {
            then.accept(canBeAudited);
        }

        @Override
        public List<Broken> verdict() {
            return broken;
        }

        @Override
        public List<Broken> undecided() {
            return undecided;
        }
    }

    /** So that options are read as those of real commands. */
    @Command(name = "everything")
    private static final class Options {
        @Mixin
        private final ApplicationOptions options = new ApplicationOptions();
    }

    private record Ran(int exitCode, List<String> lines) {}

    private Ran run(Application application) throws InterruptedException {
        StringWriter out = new StringWriter();
        Options options = new Options();
        CommandLine command = new CommandLine(options).setOut(new PrintWriter(out));
        command.parseArgs(
                "--endpoints",
                String.join(",", cluster.endpoints()),
                "--duration",
                "1s",
                "--warmup",
                "0s",
                "--users",
                "2",
                "--instances",
                "2",
                "--deadline",
                "30s",
                "--patience",
                "1s",
                "--history",
                history().toString());
        int code = new ApplicationBench(options.options, application, 0, List.of(1.0), command.getCommandSpec()).run();
        return new Ran(code, out.toString().lines().toList());
    }

    private Path history() {
        return folder.resolve("history.jsonl.gz");
    }

    private static String last(Ran ran) {
        return ran.lines().get(ran.lines().size() - 1);
    }

    @Test
    void whereNothingIsBrokenAllIsWellAndNothingIsLeft() throws InterruptedException {
        Ran ran = run(new Everything("well", List.of(), List.of(), true));

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(last(ran)).isEqualTo("INVARIANTS OK");
        assertThat(ran.lines()).anyMatch(line -> line.matches("everything +[1-9].*"));
        assertThat(ran.lines()).anyMatch(line -> line.matches("load +\\d[\\d,]* +\\d+ +0 +0 +0 +0 .*"));
        assertThat(history()).doesNotExist();
    }

    @Test
    void whatIsBrokenIsNamedAndTheHistoryIsThere() throws InterruptedException {
        Ran ran = run(new Everything("broken", List.of(new Broken("X7", "it is wrong")), List.of(), true));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(last(ran)).isEqualTo("VIOLATED X7 " + history());
        assertThat(ran.lines()).contains("broken: X7: it is wrong");
        assertThat(Danta.run("check", "validate", history().toString()).exitCode())
                .isZero();
    }

    @Test
    void whatNobodyCanSayIsNoPass() throws InterruptedException {
        Ran unsaid = run(new Everything("unsaid", List.of(), List.of(new Broken("X8", "out of time")), true));
        assertThat(unsaid.exitCode()).isEqualTo(3);
        assertThat(last(unsaid)).isEqualTo("UNDECIDED");

        Ran unread = run(new Everything("unread", List.of(), List.of(), false));
        assertThat(unread.exitCode()).isEqualTo(3);
        assertThat(unread.lines()).anyMatch(line -> line.startsWith("undecided: not everything could be read"));
    }
}
