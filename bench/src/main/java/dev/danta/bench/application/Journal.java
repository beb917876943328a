package dev.danta.bench.application;

import dev.danta.check.history.HistoryEvent;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.OperationCodec;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what users ask and are told, up to so many calls, for whoever wants to know how something came about. Thread-safe.
 */
public final class Journal {
    private static final String MODEL = "application";

    private final int callsMax;
    private final AtomicInteger calls = new AtomicInteger();
    private final HistoryRecorder<Asked, String> recorder = new HistoryRecorder<>();

    /** What is asked: a word, of what, and the rest. */
    private record Asked(String verb, String place, String rest) {}

    public Journal(int callsMax) {
        this.callsMax = callsMax;
    }

    /** The same port, taken down. */
    public Port of(Port port) {
        return new Recorded(port, recorder.client());
    }

    /** Whether there was more than it takes. */
    public boolean isFull() {
        return calls.get() >= callsMax;
    }

    /**
     * Writes it as a history of the model {@code application}, which nothing judges.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path file, String application, long seed) throws IOException {
        HistoryHeader header = HistoryHeader.of(MODEL).withSeed(seed).with("application", application);
        HistoryWriter.write(file, header, new Codec(), recorder.history(), recorder.aborted());
    }

    private static final class Codec implements OperationCodec<Asked, String> {
        @Override
        public String model() {
            return MODEL;
        }

        @Override
        public String f(Asked input) {
            return input.verb();
        }

        @Override
        public Map<String, @Nullable Object> encode(Asked input) {
            Map<String, @Nullable Object> fields = new TreeMap<>();
            fields.put("key", input.place());
            fields.put("value", input.rest());
            return fields;
        }

        @Override
        public Map<String, @Nullable Object> encode(Asked input, String output) {
            Map<String, @Nullable Object> fields = encode(input);
            fields.put("told", output);
            return fields;
        }

        @Override
        public Asked input(HistoryEvent invoke) {
            throw new UnsupportedOperationException("it is written for people");
        }

        @Override
        public String output(Asked input, HistoryEvent ok) {
            throw new UnsupportedOperationException("it is written for people");
        }
    }

    private final class Recorded implements Port {
        private final Port port;
        private final HistoryRecorder.Client<Asked, String> client;

        Recorded(Port port, HistoryRecorder.Client<Asked, String> client) {
            this.port = port;
            this.client = client;
        }

        private <A> Consumer<A> asking(String verb, Place place, Object rest, Consumer<A> then) {
            if (calls.incrementAndGet() > callsMax) {
                return then;
            }
            HistoryRecorder.Call<String> call = client.invoke(new Asked(verb, place.toString(), rest.toString()));
            return answer -> {
                end(call, answer);
                then.accept(answer);
            };
        }

        private static void end(HistoryRecorder.Call<String> call, @Nullable Object answer) {
            boolean isUnknown = answer == Reply.UNKNOWN
                    || answer instanceof Work.Ending.Unknown
                    || (answer instanceof Spent spent && spent.status() == Spent.Status.UNKNOWN);
            boolean isNotDone = answer == Reply.NOT_DONE
                    || answer instanceof Work.Ending.NotDone
                    || answer instanceof Found.Nothing
                    || (answer instanceof Spent spent && spent.status() == Spent.Status.NOT_DONE);
            if (isUnknown) {
                call.unknown();
            } else if (isNotDone) {
                call.fail();
            } else {
                call.ok(inWords(answer));
            }
        }

        private static String inWords(@Nullable Object answer) {
            if (answer instanceof Work.Ending.Done done) {
                Work.Effect effect = done.effect();
                return effect.answer() + ", puts " + effect.puts() + ", spends " + effect.spent() + ", gains "
                        + effect.gained() + ", bounds " + effect.bounds();
            }
            if (answer instanceof Spent spent) {
                return spent.status() + " " + spent.way();
            }
            return answer instanceof Found.Value<?> found ? String.valueOf(found.value()) : String.valueOf(answer);
        }

        @Override
        public void transact(Work work, Consumer<Work.Ending> then) {
            if (work.records().isEmpty() && work.counters().isEmpty()) {
                port.transact(work, then);
                return;
            }
            String reads = work.records().stream().map(Place::toString).collect(Collectors.joining(", "));
            Place first = work.records().isEmpty()
                    ? work.counters().get(0).place()
                    : work.records().get(0);
            String counters = work.counters().stream()
                    .map(counted -> counted.amount() + " of " + counted.place())
                    .collect(Collectors.joining(", "));
            port.transact(work, asking("transact", first, "reads " + reads + "; counters " + counters, then));
        }

        @Override
        public void gain(Place counter, long amount, Consumer<Reply> then) {
            port.gain(counter, amount, asking("gain", counter, amount, then));
        }

        @Override
        public void spend(Place counter, long amount, Way way, Consumer<Spent> then) {
            port.spend(counter, amount, way, asking("spend", counter, amount + " " + way, then));
        }

        @Override
        public void spend(Place counter, long amount, Way way, Consumer<Spent> then, Consumer<Spent> inTheEnd) {
            port.spend(counter, amount, way, asking("spend", counter, amount + " " + way, then), inTheEnd);
        }

        @Override
        public void spendOnce(Place counter, long amount, String key, Consumer<Spent> then) {
            port.spendOnce(counter, amount, key, asking("spend", counter, amount + " once as " + key, then));
        }

        @Override
        public void stockUp(Place counter, long amount, Consumer<Reply> then) {
            port.stockUp(counter, amount, asking("stock-up", counter, amount, then));
        }

        @Override
        public void giveBack(Place counter, Consumer<Reply> then) {
            port.giveBack(counter, asking("give-back", counter, "", then));
        }

        @Override
        public void put(Place register, @Nullable String value, Ack ack, Consumer<Reply> then) {
            port.put(register, value, ack, asking("put", register, value + " " + ack, then));
        }

        @Override
        public void read(Place register, Look look, Consumer<Found<@Nullable String>> then) {
            port.read(register, look, asking("read", register, look, then));
        }

        @Override
        public void add(Place set, String element, Ack ack, Consumer<Reply> then) {
            port.add(set, element, ack, asking("add", set, element + " " + ack, then));
        }

        @Override
        public void remove(Place set, String element, Ack ack, Consumer<Reply> then) {
            port.remove(set, element, ack, asking("remove", set, element + " " + ack, then));
        }

        @Override
        public void members(Place set, Look look, Consumer<Found<List<String>>> then) {
            port.members(set, look, asking("members", set, look, then));
        }

        @Override
        public void append(Place stream, Event event, Ack ack, Consumer<Reply> then) {
            port.append(stream, event, ack, asking("append", stream, event + " " + ack, then));
        }

        @Override
        public void events(Place stream, long fromMicros, long toMicros, Look look, Consumer<Found<List<Event>>> then) {
            String what = look + " from " + fromMicros + " to " + toMicros;
            port.events(stream, fromMicros, toMicros, look, asking("events", stream, what, then));
        }

        @Override
        public void follow(Collection collection, @Nullable Cursor from, Consumer<Found<News>> then) {
            port.follow(collection, from, then);
        }

        @Override
        public void after(long nanos, Runnable then) {
            port.after(nanos, then);
        }

        @Override
        public long wallMicros() {
            return port.wallMicros();
        }

        @Override
        public long nowNanos() {
            return port.nowNanos();
        }

        @Override
        public long draw(long bound) {
            return port.draw(bound);
        }
    }
}
